"""Money as a ledger: every transfer takes from one account what it gives to another, so that all balances sum to zero.

The database keeps the balances (a trigger, once per statement, with the accounts locked in one order), lets no account
but the outside fall below zero, lets money go only the ways that there are, to projects that its source is for, and
only with an allocation or an order that somebody else approved. Nothing is changed or removed: a mistake is answered by
a transfer back.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.people.models import Organisation, ScopedQuerySet
from jingzhun.registry.models import Household

from .project import ByProject, Project


class ByCounty(ScopedQuerySet):
    area_field = "county_id"


class Source(models.Model):
    """Money that a county gets in a year: from whom, by which document, for which kinds of projects (none: any)."""

    LEVELS = [
        ("central", _("central")),
        ("province", _("provincial")),
        ("city", _("municipal")),
        ("county", _("county")),
        ("department", _("departments that help")),
        ("partner", _("partners from outside")),
    ]
    county = models.ForeignKey(Area, models.PROTECT, related_name="fund_sources", verbose_name=_("county"))
    year = models.PositiveSmallIntegerField(_("year"))
    level = models.CharField(_("level"), max_length=10, choices=LEVELS)
    title = models.CharField(_("title"), max_length=120)
    document = models.CharField(_("document"), max_length=120)
    purposes = ArrayField(models.CharField(max_length=24), verbose_name=_("only for"), default=list, blank=True)
    planned = models.DecimalField(_("yuan by the document"), max_digits=14, decimal_places=2)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ByCounty.as_manager()

    class Meta:
        ordering = ["-year", "level", "id"]
        verbose_name = _("fund source")
        verbose_name_plural = _("fund sources")
        constraints = [
            models.CheckConstraint(condition=Q(planned__gt=0), name="source_is_something"),
            models.UniqueConstraint(fields=["county", "year", "document", "title"], name="source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"


class Allocation(models.Model):
    """Money of a source for a project: proposed by one, approved by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("allocation", "proposed")
        APPROVED = "approved", pgettext_lazy("allocation", "approved")
        REFUSED = "refused", pgettext_lazy("allocation", "refused")

    source = models.ForeignKey(Source, models.PROTECT, related_name="allocations", verbose_name=_("fund source"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="allocations", verbose_name=_("project"))
    amount = models.DecimalField(_("yuan"), max_digits=14, decimal_places=2)
    document = models.CharField(_("document"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=200, blank=True)

    objects = ByProject.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_is_something"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None) | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                name="allocation_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="allocation_decided_by_another"
            ),
        ]


class Order(models.Model):
    """An order to pay out of a project, with the payees; prepared by one, approved by another.

    `reference`: the contract, invoice or list that is paid; each is paid once within a project.
    """

    class Payees(models.TextChoices):
        HOUSEHOLDS = "households", _("households")
        SUPPLIER = "supplier", _("a supplier")
        VILLAGE = "village", _("a village")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("order", "prepared")
        APPROVED = "approved", pgettext_lazy("order", "paid")
        REFUSED = "refused", pgettext_lazy("order", "refused")

    project = models.ForeignKey(Project, models.PROTECT, related_name="orders", verbose_name=_("project"))
    payees = models.CharField(_("paid to"), max_length=10, choices=Payees)
    title = models.CharField(_("for what"), max_length=120)
    reference = models.CharField(_("contract, invoice or list"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField(_("prepared at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=200, blank=True)

    objects = ByProject.as_manager()

    class Meta:
        ordering = ["-prepared_at", "-id"]
        verbose_name = _("payment order")
        verbose_name_plural = _("payment orders")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "reference"], condition=~Q(state="refused"), name="order_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None) | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                name="order_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("prepared_by")), name="order_decided_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ByPayee(ScopedQuerySet):
    area_field = "order__project__area_id"


class Payee(models.Model):
    """Who gets how much by an order: a household of the register, or a supplier or village by name."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("payment order"))
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    name = models.CharField(_("name"), max_length=120)
    amount = models.DecimalField(_("yuan"), max_digits=14, decimal_places=2)

    objects = ByPayee.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payee_gets_something"),
            models.UniqueConstraint(fields=["order", "household"], name="payee_once"),
        ]


class Account(models.Model):
    """A place where money lies: outside the county, at a source, at a project out of a source, or paid out of both."""

    class Kind(models.TextChoices):
        OUTSIDE = "outside", _("outside")
        SOURCE = "source", _("not allocated")
        PROJECT = "project", _("at projects")
        PAID = "paid", _("paid out")

    kind = models.CharField(max_length=8, choices=Kind)
    county = models.ForeignKey(Area, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="accounts")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="accounts")
    balance = models.DecimalField(_("yuan"), max_digits=16, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind="outside") | Q(balance__gte=0), name="account_not_overdrawn"),
            models.CheckConstraint(
                condition=Q(kind="outside", source=None, project=None)
                | Q(kind="source", source__isnull=False, project=None)
                | Q(kind__in=["project", "paid"], source__isnull=False, project__isnull=False),
                name="account_of_its_kind",
            ),
            models.UniqueConstraint(fields=["county"], condition=Q(kind="outside"), name="account_outside_once"),
            models.UniqueConstraint(fields=["source"], condition=Q(kind="source"), name="account_of_source_once"),
            models.UniqueConstraint(fields=["kind", "source", "project"], name="account_once"),
        ]


# From where to where each kind of transfer goes, and what lets it go.
CHECKED = """
    IF EXISTS (
        SELECT FROM moved m
        JOIN management_account f ON f.id = m.from_account_id
        JOIN management_account t ON t.id = m.to_account_id
        LEFT JOIN management_source s ON s.id = t.source_id
        LEFT JOIN management_project p ON p.id = t.project_id
        LEFT JOIN management_allocation a ON a.id = m.allocation_id
        LEFT JOIN management_payee l ON l.id = m.payee_id
        LEFT JOIN management_order o ON o.id = l.order_id
        LEFT JOIN management_transfer r ON r.id = m.reverses_id
        WHERE f.county_id <> t.county_id OR (CASE
            WHEN m.reverses_id IS NOT NULL THEN
                r.from_account_id = m.to_account_id AND r.to_account_id = m.from_account_id AND r.amount = m.amount
                AND r.kind = m.kind AND r.reverses_id IS NULL
            WHEN m.kind = 'arrival' THEN f.kind = 'outside' AND t.kind = 'source'
            WHEN m.kind = 'allocation' THEN f.kind = 'source' AND t.kind = 'project' AND f.source_id = t.source_id
                AND (s.purposes = '{}' OR p.kind = ANY (s.purposes))
                AND a.state = 'approved' AND a.amount = m.amount AND a.source_id = t.source_id
                AND a.project_id = t.project_id
            WHEN m.kind = 'payment' THEN f.kind = 'project' AND t.kind = 'paid' AND f.source_id = t.source_id
                AND f.project_id = t.project_id AND o.state = 'approved' AND o.project_id = t.project_id
            WHEN m.kind = 'refund' THEN f.kind = 'paid' AND t.kind = 'project' AND f.source_id = t.source_id
                AND f.project_id = t.project_id AND l.id IS NOT NULL AND o.project_id = t.project_id
            WHEN m.kind = 'release' THEN f.kind = 'project' AND t.kind = 'source' AND f.source_id = t.source_id
            ELSE FALSE
        END) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'money cannot go this way' USING ERRCODE = 'check_violation';
    END IF;
"""
# The accounts are locked in the order of their keys: of two who pay at once, one waits and neither is stuck.
KEPT = """
    PERFORM FROM management_account
        WHERE id IN (SELECT from_account_id FROM moved UNION SELECT to_account_id FROM moved) ORDER BY id FOR UPDATE;
    UPDATE management_account a SET balance = a.balance + c.change FROM (
        SELECT account, sum(amount) AS change FROM (
            SELECT from_account_id AS account, -amount AS amount FROM moved
            UNION ALL SELECT to_account_id, amount FROM moved
        ) AS each GROUP BY account
    ) AS c WHERE a.id = c.account;
    RETURN NULL;
"""


class Transfer(models.Model):
    """Money that went from one account to another. `payee`: who got it or gave it back; `reverses`: what it undoes."""

    class Kind(models.TextChoices):
        ARRIVAL = "arrival", _("arrival")
        ALLOCATION = "allocation", _("allocation")
        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")
        RELEASE = "release", _("back to the source")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    from_account = models.ForeignKey(Account, models.PROTECT, related_name="given", verbose_name=_("from"))
    to_account = models.ForeignKey(Account, models.PROTECT, related_name="taken", verbose_name=_("to"))
    amount = models.DecimalField(_("yuan"), max_digits=14, decimal_places=2)
    on = models.DateField(_("day"))
    document = models.CharField(_("document"), max_length=120, blank=True)
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, blank=True, related_name="transfers")
    payee = models.ForeignKey(Payee, models.PROTECT, null=True, blank=True, related_name="transfers")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    why = models.CharField(_("why"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        indexes = [models.Index(fields=["kind", "on"], name="transfer_of_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_is_something"),
            models.CheckConstraint(condition=~Q(from_account=F("to_account")), name="transfer_goes_somewhere"),
            models.UniqueConstraint(
                fields=["allocation"], condition=Q(kind="allocation", reverses=None), name="allocation_transferred_once"
            ),
            models.CheckConstraint(condition=Q(reverses=None) | ~Q(why=""), name="transfer_reversed_for_a_reason"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="balances",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="moved"),
                func=CHECKED + KEPT,
            ),
        ]
