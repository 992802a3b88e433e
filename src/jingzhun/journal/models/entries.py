"""The entries of the journal, and those that wait for their place in its tree."""

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from .protection import kept_for_ever


class Entry(models.Model):
    """One decision: what, on which record, by whom in which role and area, when, why, on which values.

    `leaf` is the SHA-256 of the entry's canonical form (journal/rules), as a leaf of an RFC 9162 tree.
    The database refuses UPDATE, DELETE and TRUNCATE, and notes every new entry as waiting for its place in the tree.
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
            BrinIndex(fields=["at"], name="journal_at"),
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.Trigger(
                name="wait_for_a_place",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_entries"),
                func="INSERT INTO journal_waiting (entry_id) SELECT id FROM new_entries; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.action} {self.record}"


class Waiting(models.Model):
    """An entry without a place in the tree yet. Written by the database with the entry, taken away by the sealing.

    So the sealing finds also what a long transaction committed late, and reads nothing of what is sealed already.
    """

    entry = models.OneToOneField(Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+")

    def __str__(self) -> str:
        return f"#{self.entry_id}"
