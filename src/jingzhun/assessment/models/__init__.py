from .supervision import Inspection, InspectionFinding, Item, Rectification, RectificationStep
from .tips import Tip

__all__ = ["Inspection", "InspectionFinding", "Item", "Rectification", "RectificationStep", "Tip"]
