"""A list of area codes comes in whole or not at all."""

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from tests.registry.factories import make_area

import jingzhun.areas
from jingzhun.areas.actions import BadAreaFile, load_areas
from jingzhun.areas.models import Area
from jingzhun.areas.queries import children, path, search, villages
from jingzhun.areas.rules import Level
from jingzhun.journal.models import Entry

YONGSHOU = Path(jingzhun.areas.__file__).parent / "data" / "yongshou.csv"
NO_PLACES = {"points": 0, "boundaries": 0}
HEAD = "code,name,level,parent\n61,陕西省,province,\n6104,咸阳市,city,61\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def csv_file(tmp_path):
    def write(text: str, encoding: str = "utf-8") -> Path:
        file = tmp_path / "areas.csv"
        file.write_bytes(text.encode(encoding))
        return file

    return write


def test_yongshou_has_7_towns_157_villages_and_7_communities():
    loaded = load_areas(YONGSHOU)
    assert (loaded.read, loaded.added) == (174, 174)
    assert children("610426").count() == 7
    places = list(villages("610426"))
    assert sum(place.is_community for place in places) == 7
    assert len(places) - 7 == 157
    assert [area.name for area in path("610426001200")] == ["陕西省", "咸阳市", "永寿县", "监军街道", "永安村委会"]
    assert Area.objects.get(pk="610426001200").short_name == "永安村"


def test_loading_the_same_list_twice_changes_nothing():
    load_areas(YONGSHOU)
    again = load_areas(YONGSHOU)
    assert (again.added, again.renamed) == (0, 0)


def test_a_new_name_of_a_known_code_is_taken_over(csv_file):
    load_areas(YONGSHOU)
    loaded = load_areas(csv_file(HEAD.replace("咸阳市", "新咸阳市")))
    assert (loaded.added, loaded.renamed) == (0, 1)
    assert Area.objects.get(pk="6104").initials == "xxys"


def test_a_name_as_long_as_a_name_can_be_is_loaded(csv_file):
    load_areas(csv_file(HEAD + f"610426,{'双' * 60},county,6104\n"))
    county = Area.objects.get(pk="610426")
    assert (len(county.name), county.initials, len(county.pinyin)) == (60, "s" * 60, 200)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("code;name\n61;x\n", "first line must name the columns"),
        (HEAD + "61x,山东省,province,\n", "line 4: '61x' is not an area code"),
        (HEAD + "610426,永寿县,town,6104\n", "line 4: code 610426 is a county by its length"),
        (HEAD + "610426,永寿县,county,61\n", "line 4: parent of 610426 must be 6104"),
        (HEAD + "610426,  ,county,6104\n", "line 4: area 610426 has no name"),
        (HEAD + "610426001,监军街道,town,610426\n", "area 610426001 belongs to 610426, which is neither"),
        (HEAD + "61,陕西,province,\n", "code 61 stands twice"),
        (HEAD + f"610426,{'县' * 61},county,6104\n", "line 4: column name: '县+' has 61 characters; .* at most 60"),
        (HEAD + "610426,永\0寿县,county,6104\n", "line 4: column name: .* contains the character NUL"),
        (HEAD + "610426,永寿县,county,6104\0\n", "line 4: column parent: .* contains the character NUL"),
        (HEAD + "610426\n", "line 4: code 610426 is a county by its length, the file says ''"),
        (HEAD + "\n,,,\n", "line 5: '' is not an area code"),
        (HEAD + f"610426,{'县' * 200000},county,6104\n", "not a CSV file"),
    ],
)
def test_a_faulty_list_is_refused_whole(csv_file, text, complaint):
    with pytest.raises(BadAreaFile, match=complaint):
        load_areas(csv_file(text))
    assert not Area.objects.exists()


def test_a_list_in_another_encoding_is_refused(csv_file):
    with pytest.raises(BadAreaFile, match="UTF-8"):
        load_areas(csv_file(HEAD, "gb18030"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv"):
        load_areas(tmp_path / "nowhere.csv")


def test_areas_are_found_by_name_pinyin_initials_and_code():
    load_areas(YONGSHOU)
    for text in ("永寿", "yongshou", "ysx", "YSX", "610426"):
        assert search(text, ["61"])[0].pk == "610426", text
    assert {area.pk for area in search("永安", ["610426"])} == {"610426001200"}


def test_a_search_stays_in_its_scope():
    load_areas(YONGSHOU)
    assert list(search("永安", ["610426102"])) == []
    assert list(search("永安", [])) == []


def test_upper_levels_come_first_and_one_level_alone_is_found_past_all_others():
    load_areas(YONGSHOU)
    levels = [area.level for area in search("6104", ["61"], limit=30)]
    assert levels == sorted(levels, key=list(Level).index) and levels[-1] == "village"
    for number in range(1, 31):
        make_area(f"610426001200{number:03d}", f"永安{number}组")
    make_area("610426107999", "永安新村")
    found = search("永安", ["610426"], limit=20, level=Level.VILLAGE)
    assert [area.name for area in found] == ["永安村委会", "永安新村"]


def test_asking_for_an_area_uses_the_index_of_codes():
    Area.objects.bulk_create(
        Area(code=str(code), name="县", level="county", valid_from=date(1949, 10, 1)) for code in range(100000, 120000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE areas_area")
    assert "Index" in Area.objects.within("1004").explain()


def test_a_search_is_one_query(django_assert_num_queries):
    load_areas(YONGSHOU)
    with django_assert_num_queries(1):
        list(search("村", ["610426"]))


def test_the_database_refuses_a_code_that_is_not_digits_and_a_point_off_the_earth():
    for wrong in ({"code": "61x"}, {"code": "62", "longitude": 200, "latitude": 0}, {"code": "62", "longitude": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Area.objects.create(name="x", level="province", valid_from=date(2014, 1, 1), **wrong)


def test_the_journal_says_which_list_changed_what(csv_file):
    load_areas(YONGSHOU)
    load_areas(YONGSHOU)
    load_areas(csv_file(HEAD.replace("咸阳市", "新咸阳市")))
    told = [(entry.actor, entry.record, entry.values) for entry in Entry.objects.filter(action="areas.loaded")]
    assert told == [
        ("system", "yongshou.csv", {"read": 174, "added": 174, "renamed": 0} | NO_PLACES),
        ("system", "areas.csv", {"read": 2, "added": 0, "renamed": 1} | NO_PLACES),
    ]
