"""What assessment stores."""

from .scores import Appeal, Card, Indicator, Point, Score, Scoring
from .supervision import Inspection, InspectionFinding, Item, Rectification, RectificationStep
from .tips import Tip

__all__ = [
    "Appeal",
    "Card",
    "Indicator",
    "Inspection",
    "InspectionFinding",
    "Item",
    "Point",
    "Rectification",
    "RectificationStep",
    "Score",
    "Scoring",
    "Tip",
]
