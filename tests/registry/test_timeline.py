"""The timeline tells what happened to a household in words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.registry.factories import make_household, make_user

import jingzhun
from jingzhun.registry.actions.checks import accept_finding, reopen_finding
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
