"""An order to rectify: proved by who answers, looked at again by a supervisor, late ones going up."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_user

from jingzhun.assessment.actions import orders
from jingzhun.assessment.models import Rectification
from jingzhun.assessment.queries.supervision import Asked, levels, numbers
from jingzhun.assessment.queries.supervision import orders as asked_orders
from jingzhun.assessment.rules.supervision import escalation
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def at(days):
    return timezone.now() + timedelta(days=days)


def given(by, area=VILLAGE, due=10, when=0, **values) -> Rectification:
    told = {"about": "樊家河村通组道路", "what": "补报双周进度，说明逾期原因", "due_on": in_days(due)}
    return orders.give(make_area(area), None, **(told | values), by=by, at=at(when))


def test_a_proof_is_sent_back_proved_again_and_accepted(supervisor, clerk):
    order = given(supervisor, link="/management/projects/1/")
    with pytest.raises(Refused, match="没有"):
        orders.accept(order, by=supervisor)
    orders.prove(order, "已补报", by=clerk)
    with pytest.raises(Refused, match="不等待"):
        orders.prove(order, "再报", by=clerk)
    with pytest.raises(Refused):
        orders.send_back(order, " ", by=supervisor)
    orders.send_back(order, "没有说明原因", by=supervisor)
    orders.prove(order, "已说明：连阴雨停工", by=clerk)
    orders.accept(order, "属实", by=supervisor)
    order.refresh_from_db()
    assert (order.state, order.accepted_on) == ("accepted", timezone.localdate())
    assert [step.kind for step in order.steps.all()] == ["proved", "sent_back", "proved", "accepted"]
    told = Entry.objects.filter(record_type="rectification", record=order.number).order_by("pk")
    assert [each.action.split(".")[1] for each in told] == [
        "order_given", "order_proved", "order_sent_back", "order_proved", "order_accepted",
    ]  # fmt: skip
    with pytest.raises(Refused):
        orders.send_back(order, "再看", by=supervisor)


def test_a_proof_after_the_day_counts_and_is_called_late(supervisor, clerk):
    order = given(supervisor, due=-3, when=-20)
    step = orders.prove(order, "整改完成", by=clerk)
    assert step.late and Entry.objects.get(action="assessment.order_proved").values["late"] is True
    assert levels([Rectification.objects.get()], timezone.localdate()) == [(order, 0)]


def test_nobody_answers_for_another_village_or_checks_the_own_proof(supervisor, clerk):
    order = given(supervisor)
    make_area(OTHER_VILLAGE)
    with pytest.raises(NotYours):
        orders.prove(order, "完成", by=make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE))
    with pytest.raises(NotYours):
        orders.prove(order, "完成", by=supervisor)
    orders.prove(order, "完成", by=clerk)
    with pytest.raises(NotYours):
        orders.accept(order, by=clerk)
    with pytest.raises(NotYours):
        given(clerk)
    with pytest.raises(Refused, match="今天"):
        given(supervisor, due=0)
    with pytest.raises(Refused, match="本系统"):
        given(supervisor, link="https://example.org/")
    assert Rectification.objects.count() == 1


def test_a_late_order_goes_up_week_by_week(supervisor):
    for due in (-1, -7, -8, -15, 5):
        given(supervisor, due=due, when=-40)
    today = timezone.localdate()
    shown = [level for _order, level in levels(list(asked_orders(supervisor, Asked(), today)), today)]
    assert shown == [3, 2, 1, 1, 0]
    for late, many in (("late", 4), ("county", 2), ("leader", 1)):
        assert asked_orders(supervisor, Asked(late=late), today).count() == many
    assert numbers(supervisor, today)["late"] == 4
    assert escalation(today, None, today, 7) == 0 and escalation(in_days(-9), in_days(-1), today, 7) == 0


def test_the_clerk_and_the_supervisor_work_on_the_screens(client, supervisor, clerk, django_assert_max_num_queries):
    for number in range(8):
        given(supervisor, about=f"记录{number}")
    given(supervisor, area=OTHER_VILLAGE, about="别村的事")
    client.force_login(clerk)
    with django_assert_max_num_queries(22):
        answer = client.get(reverse("assessment:orders"))
    assert len(answer.context["rows"]) == 8 and "别村的事" not in answer.content.decode()
    order = Rectification.objects.filter(area=VILLAGE).first()
    page = reverse("assessment:order", args=[order.pk])
    assert client.get(reverse("assessment:order-check", args=[order.pk])).status_code == 403
    prove = reverse("assessment:order-prove", args=[order.pk])
    assert client.post(prove, {"text": ""}).status_code == 200
    assert client.post(prove, {"text": "已整改"}).status_code == 302
    client.force_login(supervisor)
    assert client.get(reverse("assessment:orders"), {"state": "proved"}).context["page"].paginator.count == 1
    check = reverse("assessment:order-check", args=[order.pk])
    assert client.post(check, {"text": "照片不清", "decision": "refuse"}).status_code == 302
    assert "照片不清" in client.get(page).content.decode()
    assert client.get(reverse("assessment:orders-export"), {"q": "记录"}).content.startswith(b"PK")
    assert Entry.objects.get(action="assessment.orders_exported").values["rows"] == 8
