"""Who asks: an access key in the header, and nothing else. Wrong keys are limited as wrong passwords are."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer

from jingzhun.people.access import client_address
from jingzhun.people.actions.access_keys import KeyRefused, use_key
from jingzhun.people.models import AccessKey
from jingzhun.publicity.actions.limits import attempt, exhausted

WRONG_KEYS, MINUTE = 10, 60  # from one address in a minute
LONGEST = 200


class NotKnown(HttpError):
    """Who asks has no key that opens anything."""

    def __init__(self, message: str) -> None:
        super().__init__(401, message)


class TooOften(HttpError):
    """Too many wrong keys came from this address."""

    def __init__(self) -> None:
        super().__init__(429, _("Too many wrong access keys came from this address. Wait a minute."))


class ByAccessKey(HttpBearer):
    """`Authorization: Bearer jz_...`; the request gets the key's user with the user's roles."""

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _blank, text = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise NotKnown(_("Send an access key in the header: Authorization: Bearer KEY."))
        return self.authenticate(request, text.strip()[:LONGEST])

    def authenticate(self, request: HttpRequest, token: str) -> AccessKey:
        who = client_address(request)
        if exhausted("access_key", who, limit=WRONG_KEYS, seconds=MINUTE):
            raise TooOften
        try:
            key = use_key(token)
        except KeyRefused as refused:
            if not refused.known:
                attempt("access_key", who, limit=WRONG_KEYS, seconds=MINUTE)
            raise NotKnown(str(refused)) from refused
        request.user = key.user
        request.scope = key.user.scope  # type: ignore[attr-defined]
        return key
