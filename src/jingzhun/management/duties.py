"""What waits for a user in projects and money: reports, stages, decisions."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.people.duties import Duty
from jingzhun.people.models import User
from jingzhun.people.rules import APPROVE_FUNDS, HANDLE_FUNDS, RUN_PROJECTS

from .models import Allocation, Order
from .queries import money, projects
from .queries.projects import Asked


def duties(user: User, today: date) -> Iterator[Duty]:
    """Projects that are late or owe a report, for who runs or answers for them; money for who decides on it."""
    if any(user.can(permission) for permission in (RUN_PROJECTS, HANDLE_FUNDS, APPROVE_FUNDS)):
        place, told = reverse("management:projects"), projects.numbers(user, Asked(), today)
        yield Duty(_("Projects that are late"), told["red"], f"{place}?standing=red", told["red"], "alarm")
        yield Duty(_("Projects whose report is missing"), told["missing"], f"{place}?standing=missing",
                   told["missing"], "report")  # fmt: skip
        yield Duty(_("Projects with a stage due soon"), told["yellow"], f"{place}?standing=yellow", icon="hourglass")
    if user.can(APPROVE_FUNDS):
        place = reverse("management:decisions")
        payments = money.orders(user, Order.State.PROPOSED).count()
        yield Duty(_("Payments to decide on"), payments, f"{place}?what=payments&state=proposed", icon="gavel")
        allocations = money.allocations(user, Allocation.State.PROPOSED).count()
        yield Duty(_("Allocations to decide on"), allocations, f"{place}?what=allocations&state=proposed", icon="gavel")
        library = projects.projects(user, Asked(state="library")).count()
        where = f"{reverse('management:projects')}?state=library"
        yield Duty(_("Projects in the library to approve"), library, where, icon="briefcase")
