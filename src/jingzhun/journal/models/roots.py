"""Roots of the tree: one for every sealing, and one a day that is signed and published."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jingzhun.journal.rules.notes import key_number, vkey

from .protection import kept_for_ever


class Root(models.Model):
    """The root of the tree at a size, made by a sealing. Numbers have no gap, so that none is taken away unseen."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    size = models.BigIntegerField(_("entries"), unique=True)
    hash = models.BinaryField(_("root"), max_length=32)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        ordering = ["number"]
        triggers = kept_for_ever()

    def __str__(self) -> str:
        return f"{self.size} {self.hex}"

    @property
    def hex(self) -> str:
        return bytes(self.hash).hex()


class SigningKey(models.Model):
    """A public Ed25519 key (32 bytes) that signs roots under an origin, since a moment.

    `vouches` is the key's signature over itself and over the key before it (rules/notes.py): whoever trusts the newest
    key can follow the row back to the first, and nobody without the private key can add a key of theirs.
    """

    public = models.BinaryField(max_length=32, unique=True)
    origin = models.CharField(_("origin"), max_length=100)
    since = models.DateTimeField(_("since"))
    before = models.OneToOneField("self", models.PROTECT, null=True, related_name="after", verbose_name=_("key before"))
    vouches = models.BinaryField(max_length=64)

    class Meta:
        ordering = ["id"]
        triggers = kept_for_ever()

    def __str__(self) -> str:
        return self.vkey

    @property
    def vkey(self) -> str:
        """The public key as existing tools for signed notes read it."""
        return vkey(self.origin, bytes(self.public))

    @property
    def number(self) -> str:
        """Eight hexadecimal digits that name the key."""
        return key_number(self.origin, bytes(self.public)).hex()


class PublishedRoot(models.Model):
    """The root of a day (Asia/Shanghai), signed: a checkpoint as C2SP's tlog-checkpoint has it, the whole text."""

    day = models.DateField(_("day"), primary_key=True)
    size = models.BigIntegerField(_("entries"))
    hash = models.BinaryField(_("root"), max_length=32)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="roots", verbose_name=_("key"))
    text = models.TextField(_("checkpoint"))
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        ordering = ["day"]
        triggers = kept_for_ever()

    def __str__(self) -> str:
        return f"{self.day} {self.size}"

    @property
    def hex(self) -> str:
        return bytes(self.hash).hex()
