"""An administrator gives roles to the users of the own area, and to nobody else."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.registry.factories import VILLAGE, make_area, make_user, make_village

from jingzhun.journal.models import Entry
from jingzhun.journal.queries import entries_of
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


def test_the_same_role_given_twice_is_told_on_the_form(client, clerk):
    give(client, clerk)
    response = give(client, clerk)
    assert response.status_code == 200
    assert "已有这个角色" in response.content.decode()
    assert RoleAssignment.objects.filter(user=clerk, valid_from="2014-05-01").count() == 1


def test_what_is_wrong_with_a_role_is_told_in_words(client, clerk):
    assert "帮扶单位" in give(client, clerk, "helper").content.decode()
    assert "晚于开始日" in give(client, clerk, valid_until="2014-05-01").content.decode()


@pytest.mark.parametrize("address", ["/users/?q=%00", "/users/?q=a%00b", "/users/%00/", "/users/clerk%00x/"])
def test_a_null_byte_is_no_error(client, clerk, address):
    assert client.get(address).status_code in (200, 404)


def switch(client, user: User, active: str) -> bool:
    client.post(address("switch", user), {"active": active})
    user.refresh_from_db()
    return user.is_active


def test_a_login_is_switched_off_and_stays_off_at_a_second_click(client, clerk):
    assert 'value="no"' in client.get(address("user", clerk)).content.decode()
    assert [switch(client, clerk, "no"), switch(client, clerk, "no")] == [False, False]
    assert entries_of("user", "clerk").filter(action="people.user_switched_off").count() == 1
    assert 'value="yes"' in client.get(address("user", clerk)).content.decode()
    assert switch(client, clerk, "yes")


def test_a_user_with_a_role_above_or_elsewhere_is_not_the_countys_to_switch_off(client, clerk):
    province = make_user(Role.ADMINISTRATOR, "61", username="province")
    assign_role(province, Role.AUDITOR, make_area("610426"))
    page = client.get(address("user", province)).content.decode()
    assert address("switch", province) not in page
    assert switch(client, province, "no")
    RoleAssignment.objects.filter(user=province, area_id="61").update(valid_until=timezone.localdate())
    assert not switch(client, province, "no"), "a role that ended does not protect"


def test_nobody_switches_themselves_off(client, admin):
    assert address("switch", admin) not in client.get(address("user", admin)).content.decode()
    assert switch(client, admin, "no")


LIST = reverse("people:users")


def cadres(login: str, name: str, many: int) -> None:
    for number in range(many):
        make_user(username=f"{login}{number:04d}", full_name=f"{name}{number}")


def test_the_list_comes_in_pages_and_asks_the_database_as_often_for_many_as_for_few(client, admin):
    cadres("cadre", "干部", 3)
    few = asked(client)
    cadres("more", "更多", 120)
    assert asked(client) == few <= 10
    pages = [client.get(LIST, {"page": page}).content.decode() for page in (1, 2, 3, "x", "99")]
    assert [page.count("/users/more") + page.count("/users/cadre") for page in pages[:3]] == [49, 50, 24]
    assert "page=2" in pages[0] and "124" in pages[0]
    found = client.get(LIST, {"q": "更多", "page": 2}).content.decode()
    assert "q=%E6%9B%B4%E5%A4%9A&amp;page=3" in found


def asked(client) -> int:
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)


def exported(client, query: str = "") -> list[tuple]:
    response = client.post(reverse("people:export", query={"q": query} if query else {}))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


def test_the_list_goes_out_with_a_row_for_each_role_and_the_journal_says_so(client, admin, clerk):
    assign_role(clerk, Role.AUDITOR, make_area("610426"))
    make_user(username="stranger", area="610427102201")
    User.objects.create(username="fresh", full_name="=1+1", is_active=False)
    rows = exported(client)
    assert [row[0] for row in rows[1:]] == ["admin", "clerk", "clerk", "fresh"]
    assert rows[2][3:6] == ("村文书", "永安村", VILLAGE)
    assert rows[4][1:3] == ("=1+1", "是")
    entry = Entry.objects.get(action="people.list_exported")
    assert (entry.values["rows"], entry.role, entry.area_code) == (3, "administrator", "610426")
    assert [row[0] for row in exported(client, "王文")][1:] == ["admin", "clerk", "clerk"]
    assert "王文" not in str(Entry.objects.last().values)


def test_only_an_administrator_takes_the_list_out(client, clerk):
    client.force_login(clerk)
    assert client.post(reverse("people:export")).status_code == 403
