"""Where a household stands with the register on a day, as conditions and columns of a query."""

from datetime import date
from enum import StrEnum

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from jingzhun.registry.models import RegisterSpell


class Status(StrEnum):
    """Values of the code list `status`; the empty text stands for a household that was never on the register."""

    REGISTERED = "registered"
    RELAPSED = "relapsed"
    EXITED = "exited"
    NEVER = ""


def _spells(day: date) -> QuerySet[RegisterSpell]:
    return RegisterSpell.objects.filter(household=OuterRef("pk"), registered_on__lte=day)


def status_on(day: date) -> Subquery:
    """The household's status on a day, null if it was never on the register."""
    code = Case(
        When(exited_on__lte=day, then=Value(Status.EXITED.value)),
        When(relapse=True, then=Value(Status.RELAPSED.value)),
        default=Value(Status.REGISTERED.value),
        output_field=CharField(),
    )
    return Subquery(_spells(day).order_by("-registered_on").annotate(code=code).values("code")[:1])


def spell_column(day: date, name: str) -> Subquery:
    """A column of the spell that decides the status on a day."""
    return Subquery(_spells(day).order_by("-registered_on").values(name)[:1])


def has_status(status: str, day: date) -> Q:
    """Condition on households. The relapsed count as `registered` too; `off` is who is not on the register that day,
    `never` who never was."""
    open_spell = RegisterSpell.objects.on(day).filter(household=OuterRef("pk"))
    if status == Status.REGISTERED:
        return Q(Exists(open_spell))
    if status == "off":
        return ~Q(Exists(open_spell))
    if status == Status.RELAPSED:
        return Q(Exists(open_spell.filter(relapse=True)))
    if status == Status.EXITED:
        return Q(Exists(_spells(day))) & ~Q(Exists(open_spell))
    return ~Q(Exists(_spells(day)))
