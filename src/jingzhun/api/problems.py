"""What is wrong with a request, in one form for every address."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer
from pydantic import Field

from jingzhun.identification.actions.handing_in import BadRows
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.ids import mask
from jingzhun.registry.rules.refusals import Refused

from .body import Sent, Unfit, schemas_of
from .keys import NotKnown, TooOften
from .words import gettext_lazy

MOST = 1_000  # faults told at once; their number is told in words
ROWS = "rows"


class Fault(Schema):
    """One thing that is wrong."""

    row: int | None = Field(description=gettext_lazy("Which row, counted from 0; null where it is none of the rows."))
    field: str = Field(description=gettext_lazy("Which field of the row, or of the request."))
    value: str = Field(description=gettext_lazy("What stood there; of an ID number only what a screen would show."))
    problem: str = Field(description=gettext_lazy("What is wrong, and what to do."))


class Problem(Schema):
    """Why a request was refused; nothing was taken."""

    detail: str = Field(description=gettext_lazy("Why, in words."))
    errors: list[Fault] = []


class Plain(JSONRenderer):
    """Chinese stands in an answer as it is, for whoever reads it on a terminal."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """The schema tells of the bodies too that views read by `body_of`."""

    bodies: tuple[type[Sent], ...] = ()

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"] |= schemas_of(self.bodies)
        return schema


def _fault(error: Any) -> Fault:
    """A fault as pydantic tells it: its place leads to a field, maybe within a row."""
    place, value = error["loc"], error.get("input")
    row = place[1] if len(place) > 1 and place[0] == ROWS and isinstance(place[1], int) else None
    field = str(place[-1]) if place and not isinstance(place[-1], int) else ROWS
    shown = (mask(value.strip()) if row is not None else value)[:40] if isinstance(value, str) else ""
    return Fault(row=row, field=field, value=shown, problem=_words(error))


def _words(error: Any) -> str:
    told = error.get("ctx", {})
    kind = error["type"]
    if kind in ("missing", "extra_forbidden"):
        return _("It is missing.") if kind == "missing" else _("There is no such field.")
    if kind in ("string_type", "string_sub_type"):
        return _("Write it as a text, in quotes: a number would lose its last digits.")
    if kind in ("enum", "literal_error"):
        return _("There are: %(known)s.") % {"known": told["expected"]}
    if kind in ("too_long", "string_too_long"):
        return _("At most %(limit)s; send the rest in another request, or shorten it.") % {"limit": told["max_length"]}
    if kind in ("too_short", "string_too_short"):
        return _("It is empty.")
    if kind.startswith("date"):
        return _("Write the day as 2014-08-31.")
    return _("Another kind of value belongs here; the schema tells which.")


def refuse(api: NinjaAPI, request: HttpRequest, status: int, detail: str, faults: Iterable[Fault] = ()) -> HttpResponse:
    told = Problem(detail=detail, errors=list(faults))
    return api.create_response(request, told.model_dump(), status=status)


def handle(api: NinjaAPI) -> None:
    """Every refusal of the house becomes an answer of the same form."""

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        response = refuse(api, request, error.status_code, error.message)
        if isinstance(error, NotKnown):
            response["WWW-Authenticate"] = "Bearer"
        if isinstance(error, TooOften):
            response["Retry-After"] = "60"
        return response

    @api.exception_handler(Unfit)
    def does_not_fit(request: HttpRequest, error: Unfit) -> HttpResponse:
        return refuse(api, request, 422, _counted(len(error.faults)), map(_fault, error.faults[:MOST]))

    @api.exception_handler(BadRows)
    def bad_rows(request: HttpRequest, error: BadRows) -> HttpResponse:
        faults = (Fault(**vars(each)) for each in error.rows[:MOST])
        return refuse(api, request, 422, _counted(len(error.rows)), faults)

    @api.exception_handler(Refused)
    def against_the_rules(request: HttpRequest, error: Refused) -> HttpResponse:
        faults = [
            Fault(row=None, field=field, value="", problem=str(text))
            for field, texts in error.messages.items()
            for text in texts
        ]
        return refuse(api, request, 422, " ".join(each.problem for each in faults), [f for f in faults if f.field])

    @api.exception_handler(NotYours)
    @api.exception_handler(PermissionDenied)
    def not_yours(request: HttpRequest, error: Exception) -> HttpResponse:
        return refuse(api, request, 403, str(error))

    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return refuse(api, request, 404, str(error))


def _counted(count: int) -> str:
    text = ngettext(
        "%(count)s thing is wrong; nothing was taken.", "%(count)s things are wrong; nothing was taken.", count
    )
    return text % {"count": count}
