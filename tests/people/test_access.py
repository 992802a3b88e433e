"""Users get in with a sound password, see their areas only, and every view is closed unless it says whom it is for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.journal.actions import Decision, record_many
from jingzhun.journal.models import Entry
from jingzhun.journal.queries import entries_of, verify
from jingzhun.people.actions import add_user, assign_role
from jingzhun.people.middleware import ScopeMiddleware, _of_a_package
from jingzhun.people.models import Organisation, RoleAssignment, User
from jingzhun.people.rules import EDIT_HOUSEHOLDS, MANAGE_PEOPLE, VIEW_HOUSEHOLDS, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    county = Area.objects.create(code="610426", name="永寿县", level="county", valid_from=date(1949, 10, 1))
    return Area.objects.create(code="610426102201", name="村", level="village", valid_from=county.valid_from)


def test_a_user_is_added_and_the_journal_says_so():
    user = add_user("clerk", "王文书", "永寿-2014-扶贫")
    assert user.check_password("永寿-2014-扶贫")
    assert entries_of("user", "clerk").get().action == "people.user_added"


@pytest.mark.parametrize("password", ["short", "password12", "1234567890", "clerk-clerk"])
def test_a_weak_password_is_refused(password):
    with pytest.raises(ValidationError):
        add_user("clerk-clerk", "王文书", password)


def test_a_name_is_taken_once_whatever_its_letters():
    add_user("clerk", "王文书", "永寿-2014-扶贫")
    for again in ("clerk", "Clerk", "CLERK"):
        with pytest.raises(ValidationError) as refused:
            add_user(again, "李文书", "永寿-2014-扶贫")
        assert refused.value.message_dict == {"username": ["已有这个登录名；大小写视为相同。"]}
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(username=again, full_name="李文书")


def test_a_helper_belongs_to_an_organisation(village):
    user = add_user("helper", "张干部", "永寿-2014-扶贫")
    with pytest.raises(ValidationError):
        assign_role(user, Role.HELPER, village)
    bank = Organisation.objects.create(name="咸阳市农业银行", level="city")
    assign_role(user, Role.HELPER, village, organisation=bank)
    assert user.scope.roles == (Role.HELPER,)
    assert not user.can(VIEW_HOUSEHOLDS), "only the households paired with them, and no pairing is kept yet"


def test_a_role_that_ended_or_begins_tomorrow_gives_nothing(village):
    user = add_user("clerk", "王文书", "永寿-2014-扶贫")
    today = timezone.localdate()
    assign_role(user, Role.VILLAGE_CLERK, village, valid_from=today - timedelta(days=9), valid_until=today)
    assign_role(user, Role.VILLAGE_CLERK, village, valid_from=today + timedelta(days=1))
    assert not user.can(VIEW_HOUSEHOLDS)


def test_the_journal_names_the_role_in_which_the_user_acted(village):
    user = add_user("clerk", "王文书", "永寿-2014-扶贫")
    assign_role(user, Role.AUDITOR, Area.objects.get(pk="610426"))
    assign_role(user, Role.VILLAGE_CLERK, village)
    assign_role(user, Role.ADMINISTRATOR, Area.objects.get(pk="610426"))
    decisions = [
        Decision("registry.household_edited", "household", "1", village.code, permission=EDIT_HOUSEHOLDS),
        Decision("registry.household_edited", "household", "1", village.code),
        Decision("people.role_assigned", "user", "x", village.code, permission=MANAGE_PEOPLE),
        Decision("people.user_added", "user", "x", permission=MANAGE_PEOPLE),
        Decision("elsewhere", "area", "61", "61"),
    ]
    number = record_many(decisions, by=user)
    roles = list(Entry.objects.order_by("id").values_list("role", flat=True))[-number:]
    assert roles == ["village_clerk", "village_clerk", "administrator", "administrator", "auditor"]
    assert verify().ok


def test_a_user_who_is_switched_off_sees_nothing(village):
    user = add_user("clerk", "王文书", "永寿-2014-扶贫")
    assign_role(user, Role.VILLAGE_CLERK, village)
    user.is_active = False
    user.__dict__.pop("scope", None)
    assert not user.can(VIEW_HOUSEHOLDS)


def test_a_phone_number_rests_sealed():
    from django.db import connection

    user = add_user("clerk", "王文书", "永寿-2014-扶贫")
    user.phone = "13800000000"
    user.save()
    user.refresh_from_db()
    assert user.phone == "13800000000"
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM people_user")
        assert b"13800000000" not in bytes(cursor.fetchone()[0])


def test_a_view_that_does_not_say_whom_it_is_for_stays_closed():
    request = RequestFactory().get("/")
    request.user = add_user("clerk", "王文书", "永寿-2014-扶贫")
    middleware = ScopeMiddleware(lambda request: HttpResponse())
    middleware(request)
    with pytest.raises(PermissionDenied):
        middleware.process_view(request, lambda request: HttpResponse(), (), {})


def views(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern


def test_every_view_of_the_project_says_whom_it_is_for():
    unmarked = [
        str(pattern.pattern)
        for pattern in views()
        if not _of_a_package(pattern.callback) and not hasattr(pattern.callback, "permission")
    ]
    assert unmarked == []


def test_assignments_are_kept_when_they_end(village):
    user = add_user("clerk", "王文书", "永寿-2014-扶贫")
    assign_role(user, Role.VILLAGE_CLERK, village)
    assert str(RoleAssignment.objects.get()).startswith("王文书")


@pytest.mark.parametrize(("role", "area"), [(Role.VILLAGE_CLERK, "610426"), (Role.COUNTY_OFFICER, "610426102201")])
def test_a_role_is_given_where_it_makes_sense(village, role, area):
    user = add_user("someone", "王文书", "永寿-2014-扶贫")
    with pytest.raises(ValidationError, match=r"is a role for|这一角色可授予"):
        assign_role(user, role, Area.objects.get(pk=area))
