"""The county's plan: drafted, divided among years and towns, adopted; its measures reported as done."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.database.copying import insert_by_copy
from jingzhun.journal.actions import Decision, System, record
from jingzhun.people.models import Organisation, User
from jingzhun.people.rules import WRITE_POLICIES
from jingzhun.policy.models import Document, Phase, Plan, PlanMeasure, Target
from jingzhun.policy.queries.plan import grid_of, towns_of, years_of
from jingzhun.policy.rules.plan import Counts, Grid, differences
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused

MOST_YEARS, LARGEST, MOST_VILLAGES = 15, 10_000_000, 32_767


@dataclass(frozen=True)
class Aim:
    """What a plan says as a whole."""

    title: str
    first_year: int
    last_year: int
    goal: str
    title_en: str = ""
    document: Document | None = None


@dataclass(frozen=True)
class Stretch:
    """A phase of the road map."""

    name: str
    begins_on: date
    ends_on: date
    aim: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Task:
    """A measure: what, by whom, until when."""

    title: str
    phase: Phase
    responsible: Organisation
    due_on: date
    note: str = ""


@transaction.atomic
def draft_plan(
    county: Area, aim: Aim, *, by: User | System, like: Plan | None = None, at: datetime | None = None
) -> Plan:
    """A draft, with the phases, targets and measures, also those that are done, of another plan of the county if one is
    named. What lies beyond its years stays behind.

    Raises NotYours, Refused.
    """
    require(by, WRITE_POLICIES, county.code)
    if county.level != Level.COUNTY:
        raise Refused.because(_("A plan belongs to a county."), "area")
    if like is not None and like.area_id != county.pk:
        raise Refused.because(_("That plan is another county's."), "like")
    _require_years(aim)
    when = at or timezone.now()
    user = by if isinstance(by, User) else None
    plan = Plan.objects.create(area=county, made_by=user, made_at=when, **vars(aim))
    if like:
        _copy(like, plan)
    _record("policy.plan_drafted", plan, _said(aim), by, when)
    return plan


@transaction.atomic
def change_plan(plan: Plan, aim: Aim, *, by: User | System, at: datetime | None = None) -> Plan:
    """Say a draft otherwise. Targets of years that it has no longer go. Raises NotYours, Refused."""
    found = _draft(plan, by)
    _require_years(aim)
    for name, value in vars(aim).items():
        setattr(found, name, value)
    for phase in found.phases.all():
        _require_within(found, phase.name, phase.begins_on, phase.ends_on, "last_year")
    found.save()
    found.targets.exclude(year__range=(aim.first_year, aim.last_year)).delete()
    _record("policy.plan_changed", found, _said(aim), by, at)
    return found


@transaction.atomic
def save_phase(
    plan: Plan, told: Stretch, phase: Phase | None = None, *, by: User | System, at: datetime | None = None
) -> Phase:
    """Add a phase to a draft, or say one otherwise. Raises NotYours, Refused."""
    found = _draft(plan, by)
    if told.ends_on <= told.begins_on:
        raise Refused.because(_("A phase ends after it begins."), "ends_on")
    _require_within(found, told.name, told.begins_on, told.ends_on, "ends_on")
    if phase and (beyond := phase.measures.exclude(due_on__range=(told.begins_on, told.ends_on)).first()):
        said = {"measure": beyond.title, "day": beyond.due_on}
        raise Refused.because(_("“%(measure)s” is due on %(day)s: move it first.") % said, "ends_on")
    others = found.phases.exclude(pk=phase.pk) if phase else found.phases.all()
    if others.filter(name=told.name).exists():
        raise Refused.because(_("The plan has a phase of this name already."), "name")
    made = found.phases.get(pk=phase.pk) if phase else Phase(plan=found)
    for name, value in vars(told).items():
        setattr(made, name, value)
    made.save()
    values = {"phase": told.name, "from": str(told.begins_on), "until": str(told.ends_on)}
    _record("policy.plan_phase_saved", found, values, by, at)
    return made


@transaction.atomic
def drop_phase(phase: Phase, *, by: User | System, at: datetime | None = None) -> None:
    """Take a phase out of a draft. Raises Refused while it has measures."""
    found = _draft(phase.plan, by)
    if phase.measures.exists():
        raise Refused.because(_("The phase has measures: give them another phase first, or take them out."))
    phase.delete()
    _record("policy.plan_phase_dropped", found, {"phase": phase.name}, by, at)


@transaction.atomic
def set_targets(plan: Plan, grid: Grid, *, by: User | System, at: datetime | None = None) -> Plan:
    """Set all targets of a draft, by area and year. Raises NotYours, Refused naming each that cannot be."""
    found = _draft(plan, by)
    _require_targets(found, grid)
    before = grid_of(found)
    if before == dict(grid):
        return found
    found.targets.all().delete()
    insert_by_copy([Target(plan=found, area_id=area, year=year, **asdict(each)) for (area, year), each in grid.items()])
    changed = {f"{a} {y}": list(asdict(c).values()) for (a, y), c in grid.items() if before.get((a, y)) != c}
    gone = sorted(f"{area} {year}" for area, year in before.keys() - grid.keys())
    _record("policy.plan_targets_set", found, {"targets": changed, "removed": gone}, by, at)
    return found


@transaction.atomic
def save_measure(
    plan: Plan, told: Task, measure: PlanMeasure | None = None, *, by: User | System, at: datetime | None = None
) -> PlanMeasure:
    """Add a measure to a draft, or say one otherwise. Raises NotYours, Refused."""
    found = _draft(plan, by)
    if told.phase.plan_id != found.pk:
        raise Refused.because(_("That phase is another plan's."), "phase")
    if not told.phase.begins_on <= told.due_on <= told.phase.ends_on:
        said = {"from": told.phase.begins_on, "until": told.phase.ends_on}
        raise Refused.because(_("The phase lasts from %(from)s to %(until)s: choose a day in it.") % said, "due_on")
    made = found.measures.get(pk=measure.pk) if measure else PlanMeasure(plan=found)
    for name, value in vars(told).items():
        setattr(made, name, value)
    made.save()
    values = {"measure": told.title, "responsible": told.responsible.name, "due_on": str(told.due_on)}
    _record("policy.plan_measure_saved", found, values, by, at)
    return made


@transaction.atomic
def drop_measure(measure: PlanMeasure, *, by: User | System, at: datetime | None = None) -> None:
    """Take a measure out of a draft. Raises NotYours, Refused."""
    found = _draft(measure.plan, by)
    title = measure.title
    measure.delete()
    _record("policy.plan_measure_dropped", found, {"measure": title}, by, at)


@transaction.atomic
def report_done(
    measure: PlanMeasure, done_on: date, note: str = "", *, by: User | System, at: datetime | None = None
) -> PlanMeasure:
    """Say since when a measure of an adopted plan is done. Raises NotYours, Refused."""
    require(by, WRITE_POLICIES, measure.plan.area_id)
    found = PlanMeasure.objects.select_for_update(of=("self",)).select_related("plan").get(pk=measure.pk)
    if found.plan.state != Plan.State.ADOPTED:
        raise Refused.because(_("Only the measures of a plan in force are reported as done."))
    if found.done_on:
        raise Refused.because(_("The measure is done already, since %(day)s.") % {"day": found.done_on})
    if done_on > timezone.localdate(at):
        raise Refused.because(_("The day lies in the future."), "done_on")
    if found.plan.adopted_on and done_on < found.plan.adopted_on:
        raise Refused.because(
            _("The plan was adopted on %(day)s: it is done then at the earliest.") % {"day": found.plan.adopted_on},
            "done_on",
        )
    found.done_on, found.note = done_on, note.strip() or found.note
    found.save(update_fields=["done_on", "note"])
    values = {"measure": found.title, "done_on": str(done_on), "due_on": str(found.due_on)}
    _record("policy.plan_measure_done", found.plan, values, by, at)
    return found


@transaction.atomic
def adopt_plan(plan: Plan, on: date, *, by: User | System, at: datetime | None = None) -> Plan:
    """Put a draft into force; the plan before is replaced. Raises NotYours, Refused.

    Targets that do not add up are adopted as they are: the screen says so, and the entry keeps by how much.
    """
    require(by, WRITE_POLICIES, plan.area_id)
    Area.objects.select_for_update().get(pk=plan.area_id)  # of two who adopt at once the second finds the first's
    found = _draft(plan, by)
    grid = grid_of(found)
    if not found.phases.exists():
        raise Refused.because(_("A plan has at least one phase."))
    if not any(area == found.area_id for area, _year in grid):
        raise Refused.because(_("Set the county's targets first."))
    if on > timezone.localdate(at):
        raise Refused.because(_("The day lies in the future."), "on")
    before = Plan.objects.select_for_update().filter(area_id=found.area_id, state=Plan.State.ADOPTED).first()
    if before and before.adopted_on and on < before.adopted_on:
        said = {"day": before.adopted_on}
        raise Refused.because(_("The plan in force was adopted on %(day)s: not before that.") % said, "on")
    if before:
        before.state = Plan.State.REPLACED
        before.save(update_fields=["state"])
    found.state, found.adopted_on = Plan.State.ADOPTED, on
    found.save(update_fields=["state", "adopted_on"])
    off = differences(grid, found.area_id, [town.code for town in towns_of(found)], years_of(found))
    values: dict[str, object] = {"title": found.title, "from": str(on), "replaces": before.title if before else None}
    if off:
        values["off"] = {str(year): list(asdict(each).values()) for year, each in off.items()}
    _record("policy.plan_adopted", found, values, by, at)
    return found


@transaction.atomic
def drop_plan(plan: Plan, *, by: User | System, at: datetime | None = None) -> None:
    """Throw a draft away; what it said stays in the journal. Raises NotYours, Refused."""
    found = _draft(plan, by)
    _record("policy.plan_dropped", found, {"title": found.title}, by, at)
    found.measures.all().delete()
    found.delete()


def _draft(plan: Plan, by: User | System) -> Plan:
    """The draft, locked. Raises NotYours, Refused."""
    require(by, WRITE_POLICIES, plan.area_id)
    found = Plan.objects.select_for_update(of=("self",)).select_related("area").filter(pk=plan.pk).first()
    if found is None:
        raise Refused.because(_("The draft is not there any more."))
    if found.state != Plan.State.DRAFT:
        raise Refused.because(_("An adopted plan is not changed: draft a new one like it, and adopt that."))
    return found


def _require_years(aim: Aim) -> None:
    if aim.last_year < aim.first_year:
        raise Refused.because(_("The last year comes before the first."), "last_year")
    if aim.last_year - aim.first_year >= MOST_YEARS:
        raise Refused.because(_("A plan has at most %(years)s years.") % {"years": MOST_YEARS}, "last_year")


def _require_within(plan: Plan, name: str, begins_on: date, ends_on: date, field: str) -> None:
    if begins_on.year < plan.first_year or ends_on.year > plan.last_year:
        said = {"phase": name, "first": plan.first_year, "last": plan.last_year}
        raise Refused.because(
            _("The phase “%(phase)s” is not within the plan's years %(first)s–%(last)s.") % said, field
        )


def _require_targets(plan: Plan, grid: Mapping[tuple[str, int], Counts]) -> None:
    areas = {plan.area_id, *(town.code for town in towns_of(plan))}
    wrong: list[str | Promise] = []
    for (area, year), counts in sorted(grid.items()):
        told = {"area": area, "year": year}
        if area not in areas:
            wrong.append(_("%(area)s is neither the county nor a town of it.") % told)
        elif year not in years_of(plan):
            wrong.append(_("%(area)s: the plan has no year %(year)s.") % told)
        elif not all(0 <= value <= LARGEST for value in asdict(counts).values()):
            wrong.append(_("%(area)s, %(year)s: a target is a whole number from 0 to 10,000,000.") % told)
        elif counts.villages > MOST_VILLAGES:
            told |= {"villages": counts.villages, "most": MOST_VILLAGES}
            wrong.append(_("%(area)s, %(year)s: %(villages)s poor villages are more than %(most)s.") % told)
        elif counts.persons < counts.households:
            wrong.append(_("%(area)s, %(year)s: fewer persons than households.") % told)
    if wrong:
        raise Refused({"": wrong[:20]})


def _copy(like: Plan, plan: Plan) -> None:
    fitting = like.phases.filter(begins_on__year__gte=plan.first_year, ends_on__year__lte=plan.last_year)
    phases = {each.pk: each for each in fitting}
    made = {}
    for pk, each in phases.items():
        made[pk] = Phase.objects.create(
            plan=plan, name=each.name, name_en=each.name_en, begins_on=each.begins_on, ends_on=each.ends_on,
            aim=each.aim,
        )  # fmt: skip
    rows = like.targets.filter(year__range=(plan.first_year, plan.last_year))
    insert_by_copy(
        [
            Target(plan=plan, area_id=t.area_id, year=t.year, households=t.households, persons=t.persons,
                   villages=t.villages)
            for t in rows
        ]
    )  # fmt: skip
    PlanMeasure.objects.bulk_create(
        [
            PlanMeasure(plan=plan, phase=made[m.phase_id], title=m.title, responsible_id=m.responsible_id,
                        due_on=m.due_on, note=m.note, done_on=m.done_on)
            for m in like.measures.filter(phase__in=phases)
        ]
    )  # fmt: skip


def _said(aim: Aim) -> dict[str, object]:
    return {
        "title": aim.title,
        "years": f"{aim.first_year}–{aim.last_year}",
        "goal": aim.goal,
        "document": aim.document.number if aim.document else None,
    }


def _record(action: str, plan: Plan, values: Mapping[str, object], by: User | System, at: datetime | None) -> None:
    told = Decision(action, "plan", str(plan.pk), plan.area_id, values=dict(values), permission=WRITE_POLICIES)
    record(told, by=by, at=at)
