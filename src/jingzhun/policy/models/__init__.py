"""What policy stores: the document library, policies as rules, entitlements and receipts, the county's plan."""

from .document import Document
from .entitlement import Entitlement, EntitlementRun, Receipt
from .plan import Phase, Plan, PlanMeasure, Target
from .policy import Benefit, Per, Policy, PolicyVersion

__all__ = [
    "Benefit",
    "Document",
    "Entitlement",
    "EntitlementRun",
    "Per",
    "Phase",
    "Plan",
    "PlanMeasure",
    "Policy",
    "PolicyVersion",
    "Receipt",
    "Target",
]
