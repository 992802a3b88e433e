"""What the public reads of households on a notice."""

from collections.abc import Sequence
from datetime import date

from jingzhun.identification.causes import public_words
from jingzhun.identification.models import Application, Ballot, Round, Visit
from jingzhun.parameters.queries import values
from jingzhun.procedure.models import Case
from jingzhun.publicity.actions.notices import Item
from jingzhun.publicity.rules import surname_only
from jingzhun.registry import dictionary
from jingzhun.registry.models import Member
from jingzhun.registry.rules.ages import born_by

from .notices import subject_of

SHOWN = ("number", "attribute", "village_code", "area__name")  # of a household
WITH_VOTES = "first_notice"  # the kind of notice that shows how the meeting voted


MASKED_BELOW = "notice_head_masked_below"  # parameter, in years: of a younger head only the surname is public


def public_rows(round_: Round, cases: Sequence[Case], *, with_votes: bool, on: date) -> list[Item]:
    """What the public reads of each household (domain.md §2.5) on a notice of a day, in Chinese; five queries."""
    applications = list(
        Application.objects.select_related("household__area")
        .only("case", "persons", *(f"household__{name}" for name in SHOWN))
        .filter(case__in=cases)
        .order_by("household__number")
    )
    households = [each.household_id for each in applications]
    heads = _heads(households, round_.area_id, on)
    causes = dict(
        Visit.objects.filter(application__in=applications, purpose="survey")
        .order_by("recorded_at", "pk")
        .values_list("application", "cause_main")
    )
    votes = _votes(applications) if with_votes else {}
    day, attributes = date(round_.year, 12, 31), dictionary.codes("attribute")
    items: list[Item] = []
    for each in applications:
        household = each.household
        told = {
            "head": heads.get(household.pk, ""),
            "group": household.area.name if len(household.area_id) > 12 else "",
            "members": str(each.persons),
            "attribute": attributes[household.attribute].zh if household.attribute in attributes else "",
            "cause": public_words(causes.get(each.pk, ""), household.village_code, day),
            "vote": votes.get(each.pk, ""),
        }
        items.append(Item(subject_of(each.case_id), {key: text for key, text in told.items() if text}))
    return items


def _heads(households: Sequence[int], county: str, on: date) -> dict[int, str]:
    """Names of the heads as the public may read them, by household; two queries."""
    below = values([MASKED_BELOW], county, on).get(MASKED_BELOW)
    grown_up = None if below is None else born_by(on, int(below))
    living = Member.objects.filter(household__in=households, relation="head", left_on=None)
    return {
        household: surname_only(name) if grown_up and born and born > grown_up else name
        for household, name, born in living.values_list("household", "name", "birth_date")
    }


def _votes(applications: Sequence[Application]) -> dict[int, str]:
    """`38/40`: in favour of how many who were present, by application."""
    ballots = Ballot.objects.filter(application__in=applications, meeting__signed_at__isnull=False)
    told = ballots.order_by("meeting__signed_at").values_list("application", "in_favour", "meeting__present")
    return {application: f"{in_favour}/{present}" for application, in_favour, present in told}
