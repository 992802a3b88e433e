"""Oddities that mean no harm: the importer understands them, and the checks have nothing to say of them."""

from functools import partial

from .family import ACCEPTED, Case, Family, Spot, kind

accepted = partial(kind, ACCEPTED)
WIDE = str.maketrans("0123456789.X", "０１２３４５６７８９．Ｘ")
HAN = "〇一二三四五六七八九"


@accepted("金额用全角数字", "An amount in full-width digits", share=1)
def amount_full_width(family: Family, case: Case) -> Spot | None:
    wage = family.head("survey.income_wage")
    return family.put("survey.income_wage", f"{wage:.2f}".translate(WIDE)) if wage else None


@accepted("证件号码用全角数字", "An ID number in full-width digits")
def id_full_width(family: Family, case: Case) -> Spot | None:
    return family.put("member.id_number", family.head("member.id_number").translate(WIDE))


@accepted("证件号码前有单引号、中间有空格", "An ID number with an apostrophe and blanks")
def id_with_blanks(family: Family, case: Case) -> Spot | None:
    number = family.head("member.id_number")
    return family.put("member.id_number", f"'{number[:6]} {number[6:14]} {number[14:]}")


@accepted("金额有千位分隔符", "An amount with thousand separators", share=1)
def amount_with_separators(family: Family, case: Case) -> Spot | None:
    farm = family.head("survey.income_production")
    return family.put("survey.income_production", f"{farm:,.2f}") if farm >= 1000 else None


@accepted("金额带“元”", "An amount with its unit")
def amount_with_unit(family: Family, case: Case) -> Spot | None:
    return family.put("survey.income_production", f"{family.head('survey.income_production'):.2f}元")


@accepted("面积带“亩”", "An area with its unit")
def land_with_unit(family: Family, case: Case) -> Spot | None:
    return family.put("survey.arable", f"{family.head('survey.arable')}亩")


@accepted("日期写成“2014年4月8日”", "A day in Chinese characters", share=1)
def day_in_words(family: Family, case: Case) -> Spot | None:
    day = family.head("survey.visited_on")
    return family.put("survey.visited_on", f"{day.year}年{day.month}月{day.day}日")


@accepted("日期写成数字20140408", "A day as the number 20140408")
def day_as_number(family: Family, case: Case) -> Spot | None:
    return family.put("survey.visited_on", int(f"{family.head('survey.visited_on'):%Y%m%d}"))


@accepted("两字姓名中间有空格", "A blank within a name of two characters", share=1)
def name_spread(family: Family, case: Case) -> Spot | None:
    row = family.first(lambda row: len(row["member.name"]) == 2)
    if row is None:
        return None
    name = family.rows[row]["member.name"]
    return family.put("member.name", f"{name[0]}　{name[1]}", row)


@accepted("与户主关系写成“长子”", "The relation says “eldest son”")
def relation_eldest_son(family: Family, case: Case) -> Spot | None:
    row = family.related("之子")
    return None if row is None else family.put("member.relation", "长子", row)


@accepted("性别写成国标代码1、2", "The sex as the national code 1 or 2")
def sex_as_code(family: Family, case: Case) -> Spot | None:
    return family.put("member.sex", 1 if family.head("member.sex") == "男" else 2)


@accepted("是否用“√”表示", "A tick for yes")
def tick_for_yes(family: Family, case: Case) -> Spot | None:
    return family.put("survey.tap_water", "√") if family.head("survey.tap_water") == "是" else None


@accepted("村名没写“委会”二字", "The village's name without the word for its committee")
def village_short(family: Family, case: Case) -> Spot | None:
    name = family.head("household.village")
    return family.put_all("household.village", name.removesuffix("委会")) if name.endswith("村委会") else None


@accepted("组名写成“第三村民小组”", "The group's number in Chinese characters")
def group_in_words(family: Family, case: Case) -> Spot | None:
    number = family.head("household.group").removesuffix("组")
    return family.put_all("household.group", f"第{HAN[int(number)]}村民小组") if len(number) == 1 else None


@accepted("没有电话的写“/”", "A stroke where there is no phone")
def stroke_for_nothing(family: Family, case: Case) -> Spot | None:
    return None if family.head("household.phone") else family.put("household.phone", "/")
