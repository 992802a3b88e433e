"""What the register stores."""

from .event import Event, Photo, SavedFilter
from .household import Household, HouseholdAlias, RegisterSpell
from .member import Member
from .survey import Survey
from .village import VillageYear

__all__ = [
    "Event",
    "Household",
    "HouseholdAlias",
    "Member",
    "Photo",
    "RegisterSpell",
    "SavedFilter",
    "Survey",
    "VillageYear",
]
