"""Whatever people try, in whatever order: no case ever stands behind a step without the evidence of that step."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.identification.stage import STEPS, Stage, set_stage

from jingzhun.identification.actions import carrying, decide
from jingzhun.identification.models import Application, Ballot, Review, Visit
from jingzhun.people.models import User
from jingzhun.procedure.actions import Blocked, CaseMoved, NotAllowed, NotYours
from jingzhun.procedure.rules import State
from jingzhun.publicity.actions.notices import close_due
from jingzhun.publicity.models import NoticeItem
from jingzhun.registry.models import RegisterSpell
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS = (Refused, Blocked, CaseMoved, NotAllowed, NotYours)
ACTS = (
    "send_on", "send_back", "refuse", "withdraw", "appeal", "grant", "uphold",
    "visit", "unsigned_visit", "meet", "lost_meeting", "thin_meeting",
    "post", "post_without_photo", "wait", "look", "look_against", "stale",
)  # fmt: skip


def act(stage: Stage, application: Application, name: str, by: User, to: str) -> None:
    """One thing somebody tries; the application may be anywhere."""
    fresh = stage.fresh(application)
    case = fresh.case
    stage.tick()
    if name == "send_on":
        decide.send_on([case.pk], by=by, at=stage.now)
    elif name == "stale":
        decide.send_on([case.pk], by=by, seen={case.pk: case.version - 1}, at=stage.now)
    elif name == "send_back":
        decide.send_back(case, to, "再看看", by=by)
    elif name == "refuse":
        decide.refuse(case, "不符合标准", by=by, at=stage.now)
    elif name == "withdraw":
        decide.withdraw(case, "自愿放弃", by=by)
    elif name == "appeal":
        decide.appeal(case, "不服", by=by, at=stage.now)
    elif name in ("grant", "uphold"):
        decide.decide_appeal(case, granted=name == "grant", why="复核", by=by)
    elif name in ("visit", "unsigned_visit"):
        stage.visit(application, signed=name == "visit")
    elif name.endswith(("meet", "meeting")):
        present = 10 if name == "thin_meeting" else 24
        stage.meet(application, present=present, in_favour=4 if name == "lost_meeting" else present)
    elif name.startswith("post"):
        stage.post(case.step, by, photo=name == "post")
    elif name == "wait":
        stage.now += timedelta(days=8)
        close_due(stage.now)
        carrying.carry_on(at=stage.now)
    elif name.startswith("look"):
        stage.look("town" if case.step == "town_audit" else "county", application, agrees=name == "look")


def evidence(stage: Stage, application: Application) -> None:
    """What must be there, by how far the case has come."""
    case = stage.fresh(application).case
    reached = STEPS.index(case.step)

    def beyond(step: str) -> bool:
        return reached > STEPS.index(step)

    def on_board(kind: str) -> bool:
        items = NoticeItem.objects.filter(subject=f"case:{case.pk}", notice__kind=kind, state="passed")
        return any(item.notice.photos.on_board().exists() for item in items.select_related("notice"))

    mine = {"application": application}
    assert not beyond("home_visit") or Visit.objects.filter(**mine, signed=True).exists()
    assert not beyond("village_evaluation") or any(
        ballot.in_favour * 2 > ballot.meeting.present and ballot.meeting.present * 3 >= 60
        for ballot in Ballot.objects.filter(**mine, meeting__signed_at__isnull=False).select_related("meeting")
    )
    assert not beyond("town_audit") or (
        Review.objects.filter(**mine, level="town", agrees=True).exists()
        and Visit.objects.filter(**mine, purpose="revisit").exists()
    )
    assert not beyond("county_review") or Review.objects.filter(**mine, level="county", agrees=True).exists()
    for kind in ("first_notice", "second_notice", "announcement"):
        assert not beyond(kind) or on_board(kind)
    spells = RegisterSpell.objects.filter(household=application.household_id).count()
    assert spells == (case.state == State.PASSED)
    assert case.version == case.passages.count()


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    tries=st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(["clerk", "town", "county"]), st.sampled_from(STEPS)),
        max_size=30,
    ),
    start=st.sampled_from(STEPS),
)
def test_random_walks_never_reach_a_state_without_its_evidence(tries, start):
    """Each walk begins somewhere on the right way and is undone at its end."""
    with transaction.atomic():
        stage = set_stage(quota=500)
        (application,) = stage.apply()
        stage.bring_to(start, application)
        for name, who, to in tries:
            try:
                with transaction.atomic():
                    act(stage, application, name, getattr(stage, who), to)
            except REFUSALS:
                pass
            evidence(stage, application)
        transaction.set_rollback(True)
