"""The document library: a document is added, corrected, replaced by another, with its file and its text."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area
from jingzhun.journal.actions import Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import WRITE_POLICIES
from jingzhun.policy.models import Document
from jingzhun.policy.reading import text_of, tidied
from jingzhun.policy.rules.files import LARGEST_FILE, LONGEST_TEXT, MEGABYTE, FileKind, Unreadable, kind_of
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused

UNREADABLE: dict[str, str | Promise] = {
    "empty": gettext_lazy("The file is empty."),
    "too_big": gettext_lazy("The file is larger than %(limit)s MB. Save it smaller, as a PDF without pictures."),
    "old_word": gettext_lazy("This is an old Word or Excel file. Save it as PDF or .docx, then add it again."),
    "not_taken": gettext_lazy("Only PDF, Word (.docx) and text files are taken."),
    "damaged": gettext_lazy("The file is damaged, or it is not what its name says. Save it anew, then add it again."),
    "locked": gettext_lazy("The file is locked with a password. Save it without one, then add it again."),
    "too_much": gettext_lazy("Reading the file takes too long or too much memory. Split it, or save it as PDF anew."),
}


@dataclass(frozen=True)
class Filed:
    """An uploaded file that was looked at: its content, what it is, and its text, empty of a scan."""

    content: bytes
    kind: FileKind
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Told:
    """What is said of a document. `text`: typed; empty for the file's own."""

    number: str
    title: str
    issuer: str
    issued_on: date
    valid_from: date
    valid_until: date | None = None
    replaces: Document | None = None
    text: str = ""


def look_at(file: BinaryIO, size: int) -> Filed:
    """Read an uploaded file. Raises Refused that says what is wrong with it and what to do."""
    try:
        if not size:
            raise Unreadable("empty")
        if size > LARGEST_FILE:
            raise Unreadable("too_big")
        content = file.read(LARGEST_FILE + 1)
        kind = kind_of(content[:2048])
        with NamedTemporaryFile(suffix=f".{kind}") as kept:
            kept.write(content)
            kept.flush()
            return Filed(content, kind, text_of(Path(kept.name), kind))
    except Unreadable as error:
        raise Refused.because(str(UNREADABLE[error.code]) % {"limit": LARGEST_FILE // MEGABYTE}, "file") from error


@transaction.atomic
def add_document(
    area: Area, told: Told, filed: Filed | None = None, *, by: User | System, at: datetime | None = None
) -> Document:
    """File a document in an area's library; what it replaces ends on the day it begins. Raises NotYours, Refused."""
    require(by, WRITE_POLICIES, area.code)
    Area.objects.select_for_update().get(pk=area.pk)  # of two who add the same number the second is told
    when = at or timezone.now()
    made = Document(area=area, added_by=by if isinstance(by, User) else None, added_at=when)
    _write(made, told, filed)
    _end_replaced(made, by, at)
    _record("policy.document_added", made, _said(made, filed), by, when)
    return made


@transaction.atomic
def change_document(
    document: Document, told: Told, filed: Filed | None = None, *, by: User | System, at: datetime | None = None
) -> Document:
    """Correct a document, or give it another file. Raises NotYours, Refused."""
    require(by, WRITE_POLICIES, document.area_id)
    Area.objects.select_for_update().get(pk=document.area_id)
    found = Document.objects.select_for_update(of=("self",)).select_related("area").get(pk=document.pk)
    before, text = _said(found, None), found.text
    old, since = found.replaces, found.valid_from
    _write(found, told, filed)
    if old and (old != found.replaces or since != found.valid_from) and old.valid_until == since:
        _end(old, None, by, at)  # the end that this document had set
    _end_replaced(found, by, at)
    after = _said(found, filed)
    changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if found.text != text:
        changed["text_length"] = [len(text), len(found.text)]
    if changed:
        _record("policy.document_changed", found, changed, by, at or timezone.now())
    return found


def _write(document: Document, told: Told, filed: Filed | None) -> None:
    """Raises Refused by field."""
    _require_sound(document, told)
    for name in ("number", "title", "issuer", "issued_on", "valid_from", "valid_until", "replaces"):
        value = getattr(told, name)
        setattr(document, name, value.strip() if isinstance(value, str) else value)
    typed = tidied(told.text.replace("\r", ""))[:LONGEST_TEXT]
    document.text = filed.text if filed and filed.text and typed in ("", document.text) else typed
    if filed:
        document.file.save(f"{secrets.token_hex(12)}.{filed.kind}", ContentFile(filed.content), save=False)
    document.save()


def _require_sound(document: Document, told: Told) -> None:
    wrong: dict[str, list[str | Promise]] = {}
    taken = Document.objects.filter(area=document.area, number=told.number.strip()).exclude(pk=document.pk).first()
    if taken:
        said = {"title": taken.title}
        wrong["number"] = [_("The library has a document of this number already: “%(title)s”.") % said]
    if told.valid_until and told.valid_until <= told.valid_from:
        wrong["valid_until"] = [_("A document ends after the day from which it is in force.")]
    if told.replaces and document.pk and _leads_to(told.replaces, document.pk):
        wrong["replaces"] = [_("That document replaced this one itself.")]
    elif told.replaces and told.replaces.valid_from >= told.valid_from:
        wrong["replaces"] = [_("What is replaced must have been in force before.")]
    if wrong:
        raise Refused(wrong)


def _leads_to(document: Document, pk: int) -> bool:
    """Whether a document replaced another one, step by step back."""
    seen: set[int] = set()
    at: int | None = document.pk
    while at is not None and at not in seen:
        if at == pk:
            return True
        seen.add(at)
        at = Document.objects.values_list("replaces_id", flat=True).get(pk=at)
    return False


def _end_replaced(document: Document, by: User | System, at: datetime | None) -> None:
    """What is replaced ends where this begins, unless it ended before or is not one's own to end."""
    old = document.replaces
    if old is None:
        return
    old.refresh_from_db(fields=["valid_until"])
    if old.valid_until is None or old.valid_until > document.valid_from:
        _end(old, document.valid_from, by, at)


def _end(document: Document, on: date | None, by: User | System, at: datetime | None) -> None:
    """Set a document's end, or take it back, and tell it of that document too; not one's own: leave it."""
    if isinstance(by, User) and not by.can(WRITE_POLICIES, document.area_id):
        return
    before, document.valid_until = document.valid_until, on
    document.save(update_fields=["valid_until"])
    told = {"until": [str(before) if before else None, str(on) if on else None]}
    _record("policy.document_changed", document, told, by, at or timezone.now())


def _said(document: Document, filed: Filed | None) -> dict[str, object]:
    told: dict[str, object] = {
        "number": document.number,
        "title": document.title,
        "issuer": document.issuer,
        "issued_on": str(document.issued_on),
        "from": str(document.valid_from),
        "until": str(document.valid_until) if document.valid_until else None,
        "replaces": document.replaces.number if document.replaces else None,
    }
    return told | ({"sha256": filed.digest} if filed else {})


def _record(action: str, document: Document, values: Mapping[str, object], by: User | System, at: datetime) -> None:
    told = Decision(
        action, "document", str(document.pk), document.area_id, values=dict(values), permission=WRITE_POLICIES
    )
    record(told, by=by, at=at)
