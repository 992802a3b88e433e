"""Members of households."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from jingzhun.people.fields import SealedTextField
from jingzhun.people.models import ScopedQuerySet

from .history import tracked
from .household import Household


class MemberQuerySet(ScopedQuerySet):
    area_field = "household__village_code"

    def present(self, day) -> "MemberQuerySet":
        """Members who belong to their household on a day."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=day), joined_on__lte=day)


@tracked
class Member(models.Model):
    """One person in one household, from the day they joined to the day they left.

    The ID number (or disability certificate) rests sealed; what lists and checks need of it is derived at every write
    (registry/rules): its blind index, its problem if any, the birth date and sex it tells, and the disability.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="members", verbose_name=_("household"))
    number = models.CharField(_("person number"), max_length=19, unique=True, db_collation="C")
    name = models.CharField(_("name"), max_length=60)
    pinyin = models.CharField(max_length=120, db_collation="C", editable=False)
    initials = models.CharField(max_length=30, db_collation="C", editable=False)
    sex = models.CharField(_("sex"), max_length=6, blank=True)
    id_number = SealedTextField(_("ID number"), purpose="member.id_number")
    id_index = models.BinaryField(max_length=16, null=True, editable=False)  # of the 18 digits, also of a certificate
    id_problem = models.CharField(max_length=20, blank=True, editable=False)  # rules.ids.Problem, empty when sound
    id_birth_date = models.DateField(null=True, editable=False)
    id_sex = models.CharField(max_length=6, blank=True, editable=False)
    disability_type = models.PositiveSmallIntegerField(_("kind of disability"), null=True, editable=False)
    disability_degree = models.PositiveSmallIntegerField(_("degree of disability"), null=True, editable=False)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    relation = models.CharField(_("relation to head"), max_length=30, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=2, blank=True)
    politics = models.CharField(_("political status"), max_length=20, blank=True)
    education = models.CharField(_("education"), max_length=20, blank=True)
    student = models.CharField(_("student status"), max_length=20, blank=True)
    dropout_reason = models.CharField(_("reason for not being at school"), max_length=20, blank=True)
    health = ArrayField(models.CharField(max_length=20), verbose_name=_("health"), default=list, blank=True)
    labour = models.CharField(_("labour"), max_length=20, blank=True)
    work_place = models.CharField(_("place of migrant work"), max_length=20, blank=True)
    work_months = models.PositiveSmallIntegerField(_("months of migrant work"), null=True, blank=True)
    medical_insurance = models.BooleanField(_("basic medical insurance"), null=True, blank=True)
    serious_illness_insurance = models.BooleanField(_("serious-illness insurance"), null=True, blank=True)
    pension_insurance = models.BooleanField(_("basic pension insurance"), null=True, blank=True)
    allowance = models.BooleanField(_("minimum living allowance"), null=True, blank=True)
    phone = SealedTextField(_("own phone"), purpose="member.phone")
    joined_on = models.DateField(_("joined on"))
    join_reason = models.CharField(_("joined by"), max_length=20, default="initial")
    left_on = models.DateField(_("left on"), null=True, blank=True)
    leave_reason = models.CharField(_("left by"), max_length=20, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = [
            # Counting a county reads these columns of every member: from here without the table.
            models.Index(
                fields=["household", "left_on"],
                include=["joined_on", "birth_date", "sex", "medical_insurance", "student", "dropout_reason"],
                name="member_household_present",
            ),
            models.Index(fields=["id_index"], name="member_id"),
            models.Index(fields=["name"], name="member_name"),
            models.Index(fields=["initials"], name="member_initials"),
            models.Index(fields=["pinyin"], name="member_pinyin"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^\d{19}$"), name="person_number_is_19_digits"),
            models.CheckConstraint(condition=~Q(name=""), name="member_has_a_name"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="member_leaves_after_joining"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None, leave_reason="") | (Q(left_on__isnull=False) & ~Q(leave_reason="")),
                name="member_leaves_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(work_months=None) | Q(work_months__lte=12), name="member_works_at_most_12_months"
            ),
            # One person, one live household.
            models.UniqueConstraint(
                fields=["id_index"],
                condition=Q(left_on=None, id_index__isnull=False),
                name="one_person_one_live_household",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(left_on=None, relation="head"),
                name="one_head_per_household",
            ),
        ]

    def __str__(self) -> str:
        return self.name
