"""An inspection is announced with its frozen list, drawn by a seed of a later day, and finds what it finds."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level
from jingzhun.assessment.models import Inspection, InspectionFinding, Item
from jingzhun.assessment.queries.terms import term
from jingzhun.assessment.rules import supervision as rules
from jingzhun.assistance.queries.coverage import poor_villages
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, System
from jingzhun.journal.models import PublishedRoot
from jingzhun.methods.sampling import draw as drawn_of
from jingzhun.people.models import User
from jingzhun.people.rules import SUPERVISE
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.models import Household
from jingzhun.registry.queries.status import has_status
from jingzhun.registry.rules.refusals import Refused

from .telling import next_number, said, tell, user_of

LONGEST_VALUE = 80
Result = InspectionFinding.Result


@dataclass(frozen=True)
class Announced:
    """What is said of an inspection. `size`: how many are drawn; None for the county's share.

    `seed_on`: a day to come, whose public value is the seed; `seed_from` says which one, empty for the root of the
    journal's checkpoint.
    """

    county: Area
    title: str
    kind: str
    population: str
    begins_on: date
    ends_on: date
    seed_on: date
    seed_from: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Found:
    """What was found at one of those drawn; `picture` is an open file and its size."""

    result: str
    kind: str = ""
    weight: str = ""
    what: str = ""
    picture: tuple[BinaryIO, int] | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@transaction.atomic
def announce(told: Announced, *, by: User | System = SYSTEM, at: datetime | None = None) -> Inspection:
    """Announce an inspection and freeze the list it is drawn from. Raises Refused, NotYours."""
    require(by, SUPERVISE, told.county.pk)
    today = timezone.localdate(at)
    if told.seed_on <= today:
        raise Refused.because(_("The seed is of a day to come: nobody may know it when the list is frozen."), "seed_on")
    if told.ends_on < told.begins_on:
        raise Refused.because(_("An inspection ends after it begins."), "ends_on")
    title = said(told.title, "title")
    rows = _population(told, today)
    if not rows:
        raise Refused.because(_("There is nobody to draw from."), "population")
    size = told.size or rules.sample_size(len(rows), term(rules.SHARE, told.county.pk, today))
    if size > len(rows):
        raise Refused.because(_("There are only %(number)s to draw from.") % {"number": len(rows)}, "size")
    digest = sha256("".join(f"{row.town},{row.number},{_household(row)}\n" for row in rows).encode()).hexdigest()
    made = Inspection.objects.create(
        number=next_number(Inspection, told.county.pk, "D", at), county=told.county, title=title,
        kind=told.kind, population=told.population, begins_on=told.begins_on, ends_on=told.ends_on, size=size,
        list_sha256=digest, seed_from=told.seed_from.strip(), seed_on=told.seed_on, announced_at=at or timezone.now(),
        by=user_of(by),
    )  # fmt: skip
    for row in rows:
        row.inspection = made
    create_by_copy(rows)
    values = {"list_sha256": digest, "rows": len(rows), "size": size, "seed_on": str(told.seed_on),
              "seed_from": made.seed_from or "checkpoint"}  # fmt: skip
    tell("assessment.inspection_announced", "inspection", made.number, made.county_id, values, by, at)
    return made


def _population(told: Announced, today: date) -> list[Item]:
    """Rows of the list in the order of their numbers: households with a running number in their town, or villages."""
    if told.population == Inspection.Population.VILLAGES:
        codes = sorted(poor_villages(told.county.pk, today))
        return [Item(town=code[: Level.TOWN.digits], number=code, area_id=code) for code in codes]
    households = Household.objects.filter(within(told.county.pk, "village_code"), has_status("registered", today))
    rows: list[Item] = []
    counted: dict[str, int] = {}
    for household in households.order_by("number").only("number", "village_code"):
        town = household.village_code[: Level.TOWN.digits]
        counted[town] = counted.get(town, 0) + 1
        rows.append(
            Item(town=town, number=f"{town}-{counted[town]:05d}", area_id=household.village_code, household=household)
        )
    return rows


def _household(row: Item) -> str:
    return row.household.number if row.household else ""


@transaction.atomic
def draw(
    inspection: Inspection, value: str = "", *, by: User | System = SYSTEM, at: datetime | None = None
) -> list[Item]:
    """Draw the sample, once; those drawn in the order of their places. Raises Refused before the seed is public.

    `value`: the public value that was announced; of a checkpoint the journal knows it.
    """
    found = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    require(by, SUPERVISE, found.county_id)
    if found.drawn_at is not None:
        raise Refused.because(_("The sample is drawn already; it is drawn only once."))
    if timezone.localdate(at) < found.seed_on:
        raise Refused.because(_("The seed is not known before %(day)s.") % {"day": found.seed_on})
    found.seed = f"{_value(found, value)}:{found.number}"
    found.drawn_at = at or timezone.now()
    rows = {item.number: item for item in found.items.all()}
    sample = [rows[number] for _town, number in drawn_of(((row.town, row.number) for row in rows.values()), found.seed,
                                                         found.size)]  # fmt: skip
    for place, item in enumerate(sample, 1):
        item.place = place
    Item.objects.bulk_update(sample, ["place"], batch_size=500)
    found.save(update_fields=["seed", "drawn_at"])
    digest = sha256("\n".join(item.number for item in sample).encode()).hexdigest()
    values = {"seed": found.seed, "drawn": len(sample), "sample_sha256": digest}
    tell("assessment.sample_drawn", "inspection", found.number, found.county_id, values, by, at)
    return sample


def _value(inspection: Inspection, typed: str) -> str:
    """The public value that the seed is made of. Raises Refused while there is none."""
    if inspection.seed_from:
        typed = said(typed, "value")
        if len(typed) > LONGEST_VALUE:
            raise Refused.because(_("The value is too long."), "value")
        return typed
    root = PublishedRoot.objects.filter(day__gte=inspection.seed_on).order_by("day").first()
    if root is None:
        raise Refused.because(
            _("No checkpoint of the journal is published since %(day)s.") % {"day": inspection.seed_on}
        )
    return root.hex


@transaction.atomic
def note_finding(item: Item, told: Found, *, by: User | System = SYSTEM, at: datetime | None = None) -> (
    InspectionFinding
):  # fmt: skip
    """Note what was found at one of those drawn. Raises Refused, NotYours."""
    inspection = item.inspection
    require(by, SUPERVISE, item.area_id)
    if item.place is None:
        raise Refused.because(_("This one was not drawn."))
    if told.result != Result.AGREES:
        said(told.what, "what")
        for name in ("kind", "weight"):
            said(getattr(told, name), name)
    agrees = told.result == Result.AGREES
    made = InspectionFinding(
        item=item, result=told.result, kind="" if agrees else told.kind, weight="" if agrees else told.weight,
        what=told.what.strip(), latitude=told.latitude, longitude=told.longitude, found_at=at or timezone.now(),
        by=user_of(by),
    )  # fmt: skip
    if told.picture:
        made.picture.save(f"{item.number}.jpg", ContentFile(redraw(*told.picture)), save=False)
    made.save()
    values = {"item": item.number, "result": made.result, "kind": made.kind, "weight": made.weight}
    tell("assessment.found", "inspection", inspection.number, item.area_id, values, by, at)
    return made
