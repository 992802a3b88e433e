"""Boundaries as GeoJSON: a feature for each area, with the area's code among its properties."""

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ..rules import BadAreaCode, level_of, without_padding
from ..rules.places import BadPlace, boundary_of
from .lists import BadAreaFile

CODE_PROPERTIES = ("code", "area_code", "adcode", "区划代码", "代码")


def read_boundaries(path: Path, code_property: str = "") -> dict[str, dict[str, Any]]:
    """Geometries by area code; the property of the code is one of the usual where none is named.

    Raises BadAreaFile, naming the feature by its number in the file.
    """
    found: dict[str, dict[str, Any]] = {}
    numbers: dict[str, int] = {}
    for number, feature in enumerate(_features(path), 1):
        try:
            code = _code_of(feature, [code_property] if code_property else CODE_PROPERTIES)
            if code in found:
                told = {"code": code, "number": numbers[code]}
                raise BadAreaFile(_("area %(code)s has a boundary already, in feature %(number)s") % told)
            found[code], numbers[code] = boundary_of(feature.get("geometry")), number
        except (BadAreaCode, BadPlace, BadAreaFile) as error:
            told = {"file": path.name, "number": number, "problem": error}
            raise BadAreaFile(_("%(file)s, feature %(number)s: %(problem)s") % told) from error
    return found


def _features(path: Path) -> list[Any]:
    try:
        collection = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON
        told = {"file": path.name, "problem": error}
        raise BadAreaFile(_("%(file)s: not a GeoJSON file in UTF-8 (%(problem)s)") % told) from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not features:
        raise BadAreaFile(_("%(file)s: not a FeatureCollection of GeoJSON with features in it") % {"file": path.name})
    return features


def _code_of(feature: Any, names: "list[str] | tuple[str, ...]") -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        properties = {}
    value = next((properties[name] for name in names if properties.get(name) not in (None, "")), None)
    if value is None:
        told = {"names": ", ".join(names), "properties": ", ".join(map(str, properties)) or _("nothing")}
        text = _("no area code in the property %(names)s (it has: %(properties)s); name it by --code-property")
        raise BadAreaFile(text % told)
    code = without_padding(str(value).strip())
    level_of(code)
    return code
