"""Whether published roots are signed by keys that may sign, and each contains the one before."""

from django.conf import settings

from jingzhun.journal.models import PublishedRoot, SigningKey
from jingzhun.journal.rules import notes

from .faults import Fault, Reason
from .tree import TreeDamaged, consistency


def fault_of_signatures(trust_stored_keys: bool) -> Fault | None:
    """The first published root that is not signed by a key that may sign, or does not contain the one before."""
    keys = list(SigningKey.objects.select_related("before").order_by("id"))
    if not keys:
        return Fault(Reason.KEY) if PublishedRoot.objects.exists() else None
    if not trust_stored_keys and bytes(keys[-1].public) != _own_key():
        return Fault(Reason.KEY)
    if not all(map(_takes_over, keys, [None, *keys])):
        return Fault(Reason.KEY)
    by_number = {key.pk: key for key in keys}
    roots = PublishedRoot.objects.order_by("day").iterator(chunk_size=500)
    before, dated = None, False
    for root in roots:
        key = by_number.get(root.key_id)
        checkpoint = _signed(root, key) if key else None
        if checkpoint is None or not _of_its_day(checkpoint, root, dated):
            return Fault(Reason.SIGNATURE, root=root.size, day=root.day)
        if before is not None and not _contains(before, root):
            return Fault(Reason.PUBLISHED, root=root.size, day=root.day)
        before, dated = root, bool(checkpoint.day)
    return None


def _own_key() -> bytes:
    try:
        return notes.public_of(bytes.fromhex(settings.JOURNAL_KEY))
    except ValueError:
        return b""


def _takes_over(key: SigningKey, before: SigningKey | None) -> bool:
    public = bytes(before.public) if before else None
    linked = key.before_id == (before.pk if before else None)
    return linked and notes.vouches(key.origin, bytes(key.public), public, bytes(key.vouches))


def _signed(root: PublishedRoot, key: SigningKey) -> notes.Checkpoint | None:
    """What the text says, if it is signed by the key and says what the row says."""
    try:
        checkpoint = notes.read(root.text)
    except notes.BadNote:
        return None
    says = (checkpoint.origin, checkpoint.size, checkpoint.root)
    fits = says == (key.origin, root.size, bytes(root.hash)) and notes.signed_by(
        checkpoint, key.origin, bytes(key.public)
    )
    return checkpoint if fits else None


def _of_its_day(checkpoint: notes.Checkpoint, root: PublishedRoot, dated: bool) -> bool:
    """Whether the text says the row's day. The first roots of all were signed without; none is after one with it."""
    return checkpoint.day == root.day.isoformat() or not (checkpoint.day or dated)


def _contains(before: PublishedRoot, root: PublishedRoot) -> bool:
    """Whether the root's tree begins with the one before, shown by a proof as a stranger would see it."""
    if before.size > root.size:
        return False
    try:
        shown = consistency(before.size, root.size)
    except TreeDamaged:
        return False
    return shown.holds and (shown.old_root, shown.new_root) == (bytes(before.hash), bytes(root.hash))
