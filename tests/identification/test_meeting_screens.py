"""Village evaluation on the screen: agenda, record, grid of votes, signing; who may, who may not."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from tests.identification.stage import VILLAGE, picture, set_stage
from tests.registry.factories import OTHER_VILLAGE, make_user, make_village

from jingzhun.identification.actions import decide
from jingzhun.identification.models import Ballot, Meeting
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(stage):
    found = stage.apply(3)
    stage.bring_to("village_evaluation", *found)
    return found


FRAME = {
    "held_on": "2014-05-06",
    "entitled": "30",
    "present": "24",
    "chair": "张支书",
    "recorder": "刘文书",
    "minutes": "同意",
}


def begin(client, stage) -> Meeting:
    client.force_login(stage.clerk)
    response = client.post(f"{reverse('identification:meeting-new')}?area={VILLAGE}", FRAME)
    assert response.status_code == 302
    return Meeting.objects.get()


def seen_on(client, meeting) -> str:
    page = client.get(reverse("identification:meeting", args=[meeting.pk])).content.decode()
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def test_the_agenda_tells_what_the_meeting_should_know_and_prints(client, stage, waiting):
    client.force_login(stage.clerk)
    page = client.get(reverse("identification:agenda"))
    assert "张0" in page.content.decode() and "2,000.00" in page.content.decode()
    paper = client.get(reverse("identification:agenda-pdf"))
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_typed_votes_stay_when_somebody_corrected_who_came_meanwhile(client, stage, waiting):
    meeting = begin(client, stage)
    first = waiting[0].pk

    def correct_before_the_lock(execute, sql, params, many, context):
        if "FOR UPDATE" in sql and "identification_meeting" in sql:
            execute("UPDATE identification_meeting SET present = 22", None, False, context)
        return execute(sql, params, many, context)

    grid = {f"in_favour-{first}": "20", f"remark-{first}": "会后补记"}
    with connection.execute_wrapper(correct_before_the_lock):
        page = client.post(reverse("identification:meeting-votes", args=[meeting.pk]), grid)
    assert page.status_code == 200 and not Ballot.objects.exists()
    shown = page.content.decode()
    assert 'value="会后补记"' in shown and f'name="in_favour-{first}" value="20"' in shown and "22" in shown


def test_votes_are_entered_and_the_minutes_signed(client, stage, waiting):
    meeting = begin(client, stage)
    first, second, third = (each.pk for each in waiting)
    grid = {
        f"in_favour-{first}": "20",  # the rest are against
        f"in_favour-{second}": "9", f"against-{second}": "12", f"recused-{second}": "3", f"remark-{second}": "王一之兄",
    }  # fmt: skip
    client.post(reverse("identification:meeting-votes", args=[meeting.pk]), grid)
    assert Ballot.objects.get(application=first).against == 4
    assert Ballot.objects.get(application=second).remark == "王一之兄"
    page = client.get(reverse("identification:meeting", args=[meeting.pk])).content.decode()
    assert "meeting-sign" not in page and f"/meetings/{meeting.pk}/sign/" in page
    client.post(reverse("identification:meeting-sign", args=[meeting.pk]), {"seen": seen_on(client, meeting)})
    meeting.refresh_from_db()
    assert meeting.signed_at
    assert [stage.state_of(each) for each in waiting] == ["open", "refused", "open"]
    page = client.get(reverse("identification:meeting", args=[meeting.pk])).content.decode()
    assert '<input class="form-control vote' not in page
    response = client.post(reverse("identification:meeting-votes", args=[meeting.pk]), {f"in_favour-{first}": "1"})
    assert response.status_code == 200 and Ballot.objects.get(application=first).in_favour == 20
    assert third not in Ballot.objects.values_list("application", flat=True)


@pytest.mark.parametrize(
    "typed",
    [
        {"in_favour": "20", "against": "9"},
        {"in_favour": "viele"},
        {"in_favour": "-3"},
        {"in_favour": "99999999999"},
        {"in_favour": "25"},
        {"in_favour": "20", "recused": "2"},  # which relatives?
    ],
)
def test_a_row_that_does_not_add_up_is_told_and_nothing_is_saved(client, stage, waiting, typed):
    meeting = begin(client, stage)
    sound, wrong = waiting[0].pk, waiting[1].pk
    grid = {f"in_favour-{sound}": "20"} | {f"{name}-{wrong}": text for name, text in typed.items()}
    response = client.post(reverse("identification:meeting-votes", args=[meeting.pk]), grid)
    assert response.status_code == 200 and not Ballot.objects.exists()
    assert 'role="alert"' in response.content.decode() and 'value="20"' in response.content.decode()


def test_who_signs_signs_what_was_on_the_screen(client, stage, waiting):
    meeting = begin(client, stage)
    client.post(reverse("identification:meeting-votes", args=[meeting.pk]), {f"in_favour-{waiting[0].pk}": "20"})
    old = seen_on(client, meeting)
    client.post(reverse("identification:meeting-votes", args=[meeting.pk]), {f"in_favour-{waiting[0].pk}": "2"})
    client.post(reverse("identification:meeting-sign", args=[meeting.pk]), {"seen": old})
    assert Meeting.objects.get().signed_at is None


def test_a_vote_on_a_household_that_left_is_named_before_it_falls_away(client, stage, waiting):
    meeting = begin(client, stage)
    grid = {f"in_favour-{each.pk}": "20" for each in waiting}
    client.post(reverse("identification:meeting-votes", args=[meeting.pk]), grid)
    decide.withdraw(stage.fresh(waiting[0]).case, "自愿放弃", by=stage.clerk)
    page = client.get(reverse("identification:meeting", args=[meeting.pk])).content.decode()
    assert "1 户已不在本次评议之列" in page and "张0" in page
    client.post(reverse("identification:meeting-sign", args=[meeting.pk]), {"seen": seen_on(client, meeting)})
    assert Meeting.objects.get().signed_at and stage.state_of(waiting[0]) == "withdrawn"


def test_a_meeting_without_minutes_cannot_be_signed_and_says_so(client, stage, waiting):
    client.force_login(stage.clerk)
    client.post(f"{reverse('identification:meeting-new')}?area={VILLAGE}", FRAME | {"minutes": ""})
    meeting = Meeting.objects.get()
    client.post(reverse("identification:meeting-votes", args=[meeting.pk]), {f"in_favour-{waiting[0].pk}": "20"})
    page = client.get(reverse("identification:meeting", args=[meeting.pk])).content.decode()
    assert "请填写会议记录" in page
    client.post(reverse("identification:meeting-sign", args=[meeting.pk]), {"seen": seen_on(client, meeting)})
    assert Meeting.objects.get().signed_at is None


def test_present_corrected_after_the_votes_must_add_up_before_signing(client, stage, waiting):
    meeting = begin(client, stage)
    client.post(reverse("identification:meeting-votes", args=[meeting.pk]), {f"in_favour-{waiting[0].pk}": "20"})
    address = reverse("identification:meeting-correct", args=[meeting.pk])
    assert client.post(address, FRAME | {"present": "31"}).status_code == 200
    assert client.post(address, FRAME | {"present": "22"}).status_code == 302
    client.post(reverse("identification:meeting-sign", args=[meeting.pk]), {"seen": seen_on(client, meeting)})
    assert Meeting.objects.get().signed_at is None


def test_without_a_quorum_nothing_is_signed(client, stage, waiting):
    client.force_login(stage.clerk)
    client.post(f"{reverse('identification:meeting-new')}?area={VILLAGE}", FRAME | {"present": "19"})
    meeting = Meeting.objects.get()
    client.post(reverse("identification:meeting-votes", args=[meeting.pk]), {f"in_favour-{waiting[0].pk}": "19"})
    client.post(reverse("identification:meeting-sign", args=[meeting.pk]), {"seen": seen_on(client, meeting)})
    assert Meeting.objects.get().signed_at is None and stage.state_of(waiting[0]) == "open"


def test_pictures_are_kept_with_the_meeting(client, stage, waiting):
    meeting = begin(client, stage)
    address = reverse("identification:meeting-attach", args=[meeting.pk])
    file = SimpleUploadedFile("m.jpg", picture().read(), "image/jpeg")
    data = {"file": file, "kind": "minutes", "taken_on": "2014-05-06"}
    assert client.post(address, data).status_code == 302
    shown = client.get(reverse("identification:attachment", args=[meeting.attachments.get().pk]))
    assert shown["Content-Type"] == "image/jpeg"
    bad = SimpleUploadedFile("m.jpg", b"<script>", "image/jpeg")
    assert client.post(address, data | {"file": bad}).status_code == 200
    client.force_login(make_user(area=OTHER_VILLAGE))
    assert client.get(reverse("identification:attachment", args=[meeting.attachments.get().pk])).status_code == 404


def test_another_village_and_another_role_do_not_get_in(client, stage, waiting):
    meeting = begin(client, stage)
    make_village(OTHER_VILLAGE)
    client.force_login(make_user(area=OTHER_VILLAGE))
    for name in ("meeting", "meeting-votes", "meeting-sign", "meeting-correct", "meeting-attach"):
        address = reverse(f"identification:{name}", args=[meeting.pk])
        assert client.post(address, {}).status_code in (404, 405) or client.get(address).status_code == 404, name
    assert client.get(reverse("identification:agenda"), {"area": VILLAGE}).status_code == 404
    client.force_login(stage.town)
    assert client.get(reverse("identification:meeting", args=[meeting.pk])).status_code == 200
    assert client.post(reverse("identification:meeting-sign", args=[meeting.pk])).status_code == 403
    client.force_login(make_user(Role.HELPER))
    assert client.get(reverse("identification:meetings")).status_code == 403


def test_without_a_round_and_without_households_the_screens_say_what_to_do(client, db, settings):
    settings.DEMO = True
    make_village(VILLAGE)
    client.force_login(make_user())
    assert client.get(reverse("identification:meetings")).status_code == 200
    stage = set_stage()
    client.force_login(stage.clerk)
    for name in ("meetings", "agenda", "agenda-pdf", "meeting-new"):
        assert client.get(reverse(f"identification:{name}")).status_code == 200, name
    client.force_login(stage.county)
    assert client.get(reverse("identification:meetings")).status_code == 200
    assert client.get(reverse("identification:agenda")).status_code == 404  # a county has no meeting of its own


def test_sixty_households_take_no_more_statements_than_three(client, stage, waiting, django_assert_max_num_queries):
    client.force_login(stage.clerk)
    meeting = begin(client, stage)
    more = stage.apply(57)
    stage.bring_to("village_evaluation", *more)
    for address in (reverse("identification:agenda"), reverse("identification:meeting", args=[meeting.pk])):
        with django_assert_max_num_queries(32):
            assert client.get(address).content.decode().count("card-name") >= 60
