"""The situation of an area in numbers, counted from the register by set operations.

Every number is counted anew from the rows of the register, so that no screen shows what the database cannot prove.
"""

from .households import GUARANTEES, INCOME_STEP, INCOME_TOP, LARGEST_SIZE, Households
from .people import AGE_STEP, AGE_TOP, People, Year
from .places import Place, Places
from .tally import Tally
from .whole import AreaTooSmall, Register, Situation, people_of, register_years, situation, usual_year

__all__ = [
    "AGE_STEP",
    "AGE_TOP",
    "GUARANTEES",
    "INCOME_STEP",
    "INCOME_TOP",
    "LARGEST_SIZE",
    "AreaTooSmall",
    "Households",
    "People",
    "Place",
    "Places",
    "Register",
    "Situation",
    "Tally",
    "Year",
    "people_of",
    "register_years",
    "situation",
    "usual_year",
]
