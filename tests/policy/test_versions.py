"""Which version holds: the newest that has begun, the nearest area's, and none once it has ended."""

from datetime import date, timedelta
from decimal import Decimal

from tests.policy.stage import COUNTY, DAY, answer_of, policy, poor
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_village

from jingzhun.journal.actions import SYSTEM
from jingzhun.policy.actions.batch import run_entitlements
from jingzhun.policy.models import Policy, PolicyVersion
from jingzhun.policy.queries.versions import versions_in_force

CHILD = {"name": "张小", "birth_date": date(2010, 1, 2), "relation": "son", "student": "kindergarten"}


def another(of: PolicyVersion, **values) -> PolicyVersion:
    """A further version of a policy."""
    told = {field.attname: getattr(of, field.attname) for field in of._meta.concrete_fields if not field.primary_key}
    return PolicyVersion.objects.create(**told | {"number": of.number + 1} | values)


def test_a_version_holds_from_its_day_and_nothing_after_its_end(county):
    household = poor(members=[{"name": "张三", "education": "primary"}, CHILD])
    first = policy("kindergarten").versions.get()
    begins = DAY - timedelta(days=10)
    another(first, amount=Decimal(900), valid_from=begins, valid_until=DAY + timedelta(days=1))
    another(first, number=3, state="draft", amount=Decimal(5000), valid_from=None, published_at=None)
    assert answer_of(household, "kindergarten", begins - timedelta(days=1)).value == 750
    assert answer_of(household, "kindergarten").value == 900
    in_force = {each.version.policy.code for each in versions_in_force(COUNTY, DAY + timedelta(days=1))}
    assert "kindergarten" not in in_force and "boarding-primary" in in_force


def test_a_towns_policy_overrides_the_countys_there_and_nowhere_else(county):
    make_village(OTHER_VILLAGE)
    members = [{"name": "张三", "education": "primary"}, CHILD]
    here, there = poor(members=members), poor(OTHER_VILLAGE, members=members)
    own = Policy.objects.create(code="kindergarten", area_id=VILLAGE[:9])
    another(Policy.objects.get(code="kindergarten", area=county).versions.get(), policy_id=own.pk, amount=Decimal(1200))
    assert (answer_of(here, "kindergarten").value, answer_of(there, "kindergarten").value) == (1200, 750)
    run_entitlements(county, DAY, by=SYSTEM)
    kept = {each.household_id: each.value for each in own.entitlements.all()}
    assert kept == {here.pk: Decimal(1200)}
    assert there.entitlements.get(policy__code="kindergarten").value == 750
    assert here.entitlements.filter(policy__code="kindergarten").count() == 1
