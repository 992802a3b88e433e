"""An objection as its objector sees it: by number and secret only."""

import hmac

from jingzhun.people.fields import index_of
from jingzhun.publicity.models import Objection


def with_secret(number: str, secret: str) -> Objection | None:
    """The objection of a number, if the secret is its own; as long for a wrong one. Two queries."""
    found = (
        Objection.objects.filter(number=number)
        .select_related("notice__area", "item")
        .prefetch_related("rulings", "photos")
        .first()
    )
    stored = bytes(found.secret) if found else bytes(16)
    given = index_of(secret, "objection.secret") or b""
    return found if hmac.compare_digest(stored, given) and found else None
