"""The round of 2014 in a small county: everybody is registered because they went through the procedure."""

import io
import re
from datetime import datetime, time
from itertools import pairwise
from urllib.parse import urljoin

import pypdf
import pytest
import time_machine
from django.core.cache import caches
from django.db.models import Func, TextField
from django.utils import timezone

from jingzhun.areas.actions import load_areas
from jingzhun.demo import county as demo
from jingzhun.demo.reports import write_villages
from jingzhun.demo.story import play_round
from jingzhun.demo.story.plan import draw_plans
from jingzhun.demo.targets import AREAS, Targets, rural_villages
from jingzhun.demo.workbooks import draw_county, write_town
from jingzhun.identification.models import Application, Flag, Meeting
from jingzhun.journal.models import Entry
from jingzhun.journal.rules.labels import known_actions, record_type_label
from jingzhun.procedure.models import Case, Passage
from jingzhun.publicity.models import Notice, NoticeItem, Objection
from jingzhun.registry import dictionary
from jingzhun.registry.actions.village_reports import import_village_reports
from jingzhun.registry.models import Household, Member, RegisterSpell, VillageYear
from jingzhun.web.journal.values import is_named

pytestmark = pytest.mark.django_db(transaction=True)
TOWN = "渠子镇"


@pytest.fixture
def played(settings, tmp_path):
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    load_areas(AREAS)
    places = [place for place in rural_villages() if place[2] == TOWN][:4]
    county = draw_county(7, places, Targets().scaled(4, 157))
    path = tmp_path / "town.xlsx"
    write_town(county, TOWN, path)
    demo.import_workbook(path)
    write_villages(county, 7, tmp_path / "villages.xlsx")
    import_village_reports(tmp_path / "villages.xlsx", area_code="610426")
    assert not RegisterSpell.objects.exists()
    return county, play_round(county, 7, "610426")


def test_the_round_of_2014(played, client):
    """Played once for all that must be true of it: building even a small county takes its time."""
    county, round_ = played
    just_the_poor_are_registered_and_each_has_the_whole_way_behind_it(county, round_)
    there_are_refusals_appeals_returns_objections_and_flags()
    the_journal_stands_in_the_order_of_time()
    the_journal_speaks_in_words()
    no_public_page_tells_anything_private(client)


def just_the_poor_are_registered_and_each_has_the_whole_way_behind_it(county, round_):
    plans = draw_plans(county, 7)
    poor = {number for plan in plans for number in plan.poor}
    registered = RegisterSpell.objects.select_related("household")
    assert {spell.household.number for spell in registered} == poor and registered.count() == len(poor)
    assert round_.acts > 50
    listed = set(VillageYear.objects.filter(poor_village=True).values_list("area", flat=True))
    assert listed == {
        str(code) for code, is_poor in zip(county.villages.code, county.villages.poor, strict=True) if is_poor
    }
    households = Household.objects.filter(number__in=poor)
    assert not households.filter(cause_main="").exists() and not households.filter(attribute="").exists()
    for case in Case.objects.filter(procedure="identification", state="passed"):
        kinds = NoticeItem.objects.filter(subject=f"case:{case.pk}", state="passed").values_list(
            "notice__kind", flat=True
        )
        assert {"first_notice", "second_notice", "announcement"} <= set(kinds)
    assert set(Case.objects.values_list("state", flat=True)) <= {"passed", "refused", "closed", "withdrawn"}


def there_are_refusals_appeals_returns_objections_and_flags():
    assert Application.objects.count() > RegisterSpell.objects.count()
    decisions = set(Passage.objects.values_list("decision", flat=True))
    assert {"open", "approve", "refuse", "return", "withdraw"} <= decisions
    assert Meeting.objects.count() >= 4 and not Meeting.objects.filter(signed_at=None).exists()
    assert not Notice.objects.filter(state="open").exists() and not Objection.objects.open().exists()
    assert not Flag.objects.filter(state="open").exists()


def the_journal_stands_in_the_order_of_time():
    moments = list(
        Entry.objects.filter(action__startswith="identification.").order_by("id").values_list("at", flat=True)
    )
    assert len(moments) > 500
    late = [later for earlier, later in pairwise(moments) if (earlier - later).days >= 1]
    assert not late


def the_journal_speaks_in_words():
    """Every action, every kind of record and every value that the round recorded has a name on the screen."""
    entries = Entry.objects.order_by()
    kinds = set(entries.values_list("record_type", flat=True).distinct())
    assert {"case", "round", "panel", "meeting", "notice", "objection"} <= kinds
    assert [kind for kind in kinds if record_type_label(kind) == kind] == []
    named = known_actions()
    assert [action for action in set(entries.values_list("action", flat=True).distinct()) if action not in named] == []
    keys = Entry.objects.annotate(key=Func("values", function="jsonb_object_keys", output_field=TextField())).order_by()
    recorded = set(keys.values_list("key", flat=True).distinct()) - {"changed", "row"}
    assert {"outcome", "closes_on", "due_on", "anonymous", "digest", "to"} <= recorded
    assert sorted(key for key in recorded if not is_named(key)) == []


def no_public_page_tells_anything_private(client):
    """Every public page that links lead to, in both languages, and every value that is nobody's business."""
    announced = Notice.objects.filter(kind="announcement").order_by("closes_on")
    last_day = datetime.combine(announced.last().closes_on, time(12))  # the names are still on the website
    pages = read_on(last_day, client, {})
    villages_day = datetime.combine(Notice.objects.latest("closes_on").closes_on, time(12))
    later = read_on(villages_day, client, pages)  # the poor villages' notices came later
    numbers = set(Notice.objects.values_list("number", flat=True))
    assert {url.split("/")[-2] for url in [*pages, *later] if re.search(r"/n/[^/]+/$", url)} == numbers
    text = "\n".join([*pages.values(), *later.values()])
    heads = {item["head"] for item in NoticeItem.objects.values_list("shown", flat=True) if "head" in item}
    of_last = NoticeItem.objects.filter(notice=announced.last()).values_list("shown", flat=True)
    assert of_last and all(item["head"] in text for item in of_last)
    told = [value for value in private_values(heads) if value in text]
    assert not told, told[:10]


def read_on(day: datetime, client, known: dict[str, str]) -> dict[str, str]:
    """The public website on a day, without the notices that are known from before."""
    with time_machine.travel(timezone.make_aware(day), tick=False):
        caches["pages"].clear()
        notices = {address for address in known if "/n/" in address}
        return crawled(client, notices, "/public/", "/public/en/", "/robots.txt", "/sitemap.xml")


def crawled(client, known: set[str], *addresses: str) -> dict[str, str]:
    """Text by address, from some addresses on along every link."""
    waiting, pages = list(addresses), {}
    while waiting:
        address = waiting.pop()
        if address in pages or address in known:
            continue
        response = client.get(address)
        assert response.status_code in (200, 301, 302), address
        content = b"".join(response) if response.streaming else response.content
        pages[address] = readable(response["Content-Type"], content)
        links = re.findall(r'(?:href|src|action)="([^"#]+)"', pages[address]) if response.status_code == 200 else []
        links = [urljoin(address, link.replace("&amp;", "&")) for link in links]
        waiting += [
            link for link in links if link.startswith(("/public/", "/n/")) and not link.startswith("/public/my")
        ]
        waiting += [response["Location"]] if response.status_code != 200 else []
    return pages


def readable(kind: str, content: bytes) -> str:
    if kind == "application/pdf":
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return content.decode()


def private_values(heads: set[str]) -> set[str]:
    """Everything of households, persons and objectors that no public page may tell."""
    households = list(Household.objects.all())
    values = {value for each in households for value in (each.number, each.phone, each.account, each.address)}
    members = list(Member.objects.all())
    values |= {value for each in members for value in (each.id_number, each.phone)}
    names = {each.name for each in members if len(each.name) > 2}
    values |= {name for name in names if not any(name in head for head in heads)}
    values |= {value for each in Objection.objects.all() for value in (each.phone, each.text)}
    health = dictionary.choices("health")
    values |= {label for code, label in health if code != "healthy"}
    return {value for value in values if value and len(value) > 2}
