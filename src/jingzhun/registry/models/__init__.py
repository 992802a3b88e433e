"""What the register stores."""

from .checks import CheckDay, CheckFinding, CheckRun
from .event import Event, Photo, SavedFilter
from .household import Household, HouseholdAlias, RegisterSpell
from .imports import Import
from .member import Member
from .survey import Survey
from .village import VillageYear

__all__ = [
    "CheckDay",
    "CheckFinding",
    "CheckRun",
    "Event",
    "Household",
    "HouseholdAlias",
    "Import",
    "Member",
    "Photo",
    "RegisterSpell",
    "SavedFilter",
    "Survey",
    "VillageYear",
]
