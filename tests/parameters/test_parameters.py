"""Values are asked by name, area and date; the nearest area's value in force answers."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from jingzhun.journal.models import Entry
from jingzhun.journal.receivers import tell_reference
from jingzhun.parameters.actions import load_reference, reference_loaded
from jingzhun.parameters.models import Parameter
from jingzhun.parameters.queries import NoParameter, poverty_line, value, values

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


def test_a_fresh_installation_tells_its_first_values(ready_installation):
    count = "SELECT count(*) FROM journal_entry WHERE action = 'parameters.loaded'"
    assert ready_installation.value(count) == 1
