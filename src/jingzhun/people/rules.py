"""Roles, what each may do, and the area each may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.rules import Level
from jingzhun.parameters.rules import CHANGE_PARAMETERS


class Role(StrEnum):
    VILLAGE_CLERK = "village_clerk"
    FIRST_SECRETARY = "first_secretary"
    TOWN_COMMISSIONER = "town_commissioner"
    COUNTY_OFFICER = "county_officer"
    HELPER = "helper"
    PROJECT_OWNER = "project_owner"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_LABELS = {
    Role.VILLAGE_CLERK: _("village clerk"),
    Role.FIRST_SECRETARY: _("first secretary"),
    Role.TOWN_COMMISSIONER: _("town commissioner"),
    Role.COUNTY_OFFICER: _("county officer"),
    Role.HELPER: _("helper"),
    Role.PROJECT_OWNER: _("project owner"),
    Role.DEPARTMENT: pgettext_lazy("role", "department"),
    Role.SUPERVISOR: _("supervisor"),
    Role.LEADER: _("leader"),
    Role.AUDITOR: _("auditor"),
    Role.ADMINISTRATOR: _("administrator"),
}

# Two-step login is a duty for whoever changes a whole county's register or its users. Who only looks sees no number in
# full and takes none out; they may set it up.
MFA_REQUIRED = frozenset({Role.COUNTY_OFFICER, Role.ADMINISTRATOR})

VIEW_SITUATION = "situation.view"
VIEW_HOUSEHOLDS = "registry.view"
SEE_PERSONAL = "registry.see_personal"  # unmasked ID, phone, bank account; each look is journaled
EDIT_HOUSEHOLDS = "registry.edit"
IMPORT_REGISTER = "registry.import"
EXPORT_REGISTER = "registry.export"
RUN_CHECKS = "registry.check"
READ_JOURNAL = "journal.read"
PUBLISH_NOTICES = "publicity.publish"  # open a notice of one's own level, put the photo of it on the board
SEE_OBJECTIONS = "publicity.see_objections"  # what is objected, never by whom
SETTLE_OBJECTIONS = "publicity.settle_objections"
SEE_OBJECTOR = "publicity.see_objector"  # never the village; each look is journaled
VIEW_CASES = "identification.view"
WORK_IN_VILLAGE = "identification.village"  # applications, home visits, village evaluation
AUDIT_IN_TOWN = "identification.town"
REVIEW_IN_COUNTY = "identification.county"  # rounds, quotas, county review, announcement
HAND_IN_LISTS = "identification.lists"  # lists of departments for the cross-checks
VIEW_POLICIES = "policy.view"  # documents, policies, entitlements, missed and undue, the plan
WRITE_POLICIES = "policy.write"  # documents, drafts, what-if, publishing, the plan
VIEW_ASSISTANCE = "assistance.view"
ASSIST = "assistance.work"  # visits, needs, household plans and measures of the area's households
APPROVE_MEASURES = "assistance.approve"
ARRANGE_HELP = "assistance.arrange"  # organisations, cadres, pairing, postings
SEE_HELP = "assistance.household"  # the help of single households: of the area, or those that one helps
HELP_OWN = "assistance.help"  # the households that are paired with oneself, and no other
VIEW_MANAGEMENT = "management.view"  # projects and money of the area
RUN_PROJECTS = "management.projects"  # projects of the area: drafts, stages, reports, pictures
HANDLE_FUNDS = "management.funds"  # sources, proposed allocations, payment orders
APPROVE_FUNDS = "management.approve"  # projects, allocations and payments that somebody else prepared
VIEW_ASSESSMENT = "assessment.view"  # schedule, listings, scores, findings of the area
ANSWER_ASSESSMENT = "assessment.answer"  # who is judged: states of tasks, comments, appeals, proofs of rectification
SET_TASKS = "assessment.tasks"  # the schedule of work, the listings, the drafts of scores
SETTLE_TIPS = "assessment.tips"  # the hotline's tips: recorded, graded, forwarded, answered
SUPERVISE = "assessment.supervise"  # draws, inspections, findings, orders, the quarterly assessment
DECIDE_ASSESSMENT = "assessment.decide"  # publishes scores, decides appeals that somebody else prepared
MANAGE_PEOPLE = "people.manage"

_ANYWHERE = {
    VIEW_SITUATION, VIEW_HOUSEHOLDS, SEE_PERSONAL, EDIT_HOUSEHOLDS, EXPORT_REGISTER, RUN_CHECKS,
    VIEW_CASES, PUBLISH_NOTICES, SEE_OBJECTIONS, VIEW_POLICIES, VIEW_ASSISTANCE, ASSIST,
    SEE_HELP, HELP_OWN, VIEW_MANAGEMENT, VIEW_ASSESSMENT, ANSWER_ASSESSMENT,
}  # fmt: skip
_VILLAGE = _ANYWHERE | {WORK_IN_VILLAGE}
_ABOVE = _ANYWHERE | {IMPORT_REGISTER, SETTLE_OBJECTIONS, SEE_OBJECTOR, APPROVE_MEASURES, RUN_PROJECTS, SETTLE_TIPS}
_COUNTY = _ABOVE | {
    REVIEW_IN_COUNTY, HAND_IN_LISTS, CHANGE_PARAMETERS, READ_JOURNAL, WRITE_POLICIES, ARRANGE_HELP, HANDLE_FUNDS,
    SET_TASKS,
}  # fmt: skip
_OVERSEE = {
    VIEW_SITUATION, VIEW_HOUSEHOLDS, EXPORT_REGISTER, VIEW_CASES, VIEW_POLICIES, VIEW_ASSISTANCE, SEE_HELP,
    VIEW_MANAGEMENT, VIEW_ASSESSMENT,
}  # fmt: skip

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.VILLAGE_CLERK: frozenset(_VILLAGE),
    Role.FIRST_SECRETARY: frozenset(_VILLAGE),
    Role.TOWN_COMMISSIONER: frozenset(_ABOVE | {AUDIT_IN_TOWN}),
    Role.COUNTY_OFFICER: frozenset(_COUNTY),
    # A helper sees the households that are paired with them and no other.
    Role.HELPER: frozenset({SEE_HELP, HELP_OWN}),
    Role.PROJECT_OWNER: frozenset({VIEW_SITUATION, VIEW_MANAGEMENT, RUN_PROJECTS, VIEW_ASSESSMENT, ANSWER_ASSESSMENT}),
    # A department of the county hands in its lists, by its program, and sees what came of them; never a household.
    Role.DEPARTMENT: frozenset({HAND_IN_LISTS}),
    Role.SUPERVISOR: frozenset(_OVERSEE | {READ_JOURNAL, SEE_OBJECTIONS, SUPERVISE, SETTLE_TIPS}),
    Role.LEADER: frozenset(_OVERSEE | {HELP_OWN, APPROVE_FUNDS, DECIDE_ASSESSMENT}),
    Role.AUDITOR: frozenset({READ_JOURNAL}),
    Role.ADMINISTRATOR: frozenset({MANAGE_PEOPLE, CHANGE_PARAMETERS, READ_JOURNAL}),
}


LEVEL_LABELS: dict[Level, str | Promise] = {
    Level.PROVINCE: pgettext_lazy("level", "a province"),
    Level.CITY: pgettext_lazy("level", "a city"),
    Level.COUNTY: pgettext_lazy("level", "a county"),
    Level.TOWN: pgettext_lazy("level", "a town"),
    Level.VILLAGE: pgettext_lazy("level", "a village"),
}
# Levels of the areas in which a role makes sense.
_UPPER = frozenset({Level.PROVINCE, Level.CITY, Level.COUNTY})
_ANY = _UPPER | {Level.TOWN, Level.VILLAGE}
ROLE_LEVELS: dict[Role, frozenset[Level]] = {
    Role.VILLAGE_CLERK: frozenset({Level.VILLAGE}),
    Role.FIRST_SECRETARY: frozenset({Level.VILLAGE}),
    Role.TOWN_COMMISSIONER: frozenset({Level.TOWN}),
    Role.COUNTY_OFFICER: _UPPER,
    Role.HELPER: _ANY,
    Role.PROJECT_OWNER: _ANY,
    Role.DEPARTMENT: frozenset({Level.COUNTY}),
    Role.SUPERVISOR: _UPPER | {Level.TOWN},
    Role.LEADER: _UPPER | {Level.TOWN},
    Role.AUDITOR: _UPPER,
    Role.ADMINISTRATOR: _UPPER,
}


def sensible_levels(role: Role, level: Level) -> list[str | Promise]:
    """The levels at which a role can be given, if this is none of them; else nothing."""
    allowed = ROLE_LEVELS[role]
    return [] if level in allowed else [LEVEL_LABELS[each] for each in LEVEL_LABELS if each in allowed]


LONGEST_KEY = timedelta(days=365)  # an access key is made anew once a year, by somebody who knows that it is needed


def require_expiry(expires_on: date, today: date) -> None:
    """An access key ends after today, and within a year. Raises ValidationError."""
    if not today < expires_on <= today + LONGEST_KEY:
        told = {"first": (today + timedelta(days=1)).isoformat(), "last": (today + LONGEST_KEY).isoformat()}
        text = _("An access key is valid for at most a year: choose a day from %(first)s to %(last)s.")
        raise ValidationError({"expires_on": text % told})


@dataclass(frozen=True)
class Assignment:
    """A role in an area for a period (the end day is the first day it no longer holds)."""

    role: Role
    area_code: str
    valid_from: date
    valid_until: date | None = None

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


@dataclass(frozen=True)
class Scope:
    """What a user may do where, today. An empty scope sees nothing."""

    assignments: tuple[Assignment, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(dict.fromkeys(assignment.role for assignment in self.assignments))

    @property
    def permissions(self) -> frozenset[str]:
        return frozenset().union(*(PERMISSIONS[role] for role in self.roles))

    @property
    def areas(self) -> tuple[str, ...]:
        """Area codes of the scope, without those that lie in another one."""
        return outermost(assignment.area_code for assignment in self.assignments)

    def areas_for(self, permission: str) -> tuple[str, ...]:
        """Areas in which a permission holds."""
        return outermost(a.area_code for a in self.assignments if permission in PERMISSIONS[a.role])

    def common_area(self, permission: str = "") -> str:
        """The area that holds everything the scope reaches, or all in which a permission holds; empty for several."""
        areas = self.areas_for(permission) if permission else self.areas
        return areas[0] if len(areas) == 1 else ""

    def allows(self, permission: str, area_code: str | None = None) -> bool:
        """Whether a permission holds, in an area if one is named."""
        areas = self.areas_for(permission)
        return bool(areas) if area_code is None else any(area_code.startswith(area) for area in areas)

    def acting_role(self, area_code: str, permission: str = "") -> str:
        """The role that gives the permission in the area, of several the most local; empty where none does.

        Without a permission, any role whose area holds the other; without an area, any role with the permission.
        """
        fitting = [
            assignment
            for assignment in self.assignments
            if area_code.startswith(assignment.area_code if area_code else "")
            and (not permission or permission in PERMISSIONS[assignment.role])
        ]
        return str(max(fitting, key=lambda each: len(each.area_code) if area_code else 0).role) if fitting else ""

    @property
    def mfa_required(self) -> bool:
        return not MFA_REQUIRED.isdisjoint(self.roles)


def outermost(codes: Iterable[str]) -> tuple[str, ...]:
    """Area codes without those contained in another, in order."""
    kept: list[str] = []
    for code in sorted(set(codes)):
        if not kept or not code.startswith(kept[-1]):
            kept.append(code)
    return tuple(kept)
