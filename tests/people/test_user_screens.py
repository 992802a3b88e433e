"""An administrator gives roles to the users of the own area, and to nobody else."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_user, make_village

from jingzhun.areas.models import Area
from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.journal.queries import entries_of
from jingzhun.people.actions import NotYours, assign_role, end_role, reset_password, switch_user
from jingzhun.people.forms import RoleForm
from jingzhun.people.models import RoleAssignment, User
from jingzhun.people.queries import users_in
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
    return reverse(f"people:{name}", args=[user.pk])


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


def test_an_area_is_given_by_code_or_name_and_proposed_while_one_types(client, clerk):
    town = make_area(VILLAGE[:9])
    page = client.get(address("user", clerk)).content.decode()
    assert "<datalist" in page and f"{town.short_name}" in page and f'{VILLAGE}"' in page
    proposal = page.partition(f" {VILLAGE}")[0].rpartition('"')[2] + f" {VILLAGE}"  # as the browser fills it in
    wanted = [
        ("leader", town.name, town.code),
        ("village_clerk", proposal, VILLAGE),
        ("village_clerk", VILLAGE, VILLAGE),
    ]
    for role, typed, code in wanted:
        form = RoleForm({"role": role, "area": typed, "valid_from": "2014-05-01"}, areas=("610426",))
        assert form.is_valid(), form.errors
        assert form.cleaned_data["area"].pk == code
    assert give(client, clerk, area=proposal).status_code == 302


def test_a_name_of_several_areas_is_told_with_the_choices(client, clerk):
    Area.objects.filter(pk=VILLAGE).update(name="永安村委会")
    Area.objects.filter(pk=make_area(OTHER_VILLAGE).pk).update(name="永安村委会")
    told = give(client, clerk, area="永安村").context["form"].errors["area"][0]
    assert VILLAGE in told and OTHER_VILLAGE in told and "多个地区" in told
    assert give(client, clerk, area="别处").context["form"].errors["area"]
    assert give(client, clerk, area="\0").status_code == 200


def test_the_same_role_given_twice_is_told_on_the_form(client, clerk):
    give(client, clerk)
    response = give(client, clerk)
    assert response.status_code == 200
    assert "已有这个角色" in response.content.decode()
    assert RoleAssignment.objects.filter(user=clerk, valid_from="2014-05-01").count() == 1


def test_what_is_wrong_with_a_role_is_told_in_words(client, clerk):
    assert "帮扶单位" in give(client, clerk, "helper").content.decode()
    assert "晚于开始日" in give(client, clerk, valid_until="2014-05-01").content.decode()


@pytest.mark.parametrize("address", ["/users/?q=%00", "/users/?q=a%00b", "/users/%00/", "/users/organisations/?q=%00"])
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


def test_a_new_user_belongs_to_the_administrator_who_added_it(client, admin):
    form = {"username": "fresh", "full_name": "新来的", "password": "永寿-2014-扶贫"}
    assert client.post(reverse("people:add"), form).status_code == 302
    fresh = User.objects.get(username="fresh")
    assert fresh.home_id == "610426" and "fresh" in client.get(LIST).content.decode()
    neighbour = make_user(Role.ADMINISTRATOR, "610427", username="neighbour")
    client.force_login(neighbour)
    assert "fresh" not in client.get(LIST).content.decode()
    assert client.get(address("user", fresh)).status_code == 404
    for decide in (lambda: switch_user(fresh, active=False, by=neighbour), lambda: assign(fresh, neighbour)):
        with pytest.raises(NotYours):
            decide()
    province = make_user(Role.ADMINISTRATOR, "61", username="province")
    assert not switch_user(fresh, active=False, by=province).is_active


def assign(user: User, by: User, role: Role = Role.COUNTY_OFFICER, area: str = "610426") -> RoleAssignment:
    return assign_role(user, role, make_area(area), by=by)


def test_of_a_user_without_role_and_home_no_administrator_is_in_charge(admin):
    lost = User.objects.create(username="lost", full_name="无处")
    with pytest.raises(NotYours):
        reset_password(lost, "永寿-2014-扶贫", by=admin)
    assert "lost" not in {user.username for user in users_in(("610426",))}


def test_a_login_called_like_a_screen_opens_its_own_page(client, admin):
    for login in ("add", "export", "organisations", "roles"):
        assert "的" in client.get(address("user", make_user(username=login, full_name="他的"))).content.decode()


def test_a_login_in_other_letters_is_told_beside_its_field(client, clerk):
    form = {"username": "Clerk", "full_name": "新来的", "password": "永寿-2014-扶贫"}
    assert "已有这个登录名" in client.post(reverse("people:add"), form).context["form"].errors["username"][0]


def test_nobody_gives_or_ends_their_own_roles(client, admin):
    with pytest.raises(NotYours):
        assign(admin, admin)
    assert "自己的角色" in give(client, admin, "county_officer", "610426").content.decode()
    own = admin.assignments.get()
    other = make_user(Role.ADMINISTRATOR, "610426", username="other")
    page = client.get(address("user", admin)).content.decode()
    assert reverse("people:end-role", args=[own.pk]) not in page and 'name="role"' not in page
    client.post(reverse("people:end-role", args=[own.pk]))
    own.refresh_from_db()
    assert own.valid_until is None
    assert end_role(own, by=other)


def test_an_area_keeps_its_last_administrator(admin):
    own = admin.assignments.get()
    with pytest.raises(NotYours, match="最后一名"):
        end_role(own, by=SYSTEM)
    with pytest.raises(NotYours, match="最后一名"):
        switch_user(admin, active=False, by=SYSTEM)
    other = make_user(Role.ADMINISTRATOR, "610426", username="other")
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(NotYours):
        end_role(own, by=SYSTEM)
    make_user(Role.ADMINISTRATOR, "61", username="province")  # sees to the county too
    assert end_role(own, by=SYSTEM)


def test_a_role_is_ended_after_one_was_asked_and_once(client, clerk):
    role = clerk.assignments.get()
    page = reverse("people:end-role", args=[role.pk])
    assert page in client.get(address("user", clerk)).content.decode()
    assert "村文书" in client.get(page).content.decode()
    role.refresh_from_db()
    assert role.valid_until is None, "looking ends nothing"
    for _ in range(2):
        assert client.post(page).status_code == 302
    role.refresh_from_db()
    assert role.valid_until == timezone.localdate()
    assert entries_of("user", "clerk").filter(action="people.role_ended").count() == 1


def test_a_role_that_has_not_begun_is_taken_back_once(admin, clerk):
    begins = timezone.localdate() + timedelta(days=9)
    role = assign_role(clerk, Role.VILLAGE_CLERK, make_area(VILLAGE), valid_from=begins)
    stale = RoleAssignment.objects.get(pk=role.pk)
    assert end_role(role, by=admin) and not end_role(stale, by=admin)
    assert entries_of("user", "clerk").filter(action="people.role_ended").count() == 1


def test_nobody_ends_a_role_elsewhere(admin):
    elsewhere = make_user(area="610427102201").assignments.get()
    with pytest.raises(NotYours):
        end_role(elsewhere, by=admin)


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
    assert [page.count(">more0") + page.count(">cadre0") for page in pages[:3]] == [49, 50, 24]
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
    User.objects.create(username="fresh", full_name="=1+1", is_active=False, home_id="610426")
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
