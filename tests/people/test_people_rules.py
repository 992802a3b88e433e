"""What each role may do, and where."""

from datetime import date

import pytest

from jingzhun.people import rules
from jingzhun.people.rules import PERMISSIONS, Assignment, Role, Scope, outermost

START = date(2014, 1, 1)


def scope(*pairs) -> Scope:
    return Scope(tuple(Assignment(role, area, START) for role, area in pairs))


def test_every_role_has_a_row_in_the_table_and_a_label():
    assert set(PERMISSIONS) == set(Role) == set(rules.ROLE_LABELS) == set(rules.ROLE_LEVELS)


def test_a_clerk_may_edit_in_the_own_village_only():
    clerk = scope((Role.VILLAGE_CLERK, "610426102201"))
    assert clerk.allows(rules.EDIT_HOUSEHOLDS, "610426102201")
    assert clerk.allows(rules.EDIT_HOUSEHOLDS, "610426102201003")
    assert not clerk.allows(rules.EDIT_HOUSEHOLDS, "610426102202")
    assert not clerk.allows(rules.EDIT_HOUSEHOLDS, "610426102")


def test_a_permission_holds_only_where_the_role_that_gives_it_holds():
    both = scope((Role.VILLAGE_CLERK, "610426102201"), (Role.LEADER, "610426"))
    assert both.areas == ("610426",)
    assert both.areas_for(rules.EDIT_HOUSEHOLDS) == ("610426102201",)
    assert not both.allows(rules.EDIT_HOUSEHOLDS, "610426102202")
    assert both.allows(rules.VIEW_HOUSEHOLDS, "610426102202")


def test_the_role_that_acts_is_the_one_that_allows_it_there_and_of_several_the_most_local():
    both = scope((Role.AUDITOR, "61"), (Role.COUNTY_OFFICER, "610426"), (Role.VILLAGE_CLERK, "610426102201"))
    assert both.acting_role("610426102201", rules.EDIT_HOUSEHOLDS) == Role.VILLAGE_CLERK
    assert both.acting_role("610426102202", rules.EDIT_HOUSEHOLDS) == Role.COUNTY_OFFICER
    assert both.acting_role("610426102201", rules.READ_JOURNAL) == Role.COUNTY_OFFICER
    assert both.acting_role("610426102201") == Role.VILLAGE_CLERK
    assert both.acting_role("6101", rules.EDIT_HOUSEHOLDS) == ""
    assert both.acting_role("", rules.EDIT_HOUSEHOLDS) == Role.COUNTY_OFFICER


def test_nobody_without_a_role_may_do_anything():
    nobody = Scope()
    assert nobody.permissions == frozenset()
    assert not any(nobody.allows(permission) for permissions in PERMISSIONS.values() for permission in permissions)


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, Role.HELPER, Role.PROJECT_OWNER])
def test_those_who_only_look_change_nothing_and_see_no_numbers(role):
    for permission in (rules.EDIT_HOUSEHOLDS, rules.IMPORT_REGISTER, rules.SEE_PERSONAL, rules.MANAGE_PEOPLE):
        assert not scope((role, "610426")).allows(permission)


def test_two_step_login_is_a_duty_for_county_officers_and_administrators():
    required = {role for role in Role if scope((role, "610426")).mfa_required}
    assert required == {Role.COUNTY_OFFICER, Role.ADMINISTRATOR}


def test_a_role_ends_on_the_day_it_no_longer_holds():
    term = Assignment(Role.FIRST_SECRETARY, "610426102201", START, date(2016, 1, 1))
    assert [term.in_force(day) for day in (date(2013, 12, 31), START, date(2015, 12, 31), date(2016, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_areas_within_others_are_left_out():
    assert outermost(["610426102201", "610426", "6104", "620102"]) == ("6104", "620102")
    assert outermost([]) == ()
