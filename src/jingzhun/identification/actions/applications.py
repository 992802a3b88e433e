"""Applications: filed by a household, taken down by the village, or filed on behalf of somebody who cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.database.copying import create_by_copy
from jingzhun.identification import rules
from jingzhun.identification.models import Application, FiledBy, Kind, Round
from jingzhun.identification.queries.rounds import entered_until
from jingzhun.journal.actions import Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_PERSONAL
from jingzhun.procedure.actions import NewCase, open_cases
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.models import Case
from jingzhun.publicity.models import Objection
from jingzhun.registry.models import Household, Member, RegisterSpell
from jingzhun.registry.rules.refusals import Refused

VILLAGER = System("villager", "villager")  # a household that acts for itself, on a phone


@dataclass(frozen=True)
class Filing:
    """What is filed. `on_behalf_why` is needed where somebody else files for the household.

    `answers`: the upheld objection that it was missing from a list.
    """

    household: Household
    filed_by: str
    filed_on: date
    reason: str = ""
    on_behalf_why: str = ""
    contact: str = ""
    answers: Objection | None = None


def apply(round_: Round, filing: Filing, *, by: User | System, at: datetime | None = None) -> Application:
    """File one application. Raises Refused, NotYours."""
    return apply_many(round_, [filing], by=by, at=at)[0]


@transaction.atomic
def apply_many(
    round_: Round, filings: Sequence[Filing], *, by: User | System, at: datetime | None = None
) -> list[Application]:
    """File applications of a round; all or none. Raises Refused naming the household, NotYours."""
    households = [filing.household for filing in filings]
    _require_possible(round_, filings, timezone.localdate(at) if at else timezone.localdate())
    phones = [contact_of(filing.contact) for filing in filings]
    members = _members(households, max(filing.filed_on for filing in filings))
    had = set(RegisterSpell.objects.filter(household__in=households).values_list("household", flat=True))
    for household in households:
        if not members.get(household.pk):
            raise _refused(household, _("has no members"))
    new = [NewCase(each.household.number, each.household.village_code, _told(each)) for each in filings]
    try:
        with transaction.atomic():
            cases = open_cases("identification", round_.pk, new, by=by, at=at)
    except IntegrityError as error:
        raise Refused.because(_("A household of these has applied in this round already.")) from error
    return create_by_copy(
        [
            Application(
                case=case,
                round=round_,
                household=each.household,
                kind=Kind.RELAPSE if each.household.pk in had else Kind.NEW,
                filed_by=each.filed_by,
                filed_on=each.filed_on,
                persons=members[each.household.pk],
                reason=each.reason,
                on_behalf_why=each.on_behalf_why,
                contact=phone,
                answers=each.answers,
            )
            for case, each, phone in zip(cases, filings, phones, strict=True)
        ]
    )


def contact_of(text: str, field: str = "contact") -> str:
    """A household's phone as it is kept, empty where none is told. Raises Refused for what is no phone number."""
    number = rules.phone_of(text) if text.strip() else ""
    if number is None:
        raise Refused.because(_("A phone number has 7 to 12 digits."), field)
    return number


@transaction.atomic
def see_contact(application: Application, *, by: User) -> str:
    """The phone by which a household is reached; every look is journaled. Raises NotYours."""
    case = application.case
    require(by, SEE_PERSONAL, case.area_code)
    entry = Decision("identification.contact_seen", "case", case.subject, case.area_code, permission=SEE_PERSONAL)
    record(entry, by=by)
    return application.contact


def _told(filing: Filing) -> dict[str, str]:
    """What the journal tells of an application beside its household."""
    answers = {"answers": filing.answers.number} if filing.answers else {}
    return {"filed_by": str(filing.filed_by)} | answers


def require_settled(household: Household) -> None:
    """Raises Refused while an application of the household is under way: the village that knows it decides on it."""
    if Case.objects.live().filter(application__household=household).exists():
        raise Refused.because(
            _("Its application is under way in this village. Record the move when it has ended or is withdrawn."),
            "area",
        )


def require_no_case(household: Household) -> None:
    """Raises Refused while an application of the household is under way: it cannot be as if it never was."""
    if Case.objects.live().filter(application__household=household).exists():
        message = _("The application of household %(number)s is under way; it ends or is withdrawn first.")
        raise Refused.because(message % {"number": household.number})


def _require_possible(round_: Round, filings: Sequence[Filing], today: date) -> None:
    """What can be told before anything is written: round, window, area, on behalf of whom."""
    if round_.closed_at:
        raise Refused.because(_("The round is closed."))
    _require_in_time(round_, filings, today)
    for filing in filings:
        household = filing.household
        if not household.village_code.startswith(round_.area_id):
            raise _refused(household, _("lives in another county"))
        if household.closed_on:
            raise _refused(household, _("has been closed"))
        if filing.filed_on > today:
            raise Refused.because(_("The day lies in the future."), "filed_on")
        if not round_.opens_on <= filing.filed_on <= round_.closes_on:
            span = {"first": round_.opens_on, "last": round_.closes_on}
            raise Refused.because(_("Applications are taken from %(first)s to %(last)s.") % span, "filed_on")
        if filing.filed_by == FiledBy.ON_BEHALF and not filing.on_behalf_why.strip():
            raise Refused.because(_("Say why somebody files on behalf of the household."), "on_behalf_why")
        if filing.answers and not household.village_code.startswith(filing.answers.area_id):
            raise _refused(household, _("lives elsewhere than the objection says"))
    on_it = RegisterSpell.objects.on(today).filter(household__in=[filing.household for filing in filings])
    if spell := on_it.select_related("household").first():
        raise _refused(spell.household, _("is on the register already"))


def _require_in_time(round_: Round, filings: Sequence[Filing], today: date) -> None:
    """Papers of the window come in for some days after it; later only who an upheld objection says was missing."""
    if today <= round_.closes_on or all(filing.answers for filing in filings):
        return
    if today > (until := entered_until(round_)):
        told = {"last": round_.closes_on, "until": until}
        raise Refused.because(
            _("The window ended on %(last)s; applications on paper could be entered until %(until)s.") % told
        )


def _members(households: Sequence[Household], day: date) -> dict[int, int]:
    counts: dict[int, int] = {}
    present = Member.objects.present(day).filter(household__in=households)
    for household in present.values_list("household", flat=True):
        counts[household] = counts.get(household, 0) + 1
    return counts


def _refused(household: Household, why: str) -> Refused:
    return Refused.because(_("Household %(number)s %(why)s.") % {"number": household.number, "why": why}, "household")
