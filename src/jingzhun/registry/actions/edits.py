"""Edits of households, members, surveys and villages: one function, one decision, one entry in the journal."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.journal.actions import Decision, record
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import EDIT_HOUSEHOLDS, SEE_PERSONAL
from jingzhun.registry.models import STANDING, Household, Member, Survey, VillageYear
from jingzhun.registry.queries.beginnings import known_since
from jingzhun.registry.queries.history import DERIVED
from jingzhun.registry.queries.villages import standing_before
from jingzhun.registry.rules import entry
from jingzhun.registry.rules.derive import member_columns
from jingzhun.registry.rules.refusals import Refused

from .checks import recheck_later, recheck_village_later
from .saving import OPEN_FIELDS, ChangedMeanwhile, changed_values, digested, lock, on_behalf_of, plain, save, tell

NONE_YET = -1  # as the version of a report that was not there when its form was opened
STANDING_FIELDS = frozenset(STANDING)
EVENT_FIELDS = frozenset({"joined_on", "join_reason", "left_on", "leave_reason", "household", "number"})


@transaction.atomic
def edit_household(
    household: Household, values: dict[str, Any], *, by: User, version: int | None = None, why: str = ""
) -> Household:
    """Change fields of a household. Raises Refused, ChangedMeanwhile."""
    refuse(entry.household_remarks(values))
    return _edit(
        household, "registry.household_edited", with_indexes(values), household, by=by, version=version, why=why
    )


@transaction.atomic
def edit_member(
    member: Member, values: dict[str, Any], *, by: User, version: int | None = None, why: str = ""
) -> Member:
    """Correct a member's facts; joining and leaving are events. Raises Refused, ChangedMeanwhile."""
    known = {"id_number": member.id_number, "birth_date": member.birth_date, "sex": member.sex}
    remarks = entry.member_remarks(known | values, timezone.localdate())
    refuse([remark for remark in remarks if remark.field in values])
    if found := EVENT_FIELDS & values.keys():
        raise Refused.because(_("%(fields)s: changed by an event only.") % {"fields": ", ".join(sorted(found))})
    if member.relation == "head" and values.get("relation", "head") != "head" and member.left_on is None:
        raise Refused.because(_("A household keeps a head: record first who becomes the head."), "relation")
    return _edit(
        member,
        "registry.member_edited",
        with_derived(values, member),
        member.household,
        by=by,
        version=version,
        why=why,
    )


@transaction.atomic
def save_survey(
    household: Household, values: dict[str, Any], *, by: User, version: int | None = None, why: str = ""
) -> Survey:
    """Record the survey of a year, or change the one there is (`version` given). Raises Refused, ChangedMeanwhile."""
    refuse(entry.survey_remarks(values, timezone.localdate(), known_since(household)))
    existing = Survey.objects.filter(household=household, year=values["year"]).first()
    if existing and version is not None:
        return _edit(existing, "registry.survey_edited", values, household, by=by, version=version, why=why)
    survey = Survey(household=household, **values)
    with on_behalf_of(by):
        save(survey)
    given = {name: value for name, value in values.items() if value is not None}
    told = {name: plain(value) for name, value in given.items() if name in OPEN_FIELDS}
    personal = {name: digested(survey, name, value) for name, value in given.items() if name not in OPEN_FIELDS}
    where = (household.number, household.village_code)
    record(
        Decision(
            "registry.survey_recorded",
            "household",
            *where,
            why=why,
            values=told,
            personal=personal,
            permission=EDIT_HOUSEHOLDS,
        ),
        by=by,
    )
    recheck_later(household)
    return survey


@transaction.atomic
def save_village_year(
    village: Area, year: int, values: dict[str, Any], *, by: User, version: int | None = None
) -> VillageYear:
    """Record or change what a village reports for a year. `version`: NONE_YET where no report was there to be opened.
    Raises Refused, ChangedMeanwhile.

    Where the village stands with the list of poor villages is carried on, never said here.
    """
    if STANDING_FIELDS & values.keys():
        raise Refused.because(_("Which villages are poor is for identification and exit to say."))
    existing = VillageYear.objects.filter(area=village, year=year).first()
    if existing is None:
        report = VillageYear(area=village, year=year, **standing_before(village.code, year), **values)
        with on_behalf_of(by):
            save(report)
        told = {name: plain(value) for name, value in values.items() if value is not None}
        values_told = {"year": year, "values": told}
        record(
            Decision(
                "registry.village_recorded",
                "village",
                village.code,
                village.code,
                values=values_told,
                permission=EDIT_HOUSEHOLDS,
            ),
            by=by,
        )
        recheck_village_later(village.code)
        return report
    if version == NONE_YET:
        raise ChangedMeanwhile(existing, [])
    locked = lock(existing, version)
    changed = changed_values(locked, values)
    before = _apply(locked, changed, by)
    told = {"year": year, "changed": {name: [plain(old), plain(getattr(locked, name))] for name, old in before.items()}}
    if before:
        record(
            Decision(
                "registry.village_edited",
                "village",
                village.code,
                village.code,
                values=told,
                permission=EDIT_HOUSEHOLDS,
            ),
            by=by,
        )
        recheck_village_later(village.code)
    return locked


@transaction.atomic
def reveal(household: Household, *, by: User) -> dict[str, dict[str, str]]:
    """Personal numbers of a household, unmasked; the look stands in the journal.

    Gives {person or household number: {field: value}}. The caller has checked the permission for the household's area.
    """
    told = {"members": 0}
    shown = {household.number: {"phone": household.phone, "account": household.account}}
    for member in household.members.all():
        shown[member.number] = {"id_number": member.id_number, "phone": member.phone}
        told["members"] += 1
    record(
        Decision(
            "registry.personal_seen",
            "household",
            household.number,
            household.village_code,
            values=told,
            permission=SEE_PERSONAL,
        ),
        by=by,
    )
    return shown


@transaction.atomic
def tell_printed(household: Household, *, by: User) -> None:
    """The household's form leaves the house with personal numbers: the journal says so."""
    record(
        Decision(
            "registry.form_printed", "household", household.number, household.village_code, permission=SEE_PERSONAL
        ),
        by=by,
    )


def refuse(remarks: list[entry.Remark]) -> None:
    """Raise Refused for those remarks that refuse."""
    refusals: dict[str, list[Any]] = {}
    for remark in remarks:
        if remark.refuses:
            refusals.setdefault(remark.field, []).append(remark.message)
    if refusals:
        raise Refused(refusals)


def with_derived(values: dict[str, Any], member: Member | None = None) -> dict[str, Any]:
    """A member's values with the columns that follow from name and ID number."""
    if member is not None and not {"name", "id_number"} & values.keys():
        return values
    name = values.get("name", member.name if member else "")
    derived = member_columns(name, values.get("id_number", member.id_number if member else ""))
    key = derived.pop("id_key")
    return values | derived | {"id_index": index_of(key, "member.id_number")}


def with_indexes(values: dict[str, Any]) -> dict[str, Any]:
    """A household's values with the blind indexes of phone and account."""
    found = dict(values)
    for name in ("phone", "account"):
        if name in values:
            found[f"{name}_index"] = index_of(values[name], f"household.{name}")
    return found


def _edit(
    row: Any, decision: str, values: dict[str, Any], household: Household, *, by: User, version: int | None, why: str
) -> Any:
    locked = lock(row, version)
    before = _apply(locked, changed_values(locked, values), by)
    if before:
        tell(decision, locked, before, by, number=household.number, area=household.village_code, why=why)
        recheck_later(household)
    return locked


def _apply(row: Any, changed: dict[str, Any], by: User) -> dict[str, Any]:
    """Set and save the changed fields; gives their former values, the derived ones left out."""
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        with on_behalf_of(by):
            save(row, changed)
    return {name: value for name, value in before.items() if name not in DERIVED}
