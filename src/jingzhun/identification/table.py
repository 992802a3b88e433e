"""The procedure of identifying households, as a table (domain.md §2.3; 国开办发〔2014〕24号)."""

from django.utils.translation import gettext_lazy as _

from jingzhun.areas.rules import Level
from jingzhun.identification.rules import NAME
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY, WORK_IN_VILLAGE
from jingzhun.procedure.rules import DONE, Procedure, Step

from . import guards
from .actions.crosscheck import match_kept
from .actions.registration import register

DEMANDS = {
    "in_window": _("The application was filed within the round's window."),
    "not_registered": _("The household is not on the register."),
    "living": _("The household is not closed, nor merged into another one."),
    "visited": _("Two surveyors saw the household; it signed what they found."),
    "evaluated": _("A meeting with a quorum voted for it by more than half of those present; the minutes are signed."),
    "within_quota": _("In years that bind the village to a quota: within it, the neediest first."),
    "noticed": _(
        "The notice hung on the board, with a photo, for its full time; no objection against the entry was upheld."
    ),
    "no_open_objection": _("No objection against the household is open; at the end, none may be appealed any more."),
    "audited": _("The town wrote down its opinion and agrees."),
    "revisited": _("The town visited its share of the village's households again."),
    "reviewed": _("The county wrote down its opinion and agrees."),
    "spot_checked": _("The county visited its share of the village's households."),
    "red_lines_settled": _("A human decided every red-line flag; no veto is confirmed."),
    "causes_known": _("The household is sorted into one main cause, at most two others."),
}

HOUSEHOLDS = Procedure(
    name=NAME,
    label=_("Identification of poor households"),
    source=_(
        "国开办发〔2014〕24号: household application, village evaluation, town audit; two publicities, one announcement"
    ),
    withdraw=WORK_IN_VILLAGE,
    appeal_days="refusal_appeal_days",
    appeal_decision_days="appeal_decision_days",
    of_persons=True,
    steps=(
        Step(
            "application",
            _("Household application"),
            Level.VILLAGE,
            WORK_IN_VILLAGE,
            next="home_visit",
            guards=("in_window", "not_registered"),
            days="application_days",
        ),
        Step(
            "home_visit",
            _("Home visit"),
            Level.VILLAGE,
            WORK_IN_VILLAGE,
            next="village_evaluation",
            back=("application",),
            guards=("visited", "causes_known"),
            days="home_visit_days",
        ),
        Step(
            "village_evaluation",
            _("Village evaluation"),
            Level.VILLAGE,
            WORK_IN_VILLAGE,
            next="first_notice",
            back=("home_visit",),
            guards=("living", "evaluated", "within_quota"),
            days="evaluation_days",
        ),
        Step(
            "first_notice",
            _("First notice"),
            Level.VILLAGE,
            WORK_IN_VILLAGE,
            next="town_audit",
            back=("home_visit", "village_evaluation"),
            guards=("noticed", "no_open_objection"),
            notice="first_notice",
            by_clock=True,
            may_refuse=False,
        ),
        Step(
            "town_audit",
            _("Town audit"),
            Level.TOWN,
            AUDIT_IN_TOWN,
            next="second_notice",
            back=("home_visit", "village_evaluation"),
            guards=("living", "audited", "revisited", "red_lines_settled", "no_open_objection"),
            days="town_audit_days",
        ),
        Step(
            "second_notice",
            _("Second notice"),
            Level.TOWN,
            AUDIT_IN_TOWN,
            next="county_review",
            back=("home_visit", "village_evaluation", "town_audit"),
            guards=("noticed", "no_open_objection"),
            notice="second_notice",
            by_clock=True,
            may_refuse=False,
        ),
        Step(
            "county_review",
            _("County review"),
            Level.COUNTY,
            REVIEW_IN_COUNTY,
            next="announcement",
            back=("home_visit", "village_evaluation", "town_audit"),
            guards=("living", "reviewed", "spot_checked", "red_lines_settled", "no_open_objection", "within_quota"),
            days="county_review_days",
        ),
        Step(
            "announcement",
            _("Announcement"),
            Level.COUNTY,
            REVIEW_IN_COUNTY,
            next="registration",
            back=("town_audit", "county_review"),
            guards=("noticed", "no_open_objection"),
            notice="announcement",
            by_clock=True,
            may_refuse=False,
        ),
        Step(
            "registration",
            _("Registration"),
            Level.COUNTY,
            REVIEW_IN_COUNTY,
            next=DONE,
            back=("county_review",),
            guards=("living", "not_registered", "causes_known", "red_lines_settled", "no_open_objection"),
            days="registration_days",
            may_refuse=False,
        ),
    ),
    guards=guards.GUARDS,
    demands=DEMANDS,
    holds=guards.HOLDS,
    effects={"first_notice": match_kept, "registration": register},
)
