"""`jingzhun register export` and `template` from the command line."""

import json

import openpyxl
import pytest
from tests.registry.factories import VILLAGE, make_household, make_village
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused

pytestmark = pytest.mark.django_db


def register(*arguments: str):
    return CliRunner().invoke(app, ["register", *arguments], catch_exceptions=False)


def test_a_village_goes_out_and_programs_are_told_what_is_in_the_file(tmp_path):
    make_village(VILLAGE)
    make_household(VILLAGE, members=["张三", "李四"])
    file = tmp_path / "village.xlsx"
    told = json.loads(register("export", str(file), "--area", VILLAGE, "--year", "2014", "--json").output)
    assert (told["layout"], told["households"], told["persons"], told["left_out"]) == ("national", 1, 2, 0)
    assert openpyxl.load_workbook(file).active.max_row == 4
    assert list(tmp_path.iterdir()) == [file]


def test_a_name_ending_in_csv_means_csv(tmp_path):
    make_household(VILLAGE, members=["张三"])
    file = tmp_path / "village.csv"
    assert "1 households, 1 persons" in register("export", str(file), "--area", VILLAGE, "--year", "2014").output
    assert "张三" in file.read_text("utf-8-sig")


def test_an_unknown_area_or_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(Refused, match="999999"):
        register("export", str(tmp_path / "x.xlsx"), "--area", "999999")
    make_village(VILLAGE)
    with pytest.raises(Refused, match="nowhere"):
        register("export", str(tmp_path / "nowhere" / "x.xlsx"), "--area", VILLAGE, "--year", "2014")


def test_a_file_with_personal_numbers_is_its_owners_alone_and_stands_whole_or_not_at_all(tmp_path):
    make_household(VILLAGE, members=["张三"], phone="13900001111")
    file = tmp_path / "village.xlsx"
    file.write_text("as it was")
    with pytest.raises(Refused, match="csv"):
        register("export", str(file), "--area", VILLAGE, "--layout", "csv")
    assert file.read_text() == "as it was"
    with pytest.raises(Refused, match="--force"):
        register("export", str(file), "--area", VILLAGE, "--year", "2014", "--personal")
    assert file.read_text() == "as it was"
    register("export", str(file), "--area", VILLAGE, "--year", "2014", "--personal", "--force")
    assert file.stat().st_mode & 0o077 == 0 and list(tmp_path.iterdir()) == [file]


def test_a_year_that_no_register_has_is_refused(tmp_path):
    make_village(VILLAGE)
    for year in ("0", "10000"):
        assert register("export", str(tmp_path / "x.xlsx"), "--area", VILLAGE, "--year", year).exit_code == 2


def test_without_an_area_the_only_county_is_meant(tmp_path):
    make_household(VILLAGE, members=["张三"])
    assert "1 households" in register("export", str(tmp_path / "x.xlsx"), "--year", "2014").output


def test_the_template_is_written_in_either_language(tmp_path):
    for language, sheet in (("zh", "户"), ("en", "households")):
        file = tmp_path / f"{language}.xlsx"
        assert register("template", str(file), "--language", language).exit_code == 0
        assert openpyxl.load_workbook(file).sheetnames[0] == sheet


def test_a_template_of_village_reports_comes_back_as_reports(tmp_path):
    file = tmp_path / "villages.xlsx"
    assert register("template", str(file), "--villages").exit_code == 0
    with pytest.raises(Refused, match="--force"):
        register("template", str(file), "--villages")
    make_village(VILLAGE)
    book = openpyxl.load_workbook(file)
    book.active.cell(2, 1, VILLAGE)
    book.active.cell(2, 2, 2014)
    book.save(file)
    assert "1 reports read, 1 added" in register("villages", str(file)).output


def test_what_is_in_the_way_is_told_and_what_to_do(tmp_path):
    make_village(VILLAGE)
    there = ("--area", VILLAGE, "--year", "2014")
    with pytest.raises(Refused, match=rf"There is no folder {tmp_path}/nowhere"):
        register("export", str(tmp_path / "nowhere" / "x.xlsx"), *there)
    with pytest.raises(Refused, match="is a folder"):
        register("export", str(tmp_path), *there, "--layout", "own")
    for command in ("import", "villages"):
        with pytest.raises(Refused, match=rf"^There is no file {tmp_path}/none\.xlsx"):
            register(command, str(tmp_path / "none.xlsx"))
        with pytest.raises(Refused, match="is a folder"):
            register(command, str(tmp_path))
