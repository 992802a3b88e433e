"""What each step of the identification of households demands, told for many cases at once.

Each guard gives, by case, what is missing. Evidence counts from the moment at which the case came to its step: what
was recorded before it was sent back does not carry it a second time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jingzhun.parameters.queries import values
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import DONE, State
from jingzhun.publicity.models import Objection
from jingzhun.publicity.queries import open_objections
from jingzhun.registry import dictionary
from jingzhun.registry.models import Household, RegisterSpell

from . import rules
from .models import Application, Ballot, Flag, Meeting, Quota, Review, Round, Visit
from .queries.notices import current_items, subject_of
from .queries.standing import standings

Missing = Mapping[int, str | Promise]
OF_CASE = F("application__case")  # without loading the application


def parameters(cases: Sequence[Case], names: Iterable[str], at: datetime) -> dict[str, dict[str, Decimal]]:
    """Values in force by town, as the cases lie; a town may override its county."""
    wanted, day = list(names), timezone.localdate(at)
    return {town: values(wanted, town, day) for town in {case.area_code[:9] for case in cases}}


def in_window(cases: Sequence[Case], at: datetime) -> Missing:
    """Applications are filed within the round's window, and the round is not closed."""
    missing: dict[int, str] = {}
    rounds = Round.objects.in_bulk({case.round for case in cases})
    filed = Application.objects.filter(case__in=cases).values_list("case", "round", "filed_on")
    for key, of_round, filed_on in filed:
        round_ = rounds[of_round]
        if round_.closed_at:
            missing[key] = _("The round is closed.")
        elif not round_.opens_on <= filed_on <= round_.closes_on:
            span = {"first": round_.opens_on, "last": round_.closes_on}
            missing[key] = _("Applications are taken from %(first)s to %(last)s.") % span
    return missing


def not_registered(cases: Sequence[Case], at: datetime) -> Missing:
    """Nobody is registered twice."""
    numbers = [case.subject for case in cases]
    there = set(
        RegisterSpell.objects.on(timezone.localdate(at))
        .filter(household__number__in=numbers)
        .values_list("household__number", flat=True)
    )
    return {case.pk: _("The household is on the register already.") for case in cases if case.subject in there}


def living(cases: Sequence[Case], at: datetime) -> Missing:
    """The household was not closed, nor merged into another one, since it applied."""
    closed = Household.objects.filter(applications__case__in=cases, closed_on__isnull=False)
    gone = dict(closed.values_list("number", "closed_on"))
    return {
        case.pk: _("The household was closed on %(day)s: its application ends here.") % {"day": gone[case.subject]}
        for case in cases
        if case.subject in gone
    }


def visited(cases: Sequence[Case], at: datetime) -> Missing:
    """Two surveyors saw the household since the case came here, and the household signed."""
    settings = parameters(cases, ["home_visit_surveyors"], at)
    seen = Visit.objects.filter(application__case__in=cases, purpose="survey")
    latest = _latest(seen, "surveyor_1", "surveyor_2", "signed", "opinion")
    missing: dict[int, str] = {}
    for case in cases:
        visit = latest.get(case.pk)
        wanted = int(settings[case.area_code[:9]]["home_visit_surveyors"])
        if visit is None or visit.recorded_at < case.since:
            missing[case.pk] = _("The home visit is not recorded yet.")
        elif sum(bool(name) for name in (visit.surveyor_1, visit.surveyor_2)) < wanted:
            missing[case.pk] = _("A home visit is made by %(count)s surveyors.") % {"count": wanted}
        elif not visit.signed:
            missing[case.pk] = _("The household has not signed what was found.")
        elif visit.opinion == "unclear":
            missing[case.pk] = _("The surveyors want the household looked at again.")
    return missing


def evaluated(cases: Sequence[Case], at: datetime) -> Missing:
    """A meeting with a quorum, its minutes signed since the case came here, voted for the household."""
    settings = parameters(cases, ["evaluation_quorum", "evaluation_majority"], at)
    ballots = Ballot.objects.filter(application__case__in=cases, meeting__signed_at__isnull=False)
    latest: dict[int, Ballot] = {}
    for ballot in ballots.annotate(of_case=OF_CASE).prefetch_related("meeting").order_by("meeting__signed_at", "pk"):
        latest[ballot.of_case] = ballot
    missing: dict[int, str] = {}
    for case in cases:
        ballot = latest.get(case.pk)
        if ballot is None or ballot.meeting.signed_at is None or ballot.meeting.signed_at < case.since:
            missing[case.pk] = _("No signed meeting has voted on the household yet.")
            continue
        told = settings[case.area_code[:9]]
        if fault := vote_fault(ballot, ballot.meeting, told["evaluation_quorum"], told["evaluation_majority"]):
            missing[case.pk] = fault
    return missing


def vote_fault(ballot: Ballot, meeting: Meeting, thirds: Decimal, majority: Decimal) -> str:
    """Why a vote does not carry an application; empty where it does."""
    if not rules.has_quorum(meeting.present, meeting.entitled, thirds):
        told = {"present": meeting.present, "entitled": meeting.entitled}
        return _("No quorum: %(present)s of %(entitled)s representatives were present.") % told
    if not rules.is_carried(ballot.in_favour, meeting.present, majority):
        told = {"in_favour": ballot.in_favour, "present": meeting.present}
        return _("Not carried: %(in_favour)s of the %(present)s who were present voted for it.") % told
    return ""


def within_quota(cases: Sequence[Case], at: datetime) -> Missing:
    """In a round with a quota the neediest go first; the others are told, never refused in silence.

    A round has one when the level above handed it down as the round was opened, which only binding years allow. A
    village to which the county handed nothing has no place. Whoever stands at the step and was carried is ranked,
    whether they are asked about or not: a click on some of them does not pass the needier ones over.
    """
    binding = set(
        Round.objects.filter(pk__in={case.round for case in cases}, quota_households__isnull=False).values_list(
            "pk", flat=True
        )
    )
    held = [case for case in cases if case.round in binding]
    if not held:
        return {}
    keys = {(case.round, case.area_code[:12]) for case in held}
    handed = Quota.objects.filter(round__in=binding, area__in={village for _round, village in keys})
    quotas = {(round_, area): number for round_, area, number in handed.values_list("round", "area", "households")}
    rivals = _rivals(held, keys, at)
    taken = _taken(keys, {case.step for case in held}, {each.pk for here in rivals.values() for each in here})
    over = {key: rules.over_quota(quotas.get(key, 0), taken[key], len(rivals[key])) for key in keys}
    out = _least_needy({key: (rivals[key], number) for key, number in over.items() if number})
    missing: dict[int, str] = {}
    for case in (case for case in held if case.pk in out):
        key = case.round, case.area_code[:12]
        told = {"quota": quotas.get(key, 0), "over": over[key]}
        missing[case.pk] = (
            _("The village's quota is %(quota)s households: %(over)s too many, by need.") % told
            if key in quotas
            else _("The county has handed no quota down to the village.")
        )
    return missing


def hold_quotas(cases: Sequence[Case]) -> None:
    """Lock the villages' quotas while it is decided who goes within them: who counts second counts the first's."""
    rows = Quota.objects.filter(round__in={case.round for case in cases}, area__in={c.area_code[:12] for c in cases})
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _rivals(cases: Sequence[Case], keys: set[tuple[int, str]], at: datetime) -> dict[tuple[int, str], list[Case]]:
    """Everybody at the cases' steps who was carried, by round and village."""
    there = Case.objects.filter(
        procedure=cases[0].procedure,
        round__in={round_ for round_, _village in keys},
        area_code__in={village for _round, village in keys},
        step__in={case.step for case in cases},
        state=State.OPEN,
    )
    found = list(there.order_by("pk"))
    not_carried = evaluated([case for case in found if "evaluated" in case.table.step(case.step).guards], at)
    by_village: dict[tuple[int, str], list[Case]] = defaultdict(list)
    for case in found:
        if case.pk not in not_carried:
            by_village[case.round, case.area_code[:12]].append(case)
    return by_village


def _taken(keys: set[tuple[int, str]], steps: set[str], asking: set[int]) -> dict[tuple[int, str], int]:
    """Households of the villages that are beyond a step already, by round and village."""
    from .table import HOUSEHOLDS

    names = [step.name for step in HOUSEHOLDS.steps]
    first = min((names.index(step) for step in steps), default=0)
    beyond = [*names[first + 1 :], DONE]
    counts: dict[tuple[int, str], int] = defaultdict(int)
    rows = Case.objects.filter(
        procedure=HOUSEHOLDS.name,
        round__in={key[0] for key in keys},
        area_code__in={key[1] for key in keys},
        step__in=beyond,
        state__in=[State.OPEN, State.PASSED],
    ).exclude(pk__in=asking)
    for round_, area in rows.order_by().values_list("round", "area_code"):
        counts[round_, area[:12]] += 1
    return counts


def _least_needy(groups: Mapping[tuple[int, str], tuple[Sequence[Case], int]]) -> set[int]:
    """Of each group, so many cases (by key) with the least need; a bounded number of queries for all groups."""
    found = standings([case for cases, _number in groups.values() for case in cases]) if groups else {}
    out: set[int] = set()
    for cases, number in groups.values():
        out |= set(rules.by_need({case.pk: found[case.pk] for case in cases})[-number:])
    return out


def noticed(cases: Sequence[Case], at: datetime) -> Missing:
    """The step's notice hung on the board with a photo, ran its time, and no objection to the entry was upheld."""
    items = current_items(cases)
    told = {case.pk: _notice_fault(items.get(case.pk)) for case in cases}
    return {key: fault for key, fault in told.items() if fault}


def _notice_fault(item: Any) -> str:
    if item is None:
        return _("The notice is not posted yet.")
    if item.state == "returned":
        return _("An objection against this entry was upheld: send it back.")
    if item.state not in ("passed", "held"):  # what holds it back is told by no_open_objection
        return _("The notice runs until %(day)s.") % {"day": item.notice.closes_on}
    return "" if item.notice.on_board else _("The photo of the notice on the board is missing.")


def no_open_objection(cases: Sequence[Case], at: datetime) -> Missing:
    """No objection against the household or village is open, whichever list it was about, posted anew or not (R2).

    At the last step one that was dismissed must not be open to an appeal any more: behind it nothing can be mended.
    """
    last = [subject_of(case.pk) for case in cases if case.at == case.table.steps[-1]]
    appealable = Objection.objects.appealable(timezone.localdate(at)).filter(subject__in=last)
    until = dict(appealable.order_by("appeal_until").values_list("subject", "appeal_until"))
    waiting = open_objections(subject_of(case.pk) for case in cases)
    missing: dict[int, str] = {}
    for case in cases:
        subject = subject_of(case.pk)
        if subject in waiting:
            missing[case.pk] = _("An objection against it is open: %(number)s.") % {
                "number": waiting[subject][0].shown_number
            }
        elif subject in until:
            missing[case.pk] = _("An objector may still go one level up, until %(day)s.") % {"day": until[subject]}
    return missing


def audited(cases: Sequence[Case], at: datetime) -> Missing:
    """The town wrote down its opinion since the case came here, and agrees."""
    return _looked_at(cases, Review.Level.TOWN, _("The town's opinion is not written down yet."))


def reviewed(cases: Sequence[Case], at: datetime) -> Missing:
    """The county wrote down its opinion since the case came here, and agrees."""
    return _looked_at(cases, Review.Level.COUNTY, _("The county's opinion is not written down yet."))


def _looked_at(cases: Sequence[Case], level: str, without: str) -> Missing:
    latest = _latest(Review.objects.filter(application__case__in=cases, level=level), "agrees")
    missing: dict[int, str] = {}
    for case in cases:
        review = latest.get(case.pk)
        if review is None or review.recorded_at < case.since:
            missing[case.pk] = without
        elif not review.agrees:
            missing[case.pk] = _("The opinion is against it: refuse the application or send it back.")
    return missing


def revisited(cases: Sequence[Case], at: datetime) -> Missing:
    """The town has seen its share of a village's households again."""
    return _seen_again(cases, at, "revisit", "town_revisit_share")


def spot_checked(cases: Sequence[Case], at: datetime) -> Missing:
    """The county has seen its share of a village's households."""
    return _seen_again(cases, at, "spot_check", "county_spot_check_share")


def _seen_again(cases: Sequence[Case], at: datetime, purpose: str, share: str) -> Missing:
    """Of a village's households that came up to a level in the round, so many must have been visited by it."""
    shares = parameters(cases, [share], at)
    came = seen_again(cases, purpose)
    missing: dict[int, str] = {}
    for case in cases:
        seen, of = came[case.round, case.area_code[:12]]
        least = rules.least_share(of, shares[case.area_code[:9]][share])
        if seen < least:
            told = {"seen": seen, "of": of, "least": least}
            missing[case.pk] = (
                _("%(seen)s of the village's %(of)s households were visited again; at least %(least)s must be.") % told
            )
    return missing


def seen_again(cases: Sequence[Case], purpose: str) -> dict[tuple[int, str], tuple[int, int]]:
    """By round and village: households with a visit of the purpose, and households that came up to it; two queries."""
    villages = {(case.round, case.area_code[:12]) for case in cases}
    up = Case.objects.filter(
        procedure=cases[0].procedure,
        round__in={round_ for round_, _village in villages},
        area_code__in={village for _round, village in villages},
        passages__to_step=rules.VISITED_AT[purpose],
    ).distinct()
    of: dict[tuple[int, str], set[int]] = defaultdict(set)
    for pk, round_, area in up.order_by().values_list("pk", "round", "area_code"):
        of[round_, area[:12]].add(pk)
    keys = {key for each in of.values() for key in each}
    found = Visit.objects.filter(purpose=purpose, application__case__in=keys)
    looked = set(found.values_list("application__case", flat=True))
    return {key: (len(of[key] & looked), len(of[key])) for key in villages}


def red_lines_settled(cases: Sequence[Case], at: datetime) -> Missing:
    """Every doubt under a red line is decided by a human; a confirmed veto keeps the household out (R7)."""
    flags: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Flag.objects.filter(application__case__in=cases)
    for case, severity, state in rows.values_list("application__case", "severity", "state"):
        flags[case].append((severity, state))
    missing: dict[int, str] = {}
    may_refuse = {case.pk: case.table.step(case.step).may_refuse for case in cases}
    for key, told in flags.items():
        if rules.undecided(told):
            missing[key] = _("A red-line flag is not decided yet.")
        elif rules.keeps_out(told):
            missing[key] = (
                _("A red line is confirmed: refuse the application.")
                if may_refuse[key]
                else _("A red line is confirmed: send the case back to where it can be refused.")
            )
    return missing


def causes_known(cases: Sequence[Case], at: datetime) -> Missing:
    """The special team sorted the household into one main cause and at most two others (R8)."""
    known = dictionary.codes("cause")
    seen = Visit.objects.filter(application__case__in=cases, purpose="survey")
    latest = _latest(seen, "cause_main", "causes_other")
    missing: dict[int, str] = {}
    for case in cases:
        visit = latest.get(case.pk)
        if visit is None or rules.cause_faults(visit.cause_main, visit.causes_other, known):
            missing[case.pk] = _("The main cause of poverty is not told.")
    return missing


def _latest(rows: Any, *fields: str) -> dict[int, Any]:
    """The latest row by case, with `recorded_at` and some fields; one query."""
    told = rows.annotate(of_case=OF_CASE).only("recorded_at", *fields)
    return {row.of_case: row for row in told.order_by("recorded_at", "pk")}


GUARDS: dict[str, Callable[[Sequence[Case], datetime], Missing]] = {
    guard.__name__: guard
    for guard in (
        in_window,
        not_registered,
        living,
        visited,
        evaluated,
        within_quota,
        noticed,
        no_open_objection,
        audited,
        revisited,
        reviewed,
        spot_checked,
        red_lines_settled,
        causes_known,
    )
}

# What a decision takes hold of before these guards are asked.
HOLDS = {within_quota.__name__: hold_quotas}
