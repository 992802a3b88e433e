"""Home visits on a phone, applications taken down, and a household's own page without a login."""

import base64
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pypdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from tests.identification.stage import Stage, picture, set_stage
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.identification.actions import codes, decide, rounds
from jingzhun.identification.models import Application, Attachment, Flag, HouseholdCode, Round, Visit
from jingzhun.identification.queries.report import report, rounds_in
from jingzhun.identification.rules import Facts, doubtful_causes, phone_of
from jingzhun.journal.models import Entry
from jingzhun.parameters.models import Parameter
from jingzhun.people.rules import Role
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db
ENTER, MINE = "/public/my/", "/public/my/application/"


@pytest.fixture(autouse=True)
def english(client, settings, tmp_path):
    client.cookies["django_language"] = "en"
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def stage() -> Stage:
    return set_stage()


@pytest.fixture
def today(stage):
    """A round of this very year, whose window holds today."""
    day = timezone.localdate()
    window = (day - timedelta(days=20), day + timedelta(days=20))
    return rounds.open_round(make_area(VILLAGE[:6]), day.year, "dynamic", window, by=stage.county)


def page(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def drawn() -> str:
    file = io.BytesIO()
    Image.new("RGB", (300, 120), "white").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def told(**changes):
    day = timezone.localdate().isoformat()
    return {"purpose": "survey", "visited_on": day, "surveyor_1": "刘文书", "surveyor_2": "陈书记", "met": "户主",
            "opinion": "poor", "per_capita": "2100.50", "cause_main": "illness", "causes_other": ["schooling"],
            "findings": "土坯房两间", "latitude": "34.691500", "longitude": "108.142300",
            "signature": drawn()} | changes  # fmt: skip


def visited(stage) -> Application:
    found = stage.apply(1)
    stage.bring_to("home_visit", *found)
    return found[0]


def test_after_the_window_the_day_on_the_paper_is_asked_and_later_nothing_is_taken(client, stage):
    household = make_household(members=["张三"])
    one = reverse("identification:apply", args=[household.number])
    many = reverse("identification:applications-new", query={"round": stage.round.pk})
    with time_machine.travel(datetime(2014, 7, 3, 2, tzinfo=UTC)):
        client.force_login(stage.clerk)
        for address in (one, many):
            text = page(client.get(address))
            assert "The window is over: the day on the paper" in text and 'value="2014-06-30"' not in text
    with time_machine.travel(datetime(2014, 7, 9, 2, tzinfo=UTC)):
        client.force_login(stage.clerk)
        for address in (one, many):
            text = page(client.get(address))
            assert "The window is over" in text and "2014-07-07" in text and "filed_on" not in text
        page(client.post(one, {"filed_by": "clerk", "filed_on": "2014-06-30"}))
        assert "Take down applications" not in page(client.get(reverse("identification:work")))
    assert not Application.objects.exists()


# Home visits


def test_a_visit_is_recorded_with_photos_place_signature_and_doubts(client, stage):
    found = visited(stage)
    client.force_login(stage.clerk)
    photos = [SimpleUploadedFile(f"{n}.jpg", picture().read(), "image/jpeg") for n in range(2)]
    data = told(photos=photos, red_lines=["vehicle"], doubt="院里停着面包车")
    response = client.post(reverse("identification:visit-new", args=[found.case_id]), data, follow=True)
    visit = Visit.objects.get()
    assert visit.signed and str(visit.per_capita) == "2100.50" and str(visit.latitude) == "34.691500"
    assert (visit.cause_main, visit.causes_other, visit.by) == ("illness", ["schooling"], stage.clerk)
    assert sorted(Attachment.objects.values_list("kind", flat=True)) == ["photo", "photo", "signature"]
    assert Flag.objects.get().detail == "院里停着面包车"
    text = page(response)
    assert "no member counts as ill" in text and "no member counts as being at school" in text
    assert "34.69150" in text and "Nothing is missing" in text
    for each in Attachment.objects.all():
        assert client.get(reverse("identification:attachment", args=[each.pk]))["Content-Type"] == "image/jpeg"
    client.force_login(make_user(area=OTHER_VILLAGE))
    assert client.get(reverse("identification:attachment", args=[each.pk])).status_code == 404


def test_a_photo_of_the_signed_form_is_a_signature_too_and_without_any_the_clerk_is_told(client, stage):
    found = visited(stage)
    client.force_login(stage.clerk)
    address = reverse("identification:visit-new", args=[found.case_id])
    text = page(client.post(address, told(signature=""), follow=True))
    assert "has not signed yet" in text and not Visit.objects.get().signed
    form = SimpleUploadedFile("表.jpg", picture().read(), "image/jpeg")
    client.post(address, told(signature="", signed_form=form))
    assert Visit.objects.first().signed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"surveyor_2": "刘文书"}, "Name two different surveyors."),
        ({"surveyor_2": ""}, "This field is required."),
        ({"cause_main": ""}, "Name the main cause of poverty."),
        ({"causes_other": ["schooling", "disaster", "no_land"]}, "At most two other causes"),
        ({"causes_other": ["illness"]}, "At most two other causes"),
        ({"visited_on": "2099-01-01"}, "The day lies in the future."),
        ({"visited_on": "2014-05-01"}, "The visit lies before the application."),
        ({"red_lines": ["vehicle"]}, "Write down what was seen."),
        ({"signature": "data:text/html;base64,AAAA"}, "The signature could not be read."),
        ({"signature": "data:image/png;base64,AAAA"}, "This is not a JPEG, PNG or WebP picture"),
        ({"photos": SimpleUploadedFile("x.jpg", b"<script>", "image/jpeg")}, "This is not a JPEG, PNG or WebP picture"),
        ({"opinion": "rich"}, "Select a valid choice"),
        ({"purpose": "spot_check"}, "Select a valid choice"),
        ({"latitude": "1000"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, stage, change, said):
    found = visited(stage)
    client.force_login(stage.clerk)
    text = page(client.post(reverse("identification:visit-new", args=[found.case_id]), told(**change)))
    assert said in text and "土坯房两间" in text and "Not recorded yet" in text
    assert not Visit.objects.exists() and not Attachment.objects.exists()


def test_town_and_county_record_their_own_visits_at_their_step_only(client, stage):
    found = stage.apply(1)
    stage.bring_to("town_audit", *found)
    address = reverse("identification:visit-new", args=[found[0].case_id])
    case = reverse("identification:case", args=[found[0].case_id])
    for user, said in ((stage.county, "It is not time for your visit yet"), (stage.clerk, "the step is done")):
        client.force_login(user)
        for response in (client.get(address, follow=True), client.post(address, told(), follow=True)):
            assert response.redirect_chain == [(case, 302)] and said in page(response)
            assert "stands at: Town audit." in page(response)
    client.force_login(stage.town)
    client.post(address, told(purpose="revisit"))
    assert Visit.objects.filter(purpose="revisit", by=stage.town).count() == 1
    client.force_login(make_user(Role.SUPERVISOR, VILLAGE[:6]))
    assert client.get(address).status_code == 403


def test_before_the_application_is_accepted_nobody_is_visited(client, stage):
    found = stage.apply(1)
    client.force_login(stage.clerk)
    response = client.get(reverse("identification:visit-new", args=[found[0].case_id]), follow=True)
    assert "It is not time for your visit yet" in page(response)


def test_causes_are_doubted_by_the_registers_facts_only():
    facts = Facts(members=4, ill=0, disabled=1, students=0, able=2, labour_share=None)
    assert doubtful_causes(["illness", "disability", "schooling", "no_labour", "disaster"], facts) == [
        "illness",
        "schooling",
    ]
    assert doubtful_causes(["no_labour"], Facts(4, 0, 0, 0, 2, Decimal("0.5"))) == ["no_labour"]


# Applications


def test_an_application_is_taken_down_from_the_households_page(client, stage, today):
    household = make_household(survey={"year": timezone.localdate().year - 1})
    client.force_login(stage.clerk)
    text = page(client.get(reverse("registry:household", args=[household.number])))
    address = reverse("identification:apply", args=[household.number])
    assert address in text and "has not applied yet" in text
    data = {"filed_by": "on_behalf", "filed_on": timezone.localdate().isoformat(), "reason": "独居老人"}
    assert "Say why somebody files on behalf" in page(client.post(address, data))
    response = client.post(address, data | {"on_behalf_why": "不识字"}, follow=True)
    made = Application.objects.get()
    assert (made.filed_by, made.on_behalf_why, made.round) == ("on_behalf", "不识字", today)
    assert "The application is taken down" in page(response)
    text = page(client.get(reverse("registry:household", args=[household.number])))
    assert reverse("identification:case", args=[made.case_id]) in text and address not in text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13900001234", "13900001234"),
        ("+86 139-0000 1234", "13900001234"),
        ("8613900001234", "13900001234"),
        ("１３９００００１２３４", "13900001234"),
        ("(029) 3766 1234", "02937661234"),
        ("3766123", "3766123"),
        ("abc", None),
        ("转李四 13900001234", None),
        ("12", None),
        ("1390000123456", None),
    ],
)
def test_what_a_phone_number_is(typed, kept):
    assert phone_of(typed) == kept


def test_the_households_phone_is_looked_up_by_whoever_works_on_the_case_and_each_look_is_told(client, stage, today):
    household = make_household(survey={"year": timezone.localdate().year - 1})
    client.force_login(stage.clerk)
    data = {"filed_by": "clerk", "filed_on": timezone.localdate().isoformat(), "reason": "独居老人"}
    address = reverse("identification:apply", args=[household.number])
    assert "7 to 12 digits" in page(client.post(address, data | {"contact": "abc"}))
    assert not Application.objects.exists()
    client.post(address, data | {"contact": "139 0000 1234"})
    made = Application.objects.get()
    case = reverse("identification:case", args=[made.case_id])
    look = reverse("identification:case-contact", args=[made.case_id])
    for user in (stage.clerk, stage.town, stage.county):
        client.force_login(user)
        text = page(client.get(case))
        assert "139****1234" in text and look in text and "13900001234" not in text
        shown = client.post(look)
        assert "13900001234" in page(shown) and shown["Cache-Control"] == "no-store"
        assert client.get(look).url == case
    client.force_login(make_user(Role.LEADER, VILLAGE[:6]))
    assert look not in page(client.get(case)) and client.post(look).status_code == 403
    client.force_login(make_user(area=OTHER_VILLAGE))
    assert client.post(look).status_code == 404
    looks = Entry.objects.filter(action="identification.contact_seen", record=household.number)
    assert looks.count() == 3 and not [each for each in looks if "1234" in str(each.values)]


def test_an_application_of_tomorrow_is_told_to_lie_in_the_future(client, stage, today):
    household = make_household(survey={"year": timezone.localdate().year - 1})
    client.force_login(stage.clerk)
    data = {"filed_by": "clerk", "filed_on": (timezone.localdate() + timedelta(days=1)).isoformat()}
    text = page(client.post(reverse("identification:apply", args=[household.number]), data))
    assert "The day lies in the future." in text and "Applications are taken from" not in text


def test_several_households_apply_at_once_and_those_on_the_register_are_not_offered(client, stage, today):
    numbers = [make_household(members=[f"赵{n}"]).number for n in range(3)]
    make_household(members=["钱在册"], registered_on=today.opens_on)
    client.force_login(stage.clerk)
    address = reverse("identification:applications-new")
    text = page(client.get(address))
    assert "赵0" in text and "钱在册" not in text
    assert "赵1" in page(client.get(address, {"q": "赵1"})) and "赵0" not in page(client.get(address, {"q": "赵1"}))
    data = {"filed_on": timezone.localdate().isoformat(), "reason": "入户摸底"}
    assert "Tick at least one household" in page(client.post(address, data))
    client.post(address, data | {"household": numbers[:2]})
    assert Application.objects.count() == 2
    assert "赵0" not in page(client.get(address)) and "赵2" in page(client.get(address))


def test_applications_of_others_are_not_taken_down(client, stage, today):
    other = make_household(OTHER_VILLAGE)
    client.force_login(stage.clerk)
    assert client.get(reverse("identification:apply", args=[other.number])).status_code == 404
    data = {"filed_on": timezone.localdate().isoformat(), "household": [other.number]}
    page(client.post(reverse("identification:applications-new"), data))
    for user in (stage.town, stage.county, make_user(Role.LEADER, VILLAGE[:6])):
        client.force_login(user)
        assert client.get(reverse("identification:applications-new")).status_code == 403
    assert not Application.objects.exists()


# A household's own page


def code_for(household: Household, stage) -> str:
    return codes.issue_code(household, by=stage.clerk)[0]


def enter(client, code: str):
    client.logout()
    client.cookies["django_language"] = "en"
    return client.post(ENTER, {"code": code}, follow=True)


def test_a_slip_is_printed_and_its_code_is_kept_nowhere(client, stage):
    household = make_household()
    client.force_login(stage.clerk)
    response = client.post(reverse("identification:code-new", args=[household.number]))
    assert response["Cache-Control"] == "no-store"
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(response.content)).pages)
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", text)[0]
    stored = str(HouseholdCode.objects.values().get()) + str(list(Entry.objects.values("values", "why")))
    assert code not in stored and code.replace("-", "") not in stored
    assert household.number not in text and household.members.get().id_number not in text
    assert "Household of" in page(enter(client, code.lower()))
    for user in (stage.town, make_user(Role.LEADER, VILLAGE[:6])):
        client.force_login(user)
        assert client.post(reverse("identification:code-new", args=[household.number])).status_code == 403


def test_a_code_opens_once_and_a_new_one_ends_the_old(client, stage):
    household = make_household()
    old, new = code_for(household, stage), code_for(household, stage)
    assert "not valid" in page(enter(client, old))
    assert "Household of" in page(enter(client, new))
    client.cookies.clear()
    client.cookies["django_language"] = "en"
    assert "not valid" in page(enter(client, new))
    assert client.get(MINE).url == ENTER


def test_a_code_runs_out_and_so_does_the_page(client, stage):
    household = make_household()
    code = code_for(household, stage)
    HouseholdCode.objects.update(valid_until=timezone.now())
    assert "not valid" in page(enter(client, code))
    response = client.post(ENTER, {"code": code_for(household, stage)})
    cookie = response.cookies["household"]
    assert cookie["httponly"] and cookie["path"] == "/public/my/"
    client.cookies["household"] = cookie.value[:-2] + "xx"
    assert client.get(MINE).url == ENTER


def test_each_click_keeps_the_page_open_and_without_one_it_closes(client, stage):
    """A code opens once: whoever reads slowly must not have to walk to the village for another one."""
    household = make_household()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter(client, code_for(household, stage))
        for _click in range(4):
            clock.shift(timedelta(minutes=29))
            assert "Household of" in page(client.get(MINE))
        clock.shift(timedelta(minutes=31))
        assert client.get(MINE).url == ENTER
        assert "the village gives you a new one" in page(client.get(ENTER))


def test_an_appeal_that_was_long_in_writing_is_shown_again_with_its_text(client, stage, today):
    household = make_household()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter(client, code_for(household, stage))
        client.post("/public/my/apply/", {"reason": "困难"})
        decide.refuse(Case.objects.get(), "家有商铺", by=stage.clerk)
        clock.shift(timedelta(minutes=31))
        text = page(client.post("/public/my/appeal/", {"why": "商铺是租的"}))
        assert "商铺是租的</textarea>" in text and "send it again" in text
        assert Case.objects.get().state == State.REFUSED
        client.post("/public/my/appeal/", {"why": "商铺是租的"})
        assert Case.objects.get().state == State.APPEALED


def test_what_was_written_for_half_a_day_is_given_back_to_be_copied(client, stage, today):
    household = make_household()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter(client, code_for(household, stage))
        clock.shift(timedelta(hours=12))
        text = page(client.post("/public/my/apply/", {"reason": "家里有两个大学生"}))
        assert "家里有两个大学生</textarea>" in text and "Household of" not in text
        assert f'action="{ENTER}"' in text and not Application.objects.exists()


def test_many_right_codes_from_one_address_lock_nobody_out(client, stage):
    """A village's only Wi-Fi is one address: 35 households enter in ten minutes."""
    Parameter.objects.create(
        name="household_code_tries", area_code=VILLAGE[:6], valid_from="2014-01-01", value=2, unit="x", source="县"
    )
    for n in range(35):
        assert codes.use_code(code_for(make_household(members=[f"户主{n}"]), stage), "10.0.0.1")
    assert codes.use_code("2222-3333-4444", "10.0.0.1") is None
    assert codes.use_code("2222-3333-5555", "10.0.0.1") is None
    with pytest.raises(Refused):  # the county's own number, not the country's thirty
        codes.use_code(code_for(make_household(), stage), "10.0.0.1")


def test_guessing_is_stopped(client, stage):
    household = make_household()
    code = code_for(household, stage)
    for n in range(30):
        assert "not valid" in page(client.post(ENTER, {"code": f"2222-3333-44{n:02d}"}))
    response = client.post(ENTER, {"code": code})
    assert response.status_code == 429 and "Wait ten minutes" in response.content.decode()
    assert HouseholdCode.objects.get().used_at is None


def test_a_household_applies_itself_is_refused_and_appeals(client, stage, today):
    household = make_household(members=["张三丰"])
    text = page(enter(client, code_for(household, stage)))
    assert "You have not applied yet." in text and "张*丰" in text and "张三丰" not in text
    response = client.post("/public/my/apply/", {"reason": "家里有两个大学生", "phone": "13912345678"}, follow=True)
    made = Application.objects.get()
    assert (made.filed_by, made.contact, made.reason) == ("household", "13912345678", "家里有两个大学生")
    assert Entry.objects.get(action="identification.opened").actor == "villager"
    text = page(response)
    assert "Household application" in text and "139****5678" in text and "13912345678" not in text
    decide.refuse(made.case, "家有商铺", by=stage.clerk)
    text = page(client.get(MINE))
    assert "家有商铺" in text and "You may appeal until" in text
    client.post("/public/my/appeal/", {"why": "商铺是租的"})
    case = Case.objects.get()
    assert case.state == State.APPEALED and case.passages.last().note == "商铺是租的"
    assert "your appeal is being looked at" in page(client.get(MINE))
    assert client.post("/public/my/appeal/", {"why": "再申诉"}).url == MINE


def test_a_household_takes_its_application_back_itself_and_may_apply_anew(client, stage, today):
    household = make_household(members=["张三丰"])
    enter(client, code_for(household, stage))
    assert client.get("/public/my/withdraw/").url == MINE  # nothing to take back yet
    client.post("/public/my/apply/", {"reason": "困难"})
    assert "/public/my/withdraw/" in page(client.get(MINE))
    assert "you may apply anew" in page(client.post("/public/my/withdraw/", {"why": " "}))
    assert Case.objects.get().state == State.OPEN
    client.post("/public/my/withdraw/", {"why": "儿子找到了工作"})
    case = Case.objects.get()
    assert case.state == State.WITHDRAWN and case.passages.last().note == "儿子找到了工作"
    assert Entry.objects.get(action="identification.application.withdraw").actor == "villager"
    text = page(client.get(MINE))
    assert "taken back" in text and "/public/my/apply/" in text


def test_after_the_window_a_household_that_takes_back_is_told_to_wait_for_the_next_round(client, stage, today):
    enter(client, code_for(make_household(), stage))
    client.post("/public/my/apply/", {"reason": "困难"})
    Round.objects.filter(pk=today.pk).update(closes_on=timezone.localdate() - timedelta(days=1))
    text = page(client.get("/public/my/withdraw/"))
    assert "only in the next round" in text and "you may apply anew" not in text


def test_refused_for_good_a_household_applies_in_the_next_round_only(client, stage, today):
    household = make_household(members=["张三丰"])
    enter(client, code_for(household, stage))
    client.post("/public/my/apply/", {"reason": "困难"})
    decide.refuse(Case.objects.get(), "家有商铺", by=stage.clerk)
    client.post("/public/my/appeal/", {"why": "商铺是租的"})
    decide.decide_appeal(Case.objects.get(), granted=False, why="商铺属实", by=stage.town)
    assert "/public/my/apply/" not in page(client.get(MINE))
    client.post("/public/my/apply/", {"reason": "再申请"})
    assert Case.objects.count() == 1


def test_a_household_confirms_its_phone_and_a_wrong_one_is_told(client, stage, today):
    household = make_household()
    enter(client, code_for(household, stage))
    client.post("/public/my/apply/", {"reason": "困难"})
    assert "7 to 12 digits" in page(client.post("/public/my/phone/", {"phone": "12"}))
    client.post("/public/my/phone/", {"phone": "139 0000 1234"})
    assert Application.objects.get().contact == "13900001234"
    assert "13900001234" not in str(list(Entry.objects.values("values", "why")))


def test_without_a_round_nobody_applies_and_nothing_private_is_shown(client, stage):
    household = make_household(members=["张三丰"], phone="13900007777")
    text = page(enter(client, code_for(household, stage)))
    assert "no applications are taken" in text
    for secret in ("13900007777", household.members.get().id_number, household.number, "张三丰"):
        assert secret not in text
    assert client.get("/public/my/apply/").url == MINE and not Application.objects.exists()
    assert "no-store" in client.get(MINE)["Cache-Control"]
    client.post("/public/my/leave/")
    assert client.get(MINE).url == ENTER


# The report


def test_the_report_tells_how_a_year_went(stage):
    found = stage.apply(5)
    stage.bring_to("done", *found[:2])
    late = found[2:]
    stage.bring_to("home_visit", *late)
    decide.send_back(stage.fresh(late[0]).case, "application", "材料不全", by=stage.clerk)
    decide.refuse(stage.fresh(late[1]).case, "有商品房", by=stage.clerk, at=stage.tick())
    decide.appeal(stage.fresh(late[1]).case, "房子是借的", by=stage.clerk, at=stage.tick())
    told = report(rounds_in(2014, VILLAGE), [VILLAGE]).as_json()
    assert (told["applications"], told["registered"], told["refusals"], told["returns"]) == (5, 2, 1, 1)
    assert told["appeals"] == {"filed": 1, "granted": 0, "upheld_refusals": 0, "waiting": 1}
    assert told["by_step"]["home_visit"]["under_appeal"] == 1 and told["by_step"]["application"]["under_way"] == 1
    assert told["median_days"]["first_notice"] == 8.0 and told["objections"]["filed"] == 0
    nothing = report(rounds_in(2014, VILLAGE), [OTHER_VILLAGE]).as_json()
    assert nothing["applications"] == 0 and set(nothing["median_days"].values()) == {None}
