"""Policies: written by clauses, looked at before anybody is bound, published from a day on, compared, tried out."""

import io
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.policy import dictionary
from jingzhun.policy.actions import policies as actions
from jingzhun.policy.actions.batch import run_entitlements
from jingzhun.policy.actions.policies import Said
from jingzhun.policy.models import EntitlementRun, Policy, PolicyVersion
from jingzhun.policy.queries.coverage import coverage, listed
from jingzhun.policy.queries.policies import drafts_for, in_force_of
from jingzhun.policy.queries.versions import versions_in_force
from jingzhun.policy.queries.what_if import Change, what_if
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

COUNTY = VILLAGE[:6]
TODAY = date(2016, 6, 1)
NOON = datetime(2016, 6, 1, 4, tzinfo=UTC)
ILL = Said("大病补助", "health", "卫生局", "registered AND cause_illness", amount=Decimal(1000))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(settings):
    settings.DEMO = True
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def officer(db):
    make_area(OTHER_VILLAGE)
    make_area(VILLAGE)
    return make_user(Role.COUNTY_OFFICER, COUNTY, full_name="李干部")


def poor(village=VILLAGE, cause="illness", income=2_000, members=("张三", "李四"), **values):
    return make_household(
        village, members=list(members), registered_on=date(2014, 10, 1), cause_main=cause,
        survey={"year": 2015, "income_wage": Decimal(income), "members_counted": 1}, **values,
    )  # fmt: skip


def published(officer, said: Said = ILL, on=date(2015, 1, 1)) -> PolicyVersion:
    made = actions.draft_policy(make_area(COUNTY), said, by=officer)
    return actions.publish(made, on, by=officer, why="补录县文件")


def form(**values) -> dict:
    """What an officer types: the clauses of ILL."""
    told = {
        "title": "大病补助", "kind": "health", "department": "卫生局", "per": "household", "benefit": "amount",
        "amount": "1000", "times": "1", "h-0-0-fact": "registered", "h-0-0-does": "yes",
        "h-1-0-fact": "cause_illness", "h-1-0-does": "yes",
    }  # fmt: skip
    return told | values


def test_an_officer_writes_a_policy_looks_and_publishes_it(client, officer):
    covered, other = poor(), poor(cause="schooling")
    client.force_login(officer)
    assert client.get(reverse("policy:policy-add")).status_code == 200
    seen = client.post(reverse("policy:draft-preview"), form()).text
    assert covered.number in seen and other.number not in seen and "1,000" in seen
    assert not Policy.objects.exists()  # nothing is saved by looking
    client.post(reverse("policy:policy-add"), form())
    draft = PolicyVersion.objects.get()
    assert draft.condition == '"registered" AND "cause_illness"' and draft.amount == 1000
    page = client.get(reverse("policy:draft-publish", args=[draft.pk])).text
    assert covered.number in page
    client.post(reverse("policy:draft-publish", args=[draft.pk]), {"on": "2016-07-01"})
    draft.refresh_from_db()
    assert draft.state == "published" and draft.valid_from == date(2016, 7, 1)
    assert Entry.objects.get(action="policy.published").values["condition"] == draft.condition
    shown = client.get(reverse("policy:policy", args=[draft.policy_id])).text
    assert "致贫原因含因病" in shown and "卫生局" in shown


def test_clauses_are_added_changed_and_taken_out_without_saving(client, officer):
    client.force_login(officer)
    address = reverse("policy:policy-add")
    more = client.post(address, form(do="h:row:1")).text
    assert 'name="h-1-1-fact"' in more
    assert "alert-danger" not in more  # an empty row is no mistake yet
    block = client.post(address, form(do="h:block")).text
    assert 'name="h-2-0-fact"' in block
    less = client.post(address, form(do="h:drop:1:0")).text
    assert 'name="h-1-0-fact"' not in less and 'value="registered" selected' in less
    text = client.post(address, form(do="h:text")).text
    assert "&quot;registered&quot; AND &quot;cause_illness&quot;" in text
    back = client.post(address, form(**{"do": "h:rows", "h-as": "text", "h-text": "members >= 3 AND registered"})).text
    assert 'name="h-0-0-number" value="3"' in back
    stays = client.post(address, form(**{"do": "h:rows", "h-as": "text", "h-text": "members + 1 >= 3"})).text
    assert 'name="h-text"' in stays and "condition-text is-invalid" in stays and "invalid-feedback" in stays
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"h-as": "text", "h-text": "registered AND per_capta < 3000"}, "<mark>per_capta</mark>"),
        ({"h-as": "text", "h-text": "registered AND ("}, "alert-danger"),
        ({"h-as": "text", "h-text": "DROP TABLE household"}, "alert-danger"),
        ({"h-0-0-fact": "per_capita", "h-0-0-does": "<", "h-0-0-number": "很少"}, "很少"),
        ({"h-0-0-fact": "per_capita", "h-0-0-does": "<", "h-0-0-number": ""}, "alert-danger"),
        ({"h-0-0-fact": "main_cause", "h-0-0-does": "in"}, "alert-danger"),
        ({"h-0-0-fact": "", "h-1-0-fact": ""}, "alert-danger"),
        ({"amount": ""}, "alert-danger"),
        ({"benefit": "share", "amount": "10", "quantity": ""}, "alert-danger"),
        ({"benefit": "share", "amount": "150", "quantity": "spending_medical"}, "alert-danger"),
        ({"per": "member"}, "alert-danger"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands_and_nothing_is_saved(client, officer, values, said):
    client.force_login(officer)
    page = client.post(reverse("policy:policy-add"), form(**values))
    assert page.status_code == 200 and said in page.text
    assert not Policy.objects.exists()
    assert "alert-danger" in client.post(reverse("policy:draft-preview"), form(**values)).text


def test_a_share_is_typed_in_percent(client, officer):
    client.force_login(officer)
    client.post(reverse("policy:policy-add"), form(benefit="share", amount="10", quantity="spending_medical"))
    draft = PolicyVersion.objects.get()
    assert draft.amount == Decimal("0.1")
    assert 'value="10"' in client.get(reverse("policy:draft", args=[draft.pk])).text


def test_the_preview_counts_by_village_what_is_known_and_what_it_costs(officer):
    poor()
    poor(members=["王五"])
    poor(OTHER_VILLAGE)
    poor(cause="")
    version = published(officer)
    found = coverage(version, COUNTY, TODAY)
    assert (found.total.entitled, found.total.persons, found.total.yuan) == (3, 5, 3000)
    assert {code: counts.entitled for code, counts in found.by["village_code"]} == {VILLAGE: 2, OTHER_VILLAGE: 1}
    unsure = published(officer, Said("有车户", "other", "x", "registered AND car", amount=Decimal(1)))
    assert coverage(unsure, COUNTY, TODAY).total.unknown == 4


def test_a_draft_is_compared_with_what_is_in_force(client, officer):
    ill, school = poor(), poor(cause="schooling")
    both = poor(cause="illness", causes_other=["schooling"])
    version = published(officer)
    draft = actions.draft_version(version.policy, by=officer)
    said = Said.of(draft)
    said = Said(**{**vars(said), "condition": "registered AND cause_schooling", "amount": Decimal(1500)})
    actions.change_draft(draft, said, by=officer)
    draft.refresh_from_db()
    found = coverage(draft, COUNTY, TODAY, version)
    assert (found.total.gains, found.total.loses, found.total.before, found.total.yuan_more) == (2, 1, 2, 1000)
    assert {key for key, *_rest in listed(draft, COUNTY, TODAY, version, "gains")} == {school.pk, both.pk}
    client.force_login(officer)
    page = client.get(reverse("policy:draft-households", args=[draft.pk]), {"show": "loses"}).text
    assert ill.number in page and school.number not in page
    body = client.get(reverse("policy:draft-households", args=[draft.pk]), {"show": "gains", "format": "xlsx"}).content
    assert openpyxl.load_workbook(io.BytesIO(body)).active.max_row == 3


def test_the_version_before_ends_where_the_new_one_begins(officer):
    first = published(officer)
    second = actions.draft_version(first.policy, by=officer)
    actions.publish(second, date(2016, 9, 1), by=officer)
    first.refresh_from_db()
    assert first.valid_until == date(2016, 9, 1)
    assert (
        in_force_of(first.policy, date(2016, 8, 31)) == first and in_force_of(first.policy, date(2016, 9, 1)) == second
    )
    between = actions.draft_version(first.policy, by=officer)
    actions.publish(between, date(2016, 7, 1), by=officer)
    first.refresh_from_db()
    between.refresh_from_db()
    assert first.valid_until == date(2016, 7, 1) and between.valid_until == date(2016, 9, 1)


def test_nothing_is_published_into_the_past_without_a_reason(client, officer):
    draft = actions.draft_policy(make_area(COUNTY), ILL, by=officer)
    client.force_login(officer)
    address = reverse("policy:draft-publish", args=[draft.pk])
    assert client.post(address, {"on": "2016-05-31"}).status_code == 200
    assert PolicyVersion.objects.get().state == "draft"
    assert client.post(address, {"on": "2016-05-31", "why": "文件倒签"}).status_code == 302
    assert Entry.objects.get(action="policy.published").why == "文件倒签"


def test_what_is_published_is_never_changed(officer):
    version = published(officer)
    for act in (
        lambda: actions.change_draft(version, ILL, by=officer),
        lambda: actions.drop_draft(version, by=officer),
        lambda: actions.publish(version, date(2016, 8, 1), by=officer),
        lambda: actions.share_draft(version, True, by=officer),
    ):
        with pytest.raises(Refused):
            act()


def test_a_draft_is_ones_own_until_it_is_shared(client, officer):
    colleague = make_user(Role.COUNTY_OFFICER, COUNTY)
    draft = actions.draft_policy(make_area(COUNTY), ILL, by=officer)
    assert not drafts_for(colleague).exists()
    with pytest.raises(NotYours):
        actions.change_draft(draft, ILL, by=colleague)
    client.force_login(colleague)
    assert client.get(reverse("policy:draft", args=[draft.pk])).status_code == 404
    actions.share_draft(draft, True, by=officer)
    assert client.get(reverse("policy:draft", args=[draft.pk])).status_code == 200
    with pytest.raises(NotYours):
        actions.share_draft(draft, False, by=colleague)
    client.post(reverse("policy:draft", args=[draft.pk]), form(title="大病救助"))
    assert PolicyVersion.objects.get().title == "大病救助"
    client.post(reverse("policy:draft-drop", args=[draft.pk]))
    assert PolicyVersion.objects.get().state == "dropped" and not drafts_for(officer).exists()


def test_nobody_else_writes_a_policy(client, officer):
    version, draft = published(officer), actions.draft_policy(make_area(COUNTY), ILL, by=officer)
    actions.share_draft(draft, True, by=officer)
    for stranger in (make_user(Role.COUNTY_OFFICER, "610427"), make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9])):
        for act in (
            lambda by: actions.draft_policy(make_area(COUNTY), ILL, by=by),
            lambda by: actions.draft_version(version.policy, by=by),
            lambda by: actions.change_draft(draft, ILL, by=by),
            lambda by: actions.publish(draft, TODAY, by=by),
            lambda by: actions.end_policy(version.policy, date(2016, 9, 1), "x", by=by),
        ):
            with pytest.raises(NotYours):
                act(stranger)
    client.force_login(make_user(Role.COUNTY_OFFICER, "610427"))
    for name, key in (("policy", version.policy_id), ("policy-end", version.policy_id), ("draft", draft.pk)):
        assert client.get(reverse(f"policy:{name}", args=[key])).status_code == 404
    client.force_login(make_user(Role.VILLAGE_CLERK, VILLAGE))
    assert client.get(reverse("policy:policy", args=[version.policy_id])).status_code == 200
    for name in ("policy-add", "what-if"):
        assert client.get(reverse(f"policy:{name}")).status_code == 403
    assert client.get(reverse("policy:policy", args=[draft.policy_id])).status_code == 404  # only a draft yet


def test_a_policy_ends_today_or_later_with_a_reason(client, officer):
    version = published(officer)
    client.force_login(officer)
    address = reverse("policy:policy-end", args=[version.policy_id])
    assert client.post(address, {"on": "2016-05-31", "why": "停办"}).status_code == 200
    assert client.post(address, {"on": "2016-06-30", "why": ""}).status_code == 200
    assert client.post(address, {"on": "2016-06-30", "why": "停办"}).status_code == 302
    assert in_force_of(version.policy, date(2016, 6, 29)) and in_force_of(version.policy, date(2016, 6, 30)) is None


def test_the_list_shows_what_the_last_working_out_found(client, officer):
    poor()
    poor(OTHER_VILLAGE)
    published(officer)
    client.force_login(officer)
    assert "大病补助" in client.get(reverse("policy:policies")).text
    run_entitlements(make_area(COUNTY), TODAY, by=officer)
    assert "2,000" in client.get(reverse("policy:policies")).text
    assert "大病补助" not in client.get(reverse("policy:policies"), {"on": "2014-12-31"}).text
    assert "大病补助" not in client.get(reverse("policy:policies"), {"kind": "housing"}).text
    book = client.get(reverse("policy:policies-export"), {"kind": "health"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet.max_row == 2 and sheet["H2"].value == 2
    client.force_login(make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))
    town = client.get(reverse("policy:policy", args=[Policy.objects.get().pk])).text
    assert f"{VILLAGE[-3:]}村" in town and f"{OTHER_VILLAGE[-3:]}村" not in town


def test_what_if_the_line_were_another(client, officer):
    below, above = poor(income=2_000), poor(OTHER_VILLAGE, cause="schooling", income=3_500)
    line = Said(
        "低保", "allowance", "民政局", "registered AND per_capita < poverty_line", amount=Decimal(100), times=12
    )
    published(officer, line)
    policies = versions_in_force(COUNTY, TODAY)
    higher = what_if(policies, Change(line=Decimal(4_000)), COUNTY, TODAY)
    assert (higher.total.gains, higher.total.loses, higher.total.yuan_more) == (1, 0, 1200)
    assert higher.gaining == [above.pk]
    lower = what_if(policies, Change(line=Decimal(1_000)), COUNTY, TODAY)
    assert (lower.total.gains, lower.total.loses, lower.losing) == (0, 1, [below.pk])
    assert dict(higher.by["cause"])["schooling"].gains == 1
    client.force_login(officer)
    page = client.get(reverse("policy:what-if"), {"line": "4000"}).text
    assert above.number in page and below.number not in page and "1,200" in page
    assert client.get(reverse("policy:what-if"), {"line": "viel"}).status_code == 200
    assert PolicyVersion.objects.count() == 1


def test_what_if_drafts_held_in_the_place_of_what_is_in_force(client, officer):
    poor()
    version = published(officer)
    draft = actions.draft_version(version.policy, by=officer)
    actions.change_draft(draft, Said(**{**vars(Said.of(draft)), "amount": Decimal(800)}), by=officer)
    new = actions.draft_policy(
        make_area(COUNTY), Said("新政策", "job", "人社局", "registered", amount=Decimal(500)), by=officer
    )
    client.force_login(officer)
    page = client.get(reverse("policy:what-if"), {"drafts": [draft.pk, new.pk]}).text
    assert "300" in page and "新政策" in page
    found = what_if(
        versions_in_force(COUNTY, TODAY), Change(drafts=(draft.__class__.objects.get(pk=draft.pk), new)), COUNTY, TODAY
    )
    assert found.total.yuan_more == 300 and found.total.gains == 1 and found.total.loses == 1
    somebody = make_user(Role.COUNTY_OFFICER, COUNTY)
    client.force_login(somebody)
    assert "新政策" not in client.get(reverse("policy:what-if"), {"drafts": [new.pk]}).text


@pytest.mark.parametrize("policies", [2, 20])
def test_lists_ask_as_much_of_many_policies_as_of_few(client, officer, django_assert_max_num_queries, policies):
    poor()
    for n in range(policies):
        published(officer, Said(**{**vars(ILL), "title": f"政策{n}"}))
        actions.draft_policy(make_area(COUNTY), ILL, by=officer)
    client.force_login(officer)
    with django_assert_max_num_queries(14):
        client.get(reverse("policy:policies"))
    with django_assert_max_num_queries(16):
        client.get(reverse("policy:policy", args=[Policy.objects.first().pk]))
    with django_assert_max_num_queries(16):
        client.get(reverse("policy:what-if"), {"line": "4000"})


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_for_the_same_day_one_is_told(officer):
    version = published(officer)
    drafts = [actions.draft_version(version.policy, by=officer) for _ in range(2)]
    gate, told = threading.Barrier(2), []

    def publish(draft: PolicyVersion) -> None:
        try:
            gate.wait(5)
            actions.publish(draft, date(2016, 9, 1), by=officer)
            told.append("published")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[draft]) for draft in drafts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told) == ["published", "refused"]
    version.refresh_from_db()
    assert version.valid_until == date(2016, 9, 1)
    assert PolicyVersion.objects.filter(state="published", valid_from=date(2016, 9, 1)).count() == 1


def runs():
    return EntitlementRun.objects.filter(area=COUNTY).count()


def test_what_is_published_while_a_batch_is_carried_out_gets_a_batch_of_its_own(officer):
    """The batch that runs has read its policies already."""
    published(officer)
    assert runs() == 1
    published(officer, replace(ILL, title="教育补助"))
    assert runs() == 1, "one that waits answers both"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE queue_name = 'entitlements'")
    version = published(officer, replace(ILL, title="住房补助"))
    assert runs() == 2
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE queue_name = 'entitlements'")
    actions.end_policy(version.policy, TODAY, "停办", by=officer)
    assert runs() == 3, "what ends today is missed by nobody any more"


def test_a_countys_policy_takes_no_code_of_its_province_and_only_a_deliberate_one_replaces_it(client, officer):
    province = make_area(COUNTY[:2])
    above = make_user(Role.COUNTY_OFFICER, province.pk)
    grant = actions.publish(actions.draft_policy(province, ILL, by=above), date(2015, 1, 1), by=above, why="补录")
    ours = published(officer, replace(ILL, title="校车补助"))
    assert ours.policy.code != grant.policy.code
    assert {each.version for each in versions_in_force(COUNTY, TODAY)} == {grant, ours}

    client.force_login(officer)
    page = client.get(reverse("policy:policy", args=[grant.policy_id]))
    assert page.context["own_area"].pk == COUNTY and not page.context["may_write"]
    client.post(reverse("policy:policy-draft", args=[grant.policy_id]))
    own = PolicyVersion.objects.get(policy__area=COUNTY, policy__code=grant.policy.code)
    assert own.title == ILL.title
    actions.publish(own, TODAY, by=officer)
    assert {each.version for each in versions_in_force(COUNTY, TODAY) if each.holds_in(VILLAGE)} == {own, ours}
    with pytest.raises(NotYours):
        actions.draft_own(grant.policy, make_area(COUNTY), by=make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))
    with pytest.raises(Refused):
        actions.draft_own(ours.policy, make_area(COUNTY), by=officer)


def test_an_older_page_does_not_write_over_what_a_colleague_changed(client, officer):
    draft = actions.share_draft(actions.draft_policy(make_area(COUNTY), ILL, by=officer), True, by=officer)
    client.force_login(officer)
    address = reverse("policy:draft", args=[draft.pk])
    seen = client.get(address).context["seen"]
    colleague = make_user(Role.COUNTY_OFFICER, COUNTY)
    actions.change_draft(draft, replace(ILL, amount=Decimal(2000)), by=colleague)

    page = client.post(address, form(title="大病救助", seen=seen))
    assert "其间有人改了这份草案" in page.text
    draft.refresh_from_db()
    assert (draft.title, draft.amount) == ("大病补助", 2000)
    now = client.get(address).context["seen"]
    assert client.post(address, form(title="大病救助", amount="2000", seen=now)).status_code == 302


def test_every_word_of_a_draft_that_changed_stands_in_the_journal(officer):
    draft = actions.draft_policy(make_area(COUNTY), ILL, by=officer)
    actions.change_draft(draft, replace(ILL, how_to_apply="到村委会申请", title_en="Illness", note="试行"), by=officer)
    told = Entry.objects.get(action="policy.draft_changed").values
    assert set(told) == {"how_to_apply", "title_en", "note"}


@pytest.mark.parametrize("share", ["0.004", "12.345"])
def test_a_share_with_more_places_than_are_kept_is_refused(client, officer, share):
    client.force_login(officer)
    page = client.post(
        reverse("policy:policy-add"), form(benefit="share", amount=share, quantity="spending_medical", ceiling="500")
    )
    assert page.status_code == 200 and "比例最多两位小数" in page.text
    assert not PolicyVersion.objects.exists()


def test_an_amount_that_is_not_known_is_said_and_is_neither_gain_nor_loss(officer):
    known, unknown = poor(), poor()
    known.surveys.update(arable=Decimal(3))
    unknown.surveys.update(arable=None)
    version = published(officer, replace(ILL, amount=Decimal(100)))
    per_mu = actions.draft_version(version.policy, by=officer)
    actions.change_draft(
        per_mu, replace(ILL, amount=Decimal(100), quantity="arable", ceiling=Decimal(1000)), by=officer
    )
    per_mu.refresh_from_db()
    found = coverage(per_mu, COUNTY, TODAY, version).total
    assert (found.entitled, found.yuan, found.unpriced) == (2, 300, 1)
    assert (found.gains, found.loses) == (1, 0)
    assert [key for key, *_rest in listed(per_mu, COUNTY, TODAY, version, "gains")] == [known.pk]
    effect = what_if(versions_in_force(COUNTY, TODAY), Change(drafts=(per_mu,)), COUNTY, TODAY)
    assert (effect.gaining, effect.losing) == ([known.pk], []) and unknown.pk


def test_two_drafts_of_one_policy_cannot_hold_at_once(client, officer):
    version = published(officer)
    drafts = [actions.draft_version(version.policy, by=officer) for _number in range(2)]
    client.force_login(officer)
    page = client.get(reverse("policy:what-if"), {"drafts": [each.pk for each in drafts]})
    assert "同一项政策" in page.text and "found" not in page.context
    assert "found" in client.get(reverse("policy:what-if"), {"drafts": [drafts[0].pk]}).context


def test_a_line_that_no_policy_asks_for_says_so(client, officer):
    poor()
    published(officer)
    client.force_login(officer)
    assert "没有政策用到贫困标准线" in client.get(reverse("policy:what-if"), {"line": "4000"}).text
    published(officer, replace(ILL, title="低保", condition="registered AND per_capita < poverty_line"))
    assert "没有政策用到贫困标准线" not in client.get(reverse("policy:what-if"), {"line": "4000"}).text


def test_every_fact_says_what_it_means_where_it_is_from_and_since_when(client, officer):
    client.force_login(officer)
    page = client.get(reverse("policy:facts"))
    assert sum(len(rows) for _label, rows in page.context["levels"]) == len(dictionary.facts())
    assert "贫困户登记表 (国开办发〔2014〕24号)" in page.text and "2013" in page.text
    page = client.get(reverse("policy:facts"), {"q": "人均纯收入"})
    assert "per_capita" in page.text and "house_grade" not in page.text
    assert "没有符合的" in client.get(reverse("policy:facts"), {"q": "无此事"}).text
