"""Organisations are added and corrected by the administrator of their area, and the journal says so."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from tests.registry.factories import make_area, make_user, make_village

from jingzhun.journal.models import Entry
from jingzhun.people.actions import add_organisation, change_organisation
from jingzhun.people.models import Organisation
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db
LIST = reverse("people:organisations")


@pytest.fixture
def admin(client, settings):
    settings.DEMO = True  # two-step login has tests of its own
    make_village()
    user = make_user(Role.ADMINISTRATOR, "610426", username="admin")
    client.force_login(user)
    return user


def save(client, address: str, **values: str):
    return client.post(address, {"name": "县农业局", "level": "county", "area": "610426"} | values, follow=True)


def test_an_organisation_is_added_and_corrected_on_the_screen(client, admin):
    assert "还没有帮扶单位" in client.get(LIST).content.decode()
    page = save(client, reverse("people:organisation-add")).content.decode()
    found = Organisation.objects.get()
    assert "县农业局" in page and reverse("people:organisation", args=[found.pk]) in page
    save(client, reverse("people:organisation", args=[found.pk]), name="县农业农村局", level="city")
    found.refresh_from_db()
    assert (found.name, found.level, found.area_id) == ("县农业农村局", "city", "610426")
    added, changed = Entry.objects.filter(record_type="organisation").order_by("id")
    assert (added.action, added.actor, added.role, added.area_code) == (
        "people.organisation_added",
        "admin",
        "administrator",
        "610426",
    )
    assert changed.values == {"name": ["县农业局", "县农业农村局"], "level": ["county", "city"]}
    save(client, reverse("people:organisation", args=[found.pk]), name="县农业农村局", level="city")
    assert Entry.objects.filter(record_type="organisation").count() == 2, "nothing changed, nothing told"


@pytest.mark.parametrize(
    ("wrong", "field"), [({"name": "县农业局"}, "name"), ({"area": "610427"}, "area"), ({"level": "x"}, "level")]
)
def test_what_is_wrong_with_an_organisation_is_told(client, admin, wrong, field):
    add_organisation("县农业局", "county", None)
    response = save(client, reverse("people:organisation-add"), **({"name": "县水利局"} | wrong))
    assert response.context["form"].errors[field]
    assert Organisation.objects.count() == 1


def test_organisations_of_elsewhere_are_not_offered_and_those_from_above_not_corrected(client, admin):
    theirs = add_organisation("邻县农业局", "county", make_area("610427"))
    above = add_organisation("咸阳市农业银行", "city", make_area("6104"))
    partner = add_organisation("外地企业", "partner", None)
    page = client.get(LIST).content.decode()
    assert theirs.name not in page and above.name in page and partner.name in page
    for each in (theirs, above, partner):
        assert client.get(reverse("people:organisation", args=[each.pk])).status_code == 404
    clerk = make_user(username="clerk")
    form = client.get(reverse("people:user", args=[clerk.pk])).context["form"]
    assert set(form.fields["organisation"].queryset) == {above, partner}


def test_a_name_stands_once(admin):
    one, two = (add_organisation(name, "county", None) for name in ("甲单位", "乙单位"))
    with pytest.raises(ValidationError):
        add_organisation(" 甲单位 ", "county", None)
    with pytest.raises(ValidationError):
        change_organisation(two, one.name, "county", None, by=admin)


def test_the_list_asks_the_database_as_often_for_many_as_for_few(client, admin, django_assert_max_num_queries):
    for number in range(120):
        add_organisation(f"单位{number:03d}", "county", make_area("610426"))
    client.get(LIST)
    with django_assert_max_num_queries(10):
        page = client.get(LIST).content.decode()
    assert page.count("单位") >= 50 and "page=2" in page


def test_the_people_of_an_organisation_are_those_of_ones_area_and_open_as_a_list(client, admin):
    bank = add_organisation("咸阳市农业银行", "city", None)
    here, there = make_user(Role.HELPER, "610426", username="here"), make_user(Role.HELPER, "610427", username="there")
    gone = make_user(Role.HELPER, "610426", username="gone")
    gone.assignments.update(valid_until=timezone.localdate())
    assert {user.assignments.get().organisation for user in (here, there, gone)} == {bank}
    (listed,) = client.get(LIST).context["organisations"]
    assert listed.people == 1
    address = f"{reverse('people:users')}?organisation={bank.pk}"
    assert address in client.get(LIST).content.decode()
    shown = client.get(address)
    assert [user.username for user in shown.context["users"]] == ["here"]
    assert "咸阳市农业银行" in shown.content.decode()
    assert [user.username for user in client.get(f"{address}&q=there").context["users"]] == []
    assert client.get(reverse("people:users"), {"organisation": "²"}).context["organisation"] is None


def test_the_list_is_searched_and_goes_out(client, admin):
    for name in ("县农业局", "=1+1 公司"):
        add_organisation(name, "county", make_area("610426"))
    assert [each.name for each in client.get(LIST, {"q": "公司"}).context["organisations"]] == ["=1+1 公司"]
    assert "没有符合" in client.get(LIST, {"q": "没有这家"}).content.decode()
    response = client.post(reverse("people:organisations-export", query={"q": "公司"}))
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.values)
    assert rows[1:] == [("=1+1 公司", "县级", "永寿县", "610426", 0)]
    entry = Entry.objects.get(action="people.list_exported")
    assert (entry.record, entry.values["rows"]) == ("organisations", 1)


def test_a_clerk_has_no_business_there(client, admin):
    client.force_login(make_user())
    assert client.get(LIST).status_code == 403


def test_the_command_line_adds_the_organisation_at_its_level(ready_installation):
    listed = ready_installation.var / "areas.csv"
    listed.write_text("code,name,level,parent\n61,陕西省,province,\n6104,咸阳市,city,61\n610426,永寿县,county,6104\n")
    ready_installation.run("areas", "load", str(listed))
    ready_installation.environment["JINGZHUN_PASSWORD"] = "永寿-2014-扶贫"
    given = ["--role", "helper", "--area", "610426", "--name", "张干部"]
    said = ready_installation.run("users", "add", "h0", *given, fails=True)
    assert "A helper belongs to an organisation" in said
    bank = ["--organisation", "咸阳市农业银行", "--organisation-level"]
    assert "level" in ready_installation.run("users", "add", "h0", *given, *bank, "village", fails=True).lower()
    ready_installation.run("users", "add", "h1", *given, *bank, "city")
    ready_installation.run("users", "add", "h2", *given, *bank, "city")
    assert ready_installation.value("SELECT level || area_id FROM people_organisation") == "city610426"
    told = "SELECT count(*) FROM journal_entry WHERE action = 'people.organisation_added' AND actor = 'system'"
    assert ready_installation.value(told) == 1
    assert ready_installation.value("SELECT count(*) FROM people_user") == 2
