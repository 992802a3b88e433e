"""The append-only record of decisions."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One decision: what, on which record, by whom in which role and area, when, why, on which values.

    `leaf` is the SHA-256 of the entry's canonical form (journal/rules.py), as a leaf of an RFC 9162 tree.
    The database refuses UPDATE, DELETE and TRUNCATE.
    """

    at = models.DateTimeField(_("when"))
    action = models.CharField(_("what"), max_length=60)
    record_type = models.CharField(_("kind of record"), max_length=40)
    record = models.CharField(_("record"), max_length=60)
    area_code = models.CharField(_("area"), max_length=15, blank=True, db_collation="C")
    actor_id = models.BigIntegerField(_("user number"), null=True)
    actor = models.CharField(_("by whom"), max_length=150)
    role = models.CharField(_("in which role"), max_length=30, blank=True)
    why = models.TextField(_("why"), blank=True)
    values = models.JSONField(_("values decided upon"), default=dict)
    leaf = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["id"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(fields=["record_type", "record", "id"], name="journal_record"),
            models.Index(fields=["area_code", "id"], name="journal_area"),
            models.Index(fields=["action", "id"], name="journal_action"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'journal_entry is append-only: it cannot be truncated';",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.action} {self.record}"
