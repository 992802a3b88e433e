"""What assistance stores: who helps whom, what they give, where they are posted, what they find and what is done."""

from .household_plan import HouseholdPlan
from .measure import Measure, MeasurePaper, Season
from .organisation import Arrival, Pledge, Team
from .pairing import Kin, Pairing, PairingPlan, PlannedPair
from .posting import Absence, Posting, Presence
from .visit import Need, Visit, VisitPhoto

__all__ = [
    "Absence",
    "Arrival",
    "HouseholdPlan",
    "Kin",
    "Measure",
    "MeasurePaper",
    "Need",
    "Pairing",
    "PairingPlan",
    "PlannedPair",
    "Pledge",
    "Posting",
    "Presence",
    "Season",
    "Team",
    "Visit",
    "VisitPhoto",
]
