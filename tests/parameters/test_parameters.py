"""Values are asked by name, area and date; the nearest area's value in force answers."""

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from tests.registry.factories import make_area, make_user

from jingzhun.journal.models import Entry
from jingzhun.journal.receivers import tell_reference
from jingzhun.parameters import actions
from jingzhun.parameters.actions import NotYours, load_reference, reference_loaded
from jingzhun.parameters.dictionary import DATA, in_words, kinds
from jingzhun.parameters.models import Parameter
from jingzhun.parameters.queries import NoParameter, history, lines, poverty_line, value, values
from jingzhun.parameters.rules import GROUPS, Wanted, problems
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db


def set_value(name, area, start, amount, until=None):
    return Parameter.objects.create(
        name=name, area_code=area, valid_from=start, valid_until=until, value=amount, unit="yuan", source="陕扶办发"
    )


@pytest.mark.parametrize(
    ("year", "line"), [(2010, 2300), (2013, 2736), (2014, 2800), (2016, 2952), (2018, 2995), (2020, 4000)]
)
def test_the_national_line_of_each_year(year, line):
    assert poverty_line("610426", year) == line


def test_a_lower_area_overrides_an_upper_one():
    set_value("poverty_line", "61", date(2013, 1, 1), Decimal("2974"))
    set_value("poverty_line", "610426", date(2013, 6, 1), Decimal("3000"))
    assert value("poverty_line", "610426102201", date(2013, 12, 31)) == 3000
    assert value("poverty_line", "610427", date(2013, 12, 31)) == 2974
    assert value("poverty_line", "620102", date(2013, 12, 31)) == 2736


def test_a_value_holds_from_its_first_day_until_the_day_before_its_end():
    set_value("notice_days", "61", date(2014, 5, 1), Decimal(7), until=date(2014, 6, 1))
    assert values(["notice_days"], "610426", date(2014, 4, 30)) == {}
    assert value("notice_days", "610426", date(2014, 5, 1)) == 7
    assert value("notice_days", "610426", date(2014, 5, 31)) == 7
    with pytest.raises(NoParameter, match="notice_days"):
        value("notice_days", "610426", date(2014, 6, 1))


def test_what_an_officer_set_survives_an_update_of_the_product():
    line = Parameter.objects.get(name="poverty_line", area_code="", valid_from=date(2013, 1, 1))
    Parameter.objects.filter(pk=line.pk).update(value=Decimal("2800"), shipped=False)
    load_reference()
    assert poverty_line("610426", 2013) == 2800


def test_every_shipped_value_names_its_unit_and_source():
    assert Parameter.objects.exists()
    assert not Parameter.objects.filter(unit="").exists()
    assert not Parameter.objects.filter(source="").exists()


def test_one_day_has_one_value():
    set_value("notice_days", "61", date(2014, 5, 1), Decimal(7))
    with pytest.raises(IntegrityError), transaction.atomic():
        set_value("notice_days", "61", date(2014, 5, 1), Decimal(5))


def test_many_values_are_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        found = values(["poverty_line", "pension_age", "nothing"], "610426", date(2013, 12, 31))
    assert set(found) == {"poverty_line", "pension_age"}


@pytest.fixture
def listening():
    reference_loaded.connect(tell_reference)
    yield
    reference_loaded.disconnect(tell_reference)


def test_the_journal_says_what_a_new_version_changes_and_nothing_when_nothing_does(listening):
    load_reference()
    assert not Entry.objects.exists()
    line = Parameter.objects.filter(name="poverty_line", area_code="", valid_from=date(2013, 1, 1))
    source = line.get().source
    line.update(value=Decimal("2700"))
    Parameter.objects.filter(name="poverty_line", valid_from=date(2014, 1, 1)).delete()
    load_reference()
    entry = Entry.objects.get(action="parameters.loaded")
    assert (entry.actor, entry.values["added"]) == ("system", 1)
    (changed,) = entry.values["changed"].items()
    assert changed[0].startswith("poverty_line") and [told[0] for told in changed[1]] == ["2700", "2736"]
    assert changed[1][1][3] == source


def test_a_shipped_value_that_moved_to_another_day_leaves_none_behind(listening):
    Parameter.objects.create(
        name="province_income",
        area_code="61",
        valid_from=date(2014, 1, 1),
        value=6000,
        unit="x",
        source="y",
        shipped=True,
    )
    set_value("province_income", "610426", date(2014, 1, 1), Decimal(6100))
    load_reference()
    assert not Parameter.objects.filter(area_code="61", valid_from=date(2014, 1, 1)).exists()
    assert value("province_income", "610426", date(2014, 6, 1)) == 6100, "what an officer set stays"
    (gone,) = Entry.objects.get(action="parameters.loaded").values["removed"].items()
    assert gone[0] == "province_income 61 2014-01-01" and gone[1][0] == "6000"


TOWN, TODAY = "610426102", timezone.localdate()


@pytest.fixture
def officer():
    make_area(TOWN)
    return make_user(Role.COUNTY_OFFICER, "610426", username="officer")


def ordered(amount: object = 5, area: str = "610426", start: date = TODAY, **more: object) -> Wanted:
    more = {"name": "first_notice_days", "source": "永扶办发〔2015〕3号"} | more
    return Wanted(area_code=area, value=Decimal(str(amount)), valid_from=start, **more)


def test_a_county_sets_its_own_days_and_the_journal_says_by_what_document(officer):
    row = actions.set_value(ordered(), by=officer)
    assert value("first_notice_days", TOWN, TODAY) == 5
    assert value("first_notice_days", "610427", TODAY) == 7
    assert row.unit == kinds()["first_notice_days"].unit and not row.shipped
    entry = Entry.objects.get(action="parameters.value_set")
    assert (entry.actor, entry.role, entry.area_code, entry.record) == (
        "officer", "county_officer", "610426", "first_notice_days",
    )  # fmt: skip
    assert (entry.values["value"], entry.values["source"]) == ("5", "永扶办发〔2015〕3号")
    actions.set_value(ordered(), by=officer)
    assert Entry.objects.filter(action="parameters.value_set").count() == 1, "said twice, decided once"


def test_a_new_value_ends_the_one_before_and_is_ended_by_the_one_that_follows(officer):
    later = TODAY + timedelta(days=20)
    actions.set_value(ordered(3, start=later), by=officer)
    first = actions.set_value(ordered(5), by=officer)
    assert first.valid_until == later
    middle = actions.set_value(ordered(6, start=TODAY + timedelta(days=9)), by=officer)
    first.refresh_from_db()
    assert (first.valid_until, middle.valid_until) == (middle.valid_from, later)
    assert [int(value("first_notice_days", TOWN, TODAY + timedelta(days=n))) for n in (0, 9, 20)] == [5, 6, 3]
    assert "5 (" in Entry.objects.order_by("pk").last().values["ended"]
    with pytest.raises(ValidationError, match=str(middle.valid_from)):
        actions.set_value(ordered(5, valid_until=later + timedelta(days=1)), by=officer)


def test_a_value_is_corrected_on_its_own_day(officer):
    actions.set_value(ordered(5), by=officer)
    actions.set_value(ordered(6, valid_until=TODAY + timedelta(days=30)), by=officer)
    row = Parameter.objects.get(name="first_notice_days", area_code="610426")
    assert (row.value, row.valid_until) == (6, TODAY + timedelta(days=30))
    assert Entry.objects.order_by("pk").last().values["value before"] == "5"


def test_the_past_changes_only_with_a_reason(officer):
    past = TODAY - timedelta(days=400)
    with pytest.raises(ValidationError) as refused:
        actions.set_value(ordered(start=past), by=officer)
    assert set(refused.value.message_dict) == {"why"}
    actions.set_value(ordered(start=past, why="文件下发时已执行"), by=officer)
    assert Entry.objects.get(action="parameters.value_set").why == "文件下发时已执行"


@pytest.mark.parametrize("area", ["61", "6104", "610427", "610427102"])
def test_nobody_sets_the_values_of_above_or_elsewhere(officer, area):
    make_area("610427102")
    with pytest.raises(NotYours):
        actions.set_value(ordered(area=area), by=officer)
    assert not Parameter.objects.filter(shipped=False).exists()


def test_a_county_sets_a_towns_value_and_a_clerk_none(officer):
    assert actions.set_value(ordered(area=TOWN), by=officer).area_code == TOWN
    with pytest.raises(NotYours):
        actions.set_value(ordered(area=TOWN), by=make_user())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "notice_days_typo"}, "name"),
        ({"amount": -1}, "value"),
        ({"amount": 400}, "value"),
        ({"amount": "NaN"}, "value"),
        ({"amount": "5.5"}, "value"),
        ({"name": "town_revisit_share", "amount": "0.12345"}, "value"),
        ({"source": " "}, "source"),
        ({"source": "号" * 301}, "source"),
        ({"start": date(2101, 1, 1)}, "valid_from"),
        ({"valid_until": TODAY}, "valid_until"),
        ({"area": ""}, "area"),
        ({"area": "610426102201"}, "area"),
        ({"area": "610499"}, "area"),
    ],
)
def test_nonsense_is_refused_by_field(officer, wrong, field):
    with pytest.raises(ValidationError) as refused:
        actions.set_value(ordered(**wrong))
    assert field in refused.value.message_dict
    assert not Parameter.objects.filter(shipped=False).exists()


def test_a_provinces_figure_is_of_one_year(officer):
    year = ordered("0.13", "610426", date(2014, 1, 1), name="province_incidence", why="次年公布")
    actions.set_value(year, by=officer)
    assert value("province_incidence", "610426", date(2014, 12, 31)) == Decimal("0.13")
    with pytest.raises(NoParameter):
        value("province_incidence", "610426", date(2015, 1, 1))
    with pytest.raises(ValidationError, match=r"1 January|1 月 1 日"):
        actions.set_value(ordered("0.13", start=date(2015, 3, 1), name="province_incidence", why="x"), by=officer)


def test_an_end_that_an_officer_set_survives_an_update_of_the_product():
    make_area("61")
    actions.set_value(ordered("7000", "61", date(2013, 1, 1), name="province_income", why="更正"))
    load_reference()
    assert value("province_income", "610426", date(2013, 12, 31)) == 7000


def test_every_parameter_has_its_words_and_its_shipped_values_lie_within_their_bounds():
    with (DATA / "parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["name"] for row in rows} == set(kinds())
    assert {kind.group for kind in kinds().values()} == set(GROUPS)
    assert all(kind.zh and kind.en for kind in kinds().values())
    with translation.override("zh-hans"):
        told = {text: in_words(text) for row in rows for text in (row["unit"], row["source"])}
    assert [text for text, said in told.items() if text == said and text.isascii()] == []
    for row in rows:
        kind = kinds()[row["name"]]
        wanted = Wanted(kind.name, "61", Decimal(row["value"]), date(2014, 1, 1), row["source"])
        assert "value" not in problems(kind, wanted, date(2014, 1, 1)), kind.name


def test_the_list_tells_what_holds_and_what_lies_below(officer, django_assert_num_queries):
    actions.set_value(ordered(area=TOWN), by=officer)
    with django_assert_num_queries(3):
        found = {line.kind.name: line for line in lines("610426", TODAY)}
    assert len(found) == len(kinds())
    assert (found["first_notice_days"].value, found["first_notice_days"].below) == ("7", 1)
    assert [line.kind.name for line in lines("610426", TODAY, text="一公示天数")] == ["first_notice_days"]
    assert {line.kind.group for line in lines("610426", TODAY, group="map")} == {"map"}
    assert [row.area_code for row in history("first_notice_days", "610426")] == [TOWN, ""]


def test_a_fresh_installation_tells_its_first_values(ready_installation):
    count = "SELECT count(*) FROM journal_entry WHERE action = 'parameters.loaded'"
    assert ready_installation.value(count) == 1
