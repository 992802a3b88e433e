"""Scorecards as dated data, and what they gave: a card with its indicators, a year's scores, points, appeals.

What a year's scores are made of is kept with them, figure by figure; once they are published the database lets nobody
change any of it.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.assessment.rules.scores import Rule
from jingzhun.people.models import Organisation, ScopedQuerySet
from jingzhun.policy.dictionary import speaks_english


class ByCounty(ScopedQuerySet):
    area_field = "county_id"


class Card(models.Model):
    """By what towns, villages, departments or a county's funds are judged in some years.

    `bands`: name and least total of each, the best first, the last from 0 on.
    """

    class Subject(models.TextChoices):
        TOWN = "town", pgettext_lazy("judged", "towns")
        VILLAGE = "village", pgettext_lazy("judged", "villages")
        DEPARTMENT = "department", _("departments")
        COUNTY = "county", _("the county's funds")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("card", "draft")
        IN_FORCE = "in_force", pgettext_lazy("card", "in force")

    county = models.ForeignKey(Area, models.PROTECT, related_name="cards", verbose_name=_("county"))
    subject = models.CharField(_("for whom"), max_length=10, choices=Subject)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=200)
    bands = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    objects = ByCounty.as_manager()

    class Meta:
        ordering = ["subject", "-first_year", "-id"]
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year=None) | Q(last_year__gte=F("first_year")), name="card_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["county", "subject"], condition=Q(state="in_force", last_year=None), name="card_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return (speaks_english() and self.title_en) or self.title


class Indicator(models.Model):
    """One line of a card: what it is worth, by which figures or entered value, and how the value becomes points.

    `figures`: names of the registry (queries/figures), whose rows are counted together; none: a value is entered.
    """

    class Kind(models.TextChoices):
        SCORE = "score", pgettext_lazy("indicator", "score")
        BONUS = "bonus", pgettext_lazy("indicator", "bonus")
        DEDUCTION = "deduction", pgettext_lazy("indicator", "deduction")
        VETO = "veto", pgettext_lazy("indicator", "veto")

    card = models.ForeignKey(Card, models.CASCADE, related_name="indicators", verbose_name=_("scorecard"))
    code = models.SlugField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    group = models.CharField(_("group"), max_length=60)
    group_en = models.CharField(_("group in English"), max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SCORE)
    weight = models.DecimalField(_("points at most"), max_digits=6, decimal_places=2)
    figures = models.JSONField(_("figures"), default=list, blank=True)
    counted = models.BooleanField(_("counted, not a share"), default=False)
    empty = models.DecimalField(_("value without points"), max_digits=14, decimal_places=2, default=0)
    full = models.DecimalField(_("value with all points"), max_digits=14, decimal_places=2, default=100)
    steps = models.JSONField(_("steps"), default=list, blank=True)  # [least value, share of the points], best first
    unit = models.CharField(_("unit"), max_length=20, blank=True)

    class Meta:
        ordering = ["card", "position"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(fields=["card", "code"], name="indicator_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="indicator_weight"),
            models.CheckConstraint(condition=~Q(empty=F("full")), name="indicator_rule_has_a_slope"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return (speaks_english() and self.name_en) or self.name

    @property
    def group_label(self) -> str:
        return (speaks_english() and self.group_en) or self.group

    @property
    def rule(self) -> Rule:
        """How its value becomes points."""
        return Rule.of(self.kind, self.weight, self.empty, self.full, self.steps)

    @property
    def needs_entry(self) -> bool:
        """Whether somebody must enter its value before scores are reviewed: what may not happen counts as nothing."""
        return not self.figures and self.kind == self.Kind.SCORE


# Rows of published scores stay as they are: {of} finds the scores to which a row belongs.
PUBLISHED = """
    IF EXISTS (SELECT FROM assessment_scoring g WHERE g.state = 'published' AND g.id = ({of})) THEN
        RAISE EXCEPTION 'published scores stay as they are' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""
ANY_CHANGE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


def _stays(of: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="published_stays", when=pgtrigger.Before, operation=ANY_CHANGE, func=PUBLISHED.format(of=of)
    )


class Scoring(models.Model):
    """One year's scores by one card: a draft of the office, opened to the judged, published by the leader.

    `until`: the last day whose facts count. `appeal_until`: the last day on which the judged may appeal.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("scores", "draft")
        REVIEWED = "reviewed", pgettext_lazy("scores", "open to the judged")
        PUBLISHED = "published", pgettext_lazy("scores", "published")

    county = models.ForeignKey(Area, models.PROTECT, related_name="scorings", verbose_name=_("county"))
    card = models.ForeignKey(Card, models.PROTECT, related_name="scorings", verbose_name=_("scorecard"))
    subject = models.CharField(_("for whom"), max_length=10, choices=Card.Subject)
    year = models.PositiveSmallIntegerField(_("year"))
    until = models.DateField(_("facts until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    computed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    computed_at = models.DateTimeField(_("computed at"))
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    appeal_until = models.DateField(_("appeals until"), null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = ByCounty.as_manager()

    class Meta:
        ordering = ["-year", "subject"]
        verbose_name = _("year's scores")
        verbose_name_plural = _("years' scores")
        constraints = [
            models.UniqueConstraint(fields=["county", "subject", "year"], name="scoring_once_a_year"),
            models.CheckConstraint(
                condition=Q(state="draft", reviewed_at=None) | (~Q(state="draft") & Q(reviewed_at__isnull=False)),
                name="scoring_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="scoring_published"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("computed_by")), name="scoring_reviewed_by_another"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.card}"

    @property
    def is_fund(self) -> bool:
        return self.subject == Card.Subject.COUNTY


class ScoreQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Score(models.Model):
    """What a town, village, department (`unit`, in `area` its county) or county came to."""

    scoring = models.ForeignKey(Scoring, models.CASCADE, related_name="scores")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    total = models.DecimalField(_("total"), max_digits=6, decimal_places=2, default=0)
    band = models.CharField(_("band"), max_length=20, blank=True)
    vetoed = models.BooleanField(_("vetoed"), default=False)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        ordering = ["scoring", "rank", "area", "unit"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["scoring", "area", "unit"], nulls_distinct=False, name="assessed_once"),
            models.CheckConstraint(condition=Q(total__gte=0), name="score_not_below_nothing"),
        ]
        triggers = [_stays("COALESCE(NEW.scoring_id, OLD.scoring_id)")]

    @property
    def key(self) -> str:
        """The subject as figures name it: an area's code, or an organisation's key."""
        return str(self.unit_id) if self.unit_id else self.area_id

    @property
    def name(self) -> str:
        return self.unit.name if self.unit else self.area.short_name


class PointQuerySet(ScopedQuerySet):
    area_field = "score__area_id"


class Point(models.Model):
    """One indicator of one score: the figure as it was, or the value that was entered with its evidence.

    `value` None: nothing to judge, or nothing entered yet. `appealed`: points given on an appeal.
    """

    score = models.ForeignKey(Score, models.CASCADE, related_name="points", verbose_name=_("score"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    numerator = models.DecimalField(_("counted"), max_digits=18, decimal_places=2, null=True, blank=True)
    denominator = models.DecimalField(_("of"), max_digits=18, decimal_places=2, null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, default=0)
    note = models.CharField(_("note"), max_length=300, blank=True)
    evidence = models.FileField(_("evidence"), upload_to="scores/%Y/%m", blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True)
    appealed = models.DecimalField(_("points on appeal"), max_digits=6, decimal_places=2, null=True, blank=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        ordering = ["score", "indicator__position"]
        constraints = [
            models.UniqueConstraint(fields=["score", "indicator"], name="point_once"),
            models.CheckConstraint(condition=Q(entered_at=None) | ~Q(note=""), name="point_entered_with_evidence"),
        ]
        triggers = [_stays("SELECT scoring_id FROM assessment_score WHERE id = COALESCE(NEW.score_id, OLD.score_id)")]

    @property
    def is_entered(self) -> bool:
        return not self.indicator.figures or self.entered_at is not None


class AppealQuerySet(ScopedQuerySet):
    area_field = "point__score__area_id"


class Appeal(models.Model):
    """The judged does not agree with a point; somebody else decides, and may set other points."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("appeal", "open")
        UPHELD = "upheld", pgettext_lazy("appeal", "upheld")
        DISMISSED = "dismissed", pgettext_lazy("appeal", "dismissed")

    point = models.ForeignKey(Point, models.PROTECT, related_name="appeals", verbose_name=_("point"))
    text = models.TextField(_("why"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    reply = models.TextField(_("reply"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("sent at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(fields=["point"], condition=Q(state="open"), name="appeal_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & ~Q(reply="")),
                name="appeal_decided_in_words",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")), name="appeal_decided_by_another"
            ),
        ]
