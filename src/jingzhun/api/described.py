"""The schema of the interface as people read it: each address with what goes in and what comes out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Value:
    """One value that is sent or answered; `rows[].detail` stands in each element of `rows`."""

    name: str
    kind: str
    needed: bool
    about: str


@dataclass(frozen=True)
class Address:
    """What a program may do at an address."""

    method: str
    path: str
    title: str
    about: str
    sent: tuple[Value, ...]
    answered: tuple[Value, ...]
    statuses: tuple[str, ...]


def addresses(schema: Mapping[str, Any]) -> list[Address]:
    """Everything that an OpenAPI schema names, in its order."""
    kinds = schema["components"]["schemas"]
    return [
        Address(
            method.upper(),
            path,
            str(operation["summary"]),
            str(operation.get("description", "")),
            tuple(_values(_content(operation.get("requestBody")), kinds)),
            tuple(_values(_answer(operation), kinds)),
            tuple(map(str, operation["responses"])),
        )
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]


def _answer(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    return _content(next(told for status, told in operation["responses"].items() if int(status) < 300))


def _content(part: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return part["content"]["application/json"]["schema"] if part else {}


def _values(told: Mapping[str, Any], kinds: Mapping[str, Any], before: str = "") -> Iterator[Value]:
    """The values of an object, or of each element of a list, those within them too."""
    found = _resolved(told, kinds)
    if "items" in found:
        yield from _values(found["items"], kinds, f"{before}[].")
    for name, value in found.get("properties", {}).items():
        whole = _resolved(value, kinds)
        about = str(value.get("description") or whole.get("description", "") or "")
        yield Value(f"{before}{name}", _kind(whole), name in found.get("required", ()), about)
        within = f"{before}{name}[]." if "items" in whole else f"{before}{name}."
        yield from _values(whole.get("items", whole), kinds, within)


def _resolved(told: Mapping[str, Any], kinds: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference refers to."""
    if "$ref" in told:
        return kinds[told["$ref"].rpartition("/")[2]]
    return told


def _kind(told: Mapping[str, Any]) -> str:
    if "enum" in told:
        return " | ".join(map(str, told["enum"]))
    return str(told.get("format") or told.get("type") or "")
