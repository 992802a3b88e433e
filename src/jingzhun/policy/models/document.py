"""The document library: what the county's work rests on."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import ScopedQuerySet
from jingzhun.policy.rules.words import pairs
from jingzhun.registry.models.history import tracked


class Pairs(Func):
    """The pairs of neighbouring characters of a text, without blanks (rules.words)."""

    function = "policy_pairs"
    output_field = ArrayField(TextField())


class Plain(Func):
    """A text as it is compared (rules.words.plain)."""

    function = "policy_plain"
    output_field = TextField()


def whole_text() -> Concat:
    """What the search reads of a document."""
    fields = ("number", Value("|"), "title", Value("|"), "issuer", Value("|"), "text")
    return Concat(*fields, output_field=TextField())


class DocumentQuerySet(ScopedQuerySet):
    area_field = "area_id"

    def telling(self, words: list[str]) -> "DocumentQuerySet":
        """Documents that have all the words (of rules.words) in their number, title, issuer or text.

        The index finds what has all pairs of characters; what is left is looked at word by word.
        """
        found = self
        if wanted := sorted({pair for word in words for pair in pairs(word)}):
            found = found.alias(pairs=Pairs(whole_text())).filter(pairs__contains=wanted)
        for word in words:
            found = found.filter(GreaterThan(StrIndex(Plain(whole_text()), Value(word)), 0))
        return found

    def in_force(self, on: date) -> "DocumentQuerySet":
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)


@tracked
class Document(models.Model):
    """A document by its number: who issued it, from when it holds, what it replaces, its file and its text."""

    number = models.CharField(_("document number"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    issuer = models.CharField(_("issuer"), max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="documents", verbose_name=_("area"))
    issued_on = models.DateField(_("issued on"))
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    file = models.FileField(_("file"), upload_to="documents/%Y/%m", blank=True)
    text = models.TextField(_("text"), blank=True)  # of the file, or typed: what the search reads
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-id"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [GinIndex(Pairs(whole_text()), name="document_pairs")]
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="document_number_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="document_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="document_replaces_another"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）"
