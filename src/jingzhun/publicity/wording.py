"""What stands on a notice, in the reader's language: attributes and causes are code lists, all else is as written."""

from functools import cache

from django.utils.translation import get_language

from jingzhun.registry import dictionary

LISTS = {"attribute": ("attribute",), "cause": ("county_cause", "cause")}


def in_language(columns: tuple[str, ...], rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows with the labels of code lists in the language of the page."""
    places = [place for place, column in enumerate(columns) if column in LISTS]
    if not (get_language() or "").startswith("en") or not places:
        return rows
    return [
        (position, [_english(columns[place], cell) if place in places else cell for place, cell in enumerate(cells)])
        for position, cells in rows
    ]


@cache
def _english(column: str, text: str) -> str:
    for name in LISTS[column]:
        for code in dictionary.codes(name).values():
            if code.zh == text:
                return code.en
    return text
