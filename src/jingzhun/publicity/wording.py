"""What stands on a notice, in the reader's language: attributes and causes are code lists, all else is as written."""

from collections.abc import Mapping

from django.utils.translation import get_language

from jingzhun.areas.models import Area
from jingzhun.methods.pinyin import pinyin
from jingzhun.registry import dictionary

COUNTIES = {"县": "County", "区": "District", "市": "City"}
_words: dict[str, dict[str, str]] = {}
LISTS = {"attribute": ("attribute",), "cause": ("county_cause", "cause")}


def county_name(area: Area) -> str:
    """永寿县, or Yongshou County on an English page."""
    kind = COUNTIES.get(area.name[-1:])
    if not _english_page() or kind is None:
        return area.short_name
    return f"{pinyin(area.name[:-1]).capitalize()} {kind}"


def _english_page() -> bool:
    return (get_language() or "").startswith("en")


def in_language(columns: tuple[str, ...], rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows with the labels of code lists in the language of the page."""
    places = [place for place, column in enumerate(columns) if column in LISTS]
    if not _english_page() or not places:
        return rows
    return [
        (position, [_english(columns[place], cell) if place in places else cell for place, cell in enumerate(cells)])
        for position, cells in rows
    ]


def bring_words(column: str, english: Mapping[str, str]) -> None:
    """Make the English of words known that an app above writes in a column; called once when it starts."""
    _words.setdefault(column, {}).update(english)


def _english(column: str, text: str) -> str:
    if known := _words.get(column, {}).get(text):
        return known
    for name in LISTS[column]:
        for code in dictionary.codes(name).values():
            if code.zh == text:
                return code.en
    return text
