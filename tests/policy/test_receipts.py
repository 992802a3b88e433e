"""Receipts: recorded once, taken back, imported from a department's list; by whoever may, where they may."""

from datetime import date
from decimal import Decimal

import pytest
from tests.policy.stage import COUNTY, policy, poor
from tests.registry.factories import OTHER_VILLAGE, make_user, make_village

from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.policy.actions.receipts import Received, record_receipts, take_back
from jingzhun.policy.models import Receipt
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused


def received(household, reference="measure:17", **values):
    told = {"year": 2014, "amount": Decimal("750"), "received_on": date(2014, 9, 1), "source": "measure"} | values
    return Received(household, told.pop("policy", None) or policy("kindergarten"), reference=reference, **told)


def test_what_was_received_is_recorded_once(county):
    household = poor()
    (made,) = record_receipts([received(household)], by=SYSTEM)
    assert household.receipts.get() == made and made.pk
    entry = Entry.objects.get(action="policy.receipt_recorded")
    assert entry.record == household.number and entry.values["policy"] == "kindergarten"
    assert "750" not in str(entry.values["amount"])  # what a household gets stands there as a digest
    with pytest.raises(Refused, match="measure:17"):
        record_receipts([received(household)], by=SYSTEM)
    with pytest.raises(Refused, match="measure:18"):
        record_receipts([received(household, "measure:18"), received(household, "measure:18")], by=SYSTEM)
    assert Receipt.objects.count() == 1


def test_what_was_recorded_in_error_is_taken_back_and_may_come_again(county):
    household = poor()
    record_receipts([received(household)], by=SYSTEM)
    take_back("measure:17", by=SYSTEM, why="no signature")
    assert household.receipts.get().revoked_at
    with pytest.raises(Refused):
        take_back("measure:17", by=SYSTEM)
    with pytest.raises(Refused):
        take_back("measure:99", by=SYSTEM)
    record_receipts([received(household, amount=Decimal(800))], by=SYSTEM)
    again = household.receipts.get()
    assert again.revoked_at is None and again.amount == 800
    assert Entry.objects.filter(action__startswith="policy.receipt_").count() == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"received_on": date(2099, 1, 1)}, "received_on"),
        ({"year": 2015}, "year"),
        ({"amount": Decimal(-1)}, "amount"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(county, values, field):
    household = poor()
    with pytest.raises(Refused) as refused:
        record_receipts([received(household, "measure:1"), received(household, "measure:2", **values)], by=SYSTEM)
    assert list(refused.value.messages) == [field]
    assert not Receipt.objects.exists() and not Entry.objects.filter(action="policy.receipt_recorded").exists()


def test_a_person_of_another_household_is_refused(county):
    household, other = poor(), poor()
    with pytest.raises(Refused, match="member"):
        record_receipts([received(household, member=other.members.get())], by=SYSTEM)


def test_whoever_helps_records_measures_and_the_county_takes_lists(county):
    household = poor()
    make_village(OTHER_VILLAGE)
    clerk, stranger = make_user(Role.VILLAGE_CLERK), make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE)
    leader, officer = make_user(Role.SUPERVISOR, COUNTY), make_user(Role.COUNTY_OFFICER, COUNTY)
    for by, source in ((stranger, "measure"), (leader, "measure"), (clerk, "list"), (leader, "list")):
        with pytest.raises(NotYours):
            record_receipts([received(household, source=source)], by=by)
    record_receipts([received(household, "measure:1")], by=clerk)
    record_receipts([received(household, "list:1:2", source="list")], by=officer)
    with pytest.raises(NotYours):
        take_back("measure:1", by=stranger)
    with pytest.raises(NotYours):
        take_back("list:1:2", by=clerk)
    take_back("list:1:2", by=officer)
