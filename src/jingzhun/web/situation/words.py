"""Numbers as the report writes them."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from jingzhun.methods.rounding import half_up
from jingzhun.methods.shares import percent
from jingzhun.registry.queries.situation import AGE_STEP, AGE_TOP, INCOME_STEP, INCOME_TOP, LARGEST_SIZE

__all__ = ["age_label", "income_label", "income_range", "number", "percent", "short_age", "short_size", "size_label"]


def number(value: int | Decimal | None, places: int = 0) -> str:
    """With thousands separators, rounded half up (Django's own formatting cuts); a dash for what is not known."""
    return "–" if value is None else number_format(half_up(value, places), places, use_l10n=True, force_grouping=True)


def income_range(step: int) -> tuple[int | None, int | None]:
    """Yuan from and below of a column of the income distribution; None where it is open."""
    if step < 0:
        return None, 0
    return step * INCOME_STEP, None if step == INCOME_TOP else (step + 1) * INCOME_STEP


def income_label(step: int) -> str:
    low, high = income_range(step)
    if low is None:
        return _("below 0")
    return _("from %(low)s") % {"low": number(low)} if high is None else f"{number(low)}–{number(high)}"


def size_label(size: int) -> str:
    return _("%(size)s or more") % {"size": size} if size == LARGEST_SIZE else str(size)


def short_size(size: int) -> str:
    """For the axis of a chart."""
    return f"{size}+" if size == LARGEST_SIZE else str(size)


def short_age(age: int) -> str:
    """For the axis of a chart."""
    return f"{age}+" if age == AGE_TOP else age_label(age)


def age_label(age: int) -> str:
    return _("%(age)s or older") % {"age": age} if age == AGE_TOP else f"{age}–{age + AGE_STEP - 1}"
