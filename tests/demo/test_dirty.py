"""The dirty workbook: every planted fault is met by the reaction that its list promises, and sound households pass."""

import csv
import json
from collections import Counter

import openpyxl
import pytest
from django.db import connection

from jingzhun.areas.actions import load_areas
from jingzhun.areas.models import Area
from jingzhun.demo import county as demo
from jingzhun.demo.dirty import ANSWER_HEADERS, FIELDS, REGION, draw_dirty, write_dirty
from jingzhun.demo.faults import KINDS
from jingzhun.demo.faults.family import ACCEPTED, CHECKED, REFUSED
from jingzhun.demo.targets import AREAS, INCOME_YEAR, Targets, rural_villages
from jingzhun.demo.workbooks import HEADERS, draw_county, write_town
from jingzhun.registry import checks
from jingzhun.registry.actions import imports
from jingzhun.registry.actions.checks import run_checks
from jingzhun.registry.importing.staging import Staging
from jingzhun.registry.models import CheckFinding, Household, Import, Member
from jingzhun.registry.rules.ids import Problem
from jingzhun.registry.workbook.problems import CELL_MESSAGES, ROW_MESSAGES

TOWN = "渠子镇"
HOUSEHOLDS = 120
BLOCKING = [problem for problem in Problem if problem.blocks]


def places():
    return [place for place in rural_villages() if place[2] == TOWN][:6]


@pytest.fixture(scope="module")
def clean():
    return draw_county(7, places(), Targets().scaled(6, 157))


@pytest.fixture(scope="module")
def dirty(clean):
    return draw_dirty(7, clean.persons.id_number.tolist(), places(), HOUSEHOLDS)


def test_a_fault_that_fits_no_household_is_told():
    with pytest.raises(ValueError, match="fits no household"):
        draw_dirty(7, ["610499196001010015"], places(), 2_000)


def expected(dirty, reaction):
    return [answer for answer in dirty.answers() if answer.expected == reaction]


def test_every_kind_is_planted_once_at_least_and_names_a_code_that_exists():
    assert len({kind.key for kind in KINDS}) == len(KINDS) > 60
    known = {rule.code for rule in checks.rules()}
    for kind in KINDS:
        if kind.reaction == REFUSED:
            assert kind.code in known & set(checks.REFUSING) | set(CELL_MESSAGES) | set(ROW_MESSAGES), kind.key
        elif kind.reaction == CHECKED:
            assert kind.code in known - set(checks.REFUSING), kind.key
        else:
            assert (kind.reaction, kind.code) == (ACCEPTED, "")


def test_a_household_carries_one_fault_and_each_kind_has_its_share(dirty):
    numbers = [each.family.number for each in dirty.planted]
    assert len(set(numbers)) == len(numbers)
    assert len(dirty.families) == HOUSEHOLDS
    counted = Counter(each.kind.key for each in dirty.planted)
    assert counted == {kind.key: kind.count(HOUSEHOLDS) for kind in KINDS}
    whole = draw_dirty(2014, ["610499196001010015"])
    assert len(whole.families) == 240
    assert 0.3 < len(whole.planted) / 240 < 0.6


def test_the_same_seed_gives_the_same_workbook_and_another_seed_another(dirty, clean):
    again = draw_dirty(7, clean.persons.id_number.tolist(), places(), HOUSEHOLDS)
    other = draw_dirty(8, clean.persons.id_number.tolist(), places(), HOUSEHOLDS)
    assert list(again.rows()) == list(dirty.rows())
    assert again.answers() == dirty.answers()
    assert list(other.rows()) != list(dirty.rows())


def test_nobody_of_the_workbook_is_of_the_clean_county(dirty, clean):
    spoiled = {each.family.number for each in dirty.planted}
    sound = [row for family in dirty.families if family.number not in spoiled for row in family.rows]
    assert all(row["member.id_number"].startswith(REGION) for row in sound)
    assert clean.persons.id_number[0][:6] != REGION
    assert {row["household.number"][12] for row in sound} == {"9"}
    numbers = [row["member.id_number"] for row in sound]
    assert len(set(numbers)) == len(numbers)


def test_the_list_names_the_spoiled_cells(dirty, tmp_path):
    workbook, answers = write_dirty(dirty, tmp_path)
    assert answers.read_bytes().startswith(b"\xef\xbb\xbf")
    with answers.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == ANSWER_HEADERS
    assert len(lines) == len(dirty.planted)
    sheet = openpyxl.load_workbook(workbook, read_only=True).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][: len(HEADERS)] == HEADERS
    head, name = HEADERS.index("户编号"), HEADERS.index("姓名")
    for line in lines:
        row = rows[int(line["行号 row"]) - 1]
        assert line["户编号 household number"].startswith(row[head])
        assert line["姓名 name"] == (row[name] or "")
    cells = {line["错误 fault"]: rows[int(line["行号 row"]) - 1][HEADERS.index(line["栏目 column"])] for line in lines}
    assert cells["day_impossible"] == "2014-02-30"
    assert cells["amount_in_words"] == "约3000元"
    assert cells["id_cut_by_excel"] > 6.1e17
    assert len(FIELDS) == len(HEADERS)


@pytest.fixture
def job(settings, tmp_path, clean, dirty, transactional_db):
    """The dirty workbook, read beside the clean county."""
    settings.VAR = tmp_path
    load_areas(AREAS)
    town = tmp_path / "town.xlsx"
    write_town(clean, TOWN, town)
    demo.import_workbook(town)
    workbook, _ = write_dirty(dirty, tmp_path)
    with workbook.open("rb") as file:
        job = imports.take_in(file, workbook.name, by=None, area_code=demo.COUNTY, year=INCOME_YEAR)
    imports.read(job)
    assert job.state == Import.State.READY, job.error_text
    return job


def problems(job):
    """Codes of the importer's problems by row; the rule's for those of the quality checks."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(Staging(job.pk).sql("SELECT row_no, code, params FROM {problem}"))
        for row, code, params in cursor.fetchall():
            told = params if isinstance(params, dict) else json.loads(params)
            found.setdefault(row, set()).add(told["rule"] if code == "check" else code)
    return found


def test_import_and_checks_answer_every_fault_as_the_list_says(job, dirty):
    found = problems(job)
    for answer in expected(dirty, REFUSED):
        assert answer.code in found.get(answer.row, set()), (answer, found.get(answer.row))

    imports.confirm(job, partial=True)
    assert job.state == Import.State.APPLIED
    refused = {answer.household for answer in expected(dirty, REFUSED)}
    everybody = {family.number for family in dirty.families}
    there = set(Household.objects.filter(number__in=everybody).values_list("number", flat=True))
    assert there == everybody - refused

    # What was odd only is understood: no blank in the name, and sound numbers.
    spread = next(each for each in dirty.planted if each.kind.key == "name_spread")
    name = spread.family.rows[spread.spot.row]["member.name"].replace("　", "")
    assert Member.objects.filter(household__number=spread.family.number, name=name).exists()
    assert not Member.objects.filter(household__number__in=everybody - refused, id_problem__in=BLOCKING).exists()

    run_checks(Area.objects.get(code=demo.COUNTY), INCOME_YEAR + 1)
    listed = CheckFinding.objects.filter(household__number__in=everybody).values_list("household__number", "code")
    codes = {number: {code for each, code in listed if each == number} for number in everybody}
    promised = {answer.household: answer.code for answer in expected(dirty, CHECKED)}
    for number, code in promised.items():
        assert code in codes[number], (number, code, codes[number])
    errors = {rule.code for rule in checks.rules() if rule.severity == "error"}
    for number in everybody - refused:
        assert codes[number] & errors <= {promised.get(number)}, (number, codes[number])
