"""The tree over the entries (RFC 9162), as far as it never changes any more."""

from django.db import models
from django.utils.translation import pgettext_lazy

from .entries import Entry
from .protection import kept_for_ever

STRIDE = 4  # stored levels are its multiples; those between are made of at most 2^(STRIDE - 1) stored hashes


class Place(models.Model):
    """The place of an entry in the tree, from 0 on without gaps, with the leaf's hash as it was sealed.

    The entry is not a foreign key for the database: sealing would lock and rewrite every entry for nothing, and whether
    it is there is what verifying finds out.
    """

    position = models.BigIntegerField(pgettext_lazy("tree", "place"), primary_key=True)
    entry = models.OneToOneField(Entry, models.DO_NOTHING, db_constraint=False, related_name="place")
    leaf = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["position"]
        triggers = kept_for_ever()
        constraints = [models.CheckConstraint(condition=models.Q(position__gte=0), name="journal_place_from_0")]

    def __str__(self) -> str:
        return f"{self.position}: #{self.entry_id}"


class TreeNode(models.Model):
    """The hash over a full subtree of 2^level places, of every STRIDE-th level above the places themselves."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        triggers = kept_for_ever()

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"
