"""What the register stores."""

from .checks import CheckDay, CheckFinding, CheckRun
from .event import Event, Photo, SavedFilter
from .exports import Export
from .household import ByHousehold, Household, HouseholdAlias, RegisterSpell
from .imports import Import
from .member import Member
from .survey import Survey
from .village import STANDING, VillageYear

__all__ = [
    "STANDING",
    "ByHousehold",
    "CheckDay",
    "CheckFinding",
    "CheckRun",
    "Event",
    "Export",
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
