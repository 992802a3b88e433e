"""Points come with the list of areas, boundaries as GeoJSON; a fault in either leaves everything as it was."""

import json
from decimal import Decimal

import pytest
from django.utils import translation

from jingzhun.areas.actions import BadAreaFile, load_areas
from jingzhun.areas.models import Area
from jingzhun.areas.rules import without_padding
from jingzhun.journal.models import Entry

pytestmark = pytest.mark.django_db

PROVINCE, CITY, COUNTY = "61", "6104", "610426"
HEAD = "code,name,level,parent,longitude,latitude\n61,陕西省,province,,,\n6104,咸阳市,city,61,108.71,34.33\n"
LIST = HEAD + "610426,永寿县,county,6104,108.142311,34.692061\n"
RING = [[108.0, 34.5], [108.3, 34.5], [108.3, 34.9], [108.0, 34.5]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def areas(tmp_path):
    def write(text: str):
        file = tmp_path / "areas.csv"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def shapes(tmp_path):
    def write(*features, text: str = ""):
        file = tmp_path / "county.geojson"
        whole = {"type": "FeatureCollection", "features": list(features)}
        file.write_text(text or json.dumps(whole), encoding="utf-8")
        return file

    return write


def feature(geometry=SQUARE, **properties):
    return {"type": "Feature", "properties": properties or {"code": COUNTY}, "geometry": geometry}


def ring(*positions):
    return feature({"type": "Polygon", "coordinates": [list(positions)]})


def test_points_come_with_the_list(areas):
    loaded = load_areas(areas(LIST))
    county = Area.objects.get(pk=COUNTY)
    assert (county.longitude, county.latitude) == (Decimal("108.142311"), Decimal("34.692061"))
    assert (loaded.added, loaded.points) == (3, 2)
    assert load_areas(areas(LIST)).points == 0


def test_a_list_without_the_columns_leaves_points_and_an_empty_cell_takes_one_away(areas):
    load_areas(areas(LIST))
    load_areas(areas("code,name,level,parent\n610426,永寿县,county,6104\n"))
    assert Area.objects.get(pk=COUNTY).longitude is not None
    assert load_areas(areas(LIST.replace("108.142311,34.692061", ","))).points == 1
    assert Area.objects.get(pk=COUNTY).longitude is None


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ("108.1,", "line 4: longitude and latitude stand together"),
        ("east,34.6", "line 4: longitude 'east' is not a number"),
        ("nan,34.6", "line 4: longitude 'nan' is not a number"),
        ("34.6,108.1", "line 4: latitude 108.1 is not between -90 and 90 degrees; longitude comes first"),
    ],
)
def test_a_wrong_point_is_named_by_its_line(areas, cells, complaint):
    with pytest.raises(BadAreaFile, match=rf"areas\.csv, {complaint}"):
        load_areas(areas(HEAD + f"610426,永寿县,county,6104,{cells}\n"))
    assert not Area.objects.exists()


def test_one_column_of_a_point_alone_is_refused(areas):
    with pytest.raises(BadAreaFile, match="missing: latitude"):
        load_areas(areas("code,name,level,parent,longitude\n61,陕西省,province,,108\n"))


def test_boundaries_come_with_the_list_or_after_it(areas, shapes):
    several = {"type": "MultiPolygon", "coordinates": [[RING], [RING]]}
    loaded = load_areas(areas(LIST), shapes(feature(), feature(several, code=6104)))
    assert loaded.boundaries == 2
    assert Area.objects.get(pk=COUNTY).boundary == SQUARE
    assert Area.objects.get(pk=CITY).boundary == several
    again = load_areas(None, shapes(feature()))
    assert (again.read, again.boundaries) == (0, 0)


def test_codes_stand_in_a_usual_property_or_in_the_one_that_is_named(areas, shapes):
    load_areas(areas(LIST))
    assert load_areas(None, shapes(feature(adcode=610400))).boundaries == 1
    file = shapes(feature(XZQDM="610426000000"))
    with pytest.raises(BadAreaFile, match=r"county\.geojson, feature 1: .*it has: XZQDM.*--code-property"):
        load_areas(None, file)
    assert load_areas(None, file, "XZQDM").boundaries == 1
    assert Area.objects.exclude(boundary=None).count() == 2


def test_codes_filled_up_with_zeros_are_understood():
    told = ("610000", "610400", "610426", "610426000000", "610426102000", "610426102201", "6104", "61042")
    meant = ["61", "6104", "610426", "610426", "610426102", "610426102201", "6104", "61042"]
    assert [without_padding(code) for code in told] == meant


def test_boundaries_of_areas_that_are_not_loaded_are_left_out_and_told(areas, shapes):
    loaded = load_areas(areas(LIST), shapes(feature(), feature(code="610427"), feature(code="610428")))
    assert (loaded.boundaries, loaded.left_out) == (1, ("610427", "610428"))
    with pytest.raises(BadAreaFile, match="none of its 1 features is of a loaded area; the first code is 610427"):
        load_areas(None, shapes(feature(code="610427")))


@pytest.mark.parametrize(
    ("faulty", "complaint"),
    [
        (feature(None), "a boundary is a Polygon or a MultiPolygon, not nothing"),
        (feature({"type": "Point", "coordinates": [108, 34]}), "not Point"),
        (feature({"type": "Polygon", "coordinates": []}), "a polygon has no ring"),
        (feature({"type": "Polygon"}), "a polygon has no ring"),
        (feature({"type": "MultiPolygon", "coordinates": "x"}), "the MultiPolygon has no polygon"),
        (ring([108, 34], [109, 34], [109, 35], [108, 34.1]), "ring 1 is not closed"),
        (ring([108, 34], [109, 34], [108, 34]), "ring 1 has fewer than three corners"),
        (ring(*RING[:1] * 4), "ring 1 has fewer than three corners"),
        (ring([34.5, 108.0], *RING[1:]), "latitude 108.0 is not between -90 and 90"),
        (ring([4000000.5, 300000.5], *RING[1:]), "longitude 4000000.5 is not between"),
        (ring(["108", 34], *RING[1:]), "is not a position of longitude and latitude"),
        (ring([float("nan"), 34], *RING[1:]), "is not a position of longitude and latitude"),
        (ring([10**400, 34], *RING[1:]), "is not a position of longitude and latitude"),
        (feature(code="61042x"), "'61042x' is not an area code"),
        (feature(code=CITY), "area 6104 has a boundary already, in feature 1"),
        (feature(name="永寿县"), "no area code in the property"),
        ("x", "no area code in the property"),
    ],
)
def test_a_wrong_boundary_is_named_by_its_feature_and_nothing_is_loaded(areas, shapes, faulty, complaint):
    with pytest.raises(BadAreaFile, match=rf"county\.geojson, feature 2: .*{complaint}"):
        load_areas(areas(LIST), shapes(feature(code=CITY), faulty))
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    "text", ["{", "[]", "x" * 10, '{"type": "FeatureCollection", "features": []}', "[" * 100_000, '"\\ud800"']
)
def test_what_is_no_geojson_is_refused(shapes, text):
    with pytest.raises(BadAreaFile, match=r"county\.geojson: not a"):
        load_areas(None, shapes(text=text))


def test_the_journal_tells_of_points_and_boundaries(areas, shapes):
    load_areas(areas(LIST), shapes(feature()))
    load_areas(None, shapes(feature()))
    (entry,) = Entry.objects.filter(action="areas.loaded")
    assert entry.record == "areas.csv + county.geojson"
    assert entry.values == {"read": 3, "added": 3, "renamed": 0, "points": 2, "boundaries": 1}
