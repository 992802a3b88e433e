"""The root of the day is signed and published, once a day by the county's clock."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, ancestors_of
from jingzhun.journal.models import Place, PublishedRoot, SigningKey
from jingzhun.journal.queries.faults import Fault, Reason, sentence
from jingzhun.journal.queries.kept import fault_of_kept, kept_files, read_kept
from jingzhun.journal.queries.tree import begins_with, growing, head
from jingzhun.journal.rules import notes
from jingzhun.journal.rules.numbers import START, Chain

from . import SYSTEM, Decision, record
from .keeping import keep
from .sealing import alone, seal


class NotPublished(Exception):
    """The root of the day cannot be published; the message says why and what to do."""


def publish(*, new_key: bool = False, at: datetime | None = None) -> PublishedRoot | None:
    """Seal what waits, then sign the day's root; the one of the day if there is one already, None of an empty journal.

    Days that passed while nothing ran stay without a root: none is made for a day that is over. A clock that went back
    makes none either. The root is signed only if it contains what was published before, by the database and by the
    newest checkpoint kept outside it, where the new one goes too. `new_key` lets this installation's key take over from
    the one before. Raises NotPublished, TreeDamaged, OSError where the checkpoint cannot be kept.
    """
    now = at or timezone.now()
    published = PublishedRoot.objects.order_by("-day").first()
    if not published or published.day < timezone.localdate(now) or new_key:
        seal()
        published = _publish(now, new_key)
    if published:
        keep(published)
    return published


@transaction.atomic
def _publish(now: datetime, new_key: bool) -> PublishedRoot | None:
    alone()
    root = head()
    if root is None:
        return None
    key = _key(now, new_key)
    published, today = PublishedRoot.objects.order_by("-day").first(), timezone.localdate(now)
    if published and published.day >= today:
        return published
    _require_growth(published)
    lines = notes.lines_of(today, _numbers(root.size))
    return PublishedRoot.objects.create(
        day=today,
        size=root.size,
        hash=root.hash,
        key=key,
        text=notes.sign(key.origin, root.size, bytes(root.hash), _seed(), lines),
        published_at=now,
    )


def _require_growth(published: PublishedRoot | None) -> None:
    """Raises NotPublished or TreeDamaged unless the tree is whole and contains what was published before."""
    growing()
    if published and not begins_with(published.size, published.hash):
        raise NotPublished(
            _(
                "The journal does not contain the root that was published on %(day)s: something before it was changed "
                "or removed. Nothing is signed. Look for it with jingzhun journal verify."
            )
            % {"day": published.day.isoformat()}
        )
    newest = read_kept(kept_files()[-1:])
    fault = fault_of_kept(newest)
    for each in newest:
        if each.checkpoint and not begins_with(each.checkpoint.size, each.checkpoint.root):
            fault = fault or Fault(Reason.KEPT, root=each.checkpoint.size, file=each.file)
    if fault:
        raise NotPublished(_outside(sentence(fault)))


def _outside(told: str) -> str:
    return _(
        "%(told)s Nothing is signed. If the database was brought back from an older backup, what was decided since "
        "then is lost: say so to whoever relies on the journal, and move the newer checkpoints to another folder."
    ) % {"told": told}


def _numbers(size: int) -> bytes:
    """The link over the numbers of the entries up to a size, onto the newest published one."""
    before, first = START, 0
    for root in PublishedRoot.objects.order_by("-day").iterator(chunk_size=10):
        if link := notes.read(root.text).numbers:
            before, first = link, root.size
            break
    chain = Chain(before)
    places = Place.objects.filter(position__gte=first, position__lt=size).order_by("position")
    chain.add(places.values_list("entry_id", flat=True).iterator(chunk_size=10_000))
    return chain.link()


def _key(now: datetime, new_key: bool) -> SigningKey:
    """The key that signs: the newest known, the very first, or with `new_key` this installation's from now on."""
    public = notes.public_of(_seed())
    newest = SigningKey.objects.order_by("-id").first()
    if newest and bytes(newest.public) == public:
        return newest
    if newest and not new_key:
        raise NotPublished(
            _(
                "This installation's key for the journal is not the one that signed so far. Put the old key back, "
                "or let the new one take over: jingzhun journal publish --new-key."
            )
        )
    if SigningKey.objects.filter(public=public).exists():
        raise NotPublished(_("An old key of the journal cannot take over again; make a new one."))
    origin = newest.origin if newest else _origin()
    before = bytes(newest.public) if newest else None
    vouches = notes.vouch(origin, _seed(), before)
    key = SigningKey.objects.create(public=public, origin=origin, since=now, before=newest, vouches=vouches)
    if newest:
        values = {"key": key.vkey, "key_before": newest.vkey}
        record(Decision("journal.key_took_over", "key", key.number, values=values), by=SYSTEM, at=now)
    return key


def _origin() -> str:
    """The first line of every checkpoint: whose journal this is. Fixed with the first key."""
    name = settings.JOURNAL_NAME or _common(Area.objects.filter(level=Level.COUNTY).values_list("code", flat=True))
    if not name or any(sign.isspace() or sign == "+" for sign in name):
        raise NotPublished(
            _("The journal needs a name without spaces: load the county's areas, or set JINGZHUN_JOURNAL_NAME.")
        )
    return f"jingzhun/{name}"


def _common(counties: Iterable[str]) -> str:
    """The smallest area that holds all counties."""
    above = [set(ancestors_of(code)) for code in counties]
    return max(set.intersection(*above), key=len, default="") if above else ""


def _seed() -> bytes:
    """The private key, 32 bytes. Raises NotPublished."""
    try:
        seed = bytes.fromhex(settings.JOURNAL_KEY)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise NotPublished(_("The key of the journal (JINGZHUN_JOURNAL_KEY) must be 64 hexadecimal digits."))
    return seed
