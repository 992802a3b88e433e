"""`jingzhun areas load`: lists, points and boundaries from a terminal."""

import json

import pytest
from typer.testing import CliRunner

from jingzhun.areas.models import Area
from jingzhun.cli import app
from jingzhun.cli.output import Refused

pytestmark = pytest.mark.django_db

LIST = "code,name,level,parent,longitude,latitude\n61,陕西省,province,,108.9,34.2\n"
SHAPE = {"type": "Polygon", "coordinates": [[[108, 34], [109, 34], [109, 35], [108, 34]]]}


def areas(*arguments: str):
    return CliRunner().invoke(app, ["areas", *arguments], catch_exceptions=False)


@pytest.fixture
def files(tmp_path):
    listed, shapes = tmp_path / "areas.csv", tmp_path / "areas.geojson"
    listed.write_text(LIST, encoding="utf-8")
    features = [{"type": "Feature", "properties": {"adcode": code}, "geometry": SHAPE} for code in (610000, 620000)]
    shapes.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(listed), str(shapes)


def test_a_list_and_its_boundaries_are_loaded_and_told(files):
    said = areas("load", files[0], "--boundaries", files[1]).output
    assert "1 areas read, 1 added, 0 renamed, 1 points set." in said
    assert "1 boundaries set." in said and "1 boundaries are of areas that are not loaded: 62" in said
    assert Area.objects.get().boundary == SHAPE
    told = json.loads(areas("load", "--boundaries", files[1], "--json").output)
    assert (told["read"], told["boundaries"], told["left_out"]) == (0, 0, ["62"])


def test_what_cannot_be_read_is_one_sentence_without_a_number(files, tmp_path):
    with pytest.raises(Refused, match=rf"^There is no file {tmp_path}/none\.geojson\.$"):
        areas("load", files[0], "--boundaries", str(tmp_path / "none.geojson"))
    with pytest.raises(Refused, match=rf"^{tmp_path} is a folder: name a file\.$"):
        areas("load", str(tmp_path))
    with pytest.raises(Refused, match="--boundaries"):
        areas("load")
    assert not Area.objects.exists()


def test_everything_is_said_in_the_language_of_the_terminal(files, monkeypatch, tmp_path):
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    assert "读入区划 1 个" in areas("load", files[0]).output
    assert "省" in areas("show", "61").output and "province" not in areas("show", "61").output
    with pytest.raises(Refused, match=r"^没有文件"):
        areas("load", str(tmp_path / "none.csv"))
