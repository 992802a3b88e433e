"""Access keys: an administrator gives a department's program a way in, and takes it away."""

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.journal.actions import Actor, Decision, System, record

from ..models import AccessKey, User
from ..rules import MANAGE_PEOPLE, require_expiry
from . import require_in_charge

MARK = "jz_"  # tells a key of ours from other secrets, where one was left lying about
SECRET, SHOWN = 32, 8  # random bytes; signs of them that may be shown
USED_AGAIN = timedelta(minutes=1)  # how exactly the last use is kept


class KeyRefused(Exception):
    """A key opens nothing; the message says why. `known`: whether there is such a key at all."""

    def __init__(self, message: str, *, known: bool = True) -> None:
        super().__init__(message)
        self.known = known


@transaction.atomic
def make_key(user: User, label: str, expires_on: date, *, by: Actor | System) -> tuple[AccessKey, str]:
    """Make a key with which a program acts as a user; gives its text, which stands nowhere afterwards.

    Raises ValidationError, NotYours.
    """
    require_in_charge(user, by)
    now = timezone.now()
    require_expiry(expires_on, timezone.localdate(now))
    text = MARK + secrets.token_urlsafe(SECRET)
    key = AccessKey(
        user=user,
        label=label.strip(),
        prefix=text[: len(MARK) + SHOWN],
        digest=_digest(text),
        made_by=by if isinstance(by, User) else None,
        made_at=now,
        expires_on=expires_on,
    )
    key.full_clean()
    key.save()
    _tell("people.access_key_made", key, by, {"label": key.label, "until": str(expires_on)})
    return key, text


@transaction.atomic
def revoke_key(key: AccessKey, *, by: Actor | System) -> bool:
    """Take a key away, from now on; False if it was before. Raises NotYours."""
    require_in_charge(key.user, by)
    found = AccessKey.objects.select_for_update(of=("self",)).select_related("user").get(pk=key.pk)
    if found.revoked_at:
        return False
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    _tell("people.access_key_revoked", found, by, {})
    return True


def use_key(text: str, *, at: datetime | None = None) -> AccessKey:
    """The key of a text, with its user, marked as used. Raises KeyRefused."""
    when = at or timezone.now()
    key = AccessKey.objects.select_related("user").filter(digest=_digest(text)).first()
    if key is None:
        raise KeyRefused(_("This access key is not known."), known=False)
    if key.revoked_at:
        raise KeyRefused(_("This access key was revoked. Ask the county's administrator for another."))
    if key.expires_on <= timezone.localdate(when):
        told = {"day": key.expires_on.isoformat()}
        raise KeyRefused(
            _("This access key has not been valid since %(day)s. Ask the county's administrator for another.") % told
        )
    if not key.user.is_active:
        raise KeyRefused(_("The user of this access key is switched off. Ask the county's administrator."))
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=when - USED_AGAIN)
    AccessKey.objects.filter(long_ago, pk=key.pk).update(last_used_at=when)
    return key


def _digest(text: str) -> bytes:
    """A digest without a salt or a slow hash: nobody guesses 32 random bytes."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _tell(action: str, key: AccessKey, by: Actor | System, values: dict[str, str]) -> None:
    told = {"access_key": key.prefix} | values
    record(Decision(action, "user", key.user.username, values=told, permission=MANAGE_PEOPLE), by=by)
