"""Who is kin to whom: noted one by one or from a workbook, so that they are never paired."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area, within
from jingzhun.assistance.models import Kin, Pairing
from jingzhun.assistance.workbook.cadres import BadCell, CadresRead
from jingzhun.assistance.workbook.kin import cell_of
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import Cadre, User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused


@dataclass(frozen=True)
class Related:
    """A cadre's number, and the household or the village where the kin live."""

    number: str
    household: int | None
    village: str | None
    note: str = ""


def understood_kin(read: CadresRead, county: Area, coming: set[str]) -> list[Related]:
    """The workbook's kin; what is not there is told with its cell. `coming`: numbers that the workbook brings."""
    numbers = {row.number for row in read.kin}
    known = coming | set(Cadre.objects.filter(county=county, number__in=numbers).values_list("number", flat=True))
    households, villages = _places(county, {row.place for row in read.kin})
    found = []
    for row in read.kin:
        if row.number not in known:
            told = _("No cadre of the county has this number, and this workbook brings none.")
            read.bad.append(BadCell(row.sheet, row.row, cell_of(row, "number"), row.number, told))
        elif row.place not in households and row.place not in villages:
            told = _("Neither a household nor a village of the county has this number.")
            read.bad.append(BadCell(row.sheet, row.row, cell_of(row, "place"), row.place, told))
        else:
            village = row.place if row.place in villages else None
            found.append(Related(row.number, households.get(row.place), village, row.note))
    return found


def _places(county: Area, texts: set[str]) -> tuple[dict[str, int], set[str]]:
    """Households by number, and codes of villages."""
    households = Household.objects.filter(within(county.pk, "village_code"), number__in=texts)
    villages = Area.objects.filter(within(county.pk, "code"), pk__in=texts, level="village")
    return dict(households.values_list("number", "pk")), set(villages.values_list("pk", flat=True))


def add_kin_rows(rows: list[Related], county: Area) -> int:
    """Note kin that are not noted yet; number of them."""
    if not rows:
        return 0
    numbers = {row.number for row in rows}
    cadres = dict(Cadre.objects.filter(county=county, number__in=numbers).values_list("number", "pk"))
    there = set(Kin.objects.filter(cadre__in=cadres.values()).values_list("cadre", "household", "village"))
    new = {
        (cadres[row.number], row.household, row.village): row.note
        for row in rows
        if (cadres[row.number], row.household, row.village) not in there
    }
    made = [Kin(cadre_id=one, household_id=home, village_id=village, note=note)
            for (one, home, village), note in new.items()]  # fmt: skip
    return len(create_by_copy(made))


@transaction.atomic
def add_kin(cadre: Cadre, place: str, note: str, *, by: User, at: datetime | None = None) -> bool:
    """Note where a cadre has kin: a household's number or a village's code. Raises Refused.

    Whether they are paired there now, so that somebody else must help.
    """
    require(by, ARRANGE_HELP, cadre.county_id)
    households, villages = _places(cadre.county, {place})
    if not households and not villages:
        raise Refused.because(_("Neither a household nor a village of the county has this number."), "place")
    village = place if place in villages else None
    _kin, made = Kin.objects.get_or_create(
        cadre=cadre, household_id=households.get(place), village_id=village, defaults={"note": note}
    )
    if not made:
        raise Refused.because(_("This is noted already."), "place")
    _tell("assistance.kin_noted", cadre, place, by, at)
    paired = Pairing.objects.filter(cadre=cadre, until=None)
    there = paired.filter(household__village_code=village) if village else paired.filter(household__number=place)
    return there.exists()


@transaction.atomic
def remove_kin(kin: Kin, *, by: User, at: datetime | None = None) -> None:
    """Take back what was noted in error."""
    require(by, ARRANGE_HELP, kin.cadre.county_id)
    place = kin.household.number if kin.household else kin.village_id or ""
    if kin.pk and Kin.objects.filter(pk=kin.pk).delete()[0]:
        _tell("assistance.kin_removed", kin.cadre, place, by, at)


def _tell(action: str, cadre: Cadre, place: str, by: User, at: datetime | None) -> None:
    record(Decision(action, "cadre", cadre.number, cadre.county_id, values={"kin": place}), by=by, at=at)
