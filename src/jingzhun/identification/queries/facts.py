"""What the register knows of a household that speaks for or against a cause."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from jingzhun.identification.rules import Facts
from jingzhun.parameters.queries import values
from jingzhun.registry.models import Household, Member

SHARE = "check_labour_share"  # as in the quality checks: with that share able to work, labour is not lacking
ILL, ABLE, AWAY = {"chronic", "serious"}, ("ordinary", "skilled"), ("", "none", "preschool")


def facts_of(household: Household, day: date) -> Facts:
    """Members who are ill, disabled, at school, able to work, on a day; two queries."""
    members = Member.objects.present(day).filter(household=household)
    share = values([SHARE], household.village_code, day).get(SHARE)
    return facts(members.only("health", "disability_type", "student", "labour"), share)


def facts(members: Iterable[Member], share: Decimal | None) -> Facts:
    people = list(members)
    return Facts(
        members=len(people),
        ill=sum(bool(ILL & set(each.health or ())) for each in people),
        disabled=sum("disabled" in (each.health or ()) or each.disability_type is not None for each in people),
        students=sum(each.student not in AWAY for each in people),
        able=sum(each.labour in ABLE for each in people),
        labour_share=share,
    )
