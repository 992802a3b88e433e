"""Faults that come in, since each cell for itself is possible, and that the quality checks then list."""

from datetime import date, timedelta
from functools import partial

from .family import CHECKED, Case, Family, Spot, age, kind

checked = partial(kind, CHECKED)
LUNAR_LATER = timedelta(days=33)  # the day of the farmers' calendar written for the official one
PENSION_AGE = 60
SHARED_PHONE = "10099999999"
SHARED_ACCOUNT = "0000009999999999999"
NOT_AT_SCHOOL = ("", "非在校生", "学龄前儿童")


# ----------------------------------------------------------------------------------------------------- members


@checked("证件号码未填", "The ID number is missing", "ID-07", share=1)
def id_missing(family: Family, case: Case) -> Spot | None:
    return family.put("member.id_number", None, len(family.rows) - 1)


@checked("证件号码是临时代码", "A placeholder stands for the ID number", "ID-08")
def id_placeholder(family: Family, case: Case) -> Spot | None:
    row = len(family.rows) - 1
    born = family.rows[row]["member.birth_date"]
    return family.put("member.id_number", f"999999{born:%Y%m%d}{family.serial:04d}", row)


@checked("出生日期填了农历，与证件不符", "The birth date is by the lunar calendar and differs from the ID's", "ID-09")
def birth_date_lunar(family: Family, case: Case) -> Spot | None:
    row = family.first(lambda row: 30 <= age(row) <= 55)
    if row is None:
        return None
    return family.put("member.birth_date", family.rows[row]["member.birth_date"] + LUNAR_LATER, row)


@checked("性别与证件不符", "The sex differs from the ID number's", "ID-10")
def sex_differs(family: Family, case: Case) -> Spot | None:
    if len(family.rows) > 1:
        return None
    return family.put("member.sex", "女" if family.head("member.sex") == "男" else "男")


@checked("姓名里有数字", "A digit in the name", "MEM-01")
def name_with_digit(family: Family, case: Case) -> Spot | None:
    row = len(family.rows) - 1
    return family.put("member.name", f"{family.rows[row]['member.name']}1", row)


@checked("户主比子女只大十岁", "The head is only ten years older than the child", "REL-10", share=1)
def parent_too_young(family: Family, case: Case) -> Spot | None:
    born = family.head("member.birth_date")
    row = family.first(
        lambda row: row["member.relation"] in ("之子", "之女") and not row["member.student"] and age(row) >= 20
    )
    if row is None or age(family.rows[0]) > 58:
        return None
    return family.bear(row, date(born.year + 10, born.month, 15))


@checked("男孩登记为“之女”", "A boy is entered as a daughter", "REL-06")
def son_called_daughter(family: Family, case: Case) -> Spot | None:
    row = family.related("之子")
    return None if row is None else family.put("member.relation", "之女", row)


@checked("义务教育阶段的孩子未在校又无原因", "A child of school age is not at school, without a reason", "SCH-01")
def child_not_at_school(family: Family, case: Case) -> Spot | None:
    row = family.first(lambda row: 8 <= age(row) <= 14)
    return None if row is None else family.put("member.student", "非在校生", row)


# --------------------------------------------------------------------------------------------------- households


@checked("几户共用一个电话", "One phone number with several households", "HH-05", share=1.5, least=3)
def phone_shared(family: Family, case: Case) -> Spot | None:
    return family.put("household.phone", SHARED_PHONE)


@checked("几户共用一个银行账号", "One bank account with several households", "HH-06", share=1, least=2)
def account_shared(family: Family, case: Case) -> Spot | None:
    return family.put("household.account", SHARED_ACCOUNT)


@checked("有开户银行而没有账号", "A bank without an account", "HH-08")
def account_missing(family: Family, case: Case) -> Spot | None:
    return family.put("household.account", None)


@checked("建档立卡户没有贫困户属性", "A registered household without its attribute", "HH-09")
def attribute_missing(family: Family, case: Case) -> Spot | None:
    return family.put_all("household.attribute", None) if family.poor else None


@checked("因病致贫却没有病人", "Poor by illness, but nobody is ill", "CAU-01", share=1)
def illness_without_patient(family: Family, case: Case) -> Spot | None:
    return None if family.has("member.health", "病") else _main_cause(family, "因病")


@checked("因学致贫却没有学生", "Poor by schooling, but nobody is at school", "CAU-02", share=1)
def schooling_without_student(family: Family, case: Case) -> Spot | None:
    students = any((row["member.student"] or "") not in NOT_AT_SCHOOL for row in family.rows)
    return None if students else _main_cause(family, "因学")


@checked("因残致贫却没有残疾人", "Poor by disability, but nobody is disabled", "CAU-03")
def disability_without_disabled(family: Family, case: Case) -> Spot | None:
    return None if family.has("member.health", "残疾") else _main_cause(family, "因残")


@checked("建档立卡户没有主要致贫原因", "A registered household without a main cause", "CAU-08")
def cause_missing(family: Family, case: Case) -> Spot | None:
    if not family.poor or family.head("household.causes_other"):
        return None
    return family.put_all("household.cause_main", None)


def _main_cause(family: Family, cause: str) -> Spot | None:
    """Let a poor household have another main cause."""
    if not family.poor or cause in (family.head("household.causes_other") or ""):
        return None
    return family.put_all("household.cause_main", cause)


# ------------------------------------------------------------------------------------------- incomes and surveys


@checked("填报的人均纯收入与各项收入算出的不符", "The stated income differs from its parts", "INC-01", share=1)
def stated_income_differs(family: Family, case: Case) -> Spot | None:
    return family.put("survey.stated_per_capita", round(family.head("survey.stated_per_capita") + 500, 2))


@checked("医疗支出是负数", "Medical spending below zero", "INC-02")
def spending_negative(family: Family, case: Case) -> Spot | None:
    return family.put("survey.spending_medical", -300)


@checked("有低保金却没人享受低保", "Allowance received, but nobody is on it", "INC-05")
def allowance_without_recipient(family: Family, case: Case) -> Spot | None:
    return None if family.has("member.allowance", "是") else family.move("survey.transfer_allowance", 900)


@checked("有养老金却没有60岁以上的人", "Pension income, but nobody is over 60", "INC-06", share=1)
def pension_without_elder(family: Family, case: Case) -> Spot | None:
    return None if family.oldest() >= PENSION_AGE else family.move("survey.transfer_pension", 660)


@checked("有五保金却不是五保户", "Five-guarantees support, but no such household", "INC-14")
def five_guarantees_without_status(family: Family, case: Case) -> Spot | None:
    if family.head("household.attribute") != "一般贫困户":
        return None
    return family.move("survey.transfer_five_guarantees", 500)


@checked("入户日期在收入年度之前", "The visit was before the year of the income", "SUR-04")
def visit_too_early(family: Family, case: Case) -> Spot | None:
    return family.put("survey.visited_on", date(2012, 4, 8))


@checked("两名调查人是同一人", "Both surveyors are the same person", "SUR-05")
def one_surveyor(family: Family, case: Case) -> Spot | None:
    return family.put("survey.surveyor_2", family.head("survey.surveyor_1"))


# ------------------------------------------------------------------------------------------------- conditions


@checked("危房户的住房定为A级", "A dangerous house of grade A", "CON-01", share=1)
def dangerous_of_grade_a(family: Family, case: Case) -> Spot | None:
    return family.put("survey.house_grade", "A级") if family.head("survey.dangerous_house") == "是" else None


@checked("D级住房却不是危房户", "A house of grade D, but not dangerous", "CON-02")
def grade_d_not_dangerous(family: Family, case: Case) -> Spot | None:
    return family.put("survey.house_grade", "D级") if family.head("survey.dangerous_house") == "否" else None


@checked("饮水安全又饮水困难", "Safe water and water difficulty at once", "CON-04", share=1)
def water_safe_and_difficult(family: Family, case: Case) -> Spot | None:
    return family.put("survey.safe_water", "是") if family.head("survey.water_difficulty") == "是" else None


@checked("有效灌溉面积大于耕地面积", "More irrigated than arable land", "CON-06")
def more_irrigated_than_arable(family: Family, case: Case) -> Spot | None:
    return family.put("survey.irrigated", round(family.head("survey.arable") + 3, 1))


@checked("住房面积多写一个零", "A nought too many in the housing area", "CON-03")
def house_too_large(family: Family, case: Case) -> Spot | None:
    area = family.head("survey.house_area")
    return family.put("survey.house_area", area * 10) if area > 50 else None


@checked("建房年份写成2091", "The house is built in 2091", "CON-11")
def house_of_the_future(family: Family, case: Case) -> Spot | None:
    return family.put("survey.house_year", 2091)


@checked("建档立卡户有小轿车", "A registered household with a car", "CON-13")
def car_of_the_poor(family: Family, case: Case) -> Spot | None:
    return family.put("survey.car", "是") if family.poor else None
