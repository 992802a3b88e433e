"""The screens of the quality checks: counts, offenders, one after another, acceptance, workbook; in one's own area."""

import io
import json
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user
from tests.registry.worker import lose_jobs, work_off

from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry.actions.checks import recheck_later, run_checks
from jingzhun.registry.models import CheckFinding, CheckRun, VillageYear
from jingzhun.registry.queries.history import version_of

pytestmark = pytest.mark.django_db

YEAR = 2014
COUPLE = [{"name": "王建国"}, {"name": "李秀英", "sex": "male", "relation": "spouse"}]


@pytest.fixture(autouse=True)
def without_two_steps(settings):
    """County officers log in with one step, as in the demo."""
    settings.DEMO = True


@pytest.fixture
def checked():
    """Three households of one village and one of another, each with a spouse entered as a man."""
    households = [make_household(VILLAGE, members=COUPLE) for _ in range(3)]
    households.append(make_household(OTHER_VILLAGE, members=[{"name": "赵大"}, COUPLE[1]]))
    run_checks(make_area("610426"), YEAR)
    return households


@pytest.fixture
def clerk(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def officer(client):
    user = make_user(Role.COUNTY_OFFICER, "610426")
    client.force_login(user)
    return user


def rows(response) -> dict[str, int]:
    return {row.rule.code: row.open for row in response.context["found"]}


def test_an_officer_sees_the_county_and_a_clerk_the_village(client, checked):
    client.force_login(make_user(Role.COUNTY_OFFICER, "610426"))
    assert rows(client.get(reverse("registry:checks")))["REL-05"] == 4
    client.force_login(make_user())
    assert rows(client.get(reverse("registry:checks")))["REL-05"] == 3


def test_the_charts_tell_the_same_numbers_as_the_list(client, checked, officer):
    response = client.get(reverse("registry:checks"))
    total = sum(rows(response).values())
    chart, trend = response.context["by_area"], response.context["trend"]
    assert sum(sum(row[1:]) for row in chart.rows) == total
    assert sum(trend.rows[-1][1:]) == total
    json.dumps(chart.option)


def test_a_severity_narrows_the_list(client, checked, officer):
    shown = client.get(reverse("registry:checks"), {"severity": "error"}).context["found"]
    assert {row.rule.severity for row in shown} == {"error"}


def test_an_area_that_is_not_ones_own_is_not_found(client, checked, clerk):
    for address in (reverse("registry:checks"), reverse("registry:check", args=["REL-05"])):
        assert client.get(address, {"area": OTHER_VILLAGE}).status_code == 404
        assert client.get(address, {"area": "610426"}).status_code == 404
    assert client.post(f"{reverse('registry:checks-run')}?area=610426").status_code == 404
    assert CheckRun.objects.count() == 1


def test_before_the_first_check_the_screen_says_what_to_do(client, clerk):
    page = client.get(reverse("registry:checks")).content.decode()
    assert "尚未检查" in page and "没有发现问题" not in page


def test_never_checked_being_checked_and_checked_are_told_apart(client, clerk):
    address = f"{reverse('registry:checks')}?year={YEAR}"
    client.post(f"{reverse('registry:checks-run')}?area={VILLAGE}&year={YEAR}")
    first = client.get(address).content.decode()
    assert "首次检查" in first and "尚未检查" not in first and "没有发现问题" not in first
    CheckRun.objects.update(state="done", finished_at=timezone.now(), seconds=1)
    assert "没有发现问题" in client.get(address).content.decode()
    client.post(f"{reverse('registry:checks-run')}?area={VILLAGE}&year={YEAR}")
    again = client.get(address).content.decode()
    assert "上次检查的结果" in again and "没有发现问题" in again and "首次检查" not in again


def test_what_was_fixed_in_30_days_opens_its_rules(client, checked, officer):
    fixed = CheckFinding.objects.filter(accepted_at=None).first()
    CheckFinding.objects.filter(pk=fixed.pk).update(resolved_at=timezone.now())
    page = client.get(reverse("registry:checks"), {"area": "610426", "year": YEAR})
    shown = client.get(page.context["fixed_url"])
    assert [row.rule.code for row in shown.context["found"]] == [fixed.code]
    assert "近30天有问题得到整改的规则" in shown.content.decode() and shown.context["fixed"] == 1


def test_a_rule_that_does_not_exist_is_not_found(client, clerk):
    assert client.get(reverse("registry:check", args=["XX-99"])).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "户主与配偶同性别"), ("en", "Head and spouse of the same sex")]
)
def test_a_rule_is_explained_in_the_readers_language(client, checked, clerk, language, words):
    client.cookies["django_language"] = language
    assert words in client.get(reverse("registry:check", args=["REL-05"])).content.decode()


def test_findings_are_fixed_one_after_another(client, checked, officer):
    first = CheckFinding.objects.filter(code="ID-10").order_by("household__number").first()
    assert first is None
    finding = CheckFinding.objects.get(code="REL-05", household=checked[0])
    to_fix = client.get(reverse("registry:finding-fix", args=[finding.pk]), {"area": VILLAGE})
    assert to_fix["Location"].startswith(reverse("registry:household", args=[checked[0].number]))
    checked[0].members.filter(relation="spouse").update(relation="sibling")
    work_off("rechecks")
    onwards = client.get(reverse("registry:finding-next", args=[finding.pk]))
    assert onwards["Location"].startswith(reverse("registry:household", args=[checked[1].number]))


def test_a_member_is_fixed_in_the_form_and_saving_leads_to_the_next(client, clerk):
    wrong = [
        {"name": "王建国"},
        {"name": "王强", "sex": "male", "relation": "daughter", "birth_date": date(1995, 1, 1)},
    ]
    _one, two = (make_household(VILLAGE, members=wrong) for _ in range(2))
    run_checks(make_area(VILLAGE), YEAR)
    first, second = CheckFinding.objects.filter(code="REL-06").order_by("household__number")
    form = client.get(reverse("registry:finding-fix", args=[first.pk]))["Location"]
    address, anchor = form.split("#")
    assert anchor == "id_sex"
    page = client.get(address)
    assert f'id="{anchor}"' in page.content.decode()
    assert "性别与家庭关系不符" in page.content.decode()
    values = {name: value for name, value in page.context["form"].initial.items() if value not in (None, "")}
    saved = client.post(address, values | {"relation": "son", "birth_date": "1995-01-01"})
    work_off("rechecks")
    assert saved.status_code == 302, saved.context["form"].errors
    assert saved["Location"] == reverse("registry:finding-next", args=[first.pk])
    first.refresh_from_db()
    assert first.state == "resolved"
    person = second.member.number
    assert client.get(saved["Location"])["Location"].startswith(
        reverse("registry:member-edit", args=[two.number, person])
    )


def opened(client, finding):
    """Address and sent values of the form in which a finding is fixed."""
    address = client.get(reverse("registry:finding-fix", args=[finding.pk]))["Location"].split("#")[0]
    page = client.get(address, headers={"accept-language": "en"})
    return address, {name: value for name, value in page.context["form"].initial.items() if value not in (None, "")}


def test_saving_says_whether_the_finding_is_gone_before_the_worker_has_looked(client, clerk):
    make_household(VILLAGE, members=[{"name": "王建国", "medical_insurance": False}], registered_on=date(2014, 5, 1))
    run_checks(make_area(VILLAGE), YEAR)
    finding = CheckFinding.objects.get(code="INS-01")
    address, values = opened(client, finding)
    english = {"headers": {"accept-language": "en"}}
    still = client.post(address, values | {"ethnicity": "02", "medical_insurance": "false"}, **english)
    assert still["Location"].startswith(address)
    page = client.get(still["Location"], **english).content.decode()
    assert "Saved, but still found: 王建国" in page and "· still found" in page
    values = opened(client, finding)[1]
    gone = client.post(address, values | {"medical_insurance": "true"}, **english)
    assert gone["Location"] == reverse("registry:finding-next", args=[finding.pk])
    page = client.get(address, **english).content.decode()
    assert "Saved. The finding is gone: 王建国" in page and "· no longer found" in page
    finding.refresh_from_db()
    assert finding.state == "open"  # the worker has not come yet


def test_a_village_sees_by_how_much_its_figures_differ(client, clerk):
    make_household(VILLAGE, members=COUPLE)
    VillageYear.objects.create(area_id=VILLAGE, year=YEAR, households=4, persons=9)
    run_checks(make_area(VILLAGE), YEAR)
    shown = client.get(
        reverse("registry:check", args=["VIL-02"]), {"year": YEAR}, headers={"accept-language": "en"}
    ).content.decode()
    text = strip_tags(shown)
    for words in ("households reported 4", "households in the register 1", "difference in households +3",
                  "persons reported 9", "persons in the register 2", "difference in persons +7"):  # fmt: skip
        assert words in text
    finding = CheckFinding.objects.get(code="VIL-02")
    address, _values = opened(client, finding)
    sent = {"households": "1", "persons": "2", "version": version_of(VillageYear.objects.get())}
    saved = client.post(address, sent)
    assert saved["Location"] == reverse("registry:finding-next", args=[finding.pk])


def test_a_households_page_tells_its_findings_with_their_values(client, clerk):
    household = make_household(VILLAGE, members=COUPLE, survey={"dangerous_house": True, "house_grade": "A"})
    run_checks(make_area(VILLAGE), YEAR)
    page = client.get(reverse("registry:household", args=[household.number]))
    text = " ".join(strip_tags(page.content.decode()).split())
    assert "住房安全等级 A级 · 是否危房户 是 对照住房安全鉴定结果改正。" in text


def test_after_the_last_one_comes_the_list(client, clerk):
    make_household(VILLAGE, members=COUPLE)
    run_checks(make_area(VILLAGE), YEAR)
    finding = CheckFinding.objects.get(code="REL-05")
    onwards = client.get(reverse("registry:finding-next", args=[finding.pk]))
    assert onwards["Location"].startswith(reverse("registry:check", args=["REL-05"]))


def test_a_finding_is_accepted_with_a_reason_and_found_among_the_accepted(client, checked, clerk):
    finding = CheckFinding.objects.get(code="REL-05", household=checked[0])
    address = reverse("registry:finding-accept", args=[finding.pk])
    assert client.post(address, {"why": ""}).status_code == 200
    assert client.post(address, {"why": "已入户核实"}).status_code == 302
    accepted = client.get(reverse("registry:check", args=["REL-05"]), {"state": "accepted"})
    assert "已入户核实" in accepted.content.decode()
    assert rows(client.get(reverse("registry:checks")))["REL-05"] == 2
    reopen = reverse("registry:finding-reopen", args=[finding.pk])
    refused = client.post(reopen, {"why": " "}, follow=True).content.decode()
    finding.refresh_from_db()
    assert "说明" in refused and finding.state == "accepted"
    client.post(reopen, {"why": "看错了"})
    assert Entry.objects.get(action="checks.reopened").why == "看错了"
    assert rows(client.get(reverse("registry:checks")))["REL-05"] == 3


def test_the_other_household_of_another_area_stays_unnamed(client, clerk):
    mine, theirs = (
        make_household(code, members=[name], bank="信用社", account="62226000000001")
        for code, name in ((VILLAGE, "张三"), (OTHER_VILLAGE, "赵大"))
    )
    run_checks(make_area("610426"), YEAR)
    page = client.get(reverse("registry:check", args=["HH-06"])).content.decode()
    assert "在其他区域" in page and theirs.number not in page
    client.force_login(make_user(Role.COUNTY_OFFICER, "610426"))
    page = client.get(reverse("registry:check", args=["HH-06"])).content.decode()
    assert theirs.number in page and mine.number in page


def test_a_households_page_leads_to_its_findings_and_keeps_accepted_ones_apart(client, checked, clerk):
    finding = CheckFinding.objects.get(code="REL-05", household=checked[0])
    address = reverse("registry:household", args=[checked[0].number])
    area = f"?area={checked[0].village_code}"
    page = client.get(address).content.decode()
    fix, accept = (reverse(f"registry:finding-{name}", args=[finding.pk]) + area for name in ("fix", "accept"))
    assert f'"{fix}"' in page and f'"{accept}"' in page and reverse("registry:check", args=["REL-05"]) in page
    client.post(accept, {"why": "确有其事"})
    assert client.session["checks_area"] == checked[0].village_code
    page = client.get(address).content.decode()
    assert f'"{fix}"' not in page and "确有其事" in page.partition("<details")[2]


def test_the_offenders_go_out_as_a_workbook_and_the_journal_knows(client, checked, clerk):
    response = client.post(reverse("registry:check-export", args=["REL-05"]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    numbers = [row[2].value for row in sheet.iter_rows(min_row=4)]
    assert numbers == [household.number for household in checked[:3]]
    assert Entry.objects.get(action="checks.exported").values["rows"] == 3


def test_a_run_is_asked_for_once_and_its_progress_shown(client, checked, officer):
    for _ in range(2):
        client.post(f"{reverse('registry:checks-run')}?area=610426&year={YEAR}")
    run = CheckRun.objects.exclude(state="done").get()
    page = client.get(reverse("registry:checks"), {"year": YEAR})
    assert reverse("registry:check-run", args=[run.pk]) in page.content.decode()
    CheckRun.objects.filter(pk=run.pk).update(state="done")
    done = client.get(reverse("registry:check-run", args=[run.pk]))
    assert done["HX-Redirect"] == f"{reverse('registry:checks')}?area=610426&year={YEAR}"


def test_a_helper_has_no_checks(client, checked):
    client.force_login(make_user(Role.HELPER))
    assert client.get(reverse("registry:checks")).status_code == 403


@pytest.mark.parametrize("address", ["/register/checks/", "/register/checks/REL-05/"])
def test_a_screen_takes_as_many_statements_for_one_household_as_for_sixty(client, checked, officer, address):
    def statements() -> int:
        with CaptureQueriesContext(connection) as made:
            assert client.get(address, {"area": "610426", "year": YEAR}).status_code == 200
        return len(made)

    few = statements()
    for _ in range(60):
        make_household(VILLAGE, members=COUPLE)
    run_checks(make_area("610426"), YEAR)
    assert statements() == few <= 16


@pytest.mark.parametrize("query", "page=999 page=x year=9999 year=x area=x state=x area=99999999999999999999".split())
def test_odd_addresses_do_no_harm(client, checked, clerk, query):
    response = client.get(reverse("registry:check", args=["REL-05"]) + "?" + query)
    assert response.status_code in (200, 404)


def test_a_check_whose_job_is_gone_does_not_block_the_button(client, checked, officer):
    client.post(f"{reverse('registry:checks-run')}?area=610426&year={YEAR}")
    run = CheckRun.objects.get(state="waiting")
    page = client.get(reverse("registry:checks"), {"area": "610426"}).content.decode()
    assert "disabled" in page and reverse("registry:check-run", args=[run.pk]) in page
    lose_jobs()
    assert "失败" in client.get(reverse("registry:check-run", args=[run.pk])).content.decode()
    assert " disabled" not in client.get(reverse("registry:checks"), {"area": "610426"}).content.decode()


def test_the_page_of_a_household_just_edited_says_that_it_is_being_checked(client, checked, clerk):
    address = reverse("registry:household", args=[checked[0].number])
    assert "正在检查" not in client.get(address).content.decode()
    recheck_later(checked[0])
    page = client.get(address).content.decode()
    assert "正在检查" in page and 'hx-trigger="every 3s"' in page
    work_off()
    assert "正在检查" not in client.get(address).content.decode()
