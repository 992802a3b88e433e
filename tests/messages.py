"""The translation files: bring them up to date with the source, compile them, and say what is wrong with them.

    python -m tests.messages update [APP ...]   add what is missing, drop what is used nowhere, compile
    python -m tests.messages check              name every message that is missing, fuzzy or damaged

A message needs one translation in the whole house, in any app's catalog; no file carries dates or line numbers, so
that a change shows only what changed. Messages outside the apps (settings, addresses) live in the catalog of `web`.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[1] / "src" / "jingzhun"
LOCALE = "zh_Hans"
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
HEADER = f"""msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?([sd%])|\{(\w*)[^{}]*\}")


@dataclass(frozen=True)
class Used:
    """A message in the source: singular, plural ("" without one), context, and where it stands."""

    singular: str
    plural: str
    context: str
    place: str

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.singular

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


def apps() -> list[str]:
    return sorted(path.parent.name for path in SOURCE.glob("*/apps.py"))


def catalog_path(app: str) -> Path:
    return SOURCE / app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def used_by(app: str) -> list[Used]:
    """Messages in an app's code and templates; `web` also answers for what lies outside every app."""
    folders = [SOURCE / app]
    if app == "web":
        folders += [path for path in SOURCE.iterdir() if path.is_dir() and path.name not in apps()]
    paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
    if app == "web":
        paths += sorted(SOURCE.glob("*.py"))
    found: dict[tuple[str, str], Used] = {}
    for path in paths:
        for used in messages_in(path):
            if used.plural or used.key not in found:
                found[used.key] = used
    return list(found.values())


def messages_in(path: Path) -> Iterator[Used]:
    if path.suffix == ".py":
        text = path.read_text(encoding="utf-8")
    elif path.suffix in {".html", ".txt", ".typ"} and "templates" in path.parts:
        # Templates become something that looks like Python; its indentation means nothing.
        text = "\n".join(line.lstrip() for line in templatize(path.read_text(encoding="utf-8")).splitlines())
    else:
        return
    for line, ids, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        singular, plural = (ids[0], ids[1]) if isinstance(ids, tuple) else (ids, "")
        if singular:
            yield Used(singular, plural, context or "", f"{path.relative_to(SOURCE)}:{line}")


def read(app: str) -> Catalog:
    path = catalog_path(app)
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def key_of(message: Message) -> tuple[str, str]:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def update(wanted: list[str]) -> None:
    """Add missing messages to the catalogs of the apps wanted, drop what no app uses, compile."""
    used = {app: used_by(app) for app in apps()}
    everywhere = {each.key for uses in used.values() for each in uses}
    catalogs = {app: read(app) for app in apps()}
    for app in wanted:
        elsewhere = {key_of(m) for other, c in catalogs.items() if other != app for m in entries(c)}
        old = {key_of(message): message for message in entries(catalogs[app]) if key_of(message) in everywhere}
        fresh = Catalog(locale=LOCALE)
        for each in used[app]:
            if each.key not in old and each.key not in elsewhere:
                fresh.add(each.id, context=each.context or None)
        plurals = {each.key: each.id for each in used[app] if each.plural}
        for key, message in old.items():
            string = message.string if isinstance(message.string, str) else message.string[0]
            ids = plurals.get(key, message.id)
            strings = (string,) if isinstance(ids, tuple) else string
            fresh.add(ids, strings, flags=message.flags, context=message.context)
        catalogs[app] = fresh
        write(app, fresh)


def write(app: str, catalog: Catalog) -> None:
    path = catalog_path(app)
    if not path.exists() and not list(entries(catalog)):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    path.write_text(HEADER + body.getvalue().decode().strip() + "\n", encoding="utf-8")
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(app))


def problems() -> list[str]:
    """Everything that is wrong with the translations, one line each."""
    translated: dict[tuple[str, str], dict[str, Message]] = defaultdict(dict)
    found = []
    for app in apps():
        for message in entries(read(app)):
            translated[key_of(message)][app] = message
            found += [f"{app}: {problem}" for problem in wrong_with(message)]
    for key, by_app in translated.items():
        if len({str(message.string) for message in by_app.values()}) > 1:
            found.append(f"{', '.join(by_app)}: {key[1]!r} is translated in different ways; give it a context")
    for app in apps():
        for used in used_by(app):
            if not any(any(_strings(message)) for message in translated.get(used.key, {}).values()):
                found.append(f"{used.place}: {used.singular!r} has no translation")
    return found


def wrong_with(message: Message) -> list[str]:
    source = message.id if isinstance(message.id, str) else message.id[-1]
    found = [f"{source!r} is fuzzy"] if message.fuzzy else []
    for string in filter(None, _strings(message)):
        if placeholders(source) != placeholders(string):
            found.append(f"{source!r} and {string!r} have different placeholders")
    return found


def placeholders(text: str) -> set[str]:
    return {match[0] if match[0] == "%s" else match[1] or match[3] or match[0] for match in PLACEHOLDER.finditer(text)}


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update", *wanted]:
            update(wanted or apps())
            return 0
        case ["check"]:
            found = problems()
            print("\n".join(found) or "Every message is translated.")
            return 1 if found else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
