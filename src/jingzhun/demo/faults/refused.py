"""Faults that keep a household out: the importer refuses its rows and says why."""

from datetime import date, timedelta
from functools import partial

from jingzhun.registry.rules.ids import check_digit

from .family import REFUSED, Case, Family, Spot, kind

refused = partial(kind, REFUSED)
CAUSES = ("缺资金", "缺技术", "缺土地", "交通条件落后")
YEAR = timedelta(days=366)


def _citizen(family: Family) -> int | None:
    """A member whose number is a citizen's, not a certificate of disability."""
    return family.first(lambda row: len(row["member.id_number"]) == 18)


# ----------------------------------------------------------------------------------------------------- ID numbers


@refused("证件号码被表格软件截成15位有效数字", "Excel cut the ID number to 15 digits", "damaged_number", share=2)
def id_cut_by_excel(family: Family, case: Case) -> Spot | None:
    row = family.first(lambda row: row["member.id_number"][:18].isdigit() and len(row["member.id_number"]) == 18)
    if row is None:
        return None
    return family.put("member.id_number", int(family.rows[row]["member.id_number"]) // 1000 * 1000, row)


@refused("证件号码校验位不符", "The check digit of the ID number does not fit", "id_check_digit", share=1.5)
def id_check_digit(family: Family, case: Case) -> Spot | None:
    row = _citizen(family)
    if row is None:
        return None
    number = family.rows[row]["member.id_number"]
    return family.put("member.id_number", number[:17] + ("1" if number[17] != "1" else "2"), row)


@refused("15位旧身份证号", "An old ID number of 15 digits", "id_length", share=1)
def id_of_15_digits(family: Family, case: Case) -> Spot | None:
    row = _citizen(family)
    if row is None:
        return None
    number = family.rows[row]["member.id_number"]
    return family.put("member.id_number", number[:6] + number[8:17], row)


@refused("证件号码里把数字0录成字母O", "A letter O in place of 0 in the ID number", "id_characters")
def id_with_letter(family: Family, case: Case) -> Spot | None:
    row = _citizen(family)
    if row is None:
        return None
    return family.put("member.id_number", family.rows[row]["member.id_number"].replace("0", "O", 1), row)


@refused("证件号码中的出生日期是2月30日", "The birth date in the ID number is 30 February", "id_date")
def id_impossible_date(family: Family, case: Case) -> Spot | None:
    row = _citizen(family)
    if row is None:
        return None
    number = family.rows[row]["member.id_number"]
    first = f"{number[:10]}0230{number[14:17]}"
    return family.put("member.id_number", first + check_digit(first), row)


@refused(
    "证件号码已在示范县另一户名下登记",
    "The ID number stands with another household of the demo county already",
    "id_elsewhere",
    share=1.5,
)
def id_on_the_register(family: Family, case: Case) -> Spot | None:
    row = _citizen(family)
    if row is None:
        return None
    return family.put("member.id_number", case.registered[case.number % len(case.registered)], row)


@refused("同一人录了两行", "The same person stands on two rows", "id_twice", share=1)
def person_entered_twice(family: Family, case: Case) -> Spot | None:
    if len(family.rows) < 3 or len(family.rows[-1]["member.id_number"]) != 18:
        return None
    family.rows.append(dict(family.rows[-1]))
    family.put_all("survey.members_counted", len(family.rows))
    family.put("member.number", f"{family.number}{len(family.rows):02d}", len(family.rows) - 1)
    return Spot(len(family.rows) - 1, "member.id_number")


# --------------------------------------------------------------------------------------------- members and kinship


@refused("两个户主", "Two heads", "two_heads", share=1)
def two_heads(family: Family, case: Case) -> Spot | None:
    row = family.related("配偶")
    return None if row is None else family.put("member.relation", "户主", row)


@refused("没有户主", "No head", "no_head", share=1)
def no_head(family: Family, case: Case) -> Spot | None:
    return family.put("member.relation", "其他")


@refused("子女比父母年长", "A child is older than the mother or father", "REL-08", share=1)
def child_older_than_parent(family: Family, case: Case) -> Spot | None:
    row = family.related("之子", "之女")
    return None if row is None else family.bear(row, family.head("member.birth_date") - YEAR)


@refused("父母比户主年轻", "A parent is younger than the head", "REL-09")
def parent_younger_than_head(family: Family, case: Case) -> Spot | None:
    row = family.related("之父", "之母")
    return None if row is None else family.bear(row, family.head("member.birth_date") + YEAR)


@refused("户主与配偶同性别", "Head and spouse have the same sex", "same_sex_spouse")
def spouse_of_same_sex(family: Family, case: Case) -> Spot | None:
    row = family.related("配偶")
    return None if row is None else family.put("member.sex", family.head("member.sex"), row)


@refused("姓名未填", "The name is missing", "missing")
def name_missing(family: Family, case: Case) -> Spot | None:
    return family.put("member.name", None, len(family.rows) - 1)


@refused("健康状况写了名录外的“良好的”", "Health says “良好的”, which is no code", "not_in_list", share=1)
def health_unknown(family: Family, case: Case) -> Spot | None:
    row = family.first(lambda row: row["member.health"] == "健康")
    return None if row is None else family.put("member.health", "良好的", row)


@refused("既填健康又填长期慢性病", "Healthy and chronically ill at once", "MEM-09")
def healthy_and_ill(family: Family, case: Case) -> Spot | None:
    row = family.first(lambda row: row["member.health"] == "长期慢性病")
    return None if row is None else family.put("member.health", "健康、长期慢性病", row)


@refused("一年务工13个月", "Thirteen months of migrant work in a year", "out_of_range")
def thirteen_months(family: Family, case: Case) -> Spot | None:
    row = family.first(lambda row: row["member.work_months"])
    return None if row is None else family.put("member.work_months", 13, row)


@refused("家庭人口数与成员行数不符", "The members counted differ from the rows", "members_counted", share=1)
def members_counted_differ(family: Family, case: Case) -> Spot | None:
    return family.put_all("survey.members_counted", len(family.rows) + 1)


# ------------------------------------------------------------------------------------------------ numbers and areas


@refused("没有这个村，也没有这个镇", "No such village, nor such a town", "area_unknown")
def village_unknown(family: Family, case: Case) -> Spot | None:
    family.put_all("household.town", "桃源乡")
    return family.put_all("household.village", "武陵渡村")


@refused("村名两个字写颠倒了", "Two characters of the village's name are exchanged", "area_unknown_near", share=1)
def village_misspelt(family: Family, case: Case) -> Spot | None:
    name = family.head("household.village")
    exchanged = name[1] + name[0] + name[2:]
    if len(name) < 5 or exchanged == name or any(exchanged == village for _, village, _ in case.villages):
        return None
    return family.put_all("household.village", exchanged)


@refused("户编号属于另一个村", "The household number is another village's", "household_other_area")
def number_of_other_village(family: Family, case: Case) -> Spot | None:
    here = [code for code, _, _ in case.villages].index(family.number[:12])
    _, name, town = case.villages[(here + 1) % len(case.villages)]
    family.put_all("household.town", town)
    family.put_all("household.village", name)
    return Spot(0, "household.number")


@refused("户编号少一位", "The household number lacks a digit", "number_malformed")
def number_too_short(family: Family, case: Case) -> Spot | None:
    return family.put_all("household.number", family.number[:-1])


@refused("人编号不以户编号开头", "A person's number belongs to another household", "person_number_mismatch")
def person_number_of_others(family: Family, case: Case) -> Spot | None:
    return family.put("member.number", f"{int(family.number) - 500}01", len(family.rows) - 1)


@refused("村民小组“3-1”被表格软件变成日期", "Excel made a date of the group “3-1”", "turned_to_date")
def group_turned_to_date(family: Family, case: Case) -> Spot | None:
    return family.put_all("household.group", date(2014, 3, 1))


@refused("同一户各行的致贫原因不一致", "The household's rows name different causes", "contradiction", share=1)
def rows_contradict(family: Family, case: Case) -> Spot | None:
    if not family.poor or len(family.rows) < 2:
        return None
    other = next(cause for cause in CAUSES if cause != family.head("household.cause_main"))
    return family.put("household.cause_main", other, 1)


@refused("电话少了几位", "The phone number lacks digits", "not_a_phone")
def phone_too_short(family: Family, case: Case) -> Spot | None:
    return family.put("household.phone", "10090")


@refused("银行卡号被表格软件截断", "Excel cut the bank account", "damaged_number")
def account_cut_by_excel(family: Family, case: Case) -> Spot | None:
    return family.put("household.account", 6_230_000_000_000_000_000)


# ------------------------------------------------------------------------------------------- days, amounts, causes


@refused("入户日期写成2014-02-30", "The day of the visit is 2014-02-30", "not_a_day", share=1)
def day_impossible(family: Family, case: Case) -> Spot | None:
    return family.put("survey.visited_on", "2014-02-30")


@refused("工资性收入写成“约3000元”", "Wage income says “约3000元” (about 3000)", "not_a_number", share=1)
def amount_in_words(family: Family, case: Case) -> Spot | None:
    return family.put("survey.income_wage", "约3000元")


@refused("金额有三位小数", "An amount has three decimal places", "too_precise")
def amount_too_precise(family: Family, case: Case) -> Spot | None:
    return family.put("survey.spending_medical", 1234.567)


@refused("耕地面积是负数", "Arable land below zero", "negative")
def land_negative(family: Family, case: Case) -> Spot | None:
    return family.put("survey.arable", -2.5)


@refused("主要致贫原因在其他原因里又填了一次", "The main cause stands among the others again", "CAU-05", share=1)
def cause_repeated(family: Family, case: Case) -> Spot | None:
    if not family.poor:
        return None
    return family.put_all("household.causes_other", family.head("household.cause_main"))


@refused("其他致贫原因超过两项", "More than two other causes", "CAU-06", share=1)
def causes_too_many(family: Family, case: Case) -> Spot | None:
    if not family.poor:
        return None
    others = [cause for cause in CAUSES if cause != family.head("household.cause_main")]
    return family.put_all("household.causes_other", "、".join(others[:3]))


@refused("只有其他致贫原因，没有主要原因", "Other causes without a main one", "CAU-07")
def main_cause_missing(family: Family, case: Case) -> Spot | None:
    if not family.poor or not family.head("household.causes_other"):
        return None
    return family.put_all("household.cause_main", None)


@refused("已脱贫而没有脱贫年度", "Exited from the register, but no year of exit", "status_exited_without_year")
def exit_without_year(family: Family, case: Case) -> Spot | None:
    return family.put_all("household.status", "已脱贫") if family.poor else None


@refused("未脱贫而有脱贫年度", "Still registered poor, but a year of exit is entered", "status_year_without_exit")
def year_without_exit(family: Family, case: Case) -> Spot | None:
    return family.put_all("household.exit_year", 2014) if family.poor else None
