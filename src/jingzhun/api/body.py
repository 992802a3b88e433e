"""What a program sends: JSON and nothing else, no more of it than can be read at once, checked while it is read."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from pydantic import BaseModel, ConfigDict, ValidationError

LARGEST = 20 * 1024**2  # bytes
PLACE = "#/components/schemas/"


class Sent(BaseModel):
    """A kind of body. A field that nobody knows is no help but a mistake; a number is no text, nor a day."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Unfit(Exception):
    """A body does not fit the schema; `faults` as pydantic tells them."""

    def __init__(self, faults: list[Any]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


SomeBody = TypeVar("SomeBody", bound=Sent)


def body_of(request: HttpRequest, kind: type[SomeBody]) -> SomeBody:
    """The body of a request, read by the view once its key is known: a stranger's is never read.

    Raises HttpError for what is no JSON or too large, and Unfit.
    """
    packed = request.headers.get("Content-Encoding", "identity") != "identity"
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or packed or charset.lower() not in ("utf-8", "utf8"):
        raise HttpError(415, _("Send JSON in UTF-8, not packed: Content-Type: application/json."))
    if not request.headers.get("Content-Length"):
        raise HttpError(411, _("Say in the header Content-Length how many bytes come."))
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        told = {"limit": LARGEST >> 20}
        raise HttpError(413, _("At most %(limit)s megabytes at once; send the list in parts.") % told)
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        faults: list[Any] = error.errors(include_url=False)
        if faults[0]["type"] == "json_invalid":
            raise HttpError(400, _("This is no JSON: %(problem)s") % {"problem": faults[0]["ctx"]["error"]}) from None
        raise Unfit(faults) from None


def sends(kind: type[Sent]) -> dict[str, Any]:
    """What the schema says of an operation whose view reads such a body."""
    content = {"application/json": {"schema": {"$ref": f"{PLACE}{kind.__name__}"}}}
    return {"requestBody": {"required": True, "content": content}}


def schemas_of(kinds: Iterable[type[Sent]]) -> Mapping[str, Any]:
    """The schemas of bodies, and of what lies in them, by name."""
    found: dict[str, Any] = {}
    for kind in kinds:
        told = kind.model_json_schema(ref_template=f"{PLACE}{{model}}")
        found |= told.pop("$defs", {}) | {kind.__name__: told}
    return found
