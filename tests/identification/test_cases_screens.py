"""Rounds, work lists, the page of a case and decisions on it, as people use them."""

import html
import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.identification.stage import BEGAN, STEPS, picture
from tests.publicity.factories import make_objection
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_user, make_village

from jingzhun.areas.models import Area
from jingzhun.identification.actions import decide, rounds
from jingzhun.identification.models import Attachment, Quota, Round
from jingzhun.identification.queries.report import report
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State
from jingzhun.publicity.actions import objections
from jingzhun.publicity.actions.notices import add_board_photo, close_due
from jingzhun.publicity.models import Objection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client):
    """The screens' English texts are those of the source."""
    client.cookies["django_language"] = "en"


def page(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def as_(client, user):
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def county_may_skip_two_step_login(settings):
    settings.DEMO = True


# Rounds


@time_machine.travel(BEGAN)
def test_a_county_officer_opens_a_round_and_everybody_in_the_county_sees_it(client):
    make_village()
    officer = make_user(Role.COUNTY_OFFICER, VILLAGE[:6])
    form = {
        "county": VILLAGE[:6],
        "year": 2014,
        "kind": "initial",
        "opens_on": "2014-05-01",
        "closes_on": "2014-06-30",
        "quota": "30",
        "document": "永扶办发〔2014〕3号",
    }
    response = as_(client, officer).post(reverse("identification:round-open"), form)
    made = Round.objects.get()
    assert response.url == reverse("identification:quotas", args=[made.pk])
    assert (made.quota_households, made.document) == (30, "永扶办发〔2014〕3号")
    for user in (make_user(), make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]), make_user(Role.LEADER, VILLAGE[:6])):
        text = page(as_(client, user).get(reverse("identification:rounds")))
        assert "永扶办发〔2014〕3号" in text and "Open a round" not in text
    assert (
        page(as_(client, make_user(area="610427100201")).get(reverse("identification:rounds"))).count("round-card") == 0
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"closes_on": "2014-04-30"}, "ends before it begins"),
        ({"opens_on": "2014-03-01", "closes_on": "2014-05-04"}, "The window is over already"),
        ({"opens_on": "2016-05-01", "closes_on": "2016-06-30", "year": 2016}, "no quota may be set"),
        ({"year": "1999"}, "2013"),
        ({"opens_on": "no day"}, "valid date"),
    ],
)
@time_machine.travel(BEGAN)
def test_a_round_that_cannot_be_is_told_beside_its_field(client, change, said):
    make_village()
    officer = make_user(Role.COUNTY_OFFICER, VILLAGE[:6])
    form = {"county": VILLAGE[:6], "year": 2014, "kind": "initial", "opens_on": "2014-05-01",
            "closes_on": "2014-06-30", "quota": "30"} | change  # fmt: skip
    assert said in page(as_(client, officer).post(reverse("identification:round-open"), form))
    assert not Round.objects.exists()


def test_nobody_below_the_county_opens_closes_or_hands_down(client, stage):
    for user in (stage.clerk, stage.town):
        as_(client, user)
        assert client.get(reverse("identification:round-open")).status_code == 403
        assert client.post(reverse("identification:round-close", args=[stage.round.pk])).status_code == 403
        assert client.post(reverse("identification:quotas", args=[stage.round.pk])).status_code == 403
    other = make_user(Role.COUNTY_OFFICER, "610427")
    assert as_(client, other).post(reverse("identification:round-close", args=[stage.round.pk])).status_code == 404
    assert client.get(reverse("identification:round", args=[stage.round.pk])).status_code == 404


def test_an_empty_round_says_what_to_do_and_closes(client, stage):
    as_(client, stage.county)
    text = page(client.get(reverse("identification:round", args=[stage.round.pk])))
    assert "No application yet" in text
    client.post(reverse("identification:round-close", args=[stage.round.pk]))
    stage.round.refresh_from_db()
    assert stage.round.closed_at


def test_a_round_with_cases_under_way_does_not_close(client, stage):
    stage.apply(2)
    response = as_(client, stage.county).post(reverse("identification:round-close", args=[stage.round.pk]), follow=True)
    assert "2 cases are still under way" in page(response)


def test_the_page_of_a_round_counts_by_step_and_town_and_leads_to_the_lists(client, stage):
    found = stage.apply(5)
    stage.bring_to("village_evaluation", *found[:3])
    stage.meet(*found[:3])
    stage.send_on(*found[:2])
    decide.refuse(stage.fresh(found[2]).case, "已有楼房", by=stage.clerk)
    address = reverse("identification:round", args=[stage.round.pk])
    text = page(as_(client, stage.county).get(address))
    cases = reverse("identification:cases")
    for query in (f"round={stage.round.pk}&amp;area=610426&amp;step=first_notice&amp;state=open",
                  f"round={stage.round.pk}&amp;area=610426&amp;step=village_evaluation&amp;state=ended_against",
                  f"round={stage.round.pk}&amp;area={VILLAGE[:9]}"):  # fmt: skip
        assert f"{cases}?{query}" in text, query
    assert "2 of 500 places of the quota taken" in text
    listed = page(client.get(f"{cases}?round={stage.round.pk}&step=first_notice&state=open"))
    assert "张0" in listed and "张2" not in listed
    refused = page(client.get(f"{cases}?round={stage.round.pk}&state=ended_against"))
    assert "张2" in refused and "张0" not in refused


LINK = re.compile(r'<a[^>]*href="([^"#?]*\?[^"#]*)[^"]*"[^>]*>\s*([\d,]+)\s*</a>')


def behind(client, url: str) -> int:
    """How many rows the list behind a number has."""
    context = client.get(html.unescape(url)).context
    if "table" in context:
        return context["table"].paginator.count
    return context["page"].paginator.count if "page" in context else len(context["rows"])


def numbers_that_open(client, address: str, least: int) -> None:
    """Every number of a screen that is a link opens a list of as many."""
    links = [link for link in LINK.findall(page(client.get(address))) if "/register/" not in link[0]]
    for url, number in links:
        assert behind(client, url if url.startswith("/") else f"{address.partition('?')[0]}{url}") == int(number), url
    assert len(links) >= least, links


@pytest.fixture
def scattered(stage):
    """Households all along the way: one at each of some steps, others refused, appealed, withdrawn, sent back."""
    found = stage.apply(9)
    stage.bring_to("village_evaluation", *found[:8])
    stage.meet(*found[:6])
    stage.send_on(*found[:5])
    decide.refuse(stage.fresh(found[5]).case, "已有楼房", by=stage.clerk, at=stage.tick())
    decide.refuse(stage.fresh(found[6]).case, "已有楼房", by=stage.clerk, at=stage.tick())
    decide.appeal(stage.fresh(found[6]).case, "已倒塌", by=stage.clerk, at=stage.tick())
    decide.withdraw(stage.fresh(found[7]).case, "搬走了", by=stage.clerk, at=stage.tick())
    notice = stage.post("first_notice", stage.clerk)
    objection = make_objection(notice, at=stage.tick()).objection
    objections.add_finding(objection, "入户核查", by=stage.town, at=stage.tick())
    objections.settle(objection, "dismissed", reason="属实", reply="谢谢", by=stage.town, at=stage.tick())
    stage.now += timedelta(days=8)
    close_due(stage.now)
    for _twice in range(2):
        decide.send_back(stage.fresh(found[0]).case, "home_visit", "再看", by=stage.town, at=stage.tick())
        stage.bring_to("town_audit", found[0], since="home_visit")
    stage.bring_to("done", *found[1:3], since="town_audit")
    return found


def test_every_number_opens_a_list_of_as_many(client, stage, scattered):
    as_(client, stage.county)
    numbers_that_open(client, reverse("identification:round", args=[stage.round.pk]), 18)
    numbers_that_open(client, reverse("identification:reviews", query={"level": "town"}), 4)
    numbers_that_open(client, reverse("identification:reviews", query={"level": "county"}), 3)
    numbers_that_open(client, reverse("identification:comparison"), 4)
    happened = {name: number for name, _label, number in client.get(
        reverse("identification:round", args=[stage.round.pk])).context["happened"]}  # fmt: skip
    assert happened["return"] == happened["objection_dismissed"] == happened["withdraw"] == 1
    text = page(client.get(reverse("identification:cases", query={"step": "town_audit,second_notice"})))
    assert "several steps" in text


def test_the_case_page_names_the_objections_for_whom_they_concern(client, stage, scattered):
    objection = Objection.objects.get()
    case = Case.objects.get(pk=int(objection.subject.removeprefix("case:")))
    address, link = (
        reverse("identification:case", args=[case.pk]),
        reverse("publicity:objection", args=[objection.number]),
    )
    assert link in page(as_(client, stage.town).get(address))
    text = page(as_(client, make_user(Role.LEADER, VILLAGE[:6])).get(address))
    assert link not in text and objection.shown_number in text


def test_two_rounds_of_a_year_are_not_mixed(client, stage):
    stage.bring_to("first_notice", *stage.apply(1))
    notice = stage.post("first_notice", stage.clerk)
    objection = make_objection(notice, position=None, at=stage.tick()).objection
    objections.add_finding(objection, "确属漏评", by=stage.town, at=stage.tick())
    objections.settle(objection, "upheld", reason="漏评", reply="已补", by=stage.town, at=stage.tick())
    initial, window = stage.round, (date(2014, 5, 2), date(2014, 6, 30))
    dynamic = rounds.open_round(initial.area, 2014, "dynamic", window, by=stage.county, at=stage.now)
    as_(client, stage.clerk)
    shown = {}
    for each in (initial, dynamic):
        posted = client.get(reverse("identification:notice-post", query={"round": each.pk})).context["notices"]
        work = client.get(reverse("identification:work", query={"round": each.pk})).context["overlooked"]
        shown[each.kind] = (len(posted), len(work), report([each], [VILLAGE]).objections["filed"])
    assert shown == {"initial": (1, 1, 1), "dynamic": (0, 0, 0)}
    assert notice.round == "2014"


def test_a_town_and_a_merged_village_are_called_by_their_names(client, stage):
    stage.apply(1)
    Area.objects.filter(code=VILLAGE).update(valid_until=date(2014, 6, 1))
    as_(client, stage.county)
    text = page(client.get(reverse("identification:cases", query={"area": VILLAGE[:9]})))
    assert f'<option value="{VILLAGE[:9]}" selected>店头镇</option>' in text
    shown = client.get(reverse("identification:round", args=[stage.round.pk]), {"area": VILLAGE[:9]})
    (place,) = shown.context["progress"].places
    assert (place.area.code, place.area.short_name, place.applications) == (VILLAGE, "永安村", 1)


# Quotas


def test_quotas_that_do_not_add_up_are_told_and_nothing_typed_is_lost(client, stage):
    make_village(OTHER_VILLAGE)
    address = reverse("identification:quotas", args=[stage.round.pk])
    as_(client, stage.county)
    text = page(client.post(address, {f"q_{VILLAGE}": "123", f"q_{OTHER_VILLAGE}": "7"}))
    assert "add up to 130" in text and 'value="123"' in text
    text = page(client.post(address, {f"q_{VILLAGE}": "12x", f"q_{OTHER_VILLAGE}": "7"}))
    assert "is not a number of households" in text and 'value="12x"' in text and 'value="7"' in text
    assert [each.households for each in Quota.objects.all()] == [500]
    client.post(address, {f"q_{VILLAGE}": "493", f"q_{OTHER_VILLAGE}": "7"})
    assert dict(Quota.objects.values_list("area_id", "households")) == {VILLAGE: 493, OTHER_VILLAGE: 7}
    assert Entry.objects.filter(action="identification.quotas_set").count() == 2


def workbook(*rows) -> io.BytesIO:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    file.seek(0)
    file.name = "名额.xlsx"
    return file


def test_quotas_come_from_a_workbook_or_a_pasted_list_to_be_looked_at_first(client, stage):
    make_village(OTHER_VILLAGE)
    address = reverse("identification:quotas-fill", args=[stage.round.pk])
    as_(client, stage.county)
    file = workbook(["村编码", "村名", "户数"], [VILLAGE, "永安村", 480], [int(OTHER_VILLAGE), "某村", 20])
    text = page(client.post(address, {"file": file}))
    assert 'value="480"' in text and 'value="20"' in text and "2 villages were read" in text
    assert [each.households for each in Quota.objects.all()] == [500]
    assert 'value="31"' in page(client.post(address, {"text": f"{VILLAGE}\t31\n{OTHER_VILLAGE}，9"}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Paste a list or choose a workbook"),
        ("nothing", "No row has a village"),
        (f"{VILLAGE} many", "has no number of households"),
        (f"{VILLAGE} 1\n{VILLAGE} 2", "stands there twice"),
        (f"{VILLAGE} many\n{OTHER_VILLAGE} some", f"Row 2: village {OTHER_VILLAGE} has no number"),
        ("\n".join(f"{VILLAGE} many" for _ in range(25)), "… and 5 more."),
        ("610427100201 5", "is no village of the county"),
    ],
)
def test_a_list_of_quotas_that_cannot_be_read_says_where(client, stage, text, said):
    response = as_(client, stage.county).post(
        reverse("identification:quotas-fill", args=[stage.round.pk]), {"text": text}
    )
    assert said in page(response)


# My work


def test_everybody_finds_their_own_steps_with_counts(client, stage):
    found = stage.apply(4)
    stage.bring_to("town_audit", *found[:1])
    text = page(as_(client, stage.clerk).get(reverse("identification:work")))
    assert "Household application" in text and "Town audit" not in text.split("step-tiles")[1].split("</nav>")[0]
    text = page(as_(client, stage.town).get(reverse("identification:work")))
    assert "Town audit" in text and "张0" in text and "张1" not in text


def test_objections_and_photos_that_are_missing_wait_for_whose_they_are(client, stage):
    stage.bring_to("first_notice", *stage.apply(2))
    notice = stage.post("first_notice", stage.clerk, photo=False)
    objection = make_objection(notice, at=stage.tick(days=1)).objection
    work, link = reverse("identification:work"), reverse("publicity:objection", args=[objection.number])
    board = reverse("publicity:notice", args=[notice.number])
    text = page(as_(client, stage.town).get(work))
    assert link in text and "to be decided" in text and board not in text and "Nothing waits" not in text
    text = page(as_(client, stage.clerk).get(work))
    assert link in text and "to be looked into" in text and board in text
    assert link not in page(as_(client, stage.county).get(work))
    objections.add_finding(objection, "属实", by=stage.clerk)
    add_board_photo(notice, picture(), stage.today, size=1_000, by=stage.clerk)
    text = page(as_(client, stage.clerk).get(work))
    assert link not in text and board not in text
    objections.settle(objection, "dismissed", reason="不属实", reply="不属实", by=stage.town)
    assert "Nothing waits for you" in page(as_(client, stage.town).get(work))


def test_another_open_round_with_work_is_told(client, stage):
    stage.apply(2)
    window = (date(2014, 5, 2), date(2014, 12, 30))
    other = rounds.open_round(stage.round.area, 2014, "dynamic", window, by=stage.county, at=stage.now)
    work = reverse("identification:work")
    text = page(as_(client, stage.clerk).get(work, {"round": other.pk}))
    assert f'{work}?round={stage.round.pk}"' in text and "2 cases" in text.split('id="other-rounds"')[1]
    assert "other-rounds" not in page(client.get(work, {"round": stage.round.pk}))


def test_the_report_of_a_round_tells_what_the_command_line_tells(client, stage):
    found = stage.apply(3)
    stage.bring_to("home_visit", *found[:2])
    decide.refuse(stage.fresh(found[2]).case, "收入高于标准", by=stage.clerk, at=stage.tick())
    address = reverse("identification:round-report", args=[stage.round.pk])
    assert address in page(as_(client, stage.clerk).get(reverse("identification:round", args=[stage.round.pk])))
    response = client.get(address)
    assert "Report: 2014 first identification, 永安村" in page(response)
    assert response.context["report"] == report([stage.round], [VILLAGE])
    assert response.context["decisions"]["refusals"] == 1


def test_a_town_reads_its_own_places_of_the_quota_beside_the_countys(client, stage):
    make_village(OTHER_VILLAGE)
    rounds.set_quotas(stage.round, {VILLAGE: 480, OTHER_VILLAGE: 20}, by=stage.county)
    listed = reverse("identification:rounds")
    assert "480" in (text := page(as_(client, stage.clerk).get(listed))) and "county 500" in text
    assert "county 500" not in page(as_(client, stage.county).get(listed))
    shown = as_(client, stage.clerk).get(reverse("identification:round", args=[stage.round.pk])).context
    assert shown["whole"].quota == 480


def test_the_areas_of_a_round_add_up(client, stage):
    make_village(OTHER_VILLAGE)
    found = stage.apply(4)
    decide.withdraw(stage.fresh(found[0]).case, "搬走了", by=stage.clerk)
    decide.refuse(stage.fresh(found[1]).case, "收入高", by=stage.clerk)
    shown = as_(client, stage.county).get(reverse("identification:round", args=[stage.round.pk]))
    whole = shown.context["whole"]
    assert whole.under_way + whole.refused + whole.withdrawn + whole.registered == whole.applications == 4


def test_a_quota_that_is_not_divided_is_called_for(client, stage):
    Quota.objects.all().delete()
    quotas = reverse("identification:quotas", args=[stage.round.pk])
    shown = (reverse("identification:work"), reverse("identification:round", args=[stage.round.pk]))
    for address in shown:
        text = page(as_(client, stage.county).get(address))
        assert "is not divided among the villages yet" in text and f'href="{quotas}">Divide' in text
        assert "is not divided" not in page(as_(client, stage.clerk).get(address))
    rounds.set_quotas(stage.round, {VILLAGE: 500}, by=stage.county)
    assert all("is not divided" not in page(as_(client, stage.county).get(address)) for address in shown)


def test_a_user_lands_on_my_work_after_the_login(client, stage):
    for user in (stage.clerk, stage.town, stage.county):
        assert as_(client, user).get("/").url == reverse("identification:work")
    assert as_(client, make_user(Role.LEADER, VILLAGE[:6])).get("/").url == reverse("web:situation")


def test_without_a_round_the_work_list_says_what_to_do(client):
    make_village()
    assert "No round is open" in page(as_(client, make_user()).get(reverse("identification:work")))
    assert "No round is open" in page(client.get(reverse("identification:cases")))


def test_late_cases_are_found(client, stage):
    stage.apply(2)
    Case.objects.filter(application__household__members__name="张0").update(
        due_on=timezone.localdate() - timedelta(days=3)
    )
    Case.objects.filter(application__household__members__name="张1").update(
        due_on=timezone.localdate() + timedelta(days=1)
    )
    as_(client, stage.clerk)
    text = page(client.get(reverse("identification:work")))
    assert "3 days late" in text and "1 late" in text
    late = page(client.get(reverse("identification:work"), {"due": "overdue"}))
    assert "张0" in late and "张1" not in late
    soon = page(client.get(reverse("identification:work"), {"due": "soon"}))
    assert "张1" in soon and "张0" not in soon


def test_cases_are_found_by_name_and_pinyin(client, stage):
    stage.apply(3)
    as_(client, stage.clerk)
    text = page(client.get(reverse("identification:cases"), {"q": "李2"}))
    assert "张2" in text and "张1" not in text


def ticks(*found) -> list[str]:
    return [f"{case.pk}:{case.version}" for case in Case.objects.filter(application__in=found)]


def test_ticked_cases_are_sent_on_and_those_held_back_say_why(client, stage):
    found = stage.apply(3)
    as_(client, stage.clerk)
    response = client.post(reverse("identification:cases-send"), {"case": ticks(*found)}, follow=True)
    assert "3 cases were sent on" in page(response)
    stage.now = timezone.now()
    stage.visit(found[0])
    text = page(client.post(reverse("identification:cases-send"), {"case": ticks(*found)}))
    assert "The home visit is not recorded yet." in text
    assert [stage.step_of(each) for each in found] == ["village_evaluation", "home_visit", "home_visit"]


def test_a_tick_on_an_old_version_sends_nothing(client, stage):
    found = stage.apply(2)
    old = ticks(*found)
    decide.withdraw(stage.fresh(found[0]).case, "搬走了", by=stage.clerk)
    response = as_(client, stage.clerk).post(reverse("identification:cases-send"), {"case": old}, follow=True)
    assert "Somebody was first: 刘文书" in page(response)
    assert stage.step_of(found[1]) == "application"


def test_ticks_of_others_and_nonsense_do_nothing(client, stage):
    found = stage.apply(1)
    as_(client, make_user(area=OTHER_VILLAGE))
    for text in [*ticks(*found), "x:y", "1:1", f"{'9' * 40}:1", ""]:
        response = client.post(reverse("identification:cases-send"), {"case": [text]}, follow=True)
        assert "Tick at least one case" in page(response)
    assert stage.step_of(found[0]) == "application"
    assert (
        as_(client, stage.town).post(reverse("identification:cases-send"), {"case": ticks(*found)}).status_code == 403
    )


def test_the_list_goes_out_as_a_workbook_and_says_so_in_the_journal(client, stage):
    stage.apply(3)
    response = as_(client, stage.clerk).post(reverse("identification:cases-export") + f"?round={stage.round.pk}&q=张1")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.values)
    assert len(rows) == 2 and rows[1][1] == "张1" and rows[1][7].date() == date(2014, 5, 5)
    assert Entry.objects.get(action="identification.list_exported").values["rows"] == 1


# Personal numbers that are searched

LISTS = ("work", "cases", "applications-new")
FORMS = {"work": "work-ask", "cases": "cases-ask", "applications-new": "applications-ask"}


def numbers_of(household) -> tuple[str, str]:
    """The head's ID and the household's phone."""
    return household.members.get(relation="head").id_number, household.phone


@time_machine.travel(BEGAN)
@pytest.mark.parametrize("name", LISTS)
def test_a_searched_number_finds_its_household_and_stands_in_no_address(client, stage, name):
    applied = [each.household for each in stage.apply(2)]
    waiting = [
        make_household(members=[head], phone=f"1391111222{place}") for place, head in enumerate(("赵六", "钱七"))
    ]
    wanted, other = (waiting if name == "applications-new" else applied)[:2]
    as_(client, stage.clerk)
    listed = reverse(f"identification:{name}")
    for typed in filter(None, numbers_of(wanted)):
        asked = {"q": typed, "round": str(stage.round.pk)}
        posted = client.post(reverse(f"identification:{FORMS[name]}"), asked | {"csrfmiddlewaretoken": "x"})
        written = client.get(listed, asked)
        for response in (posted, written):
            assert response.url.startswith(f"{listed}?") and f"round={stage.round.pk}" in response.url
            assert typed[-8:] not in response.url and "csrf" not in response.url
            text = page(client.get(response.url))
            assert wanted.number in text and other.number not in text
            assert typed not in text and "Searched by a personal number." in text


def test_a_search_holds_on_while_another_filter_is_chosen_and_goes_when_a_name_is_typed(client, stage):
    number, _phone = numbers_of(stage.apply(2)[0].household)
    as_(client, stage.clerk)
    ask = reverse("identification:cases-ask")
    marked = client.post(ask, {"q": number}, follow=True).context["asked"].marked
    assert marked in client.post(ask, {"q": "", "marked": marked, "due": "soon"}).url
    assert marked not in client.post(ask, {"q": "张", "marked": marked}).url
    steps = client.post(ask, {"step": ["home_visit", "town_audit"], "state": ""}).url
    assert "step=home_visit&step=town_audit" in steps and "state" not in steps


@pytest.mark.parametrize("whose", ["id", "name"])
def test_the_journal_of_an_export_keeps_the_filter_and_of_the_search_a_digest(client, stage, whose):
    household = stage.apply(2)[0].household
    typed = numbers_of(household)[0] if whose == "id" else "张0"
    export = reverse("identification:cases-export", query={"round": stage.round.pk, "q": typed})
    rows = openpyxl.load_workbook(io.BytesIO(b"".join(as_(client, stage.clerk).post(export).streaming_content))).active
    assert rows.max_row == 2
    told = Entry.objects.get(action="identification.list_exported").values
    assert told["query"] == f"round={stage.round.pk}" and told["search"].startswith("digest:")


# The page of a case


def test_a_case_shows_where_it_stands_what_is_missing_and_who_decided(client, stage):
    found = stage.apply(1)
    stage.bring_to("home_visit", *found)
    address = reverse("identification:case", args=[found[0].case_id])
    text = page(as_(client, stage.clerk).get(address))
    for part in ("张0", "Home visit", 'aria-current="step"', "The home visit is not recorded yet.",
                 "刘文书 (village clerk)", f"{address}visit/", "2,000", "2,736"):  # fmt: skip
        assert part in text, part


def test_the_whole_way_is_shown_with_its_evidence(client, stage):
    found = stage.apply(1)
    stage.bring_to("done", *found)
    text = page(as_(client, stage.county).get(reverse("identification:case", args=[found[0].case_id])))
    for part in ("20 in favour", "24 of 30 representatives present", "First notice", "Second notice", "情况属实",
                 "signed by the household", "The household is on the register."):  # fmt: skip
        assert part in text, part
    assert text.count("station-passed") >= 9


def test_others_do_not_find_the_case_and_the_wrong_role_may_not_decide(client, stage):
    found = stage.apply(1)
    pk = found[0].case_id
    send = {"decision": "approve", "version": 1}
    stranger = make_user(area=OTHER_VILLAGE)
    for name in ("case", "case-letter", "visit-new"):
        assert as_(client, stranger).get(reverse(f"identification:{name}", args=[pk])).status_code == 404
    assert client.post(reverse("identification:case-decide", args=[pk]), send).status_code == 404
    for user in (stage.town, stage.county, make_user(Role.SUPERVISOR, VILLAGE[:6])):
        assert as_(client, user).post(reverse("identification:case-decide", args=[pk]), send).status_code == 403
    assert as_(client, make_user(Role.HELPER)).get(reverse("identification:case", args=[pk])).status_code == 403
    assert stage.step_of(found[0]) == "application"


def decide_on(client, application, decision, **more):
    case = Case.objects.get(pk=application.case_id)
    data = {"decision": decision, "version": case.version} | more
    return client.post(reverse("identification:case-decide", args=[case.pk]), data, follow=True)


def test_whoever_sends_a_case_on_to_a_notice_reads_that_it_is_still_to_be_posted(client, stage):
    found = stage.apply(1)
    stage.accept(*found)
    stage.visit(*found)
    stage.send_on(*found)
    stage.meet(*found)
    as_(client, stage.clerk)
    assert "The notice “First notice” is still to be posted." in page(decide_on(client, found[0], "approve"))


def test_a_case_is_sent_on_only_with_everything_there(client, stage):
    found = stage.apply(1)
    as_(client, stage.clerk)
    assert "Sent on. Next: Home visit." in page(decide_on(client, found[0], "approve"))
    text = page(decide_on(client, found[0], "approve"))
    assert "The home visit is not recorded yet." in text
    assert stage.step_of(found[0]) == "home_visit"


def test_sent_back_needs_a_step_and_a_reason(client, stage):
    found = stage.apply(1)
    stage.bring_to("town_audit", *found)
    as_(client, stage.town)
    assert "Say why" in page(decide_on(client, found[0], "return", to="home_visit"))
    assert "select a valid choice" in page(decide_on(client, found[0], "return", to="application", why="x")).lower()
    text = page(decide_on(client, found[0], "return", to="home_visit", why="收入核实不清"))
    assert "Sent back: Home visit." in text and "收入核实不清" in text
    assert stage.step_of(found[0]) == "home_visit"


def test_what_was_typed_survives_a_refused_decision(client, stage):
    found = stage.apply(1)
    stage.bring_to("first_notice", *found)
    text = page(decide_on(as_(client, stage.clerk), found[0], "return", why="名下有商品房"))
    assert "Choose the step to go back to." in text and "名下有商品房" in text
    assert "Nothing is refused at this step" in page(decide_on(client, found[0], "refuse", why="名下有商品房"))


def test_who_comes_second_is_told_who_was_first(client, stage):
    found = stage.apply(1)
    stage.bring_to("town_audit", *found)
    decide.send_back(stage.fresh(found[0]).case, "home_visit", "再看看", by=stage.town)
    data = {"decision": "refuse", "version": 5, "why": "不符合"}
    response = as_(client, stage.town).post(
        reverse("identification:case-decide", args=[found[0].case_id]), data, follow=True
    )
    text = page(response)
    assert "Somebody was first: 张专干" in text and "再看看" in text
    assert "You had written:" in text and "不符合" in text
    assert stage.state_of(found[0]) == State.OPEN


def test_a_refusal_is_told_appealed_and_decided_by_the_level_above(client, stage):
    found = stage.apply(1)
    as_(client, stage.clerk)
    decide_on(client, found[0], "approve")
    text = page(decide_on(client, found[0], "refuse", why="收入高于标准"))
    assert "The household may appeal until" in text
    letter = client.get(reverse("identification:case-letter", args=[found[0].case_id]))
    assert letter.content.startswith(b"%PDF")
    decide_on(client, found[0], "appeal", why="收入没有扣除生产支出")
    assert stage.state_of(found[0]) == State.APPEALED
    work = page(as_(client, stage.town).get(reverse("identification:work")))
    assert "Appeals to decide" in work
    assert decide_on(as_(client, stage.clerk), found[0], "reopen", why="x").status_code == 403
    text = page(decide_on(as_(client, stage.town), found[0], "reopen", why="扣除后低于标准"))
    assert "The appeal was granted" in text
    assert (stage.state_of(found[0]), stage.step_of(found[0])) == (State.OPEN, "home_visit")


def test_an_appeal_may_be_turned_down_and_an_application_taken_back(client, stage):
    found = stage.apply(2)
    as_(client, stage.clerk)
    asked = {"asked_by": "张1", "way": "phone", "why": "外出务工，不再申请"}
    text = page(decide_on(client, found[1], "withdraw", **asked))
    assert "Withdrawn." in text and "外出务工，不再申请" in text and stage.state_of(found[1]) == State.WITHDRAWN
    decide_on(client, found[0], "refuse", why="收入高于标准")
    decide_on(client, found[0], "appeal", why="算错了")
    text = page(decide_on(as_(client, stage.town), found[0], "uphold", why="复核无误"))
    assert "it is final" in text and stage.state_of(found[0]) == State.CLOSED
    assert decide_on(client, found[0], "open").status_code == 200
    assert Case.objects.get(pk=found[0].case_id).passages.count() == 4


def test_while_a_notice_runs_the_case_only_waits_and_what_is_to_be_done_is_told(client, stage):
    found = stage.apply(1)[0]
    stage.bring_to("village_evaluation", found)
    stage.meet(found)
    with time_machine.travel(stage.tick()):
        text = page(decide_on(as_(client, stage.clerk), found, "approve"))
        assert "still to be posted" in text
    as_(client, stage.clerk)
    case = reverse("identification:case", args=[found.case_id])
    text = page(client.get(case))
    assert "The notice is not posted yet." in text and "Do it now" in text and "goes on by itself" not in text
    notice = stage.post("first_notice", stage.clerk, photo=False)
    photo = reverse("publicity:notice", args=[notice.number])
    text = page(client.get(case))
    assert f"The notice runs until {notice.closes_on}. Then the case goes on by itself" in text
    assert "The photo of the notice on the board is missing." in text and f'href="{photo}">Do it now' in text
    add_board_photo(notice, picture(), stage.today, size=1_000, by=stage.clerk)
    text = page(client.get(case))
    assert "goes on by itself" in text and "Do it now" not in text and "Before it may go on" not in text


def test_the_village_withdraws_for_a_household_only_if_it_says_who_asked_and_how(client, stage):
    found = stage.apply(1)[0]
    as_(client, stage.clerk)
    asked = {"asked_by": "张大", "way": "paper", "why": "搬去县城"}
    for lacks, said in (("asked_by", "Say who of the household asked for it."), ("way", "Say how the household asked"),
                        ("why", "Say why"), ("paper", "Add a picture of the paper")):  # fmt: skip
        text = page(decide_on(client, found, "withdraw", **{**asked, lacks: ""}))
        assert said in text and stage.state_of(found) == State.OPEN, lacks
        assert all(value in text for name, value in asked.items() if name != lacks)
        assert text.count(said) == 1, lacks
    text = page(decide_on(client, found, "withdraw"))
    assert all(said in text for said in ("Say who of", "Say how the household", "Say why"))
    decide_on(client, found, "withdraw", **asked, paper=SimpleUploadedFile("x.jpg", b"no picture"))
    assert stage.state_of(found) == State.OPEN and not Attachment.objects.exists()
    paper = SimpleUploadedFile("意愿书.jpg", picture().read(), "image/jpeg")
    text = page(decide_on(client, found, "withdraw", **asked, paper=paper))
    kept = Attachment.objects.get()
    assert "搬去县城 (asked for by 张大, on paper, signed)" in text
    assert reverse("identification:attachment", args=[kept.pk]) in text
    assert (kept.kind, kept.application, stage.state_of(found)) == ("wish", found, State.WITHDRAWN)
    assert Entry.objects.filter(action="identification.attached", record=found.household.number).exists()


def test_there_is_no_letter_without_a_refusal(client, stage):
    found = stage.apply(1)
    assert (
        as_(client, stage.clerk).get(reverse("identification:case-letter", args=[found[0].case_id])).status_code == 404
    )


# Bounded


@time_machine.travel(BEGAN)
@pytest.mark.parametrize("name", ["work", "cases", "round", "case", "rounds", "applications-new"])
def test_a_screen_asks_as_often_for_60_cases_as_for_3(client, stage, name, django_assert_max_num_queries):
    found = stage.apply(3)
    args = {"round": [stage.round.pk], "case": [found[0].case_id]}.get(name, [])
    address = reverse(f"identification:{name}", args=args) + (f"?round={stage.round.pk}" if not args else "")
    as_(client, stage.clerk)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client.get(address))
    more = stage.apply(57)
    stage.bring_to("village_evaluation", *more[:20])
    with django_assert_max_num_queries(len(few)):
        page(client.get(address))
    assert len(few) <= 34, len(few)


def test_ticking_many_costs_no_more_statements_than_few(client, stage):
    few, many = stage.apply(3), stage.apply(60)
    as_(client, stage.clerk)
    counts = []
    for found in (few, many):
        with CaptureQueriesContext(connection) as told:
            client.post(reverse("identification:cases-send"), {"case": ticks(*found)})
        counts.append(len(told))
    assert counts[1] <= counts[0] + 1, counts
    assert {stage.step_of(each) for each in many} == {"home_visit"}


def test_the_procedure_is_read_as_a_table_with_its_sources(client, stage):
    text = page(as_(client, stage.county).get(reverse("identification:procedure")))
    assert all(part in text for part in ("Village evaluation", "hangs for 7 full days", "county practice", "the clock"))
    assert len(STEPS) == 10


@pytest.mark.parametrize(
    "name", ["work", "cases", "comparison", "causes", "villages", "notice-post", "applications-new"]
)
def test_a_round_that_is_not_there_is_not_found_and_no_other_is_shown_instead(client, stage, name):
    as_(client, stage.clerk)
    for key in ("999999", "x", "9" * 30):
        assert client.get(reverse(f"identification:{name}", query={"round": key})).status_code == 404


def test_quotas_are_set_for_a_round_that_has_one_only(client, stage):
    rounds.close_round(stage.round, by=stage.county)
    other = rounds.open_round(
        stage.round.area, 2016, "dynamic", (date(2016, 5, 1), date(2016, 6, 1)), by=stage.county, at=stage.now
    )
    response = as_(client, stage.county).post(reverse("identification:quotas", args=[other.pk]), {f"q_{VILLAGE}": "3"})
    assert "This round has no quota." in page(response)
