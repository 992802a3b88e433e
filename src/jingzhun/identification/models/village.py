"""Poor villages: nominations with their indicators, the panel's meeting with its judges and scores, approvals."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.identification.village_rules import Indicators
from jingzhun.people.fields import SealedTextField
from jingzhun.people.models import ScopedQuerySet
from jingzhun.procedure.models import Case

from .round import Round


class NominationQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Nomination(models.Model):
    """A village asks to be listed as poor. Indicators are those of the day of nomination, frozen.

    Shares are fractions, incomes yuan. `exception` is the written reason where an indicator is not met: the rule holds
    "in principle" only.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="nomination")
    round = models.ForeignKey(Round, models.PROTECT, related_name="nominations")
    area = models.ForeignKey(Area, models.PROTECT, related_name="nominations", verbose_name=_("village"))
    households = models.PositiveIntegerField(_("households"))
    persons = models.PositiveIntegerField(_("rural persons"))
    poor_households = models.PositiveIntegerField(_("poor households"))
    poor_persons = models.PositiveIntegerField(_("poor persons"))
    per_capita_income = models.DecimalField(_("per-capita net income"), max_digits=12, decimal_places=2, null=True)
    collective_income = models.DecimalField(_("collective income"), max_digits=14, decimal_places=2, null=True)
    measured = models.JSONField(_("measured against"), default=dict)  # the province's values and factors in force
    exception = models.TextField(_("why the village is nominated all the same"), blank=True)
    statement = models.TextField(_("the village's statement"))
    town_statement = models.TextField(_("the town's statement"), blank=True)
    town_agrees = models.BooleanField(_("the town agrees"), null=True, blank=True)
    town_at = models.DateTimeField(null=True, blank=True)
    result = models.OneToOneField("Result", models.PROTECT, null=True, blank=True, related_name="+")  # the latest

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["area"]
        verbose_name = _("nomination of a village")
        verbose_name_plural = _("nominations of villages")

    def __str__(self) -> str:
        return f"{self.round_id} {self.area_id}"

    @property
    def indicators(self) -> Indicators:
        """The frozen figures that the three tests ask for."""
        return Indicators(self.poor_persons, self.persons, self.per_capita_income, self.collective_income)


class Resolution(models.Model):
    """The meeting of the village's two committees that evaluates the village."""

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="resolutions")
    held_on = models.DateField(_("held on"))
    entitled = models.PositiveSmallIntegerField(_("members"))
    present = models.PositiveSmallIntegerField(_("present"))
    in_favour = models.PositiveSmallIntegerField(_("in favour"))
    chair = models.CharField(_("chair"), max_length=60)
    minutes = models.TextField(_("minutes"), blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_favour__lte=F("present"), present__lte=F("entitled")), name="resolution_counts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.held_on}"


class PanelQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Panel(models.Model):
    """One sitting of the county leading group's review meeting; a round has another one for villages that come later.

    `wanted`: how many villages the level above hands down, if it does. `villages` are fixed when scoring begins, and
    `criteria` are the weights in force when scoring began: {code: weight}, adding up to 100.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("being prepared")
        SCORING = "scoring", _("scoring")
        CLOSED = "closed", _("closed")

    round = models.ForeignKey(Round, models.PROTECT, related_name="panels")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("county"))
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    wanted = models.PositiveSmallIntegerField(_("villages to be listed"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED)
    villages = models.ManyToManyField(Nomination, blank=True, related_name="panels")
    criteria = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PanelQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on"]
        verbose_name = _("review meeting")
        verbose_name_plural = _("review meetings")
        constraints = [
            models.UniqueConstraint(fields=["round"], condition=~Q(state="closed"), name="one_open_panel_of_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.held_on}"


class Judge(models.Model):
    """A member of the panel, who scores on an own phone with a code (kept as a keyed digest)."""

    class Capacity(models.TextChoices):
        UNIT = "unit", _("member unit of the leading group")
        PARTY = "party", _("delegate to the Party congress")
        DEPUTY = "deputy", _("deputy to the People's Congress")
        CPPCC = "cppcc", _("member of the CPPCC")

    class Presence(models.TextChoices):
        PRESENT = "present", _("present")
        ABSENT = "absent", _("absent")

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="judges")
    name = models.CharField(_("name"), max_length=60)
    capacity = models.CharField(_("capacity"), max_length=10, choices=Capacity)
    unit = models.CharField(_("unit"), max_length=100, blank=True)
    code = models.BinaryField(max_length=16, unique=True)
    presence = models.CharField(_("presence"), max_length=10, choices=Presence, default=Presence.PRESENT)
    absent_why = models.CharField(_("why absent"), max_length=200, blank=True)
    conflicts = models.ManyToManyField(Nomination, blank=True, related_name="+", verbose_name=_("does not score"))

    class Meta:
        ordering = ["panel", "pk"]
        verbose_name = _("judge")
        verbose_name_plural = _("judges")
        constraints = [models.UniqueConstraint(fields=["panel", "name", "unit"], name="judge_once")]

    def __str__(self) -> str:
        return self.name


class Score(models.Model):
    """What a judge gives a village: sealed until the meeting is closed, then open to all who may see the case."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="scores")
    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="scores")
    sealed = SealedTextField(purpose="panel.score")  # JSON {criterion: points}, and the comment
    points = models.JSONField(_("points"), null=True, blank=True)  # when opened
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        ordering = ["nomination", "judge"]
        constraints = [models.UniqueConstraint(fields=["judge", "nomination"], name="score_once")]

    def __str__(self) -> str:
        return f"{self.judge_id} {self.nomination_id}"


class Result(models.Model):
    """What came of a village's scores at a sitting: points out of 100, the rank, and whether it is on the list."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="results")
    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="results")
    points = models.DecimalField(_("score"), max_digits=6, decimal_places=2)
    judges = models.PositiveSmallIntegerField(_("judges counted"))
    rank = models.PositiveSmallIntegerField(_("rank"))
    listed = models.BooleanField(_("on the list"))

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["panel", "nomination"], name="result_once")]

    def __str__(self) -> str:
        return f"{self.rank}. {self.nomination_id}"


class LeaderApproval(models.Model):
    """A leader in charge, of the county or of the town, examined the village and approves, or does not.

    All decisions are kept. The latest of each level counts, since the village came to this step.
    """

    class Level(models.TextChoices):
        TOWN = "town", _("town leader in charge")
        COUNTY = "county", _("county leader in charge")

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="approvals")
    level = models.CharField(_("level"), max_length=10, choices=Level)
    leader = models.CharField(_("leader"), max_length=60)
    agrees = models.BooleanField(_("agrees"))
    opinion = models.TextField(_("opinion"), blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["nomination", "level", "-at"], name="approval_of_nomination")]

    def __str__(self) -> str:
        return f"{self.level} {self.agrees}"
