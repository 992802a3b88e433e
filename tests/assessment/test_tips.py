"""R25: a hotline case is registered, graded, forwarded to the responsible level, answered in the set number of days;
the named reporter gets the result."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.registry.factories import VILLAGE, add_role, make_area, make_user

from jingzhun.assessment.actions import tips
from jingzhun.assessment.actions.tips import Told
from jingzhun.assessment.models import Tip
from jingzhun.assessment.queries.tips import Asked, numbers
from jingzhun.assessment.queries.tips import tips as asked_tips
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

TOWN, COUNTY = VILLAGE[:9], VILLAGE[:6]
NAME, PHONE = "赵实名", "13912345678"


def told(about=VILLAGE, **values) -> Told:
    filled = {"received_on": date(2015, 3, 2), "kind": "investigation", "topic": "misuse", "text": "产业补助被代领"}
    return Told(make_area(about), **(filled | values))


def test_r25_a_tip_is_graded_forwarded_answered_in_time_and_the_named_reporter_told(supervisor):
    tip = tips.record_tip(told(name=NAME, phone=PHONE), by=supervisor)
    assert (tip.due_on, tip.handler_id, tip.state) == (date(2015, 3, 30), COUNTY, "new")  # 20 working days
    with pytest.raises(Refused, match="分级"):
        tips.answer(tip, "查实", date(2015, 3, 20), upheld=True, by=supervisor)
    tips.forward(tip, "important", make_area(TOWN), by=supervisor)
    commissioner = make_user(Role.TOWN_COMMISSIONER, TOWN)
    with pytest.raises(Refused, match="2015-03-02"):
        tips.answer(tip, "查实", date(2015, 3, 1), upheld=True, by=commissioner)
    tips.answer(tip, "查实，已退还", date(2015, 3, 20), upheld=True, by=commissioner)
    assert numbers(supervisor, timezone.localdate())["untold"] == 1
    tips.tell_reporter(tip, "电话告知", date(2015, 3, 21), by=commissioner)
    tip.refresh_from_db()
    assert (tip.state, tip.told_on, tip.told_how) == ("told", date(2015, 3, 21), "电话告知")
    advice = tips.record_tip(told(kind="advice"), by=supervisor)
    assert advice.due_on == date(2015, 3, 16)  # 10 working days
    entries = Entry.objects.filter(record_type="tip")
    assert {each.action for each in entries} >= {"assessment.tip_recorded", "assessment.tip_told"}
    assert not any(NAME in str(each.values) + each.why for each in entries)


def test_a_tip_never_goes_to_the_place_complained_of(supervisor):
    about_village = tips.record_tip(told(), by=supervisor)
    about_town = tips.record_tip(told(TOWN), by=supervisor)
    about_county = tips.record_tip(told(COUNTY), by=supervisor)
    for tip, to in ((about_village, VILLAGE), (about_town, TOWN), (about_town, VILLAGE), (about_village, "610427")):
        with pytest.raises(Refused, match="绝不"):
            tips.forward(tip, "ordinary", make_area(to), by=supervisor)
    assert about_county.handler_id == COUNTY[:4]
    with pytest.raises(NotYours):
        tips.forward(about_county, "ordinary", make_area(COUNTY), by=supervisor)


def test_the_villages_clerk_sees_nothing_of_the_tip_about_the_own_village(client, supervisor, clerk):
    tip = tips.record_tip(told(name=NAME, phone=PHONE), by=supervisor)
    tips.forward(tip, "ordinary", make_area(TOWN), by=supervisor)
    client.force_login(clerk)
    for address in (reverse("assessment:tips"), reverse("assessment:tip", args=[tip.pk])):
        assert client.get(address).status_code == 403
    commissioner = make_user(Role.TOWN_COMMISSIONER, TOWN)
    client.force_login(commissioner)
    assert client.get(reverse("assessment:tip", args=[tip.pk])).status_code == 200
    add_role(commissioner, Role.FIRST_SECRETARY, VILLAGE)  # who serves in that village as well
    assert client.get(reverse("assessment:tip", args=[tip.pk])).status_code == 404
    with pytest.raises(NotYours):
        tips.look_at_reporter(tip, by=type(commissioner).objects.get(pk=commissioner.pk))
    about_town = tips.record_tip(told(TOWN), by=supervisor)
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    assert client.get(reverse("assessment:tip", args=[about_town.pk])).status_code == 404
    assert client.get(reverse("assessment:tips")).context["page"].paginator.count == 1


def test_each_look_at_the_reporter_stands_in_the_journal(client, supervisor):
    tip = tips.record_tip(told(name=NAME, phone=PHONE), by=supervisor)
    with_sql = str(Tip.objects.filter(pk=tip.pk).values_list("text", "told_how", "answer").get())
    assert NAME not in with_sql
    client.force_login(supervisor)
    assert NAME not in client.get(reverse("assessment:tip", args=[tip.pk])).content.decode()
    address = reverse("assessment:tip-reporter", args=[tip.pk])
    assert client.get(address).status_code == 405
    answer = client.post(address)
    assert NAME in answer.content.decode() and PHONE in answer.content.decode()
    assert Entry.objects.filter(action="assessment.reporter_seen", record=tip.number).count() == 1


def test_an_anonymous_reporter_cannot_be_told_and_late_tips_are_red(client, supervisor):
    tip = tips.record_tip(told(), by=supervisor)
    tips.forward(tip, "ordinary", make_area(COUNTY), by=supervisor)
    today = timezone.localdate()
    assert numbers(supervisor, today)["overdue"] == 1 and asked_tips(supervisor, Asked(late="late"), today).count() == 1
    tips.answer(tip, "不属实", today, upheld=False, by=supervisor)
    with pytest.raises(Refused, match="不知"):
        tips.tell_reporter(tip, "电话", today, by=supervisor)
    assert Entry.objects.get(action="assessment.tip_answered").values["late"] is True
    client.force_login(supervisor)
    assert "逾期答复" in client.get(reverse("assessment:tips")).content.decode()
    with pytest.raises(Refused, match="姓名"):
        tips.record_tip(told(phone=PHONE), by=supervisor)


def test_the_hotline_works_on_the_screens(client, supervisor, django_assert_max_num_queries):
    client.force_login(supervisor)
    assert "尚无举报" in client.get(reverse("assessment:tips")).content.decode()
    typed = {"about": VILLAGE, "received_on": "2015-03-02", "kind": "advice", "topic": "policy", "text": "低保如何申请",
             "name": NAME, "phone": PHONE}  # fmt: skip
    assert client.post(reverse("assessment:tip-add"), typed).status_code == 302
    tip = Tip.objects.get()
    for name, sent in (
        ("forward", {"grade": "ordinary", "to": TOWN}),
        ("answer", {"on": "2015-03-05", "upheld": "no", "text": "向村委会申请"}),
        ("tell", {"on": "2015-03-05", "how": "电话"}),
    ):
        assert client.get(reverse(f"assessment:tip-{name}", args=[tip.pk])).status_code == 200
        assert client.post(reverse(f"assessment:tip-{name}", args=[tip.pk]), sent).status_code == 302
    assert "电话" in client.get(reverse("assessment:tip", args=[tip.pk])).content.decode()
    for _number in range(6):
        tips.record_tip(told(), by=supervisor)
    with django_assert_max_num_queries(18):
        assert client.get(reverse("assessment:tips")).context["page"].paginator.count == 7
    export = client.get(reverse("assessment:tips-export"), {"kind": "advice"}).content
    assert export.startswith(b"PK") and NAME.encode() not in export
