"""What management stores: projects with stages, reports and pictures; money from its source to whoever is paid."""

from .money import Account, Allocation, Order, Payee, Source, Transfer
from .project import Beneficiary, Project, ProjectPhoto, Report, Stage

__all__ = [
    "Account",
    "Allocation",
    "Beneficiary",
    "Order",
    "Payee",
    "Project",
    "ProjectPhoto",
    "Report",
    "Source",
    "Stage",
    "Transfer",
]
