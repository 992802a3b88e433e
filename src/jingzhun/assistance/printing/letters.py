"""Letters that tell helpers whom they help: one page or more for each helper, all in one file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Pairing, PairingPlan
from jingzhun.assistance.queries.cadres import heads_of
from jingzhun.identification.printing.paper import set_paper
from jingzhun.people.models import Cadre
from jingzhun.policy.dictionary import speaks_english
from jingzhun.registry.dictionary import label
from jingzhun.registry.models import Household, Member

TEMPLATE = str(Path(__file__).parent / "letters.typ")


@dataclass(frozen=True)
class Letter:
    """A helper and the households, from a day."""

    cadre: Cadre
    since: date
    households: Sequence[Household]


def letters_of_plan(plan: PairingPlan, cadres: Sequence[int]) -> list[Letter]:
    """Letters of a plan in force, in the order of the cadres; two queries."""
    found: dict[int, list[Household]] = defaultdict(list)
    rows = plan.pairs.filter(cadre__in=cadres).select_related("household__area__parent").order_by("household__number")
    for each in rows:
        found[each.cadre_id].append(each.household)
    people = Cadre.objects.select_related("organisation").in_bulk(cadres)
    since = plan.valid_from or date.fromisoformat(plan.terms["on"])
    return [Letter(people[pk], since, found[pk]) for pk in cadres if found[pk]]


def letter_of_cadre(cadre: Cadre, today: date) -> Letter:
    """The letter about the households that a cadre helps now."""
    rows = Pairing.objects.filter(cadre=cadre, until=None).select_related("household__area__parent")
    pairings = list(rows.order_by("place", "household__number"))
    return Letter(cadre, max((each.since for each in pairings), default=today), [each.household for each in pairings])


def letters_pdf(county: Area, letters: Sequence[Letter], today: date) -> bytes:
    """The file, in the language of the screen."""
    return set_paper(TEMPLATE, letters_data(county, letters, today))


def letters_data(county: Area, letters: Sequence[Letter], today: date) -> dict[str, Any]:
    """What the template sets: texts only."""
    households = [each.pk for letter in letters for each in letter.households]
    heads, persons = heads_of(households), _persons(households)
    return {
        "lang": "en" if speaks_english() else "zh",
        "title": _("Letter of pairing"),
        "heads": ["#", _("Village"), _("Household number"), _("Head"), _("Persons"), _("Main cause")],
        "letters": [_letter(each, heads, persons) for each in letters],
        "duties_title": _("What a helper does"),
        "duties": _duties(),
        "issuer": _("Leading group office for poverty alleviation of %(county)s") % {"county": county.name},
        "day": today.isoformat(),
        "signatures": [_("The helper"), _("The helper's unit"), _("Day")],
    }


def _persons(households: Iterable[int]) -> dict[int, int]:
    rows = Member.objects.filter(household__in=list(households)).order_by()
    return dict(rows.values_list("household").annotate(number=Count("pk", filter=Q(left_on=None))))


def _letter(letter: Letter, heads: dict[int, str], persons: dict[int, int]) -> dict[str, Any]:
    told = {"day": letter.since.isoformat(), "number": len(letter.households)}
    return {
        "to": _("To %(name)s") % {"name": letter.cadre.name},
        "unit": " · ".join(filter(None, [letter.cadre.organisation.name, letter.cadre.post])),
        "number": letter.cadre.number,
        "body": _("From %(day)s on you help the following %(number)s households until they are out of poverty.") % told,
        "rows": [
            [
                str(position),
                each.area.place,
                each.number,
                heads.get(each.pk, ""),
                str(persons.get(each.pk, 0)),
                label("cause", each.cause_main) or "–",
            ]
            for position, each in enumerate(letter.households, 1)
        ],
    }


def _duties() -> list[str]:
    return [
        _("Visit each household at least as often as the county asks, and note in the system what you find."),
        _("Make the yearly plan with the household, from its causes and what it is entitled to; both sign it."),
        _("Bring measures before the season needs them; a measure counts once the household has signed for it."),
        _("Hear what the household needs, and follow it until it is answered."),
        _("Whoever leaves the post hands the households over; the office names a new helper."),
    ]
