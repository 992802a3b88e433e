"""Scores on their way: a draft of the office, opened to the judged, appealed against, published, and then for good."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from tests.assessment.score_stage import COUNTY, PROOF, SECOND, TOWN, YEAR, make_year
from tests.assistance.factories import make_cadre, make_organisation, make_pairing
from tests.registry.factories import VILLAGE, make_area, make_household, make_user

from jingzhun.areas.models import Area
from jingzhun.assessment.actions import cards, scores
from jingzhun.assessment.models import Appeal, Card, Point, Score, Scoring
from jingzhun.assessment.queries import scores as queries
from jingzhun.assessment.queries.simulation import simulate
from jingzhun.journal.models import Entry
from jingzhun.people.models import RoleAssignment
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused


def county() -> Area:
    return Area.objects.get(pk=COUNTY)


def make_scores(officer, kind="town") -> Scoring:
    """Two towns: of the first all households have helpers, of the second none."""
    for village in (VILLAGE, SECOND):
        household = make_household(village, registered_on=date(2014, 3, 1))
        if village == VILLAGE:
            make_pairing(household, make_cadre(), since=date(2014, 4, 1))
    return scores.compute(county(), kind, YEAR, by=officer)


def enter_all(scoring: Scoring, officer, value: int = 80) -> None:
    for point in Point.objects.filter(score__scoring=scoring, indicator__figures=[], indicator__kind="score"):
        scores.enter_value(point, Decimal(value), "督查室文件1号", PROOF, by=officer)


def opened(officer, supervisor) -> Scoring:
    scoring = make_scores(officer)
    enter_all(scoring, officer)
    return scores.review(scoring, by=supervisor)


def later(days: int = 30):
    return timezone.now() + timedelta(days=days)


def point_of(scoring: Scoring, code: str, town: str = TOWN) -> Point:
    return Point.objects.get(score__scoring=scoring, score__area=town, indicator__code=code)


def order_of(scoring: Scoring) -> list[str]:
    return list(scoring.scores.order_by("rank").values_list("area_id", flat=True))


def test_scores_wait_for_what_must_be_entered_and_for_another_pair_of_eyes(officer, supervisor, leader):
    scoring = make_scores(officer)
    with pytest.raises(Refused, match="2项数值"):
        scores.review(scoring, by=supervisor)
    point = point_of(scoring, "quarterly")
    for bad, message in ((("", PROOF), "出处"), (("文", None), "证明")):
        with pytest.raises(Refused, match=message):
            scores.enter_value(point, Decimal(90), *bad, by=officer)
    with pytest.raises(Refused, match="系统自身的记录"):
        scores.enter_value(point_of(scoring, "paired"), Decimal(100), "文", PROOF, by=officer)
    enter_all(scoring, officer)
    with pytest.raises(NotYours):
        scores.review(scoring, by=officer)
    scores.compute(county(), "town", YEAR, by=officer)  # anew: what was entered stays
    assert point_of(scoring, "quarterly").value == 80 and point_of(scoring, "quarterly").evidence
    scores.review(scoring, by=supervisor)
    with pytest.raises(Refused, match="不能"):
        scores.enter_value(point_of(scoring, "quarterly"), Decimal(90), "文", PROOF, by=officer)
    with pytest.raises(Refused, match="不能"):
        scores.compute(county(), "town", YEAR, by=officer)
    with pytest.raises(Refused, match="可以申诉到"):
        scores.publish(scoring, by=leader)
    assert scores.publish(scoring, by=leader, at=later()).state == "published"
    assert [each.split(".")[1] for each in Entry.objects.filter(record=str(scoring.pk), record_type="scores").order_by(
        "pk").values_list("action", flat=True)] == ["scores_computed", "value_entered", "value_entered",
        "scores_computed", "scores_reviewed", "scores_published"]  # fmt: skip


def test_an_appeal_succeeds_and_the_ranking_changes(officer, supervisor, leader):
    scoring = opened(officer, supervisor)
    assert order_of(scoring) == [TOWN, SECOND[:9]]
    judged = make_user(Role.TOWN_COMMISSIONER, SECOND[:9])
    point = point_of(scoring, "paired", SECOND[:9])
    assert point.points == 0
    stranger = make_user(Role.TOWN_COMMISSIONER, TOWN)
    with pytest.raises(NotYours):
        scores.appeal(point, "对方帮扶人已到位", by=stranger)
    made = scores.appeal(point, "帮扶责任人1月已落实，系统补录迟了", by=judged)
    with pytest.raises(Refused, match="已经有"):
        scores.appeal(point, "再说一次", by=judged)
    with pytest.raises(Refused, match="申诉"):
        scores.publish(scoring, by=leader, at=later())
    with pytest.raises(NotYours):
        scores.decide_appeal(made, Decimal(5), "属实", by=judged)
    with pytest.raises(Refused, match="0至5"):
        scores.decide_appeal(made, Decimal(6), "属实", by=leader)
    scores.decide_appeal(made, Decimal(5), "属实", by=leader)
    with pytest.raises(Refused, match="已经决定"):
        scores.decide_appeal(made, None, "不属实", by=leader)
    another = scores.appeal(point_of(scoring, "quarterly"), "分低了", by=stranger)
    scores.decide_appeal(another, Decimal("3"), "按督查记录", by=leader)
    assert order_of(scoring) == [SECOND[:9], TOWN]
    assert point_of(scoring, "paired", SECOND[:9]).points == 0  # the figure stays as it was
    with pytest.raises(Refused, match="期限"):
        scores.appeal(point_of(scoring, "paired"), "晚了", by=stranger, at=later())
    with pytest.raises(Refused, match="申诉"):
        scores.send_back(scoring, "重算", by=supervisor)


def test_a_published_score_cannot_be_changed_by_anybody(officer, supervisor, leader):
    scoring = scores.publish(opened(officer, supervisor), by=leader, at=later())
    score, point = scoring.scores.first(), point_of(scoring, "paired")
    for wrong in (
        lambda: Score.objects.filter(pk=score.pk).update(total=100),
        lambda: Point.objects.filter(pk=point.pk).update(points=5),
        lambda: Point.objects.filter(pk=point.pk)._raw_delete("default"),
        lambda: Point.objects.create(score=score, indicator=scoring.card.indicators.last()),
        lambda: Score.objects.create(scoring=scoring, area_id=COUNTY),
        lambda: Scoring.objects.filter(pk=scoring.pk).update(year=2013),
    ):
        with pytest.raises(DatabaseError, match=r"published scores stay|Cannot update"), transaction.atomic():
            wrong()
    with pytest.raises(Refused, match="不能"):
        scores.publish(scoring, by=leader)
    score.refresh_from_db()
    assert score.total < 100


def test_a_proved_falsification_leaves_nothing(officer):
    scoring = make_scores(officer)
    enter_all(scoring, officer)
    assert scoring.scores.get(area=TOWN).rank == 1
    scores.enter_value(point_of(scoring, "falsification"), Decimal(1), "纪检通报2号", PROOF, by=officer)
    fallen = scoring.scores.get(area=TOWN)
    assert (fallen.total, fallen.vetoed, fallen.band, fallen.rank) == (0, True, "poor", 2)


def test_a_draft_is_the_offices_and_an_opened_score_its_own_towns(client, officer, supervisor, leader):
    scoring = make_scores(officer)
    own, other = (make_user(Role.TOWN_COMMISSIONER, town) for town in (TOWN, SECOND[:9]))
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    mine = scoring.scores.get(area=TOWN)
    point = point_of(scoring, "quarterly")
    addresses = [reverse("assessment:score", args=[mine.pk]), reverse("assessment:score-point", args=[point.pk]),
                 reverse("assessment:score-report", args=[mine.pk])]  # fmt: skip

    def answers(user) -> set[int]:
        client.force_login(user)
        return {client.get(address).status_code for address in addresses}

    assert answers(officer) == {200} and answers(own) == answers(other) == {404}
    enter_all(scoring, officer)
    scores.review(scoring, by=supervisor)
    mine.refresh_from_db()
    assert answers(own) == {200} and answers(other) == answers(clerk) == {404}
    client.force_login(other)
    assert str(mine.total) not in client.get(reverse("assessment:scores")).content.decode()
    assert client.post(reverse("assessment:score-point-appeal", args=[point.pk]), {"text": "x"}).status_code == 404
    assert client.get(reverse("assessment:scores-step", args=[scoring.pk, "publish"])).status_code == 404
    scores.publish(scoring, by=leader, at=later())
    assert answers(other) == {404}  # the ranking is public, its evidence is not
    assert str(mine.total) in client.get(reverse("assessment:scores")).content.decode()
    assert not queries.own_points(other).filter(score=mine).exists()


def test_a_department_reads_its_own_score_only(officer, supervisor):
    units = [make_organisation(name) for name in ("永寿县教育局", "永寿县水利局")]
    for unit in units:
        make_pairing(make_household(registered_on=date(2014, 3, 1)), make_cadre(organisation=unit))
    scoring = scores.compute(county(), "department", YEAR, by=officer)
    enter_all(scoring, officer)
    scores.review(scoring, by=supervisor)
    owner = make_user(Role.PROJECT_OWNER, COUNTY)
    RoleAssignment.objects.filter(user=owner).update(organisation=units[0])
    assert [score.unit for score in queries.scores(owner)] == [units[0]]
    assert queries.scores(officer).count() == 2


def test_a_changed_card_is_tried_on_last_years_figures_and_nothing_is_kept(client, officer, supervisor, leader):
    scoring = opened(officer, supervisor)
    judged = make_user(Role.TOWN_COMMISSIONER, SECOND[:9])
    lower = scores.appeal(point_of(scoring, "quarterly", SECOND[:9]), "x", by=judged)
    scores.decide_appeal(lower, Decimal(13), "x", by=leader)
    scores.publish(scoring, by=leader, at=later())
    assert order_of(scoring) == [TOWN, SECOND[:9]]
    kept = list(Score.objects.values()), list(Point.objects.values())
    draft = cards.copy_card(scoring.card, by=officer)
    same = simulate(draft, scoring)
    assert [(row.total, row.rank) for row in same] == [(row.score.total, row.score.rank) for row in same]
    lines = {line.code: line for line in draft.indicators.all()}
    with pytest.raises(Refused, match="不是100"):
        cards.change_card(draft, {lines["paired"].pk: Decimal(0)}, "x", by=officer)
    weights = {lines["paired"].pk: Decimal(0), lines["quarterly"].pk: Decimal(20)}
    cards.change_card(draft, weights, "永扶发〔2015〕1号", by=officer)
    assert [row.score.area_id for row in simulate(draft, scoring)] == [SECOND[:9], TOWN]
    client.force_login(officer)
    shown = client.get(reverse("assessment:card", args=[draft.pk])).content.decode()
    assert "+1" in shown and "-1" in shown
    assert (list(Score.objects.values()), list(Point.objects.values())) == kept
    with pytest.raises(NotYours):
        cards.issue_card(draft, 2015, by=officer)
    with pytest.raises(Refused, match="2014"):
        cards.issue_card(draft, 2014, by=leader)
    cards.issue_card(draft, 2015, by=leader)
    scoring.card.refresh_from_db()
    assert scoring.card.last_year == 2014 and cards.card_for(COUNTY, "town", 2015) == draft
    with pytest.raises(Refused, match="草案"):
        cards.change_card(draft, {}, "x", by=officer)


def test_one_paper_gives_the_quarters_of_all(client, officer):
    scoring = make_scores(officer)
    client.force_login(officer)
    address = reverse("assessment:scores-enter", args=[scoring.pk])
    names = [score.name for score in scoring.scores.order_by("area")]
    lines = f"{names[0]} 91.5\n火星镇 80\n{SECOND[:9]} 九十\n{names[0]} 3"

    def sent(values: str) -> dict[str, object]:
        paper = SimpleUploadedFile("tb.txt", "季度考核通报".encode())
        return {"code": "quarterly", "values": values, "note": "永督发〔2015〕1号", "file": paper}

    assert "第2, 3, 4行" in client.post(address, sent(lines)).content.decode()
    assert not Point.objects.exclude(entered_at=None).exists()
    assert client.post(address, sent(f"{names[0]} 91.5\n{SECOND[:9]} 70")).status_code == 302
    assert [point_of(scoring, "quarterly", town).value for town in (TOWN, SECOND[:9])] == [Decimal("91.5"), 70]
    assert point_of(scoring, "quarterly").evidence == point_of(scoring, "quarterly", SECOND[:9]).evidence
    scores.review(scoring, by=make_user(Role.SUPERVISOR, COUNTY))
    with pytest.raises(Refused, match="不能"):
        scores.enter_for_all(scoring, "quarterly", {TOWN: Decimal(99)}, "文", PROOF, by=officer)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does(officer, supervisor, leader):
    scoring, second = opened(officer, supervisor), make_user(Role.LEADER, COUNTY)
    gate, told = threading.Barrier(2), []

    def go(user) -> None:
        gate.wait()
        try:
            scores.publish(scoring, by=user, at=later())
            told.append("published")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[user]) for user in (leader, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    assert sorted(told) == ["published", "refused"]
    assert Entry.objects.filter(action="assessment.scores_published").count() == 1


def test_funds_are_evaluated_from_the_ledger_until_the_end_of_march(officer, supervisor, leader):
    make_year(8, officer, leader)
    scoring = scores.compute(county(), "county", YEAR, by=officer)
    assert scoring.until == date(2015, 3, 31)
    paid = Point.objects.get(score__scoring=scoring, indicator__code="paid")
    carried = Point.objects.get(score__scoring=scoring, indicator__code="carried")
    assert paid.value + carried.value == 100 and paid.denominator == carried.denominator == 100_000
    enter_all(scoring, officer, 100)
    violations = Point.objects.get(score__scoring=scoring, indicator__code="violations")
    before = scoring.scores.get().total
    scores.enter_value(violations, Decimal(500), "审计报告5号", PROOF, by=officer)
    assert scoring.scores.get().total == max(before - 20, 0)  # twenty points at most
    scores.review(scoring, by=supervisor)
    assert scores.publish(scoring, by=leader).state == "published"  # nobody below is judged


def test_the_office_works_on_the_screens(client, officer, supervisor, leader):
    make_area(SECOND)
    make_household(registered_on=date(2014, 3, 1))
    client.force_login(officer)
    assert "还没有得分" in client.get(reverse("assessment:scores")).content.decode()
    assert client.post(reverse("assessment:cards-adopt")).status_code == 302
    assert Card.objects.count() == 5
    compute = reverse("assessment:scores-compute")
    assert "那一年还没有到" in client.post(compute, {"subject": "town", "year": "2099"}).content.decode()
    assert client.post(compute, {"subject": "town", "year": "2014"}).status_code == 302
    scoring = Scoring.objects.get()
    for point in Point.objects.filter(score__scoring=scoring, indicator__code="quarterly"):
        address = reverse("assessment:score-point-enter", args=[point.pk])
        sent = {"value": "88", "note": "四个季度通报"}
        assert "证明" in client.post(address, sent).content.decode()
        bad = SimpleUploadedFile("x.exe", b"MZ\x00\x01")
        assert client.post(address, sent | {"file": bad}).status_code == 200
        good = SimpleUploadedFile("tb.txt", "督查室通报：88分".encode())
        assert client.post(address, sent | {"file": good}).status_code == 302
        told = client.get(reverse("assessment:score-point-evidence", args=[point.pk]))
        assert "88分" in b"".join(told.streaming_content).decode()
    client.force_login(supervisor)
    step = reverse("assessment:scores-step", args=[scoring.pk, "review"])
    assert client.get(step).status_code == 200 and client.post(step).status_code == 302
    judged = make_user(Role.TOWN_COMMISSIONER, TOWN)
    client.force_login(judged)
    point = point_of(scoring, "quarterly")
    assert client.post(reverse("assessment:score-point-appeal", args=[point.pk]), {"text": "低了"}).status_code == 302
    client.force_login(leader)
    assert "低了" in client.get(reverse("assessment:score-appeals")).content.decode()
    decide = reverse("assessment:score-appeal-decide", args=[Appeal.objects.get().pk])
    assert "多少分" in client.post(decide, {"decision": "approve", "reply": "属实"}).content.decode()
    assert client.post(decide, {"decision": "approve", "reply": "属实", "points": "14"}).status_code == 302
    Scoring.objects.update(appeal_until=date(2015, 1, 1))
    publish = reverse("assessment:scores-step", args=[scoring.pk, "publish"])
    assert client.post(publish).status_code == 302 and Scoring.objects.get().state == "published"
    score = scoring.scores.get(area=TOWN)
    page = client.get(reverse("assessment:score", args=[score.pk])).content.decode()
    assert "14.00" in page and "13.20" in page and str(score.total) in page
    assert client.get(reverse("assessment:score-report", args=[score.pk])).content.startswith(b"%PDF")
    book = load_workbook(BytesIO(client.get(reverse("assessment:scores-export", args=[scoring.pk])).content))
    found = {(row[1].value, row[5].value): row[7].value for row in book.active.iter_rows(min_row=2)}
    assert found[score.name, "贫困户有帮扶责任人"] == 0
    assert client.get(reverse("assessment:fund")).status_code == 302
