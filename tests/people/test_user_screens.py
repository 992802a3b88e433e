"""An administrator gives roles to the users of the own area, and to nobody else."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from tests.registry.factories import VILLAGE, make_area, make_user, make_village

from jingzhun.people.actions import assign_role
from jingzhun.people.models import RoleAssignment, User
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, settings):
    settings.DEMO = True  # two-step login has tests of its own
    make_village(groups=1)
    user = make_user(Role.ADMINISTRATOR, "610426", username="admin")
    client.force_login(user)
    return user


@pytest.fixture
def clerk(admin):
    return make_user(username="clerk")


def address(name: str, user: User) -> str:
    return reverse(f"people:{name}", args=[user.username])


def give(client, user: User, role: str = "village_clerk", area: str = VILLAGE, **values: str):
    return client.post(address("user", user), {"role": role, "area": area, "valid_from": "2014-05-01"} | values)


def test_no_role_is_given_in_a_village_group(client, clerk):
    response = give(client, clerk, area=f"{VILLAGE}001")
    assert "村民小组" in response.context["form"].errors["area"][0]
    with pytest.raises(ValidationError, match="村民小组"):
        assign_role(clerk, Role.VILLAGE_CLERK, make_area(f"{VILLAGE}001"))
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(user=clerk, role=Role.VILLAGE_CLERK, area_id=f"{VILLAGE}001")
    assert RoleAssignment.objects.filter(user=clerk).count() == 1
    assert give(client, clerk).status_code == 302
