"""What identification stores: rounds and quotas, applications, and the evidence of each step."""

from .application import Application, FiledBy, Kind
from .code import HouseholdCode
from .crosscheck import CrossList, CrossRecord, Flag, FlagRuling
from .evidence import Attachment, Review, Visit
from .meeting import Ballot, Meeting
from .round import Quota, Round, RoundKind
from .village import Judge, LeaderApproval, Nomination, Panel, Resolution, Result, Score

__all__ = [
    "Application",
    "Attachment",
    "Ballot",
    "CrossList",
    "CrossRecord",
    "FiledBy",
    "Flag",
    "FlagRuling",
    "HouseholdCode",
    "Judge",
    "Kind",
    "LeaderApproval",
    "Meeting",
    "Nomination",
    "Panel",
    "Quota",
    "Resolution",
    "Result",
    "Review",
    "Round",
    "RoundKind",
    "Score",
    "Visit",
]
