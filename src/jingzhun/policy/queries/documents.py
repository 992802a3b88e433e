"""Reads on the document library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from jingzhun.areas.models import Area
from jingzhun.areas.rules import ancestors_of
from jingzhun.parameters.dictionary import Kind, kinds
from jingzhun.parameters.models import Parameter
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_POLICIES, WRITE_POLICIES
from jingzhun.policy.models import Document, Plan, PolicyVersion
from jingzhun.policy.models.document import DocumentQuerySet
from jingzhun.policy.rules.words import excerpt, marked, words

from .reach import reaching

SHORTEST_NUMBER = 4  # a shorter one would be found in any source
MOST_RESTING = 200


def documents_for(user: User, text: str = "") -> DocumentQuerySet:
    """Documents that hold in the user's areas; with a text, those that tell all its words. Their texts are not read."""
    found = Document.objects.filter(reaching(user, VIEW_POLICIES)).select_related("area").defer("text")
    return found.telling(words(text))


def find(user: User, pk: int, permission: str = VIEW_POLICIES) -> Document | None:
    """A document that the user may see, or change."""
    found = Document.objects.select_related("area", "replaces", "added_by")
    if permission == WRITE_POLICIES:
        return found.visible_to(user, permission).filter(pk=pk).first()
    return found.filter(reaching(user, permission), pk=pk).first()


def excerpts(found: Sequence[Document], text: str) -> dict[int, list[tuple[str, bool]]]:
    """By document the words around the first hit in its text; one query."""
    searched = words(text)
    if not searched or not found:
        return {}
    told = Document.objects.filter(pk__in=[each.pk for each in found]).values_list("pk", "text")
    return {pk: excerpt(said, searched) for pk, said in told}


def issuers(user: User) -> list[str]:
    """Who issued what the user sees."""
    found = Document.objects.filter(reaching(user, VIEW_POLICIES)).order_by("issuer")
    return list(found.values_list("issuer", flat=True).distinct())


def replaceable(user: User, area: Area, besides: int | None = None) -> QuerySet[Document]:
    """Documents that another one of an area may replace."""
    found = Document.objects.filter(reaching(user, VIEW_POLICIES), area_id__in=ancestors_of(area.code))
    return found.exclude(pk=besides).defer("text").order_by("-issued_on", "-pk")


def areas_to_file_in(user: User) -> list[Area]:
    """Areas in whose library the user files documents."""
    return list(Area.objects.filter(code__in=user.scope.areas_for(WRITE_POLICIES)).order_by("code"))


@dataclass(frozen=True)
class Resting:
    """What rests on a document."""

    versions: tuple[PolicyVersion, ...]
    plans: tuple[Plan, ...]
    parameters: tuple[tuple[Kind | None, Parameter], ...]

    def __bool__(self) -> bool:
        return bool(self.versions or self.plans or self.parameters)


@dataclass(frozen=True)
class Page:
    """A document with its text in pieces, what it replaced, by what it was replaced, and what rests on it."""

    document: Document
    pieces: list[tuple[str, bool]]
    before: tuple[Document, ...]
    after: tuple[Document, ...]
    resting: Resting

    @property
    def hits(self) -> int:
        return sum(hit for _text, hit in self.pieces)


def document_page(user: User, found: Document, text: str = "") -> Page:
    """Everything on a document; a bounded number of queries."""
    after = Document.objects.filter(reaching(user, VIEW_POLICIES), replaces=found).defer("text")
    return Page(found, marked(found.text, words(text)), _before(found), tuple(after), _resting(user, found))


def _before(found: Document) -> tuple[Document, ...]:
    """What it replaced; one query."""
    return tuple(Document.objects.filter(pk=found.replaces_id).defer("text")) if found.replaces_id else ()


def _resting(user: User, found: Document) -> Resting:
    seen = PolicyVersion.objects.filter(reaching(user, VIEW_POLICIES, "policy__area_id"), document=found)
    versions = seen.filter(state=PolicyVersion.State.PUBLISHED).select_related("policy").order_by("-valid_from")
    plans = Plan.objects.filter(reaching(user, VIEW_POLICIES), document=found).exclude(state=Plan.State.DRAFT)
    return Resting(tuple(versions[:MOST_RESTING]), tuple(plans), _parameters(user, found))


def _parameters(user: User, found: Document) -> tuple[tuple[Kind | None, Parameter], ...]:
    """Values whose source names the document, of the whole country and of areas that the user sees."""
    if len(found.number) < SHORTEST_NUMBER:
        return ()
    here = Q(area_code="") | reaching(user, VIEW_POLICIES, "area_code")
    rows = Parameter.objects.filter(here, source__contains=found.number).order_by("name", "-valid_from")
    return tuple((kinds().get(row.name), row) for row in rows[:MOST_RESTING])


def state_on(document: Document, on: date) -> str:
    """`coming`, `in_force` or `ended` on a day."""
    if on < document.valid_from:
        return "coming"
    return "in_force" if document.valid_until is None or on < document.valid_until else "ended"
