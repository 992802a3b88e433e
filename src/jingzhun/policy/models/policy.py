"""Policies as rules: a title in its area, with dated versions that say who is entitled to what."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import ScopedQuerySet
from jingzhun.registry.models.history import tracked

from .document import Document


class Per(models.TextChoices):
    """Whom a benefit is counted for."""

    HOUSEHOLD = "household", _("household")
    MEMBER = "member", _("person")


class Benefit(models.TextChoices):
    """What a household gets: money by a fixed amount, a share of a cost, or something that is not money."""

    AMOUNT = "amount", _("amount in yuan")
    SHARE = "share", _("share of a cost")
    IN_KIND = "in_kind", _("goods or services")


class PolicyQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Policy(models.Model):
    """A policy by its code in its area; what it says is in its versions."""

    code = models.SlugField(_("code"), max_length=40)
    area = models.ForeignKey(Area, models.PROTECT, related_name="policies", verbose_name=_("area"))
    shipped = models.BooleanField(_("shipped with the product"), default=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["area", "code"]
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="policy_code_once")]

    def __str__(self) -> str:
        return self.code


class VersionQuerySet(ScopedQuerySet):
    area_field = "policy__area_id"


@tracked
class PolicyVersion(models.Model):
    """What a policy says from one day to another, or a draft of it.

    `condition` is an SQL predicate over the facts of the household; `member_condition`, of a benefit per person, one
    over the facts of a member (and of the household), true for each person who is entitled (methods.conditions).
    The benefit of a year in yuan is amount x quantity x times, at most the ceiling: `quantity` is a fact with a number
    (mu, a cost) or empty for 1; a share's amount is a fraction of it. Per person it is counted for each.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        DROPPED = "dropped", _("dropped")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions", verbose_name=_("policy"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    kind = models.CharField(_("kind of measure"), max_length=20)  # of the code list policy/data/kinds.csv
    causes = ArrayField(models.CharField(max_length=20), verbose_name=_("causes it answers"), default=list, blank=True)
    department = models.CharField(_("responsible department"), max_length=120)
    how_to_apply = models.TextField(_("how to apply"), blank=True)
    how_to_apply_en = models.TextField(_("how to apply, in English"), blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="versions", verbose_name=_("document")
    )
    condition = models.TextField(_("who is entitled"))
    member_condition = models.TextField(_("which persons count"), blank=True)
    per = models.CharField(_("counted per"), max_length=10, choices=Per, default=Per.HOUSEHOLD)
    benefit = models.CharField(_("benefit"), max_length=10, choices=Benefit, default=Benefit.AMOUNT)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=4, null=True, blank=True)
    quantity = models.CharField(_("for each"), max_length=40, blank=True)
    times = models.PositiveSmallIntegerField(_("times a year"), default=1)
    ceiling = models.DecimalField(_("ceiling in yuan"), max_digits=12, decimal_places=2, null=True, blank=True)
    once = models.BooleanField(_("once, not every year"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    shared = models.BooleanField(_("shown to colleagues"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["policy", "-number"]
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["policy", "valid_from"], condition=Q(state="published"), name="policy_one_version_from_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="policy_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(valid_from__isnull=False, published_at__isnull=False),
                name="policy_published_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(benefit="in_kind") | Q(amount__gt=0), name="policy_benefit_has_an_amount"
            ),
            models.CheckConstraint(
                condition=~Q(benefit="share") | (Q(amount__lte=1) & ~Q(quantity="")), name="policy_share_of_a_cost"
            ),
            models.CheckConstraint(
                condition=Q(per="household", member_condition="") | (Q(per="member") & ~Q(member_condition="")),
                name="policy_says_which_persons",
            ),
            models.CheckConstraint(condition=Q(times__range=(1, 366)), name="policy_times_a_year"),
        ]

    def __str__(self) -> str:
        return self.title
