"""Forms of the register's screens, built from its dictionary."""

from .events import HeadChangeForm, JoinForm, LeaveForm, MergeForm, MoveForm, PlaceForm, ReverseForm, SplitForm
from .photos import PhotoForm
from .rows import HeadForm, HouseholdForm, MemberForm, SurveyForm, VillageYearForm

__all__ = [
    "HeadChangeForm",
    "HeadForm",
    "HouseholdForm",
    "JoinForm",
    "LeaveForm",
    "MemberForm",
    "MergeForm",
    "MoveForm",
    "PhotoForm",
    "PlaceForm",
    "ReverseForm",
    "SplitForm",
    "SurveyForm",
    "VillageYearForm",
]
