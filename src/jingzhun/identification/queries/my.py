"""What a household may see of its own application, in plain words, and of nobody else's."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.identification.models import Application, Round
from jingzhun.procedure import queries as procedure
from jingzhun.procedure.models import Passage
from jingzhun.procedure.rules import Decision, State
from jingzhun.publicity.rules import masked_name
from jingzhun.registry.models import Household, Member
from jingzhun.registry.rules.ids import mask_phone

from .applications import OVER, applications_of, may_apply_now, running_rounds, situation_of
from .notices import items_by_case
from .tracker import Station, tracker

# What happens at each step, as one tells a neighbour.
PLAIN: dict[str, str | Promise] = {
    "application": _("The village looks whether your application is complete."),
    "home_visit": _("Two people come to your home and write down how you live. You sign what they wrote."),
    "village_evaluation": _("The villagers' representatives vote on it, each in secret."),
    "first_notice": _("Your name hangs on the village's board. Whoever objects may say so."),
    "town_audit": _("The town looks through it and visits some households again."),
    "second_notice": _("The list hangs on the board a second time."),
    "county_review": _("The county looks through it and visits some households."),
    "announcement": _("The list is announced in the village and on the county's website."),
    "registration": _("You are written into the register."),
}


@dataclass(frozen=True)
class Own:
    """One application as its household sees it."""

    application: Application
    stations: list[tuple[Station, str | Promise]]
    refusal: Passage | None
    appeal_until: date | None
    may_appeal: bool
    notice_until: date | None

    @property
    def state(self) -> str:
        return self.application.case.state

    @property
    def now(self) -> str | Promise:
        return PLAIN.get(self.application.case.step, "")

    @property
    def may_return(self) -> bool:
        """Whether the round still takes applications, once this one is taken back."""
        return self.application.round.takes_applications(timezone.localdate())

    @property
    def phone(self) -> str:
        """The phone that is written down, masked."""
        return mask_phone(self.application.contact) if self.application.contact else ""


@dataclass(frozen=True)
class OwnPage:
    """Everything that a household sees: its name as the public sees it, its applications, whether it may apply now."""

    household: Household
    name: str
    current: Own | None
    former: list[Application]
    round: Round | None

    @property
    def may_apply(self) -> bool:
        return self.round is not None


def own_page(household: Household) -> OwnPage:
    """The page of a household; a bounded number of queries."""
    applications = applications_of(household)
    head = Member.objects.filter(household=household, relation="head", left_on=None).values_list("name", flat=True)
    may_apply = may_apply_now(household, applications, situation_of(household))
    running = running_rounds(household.village_code) if may_apply else []
    taken = {each.round_id for each in applications if each.case.state not in OVER}
    free = [each for each in running if each.pk not in taken]
    return OwnPage(
        household,
        masked_name(head.first() or ""),
        _own(applications[0]) if applications else None,
        applications[1:],
        free[0] if free else None,
    )


def _own(application: Application) -> Own:
    case = application.case
    passages = list(procedure.timeline(case))
    until = procedure.appeal_until(case) if case.state == State.REFUSED else None
    items = items_by_case([case]).get(case.pk, [])
    running = [item.notice.closes_on for item in items if item.notice.is_open]
    stations = [(each, PLAIN.get(each.step.name, "")) for each in tracker(case, passages)]
    return Own(
        application,
        stations,
        next((each for each in reversed(passages) if each.decision == Decision.REFUSE), None),
        until,
        case.state == State.REFUSED and (until is None or timezone.localdate() <= until),
        running[-1] if running and case.state == State.OPEN else None,
    )
