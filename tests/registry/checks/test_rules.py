"""Every quality check finds what it is for and lets pass what only looks like it, on staged and on live tables."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from tests.registry.checks import stage as staging
from tests.registry.checks.situations import DAY, INCOME_YEAR, SITUATIONS
from tests.registry.checks.stage import STAGING, TABLES, Stage

from jingzhun.registry import dictionary
from jingzhun.registry.checks import LIVE, RULES, Relations, Severity, find, rule, rules, run_on
from jingzhun.registry.checks.rulebook import SUBJECTS, groups, told

pytestmark = pytest.mark.django_db

# What the database itself refuses: such rows can only come from a file.
NEVER_LIVE = {"ID-11", "ID-12", "REL-02", "LAB-11", "CAU-05", "CAU-06", "STA-02"}


def codes_by_village(relations: Relations, **kwargs) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in find(run_on(relations, "610426", DAY, income_year=INCOME_YEAR, **kwargs)):
        found.setdefault(each.village_code, set()).add(each.code)
    return found


@pytest.fixture
def played() -> Iterator[dict[tuple[str, bool], set[str]]]:
    """Codes found in each situation, by (rule, wrong): all situations at once, each in its village."""
    stage = Stage()
    villages = {
        (code, wrong): stage.play(pair[0 if wrong else 1])
        for code, pair in SITUATIONS.items()
        for wrong in (True, False)
    }
    staging.build()
    staging.fill(stage)
    found = codes_by_village(STAGING)
    yield {key: found.get(village, set()) for key, village in villages.items()}


def test_every_rule_has_its_situations():
    assert set(SITUATIONS) == set(RULES)


def test_the_sound_household_is_sound():
    stage = Stage()
    stage.play({})
    staging.build()
    staging.fill(stage)
    assert codes_by_village(STAGING) == {}


def test_every_rule_finds_what_it_is_for_and_nothing_close_to_it(played):
    silent = [code for code in RULES if code not in played[code, True]]
    loud = [code for code in RULES if code in played[code, False]]
    assert silent == []
    assert loud == []


def test_the_live_tables_give_the_same_findings(played):
    for code, (wrong, _right) in SITUATIONS.items():
        stage = Stage()
        village = stage.play(wrong)
        try:
            with transaction.atomic():
                for name in ("area", "household", "member", "survey", "spell", "village", "alias"):
                    rows = list(stage.of(name))
                    if name == "area":
                        rows.sort(key=lambda row: len(row.pk))
                    TABLES[name].objects.bulk_create(rows)
                assert codes_by_village(LIVE).get(village, set()) == played[code, True], code
                assert code not in NEVER_LIVE
                transaction.set_rollback(True)
        except IntegrityError:
            assert code in NEVER_LIVE, code


def test_one_household_judged_alone_gives_what_it_has_in_the_county(played):
    stage = Stage()
    for wrong, _right in SITUATIONS.values():
        stage.play(wrong)
    for table in TABLES:
        _empty(table)
    staging.fill(stage)
    everything = find(run_on(STAGING, "610426", DAY, income_year=INCOME_YEAR))
    for pk in {each.household_id for each in everything if each.household_id}:
        alone = find(run_on(STAGING, "610426", DAY, income_year=INCOME_YEAR, households=[pk]))
        assert {(each.code, each.member_id) for each in alone} == {
            (each.code, each.member_id) for each in everything if each.household_id == pk
        }


def _empty(name: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM stage_{name}")


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_told_in_both_languages_with_its_source(code):
    found = rule(code)
    for words in (found.title, found.why, found.todo):
        assert words.zh and words.en and words.zh != words.en
        assert not words.zh.isascii() and words.en.isascii()
    assert found.source
    assert found.subject in SUBJECTS and found.group in groups()
    assert bool(found.when) != bool(found.select)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_shows_and_corrects_fields_that_have_a_name(code):
    found = rule(code)
    columns = {field.name for field in dictionary.fields()}
    assert set(found.shows) <= columns | set(told())
    if found.field and found.subject != "village":
        assert found.field in columns


def test_a_county_may_set_its_own_threshold(played):
    from jingzhun.parameters.models import Parameter

    stage = Stage()
    village = stage.play({"survey": {"house_area": 300}})
    for table in TABLES:
        _empty(table)
    staging.fill(stage)
    assert "CON-03" not in codes_by_village(STAGING).get(village, set())
    Parameter.objects.create(
        name="check_house_area", area_code="610426", valid_from=DAY, value=250, unit="m2", source="county"
    )
    assert "CON-03" in codes_by_village(STAGING)[village]


def test_a_rule_whose_threshold_is_not_in_force_is_left_out_and_named():
    query = run_on(LIVE, "610426", DAY.replace(year=1960), ["CON-03", "ID-01"])
    assert query.skipped == ("CON-03",)
    assert find(query) == []


def test_an_unknown_rule_is_refused():
    with pytest.raises(KeyError, match="XX-99"):
        run_on(LIVE, "610426", DAY, ["XX-99"])


def test_what_is_refused_at_import_cannot_be_true():
    refusing = [each for each in rules() if each.refuse]
    assert len(refusing) >= 15
    assert {each.severity for each in refusing} == {Severity.ERROR}
