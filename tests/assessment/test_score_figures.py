"""Every figure of the scores, recomputed by SQL written by hand, for every kind of the judged."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from tests.assessment.score_stage import COUNTY, YEAR, make_year
from tests.registry.factories import make_user

from jingzhun.areas.models import Area
from jingzhun.assessment.actions.scores import compute
from jingzhun.assessment.models import Point, Scoring
from jingzhun.assessment.queries.figures import FIGURES
from jingzhun.assessment.queries.scores import behind
from jingzhun.people.rules import Role

# For each figure: where the row lies, its unit (or ''), what counts of it, of how much, and from where.
SQL = {
    "exits_of_plan": (
        "t.area_id", "''",
        """(SELECT count(DISTINCT s.household_id) FROM registry_registerspell s JOIN registry_household h
            ON h.id = s.household_id WHERE left(h.village_code, length(t.area_id)) = t.area_id
            AND s.exited_on BETWEEN '2014-01-01' AND '2014-12-31')""",
        "t.households", "policy_target t WHERE t.year = 2014 AND length(t.area_id) = {digits}"),
    "measures_on_time": (
        "h.village_code", "m.provider_id", "(m.delivered_on <= m.due_on)::int", "1",
        """assistance_measure m JOIN registry_household h ON h.id = m.household_id
           WHERE m.state <> 'dropped' AND extract(year FROM m.due_on) = 2014"""),
    "receipts": (
        "h.village_code", "''",
        """(SELECT count(*) > 0 FROM policy_receipt r WHERE r.household_id = e.household_id AND r.year = 2014
            AND r.policy_id = e.policy_id AND r.revoked_at IS NULL AND r.received_on <= {until})::int""", "1",
        """policy_entitlement e JOIN registry_household h ON h.id = e.household_id WHERE e.year = 2014 AND e.answer"""),
    "needs_answered": (
        "h.village_code", "n.organisation_id",
        "((n.answered_at AT TIME ZONE 'Asia/Shanghai')::date <= n.due_on)::int", "1",
        """assistance_need n JOIN registry_household h ON h.id = n.household_id
           WHERE n.due_on BETWEEN '2014-01-01' AND '2014-12-31'"""),
    "pledges_arrived": (
        "p.county_id", "p.organisation_id",
        """(SELECT least(coalesce(sum(a.amount), 0), p.amount) FROM assistance_arrival a
            WHERE a.pledge_id = p.id AND a.on <= {until})""", "p.amount", "assistance_pledge p WHERE p.year = 2014"),
    "sound_records": (
        "h.village_code", "''",
        """(NOT EXISTS (SELECT 1 FROM registry_checkfinding f WHERE f.household_id = h.id AND f.resolved_at IS NULL
            AND (f.first_seen AT TIME ZONE 'Asia/Shanghai')::date <= {until}))::int""", "1", "{registered}"),
    "objections_settled": (
        "o.area_id", "''", "((o.settled_at AT TIME ZONE 'Asia/Shanghai')::date <= o.due_on)::int", "1",
        "publicity_objection o WHERE extract(year FROM o.due_on) = 2014"),
    "objections_upheld": (
        "o.area_id", "''", "(o.state = 'upheld')::int", "1", """publicity_objection o
        WHERE o.state IN ('upheld', 'dismissed')
        AND extract(year FROM o.settled_at AT TIME ZONE 'Asia/Shanghai') = 2014"""),
    "notices_proved": (
        "n.area_id", "''", "(EXISTS (SELECT 1 FROM publicity_boardphoto b WHERE b.notice_id = n.id))::int", "1",
        "publicity_notice n WHERE extract(year FROM n.opens_on) = 2014"),
    "paired": (
        "h.village_code", "''",
        """(EXISTS (SELECT 1 FROM assistance_pairing p WHERE p.household_id = h.id AND p.since <= '2014-12-31'
            AND (p.until IS NULL OR p.until > '2014-12-31')))::int""", "1", "{registered}"),
    "visited": (
        "h.village_code", "c.organisation_id",
        """least((SELECT count(*) FROM assistance_visit v WHERE v.household_id = p.household_id
            AND v.cadre_id = p.cadre_id AND v.on BETWEEN greatest(p.since, '2014-01-01')
            AND least(coalesce(p.until, '2014-12-31'), '2014-12-31')),
            (least(coalesce(p.until, '2014-12-31'), '2014-12-31') - greatest(p.since, '2014-01-01')) / 31)""",
        "(least(coalesce(p.until, '2014-12-31'), '2014-12-31') - greatest(p.since, '2014-01-01')) / 31",
        """assistance_pairing p JOIN registry_household h ON h.id = p.household_id
           JOIN people_cadre c ON c.id = p.cadre_id WHERE p.since <= '2014-12-31'
           AND (p.until IS NULL OR p.until >= '2014-01-01')"""),
    "presence": (
        "p.area_id", "c.organisation_id", "least(r.days, 20)", "20",
        """assistance_presence r JOIN assistance_posting p ON p.id = r.posting_id
           JOIN people_cadre c ON c.id = p.cadre_id WHERE extract(year FROM r.month) = 2014"""),
    "first_secretaries": (
        "y.area_id", "''",
        """(EXISTS (SELECT 1 FROM assistance_posting p WHERE p.area_id = y.area_id AND p.kind = 'first_secretary'))::int
        """, "1", "registry_villageyear y WHERE y.poor_village"),
    "stages_on_time": (
        "p.area_id", "p.responsible_id", "(s.done_on <= s.due_on)::int", "1",
        """management_stage s JOIN management_project p ON p.id = s.project_id
           WHERE p.state <> 'dropped' AND extract(year FROM s.due_on) = 2014"""),
    "reports_sent": (
        "p.area_id", "p.responsible_id",
        """(SELECT count(*) FROM management_report r WHERE r.project_id = p.id AND r.due_on BETWEEN '2014-01-01'
            AND least(coalesce(p.completed_on, '2014-12-31'), '2014-12-31'))""",
        """(SELECT count(*) FROM generate_series(p.begun_on + 14, least(coalesce(p.completed_on, '2014-12-31'),
            '2014-12-31'), interval '14 days'))""",
        "management_project p WHERE p.state <> 'dropped' AND p.begun_on <= '2014-12-31'"),
    "projects_finished": ("p.area_id", "p.responsible_id", "(p.completed_on <= {until})::int", "1",
                          "management_project p WHERE p.year = 2014 AND p.state <> 'dropped'"),
    "project_records": (
        "p.area_id", "p.responsible_id",
        """(p.goal <> '' AND EXISTS (SELECT 1 FROM management_projectphoto f WHERE f.project_id = p.id
            AND f.taken_on <= {until}) AND EXISTS (SELECT 1 FROM management_report r WHERE r.project_id = p.id
            AND (r.sent_at AT TIME ZONE 'Asia/Shanghai')::date <= {until}))::int""", "1",
        "management_project p WHERE p.year = 2014 AND p.state <> 'dropped' AND p.begun_on <= {until}"),
}  # fmt: skip
REGISTERED = """registry_household h JOIN registry_registerspell g ON g.household_id = h.id
    WHERE g.registered_on <= '2014-12-31' AND (g.exited_on IS NULL OR g.exited_on > '2014-12-31')"""
# Money by kind of transfer, not by account: a different way to the same yuan.
PAID, GIVEN, ARRIVED = (
    f"coalesce((SELECT sum(t.amount) FROM management_transfer t JOIN management_account a ON a.id = t.{side}_account_id"
    " JOIN management_source s ON s.id = a.source_id LEFT JOIN management_project p ON p.id = a.project_id"
    f" WHERE t.kind = '{kind}' AND t.on <= {{until}} AND s.year = 2014 AND {{whose}} {{more}}), 0)"
    for kind, side in (("payment", "to"), ("allocation", "to"), ("arrival", "to"))
)
MONEY = {
    "funds_paid": (PAID, GIVEN, ""),
    "funds_idle": (f"{GIVEN} - {PAID}", GIVEN, ""),
    "arrived_paid": (PAID, ARRIVED, ""),
    "carried_over": (f"{ARRIVED} - {PAID}", ARRIVED, ""),
    "to_the_poor": (PAID, PAID, """AND (EXISTS (SELECT 1 FROM management_beneficiary b WHERE b.project_id = p.id)
        OR EXISTS (SELECT 1 FROM registry_villageyear y WHERE y.area_id = p.area_id AND y.poor_village))"""),
    "integrated": (ARRIVED, ARRIVED, "AND s.purposes = '{{}}'"),
}  # fmt: skip


def by_hand(name: str, kind: str, key: str, until: date) -> tuple[Decimal, Decimal]:
    """Numerator and denominator of one figure for one of the judged."""
    if name in MONEY:
        over, of, more = MONEY[name]
        whose = f"p.responsible_id = {key}" if kind == "department" else (
            "TRUE" if kind == "county" else f"left(p.area_id, {len(key)}) = '{key}'")  # fmt: skip
        texts = [text.format(until=f"'{until}'", whose=whose, more=extra.format()) for text, extra in
                 ((over, more), (of, ""))]  # fmt: skip
        query = f"SELECT {texts[0]}, {texts[1]}"
    else:
        place, unit, num, den, rows = SQL[name]
        whose = f"{unit} = {key}" if kind == "department" else f"left({place}, {len(key)}) = '{key}'"
        query = f"SELECT coalesce(sum({num}), 0), coalesce(sum({den}), 0) FROM {rows} AND {whose}"
        query = query.format(until=f"'{until}'", registered=REGISTERED, digits=len(key))
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_every_figure_is_what_sql_by_hand_says(officer, leader, seed):
    make_year(seed, officer, leader)
    county, compared = Area.objects.get(pk=COUNTY), set()
    for kind in ("town", "village", "department", "county"):
        scoring = compute(county, kind, YEAR, by=officer)
        points = Point.objects.filter(score__scoring=scoring).select_related("score", "indicator")
        assert points, kind
        for point in points:
            for name in point.indicator.figures:
                told = (kind, point.score.name, name)
                expected = by_hand(name, kind, point.score.key, scoring.until)
                assert (point.numerator, point.denominator) == expected, told
                compared.add(name)
                rows = list(dict(behind(point))[name])  # the page that the point opens
                assert sum(row.num for row in rows) == point.numerator, told
                assert sum(row.den for row in rows) == point.denominator, told
                for row in rows:
                    assert FIGURES[name].text(row)
    assert compared == set(FIGURES)


def test_the_number_of_queries_does_not_grow_with_the_judged(officer, leader, django_assert_max_num_queries):
    make_year(5, officer, leader)
    county = Area.objects.get(pk=COUNTY)
    compute(county, "town", YEAR, by=officer)
    with django_assert_max_num_queries(70):
        compute(county, "village", YEAR, by=officer)


def test_the_page_shows_the_figures_and_opens_to_the_households(client, officer, leader):
    make_year(3, officer, leader)
    scoring = compute(Area.objects.get(pk=COUNTY), "town", YEAR, by=officer)
    client.force_login(officer)
    for point in Point.objects.filter(score__scoring=scoring).select_related("indicator"):
        shown = client.get(f"/assessment/scores/points/{point.pk}/")
        assert shown.status_code == 200
        if point.indicator.code == "paired":
            assert shown.content.decode().count(f"/assistance/households/{COUNTY}") == point.denominator
    builder = make_user(Role.PROJECT_OWNER, COUNTY)
    Scoring.objects.filter(pk=scoring.pk).update(state="reviewed", reviewed_at=scoring.computed_at)
    client.force_login(builder)  # sees the score, but no list of households
    paired = Point.objects.filter(score__scoring=scoring, indicator__code="paired").first()
    shown = client.get(f"/assessment/scores/points/{paired.pk}/").content.decode()
    assert f"/assistance/households/{COUNTY}" not in shown
