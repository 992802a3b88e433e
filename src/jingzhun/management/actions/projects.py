"""Projects go their way: drafted, admitted, approved, begun, reported on, completed, accepted; or dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, System
from jingzhun.management.kinds import kinds
from jingzhun.management.models import Beneficiary, Project, ProjectPhoto, Report, Stage
from jingzhun.management.queries.terms import report_every
from jingzhun.management.rules import projects as rules
from jingzhun.people.models import Cadre, Organisation, User
from jingzhun.people.rules import APPROVE_FUNDS, RUN_PROJECTS
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.models import Household, RegisterSpell
from jingzhun.registry.rules.refusals import Refused

from .money import require_day, tell, user_of

State = Project.State
LONGEST_NUMBER = 4  # digits of a project's place in the year


@dataclass(frozen=True)
class Drafted:
    """What is said of a project; `budget` in yuan."""

    title: str
    kind: str
    area: Area
    year: int
    responsible: Organisation
    content: str
    goal: str
    budget: Decimal
    begins_on: date
    due_on: date
    leader: Cadre | None = None


@dataclass(frozen=True)
class Step:
    """A stage to come: `weight` in hundredths of the whole."""

    title: str
    weight: int
    due_on: date


@transaction.atomic
def draft(
    told: Drafted, stages: Sequence[Step] = (), *, by: User | System = SYSTEM, at: datetime | None = None
) -> Project:
    """Draft a project with its stages. Raises Refused, NotYours."""
    require(by, RUN_PROJECTS, told.area.pk)
    _require_sound(told, stages)
    county = told.area.pk[: Level.COUNTY.digits]
    project = Project(number=_number(county, told.year), made_by=user_of(by), made_at=at or timezone.now(),
                      **{field.name: getattr(told, field.name) for field in fields(told)})  # fmt: skip
    project.save()
    _set_stages(project, stages)
    tell("management.project_drafted", project, {"yuan": str(project.budget), "until": str(project.due_on)}, by, at)
    return project


def _number(county: str, year: int) -> str:
    """The next number of a county's year: 610426-2015-0007."""
    Area.objects.select_for_update(no_key=True).get(pk=county)
    start = f"{county}-{year}-"
    last = Project.objects.filter(number__startswith=start).order_by("-number").values_list("number", flat=True).first()
    return f"{start}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:0{LONGEST_NUMBER}d}"


def _require_sound(told: Drafted, stages: Sequence[Step]) -> None:
    if told.kind not in kinds():
        raise Refused.because(_("There is no such kind of project."), "kind")
    if told.area.level not in (Level.COUNTY, Level.TOWN, Level.VILLAGE):
        raise Refused.because(_("A project lies in a village, a town or the county."), "area")
    for name in ("title", "content"):
        if not getattr(told, name).strip():
            raise Refused.because(_("This must be said."), name)
    if told.budget <= 0:
        raise Refused.because(_("A budget is more than nothing."), "budget")
    if told.due_on < told.begins_on:
        raise Refused.because(_("A project ends after it begins."), "due_on")
    if stages and sum(stage.weight for stage in stages) != rules.ALL:
        raise Refused.because(_("The shares of the stages come to 100 %."), "stages")
    if any(not told.begins_on <= stage.due_on <= told.due_on for stage in stages):
        raise Refused.because(_("Each stage is due within the project's days."), "stages")


def _set_stages(project: Project, stages: Sequence[Step]) -> None:
    project.stages.all().delete()
    rows = [Stage(project=project, number=number, title=each.title.strip(), weight=each.weight, due_on=each.due_on)
            for number, each in enumerate(stages, 1)]  # fmt: skip
    Stage.objects.bulk_create(rows)


@transaction.atomic
def change_draft(
    project: Project, told: Drafted, stages: Sequence[Step], *, by: User, at: datetime | None = None
) -> Project:
    """Change a draft. Raises Refused once it is in the library, NotYours."""
    found = _locked(project, by, RUN_PROJECTS)
    if found.state != State.DRAFT:
        raise Refused.because(_("Only a draft can be changed; send it back first."))
    require(by, RUN_PROJECTS, told.area.pk)
    _require_sound(told, stages)
    changed = [field.name for field in fields(told) if getattr(found, field.name) != getattr(told, field.name)]
    for name in changed:
        setattr(found, name, getattr(told, name))
    found.save()
    _set_stages(found, stages)
    tell("management.project_changed", found, {"fields": changed}, by, at)
    return found


@transaction.atomic
def admit(project: Project, *, by: User | System = SYSTEM, at: datetime | None = None) -> Project:
    """Into the library: with a goal by which it is judged, stages, and whom it is for (R23). Raises Refused."""
    found = _locked(project, by, RUN_PROJECTS)
    _require_way(found, State.LIBRARY)
    if not found.goal.strip():
        raise Refused.because(_("Without a goal by which it is judged no project comes into the library."), "goal")
    if not found.stages.exists():
        raise Refused.because(_("Say by which stages it goes."), "stages")
    if kinds()[found.kind].households and not found.beneficiaries.exists():
        raise Refused.because(_("Name the households that it is for."), "households")
    return _go(found, State.LIBRARY, "management.project_admitted", by, at)


@transaction.atomic
def send_back(project: Project, why: str, *, by: User, at: datetime | None = None) -> Project:
    """Out of the library, to be changed. Raises Refused, NotYours."""
    found = _locked(project, by, APPROVE_FUNDS)
    _require_way(found, State.DRAFT)
    if not why.strip():
        raise Refused.because(_("Say why."), "why")
    return _go(found, State.DRAFT, "management.project_returned", by, at, why.strip())


@transaction.atomic
def approve(project: Project, *, by: User, at: datetime | None = None) -> Project:
    """Approve a project of the library that somebody else drafted. Raises Refused, NotYours."""
    found = _locked(project, by, APPROVE_FUNDS)
    _require_way(found, State.APPROVED)
    if found.made_by_id == by.pk:
        raise Refused.because(_("Somebody else must decide on what you prepared."))
    if kinds()[found.kind].key and found.leader is None:
        raise Refused.because(_("A key project has a county leader who answers for it."), "leader")
    found.approved_by = by
    return _go(found, State.APPROVED, "management.project_approved", by, at)


@transaction.atomic
def begin(project: Project, on: date, *, by: User | System = SYSTEM, at: datetime | None = None) -> Project:
    """Work begins. Raises Refused, NotYours."""
    found = _locked(project, by, RUN_PROJECTS)
    _require_way(found, State.UNDER_WAY)
    require_day(on, at)
    found.begun_on = found.begun_on or on
    found.completed_on = None
    return _go(found, State.UNDER_WAY, "management.project_begun", by, at, on=str(on))


@transaction.atomic
def stage_done(
    stage: Stage, on: date, late_because: str = "", *, by: User | System = SYSTEM, at: datetime | None = None
) -> Stage:
    """A stage is done; a late one says why (R24). Raises Refused, NotYours."""
    found = Stage.objects.select_for_update(of=("self",)).select_related("project").get(pk=stage.pk)
    require(by, RUN_PROJECTS, found.project.area_id)
    if found.project.state != State.UNDER_WAY:
        raise Refused.because(_("The project is not under way."))
    if found.done_on is not None:
        raise Refused.because(_("This stage is done already."))
    require_day(on, at)
    if on > found.due_on and not late_because.strip():
        raise Refused.because(_("It is late: say why."), "late_because")
    found.done_on, found.late_because = on, late_because.strip()
    found.save(update_fields=["done_on", "late_because"])
    tell("management.stage_done", found.project, {"stage": found.title, "on": str(on)}, by, at, late_because.strip())
    return found


@transaction.atomic
def report(
    project: Project, percent: int, told: str, late_because: str = "", *,
    by: User | System = SYSTEM, at: datetime | None = None,
) -> Report:  # fmt: skip
    """Send the report of these two weeks; a later one of the same two weeks replaces it (R24). Raises Refused."""
    found = _locked(project, by, RUN_PROJECTS)
    if found.state != State.UNDER_WAY or found.begun_on is None:
        raise Refused.because(_("The project is not under way."))
    if not 0 <= percent <= rules.ALL:
        raise Refused.because(_("From 0 to 100."), "percent")
    if not told.strip():
        raise Refused.because(_("Say what was done."), "told")
    today = timezone.localdate(at)
    overdue = found.stages.filter(done_on=None, due_on__lt=today).exists() or found.due_on < today
    if overdue and not late_because.strip():
        raise Refused.because(_("A stage is late: say why."), "late_because")
    due = rules.next_report(found.begun_on, today, report_every(found.area_id, today))
    made, _made = Report.objects.update_or_create(
        project=found, due_on=due,
        defaults={"percent": percent, "told": told.strip(), "late_because": late_because.strip(),
                  "sent_at": at or timezone.now(), "by": user_of(by)},
    )  # fmt: skip
    tell("management.reported", found, {"percent": percent, "until": str(due)}, by, at, late_because.strip())
    return made


@transaction.atomic
def complete(project: Project, on: date, *, by: User | System = SYSTEM, at: datetime | None = None) -> Project:
    """All stages are done. Raises Refused, NotYours."""
    found = _locked(project, by, RUN_PROJECTS)
    _require_way(found, State.COMPLETED)
    require_day(on, at)
    if number := found.stages.filter(done_on=None).count():
        raise Refused.because(_("%(number)s stages are not done yet.") % {"number": number})
    found.completed_on = on
    return _go(found, State.COMPLETED, "management.project_completed", by, at, on=str(on))


@transaction.atomic
def accept(project: Project, on: date, keeper: str, *, by: User, at: datetime | None = None) -> Project:
    """Accept what is completed, by somebody else than who ran it; say who keeps it up. Raises Refused, NotYours."""
    found = _locked(project, by, APPROVE_FUNDS)
    _require_way(found, State.ACCEPTED)
    require_day(on, at)
    if not keeper.strip():
        raise Refused.because(_("Say who keeps it up."), "keeper")
    if not found.photos.filter(moment=ProjectPhoto.Moment.AFTER).exists():
        raise Refused.because(_("A picture shows what was built or given: add one of afterwards."))
    found.accepted_on, found.keeper = on, keeper.strip()
    return _go(found, State.ACCEPTED, "management.project_accepted", by, at, on=str(on))


@transaction.atomic
def drop(project: Project, why: str, *, by: User, at: datetime | None = None) -> Project:
    """Drop a project; the money that still lies there must go back first. Raises Refused, NotYours."""
    found = _locked(project, by, RUN_PROJECTS)
    _require_way(found, State.DROPPED)
    if not why.strip():
        raise Refused.because(_("Say why."), "why")
    if found.accounts.filter(balance__gt=0).exists():
        raise Refused.because(_("Money of this project is left or was paid: release it, or finish the project."))
    found.dropped_because = why.strip()
    return _go(found, State.DROPPED, "management.project_dropped", by, at, why.strip())


@transaction.atomic
def name_beneficiaries(
    project: Project, households: Iterable[Household], *, by: User | System = SYSTEM, at: datetime | None = None
) -> int:
    """Say which households a project is for, instead of those said before; number of them. Raises Refused."""
    found = _locked(project, by, RUN_PROJECTS)
    if found.state not in (State.DRAFT, State.LIBRARY, State.APPROVED, State.UNDER_WAY):
        raise Refused.because(_("The project is finished."))
    rows = list(households)
    if any(not each.village_code.startswith(found.area_id) for each in rows):
        raise Refused.because(_("A household lies outside of the project's area."), "households")
    spells = RegisterSpell.objects.on(timezone.localdate(at)).filter(household__in=[each.pk for each in rows])
    if len(set(spells.values_list("household", flat=True))) < len({each.pk for each in rows}):
        raise Refused.because(_("Some of these households are not on the register."), "households")
    found.beneficiaries.all().delete()
    create_by_copy([Beneficiary(project=found, household=each) for each in {row.pk: row for row in rows}.values()])
    tell("management.beneficiaries_named", found, {"households": len(rows)}, by, at)
    return len(rows)


@transaction.atomic
def add_photo(
    project: Project, moment: str, picture: tuple[BinaryIO, int], taken_on: date, note: str = "", *,
    by: User | System = SYSTEM, at: datetime | None = None,
) -> ProjectPhoto:  # fmt: skip
    """Add a picture of before, during or after. Raises Refused, NotYours."""
    found = _locked(project, by, RUN_PROJECTS)
    require_day(taken_on, at)
    made = ProjectPhoto(project=found, moment=moment, taken_on=taken_on, note=note.strip(), by=user_of(by),
                        added_at=at or timezone.now())  # fmt: skip
    made.file.save(f"{found.number}.jpg", ContentFile(redraw(*picture)), save=True)
    tell("management.photo_added", found, {"moment": moment, "on": str(taken_on)}, by, at)
    return made


def _locked(project: Project, by: User | System, permission: str) -> Project:
    found = Project.objects.select_for_update(of=("self",)).select_related("area").get(pk=project.pk)
    require(by, permission, found.area_id)
    return found


def _require_way(project: Project, wanted: str) -> None:
    if not rules.may_become(project.state, wanted):
        told = {"state": project.get_state_display()}
        raise Refused.because(_("The project is “%(state)s”: this is not its next step.") % told)


def _go(
    project: Project, state: str, action: str, by: User | System, at: datetime | None, why: str = "", **told: Any
) -> Project:
    project.state = state
    project.save()
    tell(action, project, {"state": str(state), **told}, by, at, why)
    return project
