"""The timeline tells what happened to a household in words."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from tests.registry.factories import make_area, make_household, make_user, make_village

import jingzhun
from jingzhun.registry.actions.checks import accept_finding, reopen_finding
from jingzhun.registry.actions.edits import edit_household
from jingzhun.registry.actions.events import leave_member, move_household
from jingzhun.registry.models import CheckFinding
from jingzhun.registry.queries.timeline import DECISIONS, TOLD_OTHERWISE

SOURCE = Path(jingzhun.__file__).parent


def decisions_of_households() -> Iterator[tuple[str, str]]:
    """Decisions that the code writes into the journal, but for those whose record is said to be something else."""
    for path in SOURCE.rglob("actions/**/*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            name = getattr(call.func, "id", "")
            if name == "Decision" and len(texts) > 1 and texts[1] != "household":
                continue
            for text in texts if name in ("Decision", "_tell", "tell", "_edit") else ():
                if text.startswith(("registry.", "checks.")):
                    yield text, path.name


def test_every_decision_on_a_household_has_words():
    found = dict(decisions_of_households())
    assert {"registry.photo_added", "registry.survey_edited", "checks.accepted", "checks.reopened"} <= set(found)
    assert [action for action in found if action not in DECISIONS and not action.startswith(TOLD_OTHERWISE)] == []


@pytest.mark.django_db
def test_accepting_a_finding_and_taking_it_back_stand_in_the_timeline_in_words(client):
    household, clerk, now = make_household(), make_user(), timezone.now()
    finding = CheckFinding.objects.create(
        year=2014,
        code="HH-01",
        village_code=household.village_code,
        household=household,
        place=f"{household.pk}:",
        first_seen=now,
        last_seen=now,
    )
    reopen_finding(accept_finding(finding, "已入户核实", by=clerk), "看错了", by=clerk)
    client.force_login(clerk)
    page = client.get(reverse("registry:household-timeline", args=[household.number])).content.decode()
    assert "checks." not in page
    assert "质量检查问题已确认属实" in page and "质量检查问题已重新打开" in page and "已入户核实" in page


@pytest.mark.django_db
def test_a_move_tells_from_and_to_and_every_entry_who_and_when(client):
    make_village(groups=2)
    make_village("610426103202", "新村")
    household = make_household(
        make_area("610426102201001"),
        members=["王建国", {"name": "李秀英", "relation": "spouse", "sex": "female"}],
        survey={"surveyor_1": "赵一", "surveyor_2": "钱二"},
        registered_on=date(2014, 11, 3),
    )
    clerk = make_user(area="610426", full_name="孙文书")
    move_household(household, make_area("610426103202"), on=date(2016, 5, 1), by=clerk, note="移民搬迁")
    head, wife = household.members.order_by("number")
    leave_member(head, on=date(2017, 6, 1), reason="death", by=clerk, new_head=wife)
    edit_household(household, {"address": "东街3号"}, by=clerk)
    client.force_login(clerk)
    page = client.get(reverse("registry:household-timeline", args=[household.number]))
    told = {item.title: item for item in page.context["happenings"]}
    assert told["迁址"].changes[0][1:] == ("店头镇 · 永安村 · 永安村1组", "常宁镇 · 新村")
    assert told["死亡 · 王建国"].changes == [("李秀英，与户主关系", "配偶", "户主")]
    assert told["入户调查（2013年收入）"].who_and_when.startswith("调查人：赵一、钱二 · 登记于 ")
    assert all(item.who_and_when for item in page.context["happenings"])
    assert "孙文书登记于 " in strip_tags(page.content.decode())
