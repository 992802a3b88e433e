"""What identification does when a notice ends, an objection is settled, a household is about to move."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from jingzhun.publicity.models import Notice, Objection
from jingzhun.publicity.signals import notices_closed, objection_settled
from jingzhun.registry.models import Household
from jingzhun.registry.signals import household_erasing, household_moving


@receiver(notices_closed)
def carry_cases_on(sender: Any, notices: Sequence[Notice], at: datetime, **_: Any) -> None:
    from .actions.carrying import carry_on_after

    carry_on_after(notices, at)


@receiver(objection_settled)
def follow_the_ruling(sender: Any, objection: Objection, **_: Any) -> None:
    from .actions.carrying import settle

    why = f"{objection.shown_number} {objection.get_state_display()}"
    settle(objection, upheld=objection.state == Objection.State.UPHELD, why=why, at=objection.settled_at)


@receiver(household_erasing)
def keep_while_it_has_a_case(sender: Any, household: Household, **_: Any) -> None:
    from .actions.applications import require_no_case

    require_no_case(household)


@receiver(household_moving)
def keep_in_its_village(sender: Any, household: Household, area_code: str, **_: Any) -> None:
    from .actions.applications import require_settled

    if not area_code.startswith(household.village_code):
        require_settled(household)
