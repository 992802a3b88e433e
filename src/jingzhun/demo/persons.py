"""What a person of the register is: name, numbers, schooling, health, labour, work, insurance."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from jingzhun.registry.rules.ids import CHECK_DIGITS, WEIGHTS

from .families import Families, Kin
from .targets import INCOME_YEAR

LAST_DAY = date(INCOME_YEAR, 12, 31)
REGION = "610499"  # an unassigned code of Xianyang: no living person's number begins with it

# Surnames common on the Weibei plateau, and given-name characters by generation; combined at random, nobody's.
SURNAMES = np.array(list("王李张刘杨陈赵马郭孙高任冯程史康安强耿穆雷景吕豆"))
SURNAME_SHARES = 1 / (np.arange(len(SURNAMES)) + 4.0)
OLD_MEN = np.array(list("福贵德财有生发富祥林忠义喜来全明清志")), np.array(list("娃旺明生民元才喜田成山祥福荣堂仁"))
OLD_WOMEN = np.array(list("桂秀兰凤玉春莲英淑彩巧翠")), np.array(list("英兰花芳琴香莲叶梅珍霞娥"))
MID_MEN = np.array(list("建志永军红小文卫国晓宏海")), np.array(list("军平民强利宁峰社锋斌科辉"))
MID_WOMEN = np.array(list("小红晓爱春亚雪会彩玲丽海")), np.array(list("红霞玲娟丽萍芳艳侠妮绒宁"))
NEW_MEN = np.array(list("浩子宇博俊嘉文一思家梓昊")), np.array(list("轩涵宇泽博豪阳杰辰毅鑫航"))
NEW_WOMEN = np.array(list("欣雨梦思佳雅子怡诗可梓若")), np.array(list("怡涵萱彤瑶琪妍悦婷蕊雯馨"))


@dataclass(frozen=True)
class Persons:
    """One row per person, in the order of Kin; codes as the register stores them, the empty text for none."""

    name: NDArray[np.str_]
    born: NDArray[np.object_]
    age: NDArray[np.int64]
    id_number: NDArray[np.str_]
    relation: NDArray[np.str_]
    ethnicity: NDArray[np.str_]
    politics: NDArray[np.str_]
    education: NDArray[np.str_]
    student: NDArray[np.str_]
    dropout_reason: NDArray[np.str_]
    health: NDArray[np.str_]
    labour: NDArray[np.str_]
    work_place: NDArray[np.str_]
    work_months: NDArray[np.int64]
    medical: NDArray[np.bool_]
    pension: NDArray[np.bool_]
    allowance: NDArray[np.bool_]


def draw_persons(rng: Generator, kin: Kin, families: Families) -> Persons:
    """Everything about the persons, in order: age, health, schooling, labour, work, insurance."""
    age = (kin.days // 365.2425).astype(np.int64)
    born = np.array([LAST_DAY - timedelta(days=int(days)) for days in kin.days], object)
    age = np.array([INCOME_YEAR - day.year for day in born])  # on the last day of a year, age is the difference
    poor = families.poor[kin.household]
    health, kind, degree = _health(rng, age, poor)
    student = _student(rng, age, kin.role)
    education, dropout = _education(rng, age, kin.male, poor, student)
    labour = _labour(rng, age, student, health, kind, degree)
    place, months = _work(rng, age, kin.male, labour, poor)
    return Persons(
        name=_names(rng, kin, age),
        born=born,
        age=age,
        id_number=_id_numbers(born, kin.male, kind, degree),
        relation=_relations(kin),
        ethnicity=np.where(rng.random(len(families))[kin.household] < 0.012, "03", "01"),
        politics=_politics(rng, age, kin),
        education=education,
        student=student,
        dropout_reason=dropout,
        health=health,
        labour=labour,
        work_place=place,
        work_months=months,
        medical=rng.random(len(age)) < np.where(poor, 0.985, 0.99),
        pension=(age >= 16) & (student == "") & (rng.random(len(age)) < 0.94),
        allowance=_allowance(rng, kin, families, age, health),
    )


def _health(rng: Generator, age: NDArray, poor: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Health codes joined by 、, and kind and degree of disability (0: none). Illness grows with age and poverty."""
    factor = np.where(poor, 1.7, 0.8)
    chronic = rng.random(len(age)) < np.clip((age - 25) / 55, 0.01, 0.6) * 0.42 * factor
    serious = rng.random(len(age)) < np.clip((age - 5) / 80, 0.004, 1) * 0.05 * factor
    disabled = rng.random(len(age)) < np.clip(0.008 + age / 2200, 0, 0.06) * factor
    text = np.full(len(age), "", "U24")
    for flag, code in ((chronic, "chronic"), (serious, "serious"), (disabled, "disabled")):
        text = np.where(flag, np.where(text == "", code, np.char.add(np.char.add(text, "、"), code)), text)
    kind = np.where(disabled, rng.choice(np.arange(1, 8), len(age), p=[0.13, 0.2, 0.03, 0.42, 0.09, 0.08, 0.05]), 0)
    degree = np.where(disabled, rng.choice(np.arange(1, 5), len(age), p=[0.12, 0.24, 0.34, 0.3]), 0)
    return np.where(text == "", "healthy", text), kind, degree


def _student(rng: Generator, age: NDArray, role: NDArray) -> NDArray:
    """Student status by age; whoever has left school has none. Children stay at school to the end of junior school."""
    status = np.full(len(age), "", "U19")
    status[age < 3] = "preschool"
    status[(age >= 3) & (age < 6)] = "kindergarten"
    status[(age >= 6) & (age < 12)] = "primary"
    for name, years in (("junior_7", 12), ("junior_8", 13), ("junior_9", 14)):
        status[age == years] = name
    goes_on = rng.random(len(age))
    young = np.isin(role, ("child1", "child2", "grandchild1", "grandchild2"))
    for grade, (senior, vocational) in enumerate(
        (("senior_1", "vocational_1"), ("senior_2", "vocational_2"), ("senior_3", "vocational_3"))
    ):
        here = young & (age == 15 + grade)
        status[here & (goes_on < 0.62)] = senior
        status[here & (goes_on >= 0.62) & (goes_on < 0.84)] = vocational
    here = young & (age >= 18) & (age <= 21)
    status[here & (goes_on < 0.26)] = "bachelor"
    status[here & (goes_on >= 0.26) & (goes_on < 0.42)] = "college"
    return status


def _education(rng: Generator, age: NDArray, male: NDArray, poor: NDArray, student: NDArray) -> tuple[NDArray, NDArray]:
    """Education of those who are not at school, by cohort and sex; and why a child of school age is not at school."""
    draw = rng.random(len(age)) + np.where(male, 0.07, -0.05) - np.where(poor, 0.08, -0.02) - (age - 40) * 0.006
    out = np.select(
        [draw < 0.12, draw < 0.42, draw < 0.86, draw < 0.97], ["illiterate", "primary", "junior", "senior"], "college"
    )
    out = np.where((age < 45) & (out == "illiterate"), "primary", out)
    out = np.where((age < 30) & (out == "primary"), "junior", out)
    out = np.where((age < 22) & (out == "college"), "senior", out)
    out = np.where(age < 19, "junior", out)
    return np.where(student == "", out, ""), np.where((age < 18) & (student == ""), "finished", "")


def _labour(rng: Generator, age: NDArray, student: NDArray, health: NDArray, kind: NDArray, degree: NDArray) -> NDArray:
    grown = (age >= 16) & (student == "")
    skilled = rng.random(len(age)) < np.clip((45 - np.abs(age - 35)) / 300, 0, 1)
    labour = np.where(skilled & (age < 59), "skilled", "ordinary")
    ill = np.char.find(health, "serious") >= 0
    labour = np.where((np.char.find(health, "chronic") >= 0) & (rng.random(len(age)) < 0.5), "weak", labour)
    labour = np.where((kind > 0) | ill | (age >= 59), "weak", labour)
    labour = np.where(((kind > 0) & (degree <= 2)) | (ill & (rng.random(len(age)) < 0.4)), "lost", labour)
    return np.where(~grown | (age >= 72), "none", labour)


def _work(rng: Generator, age: NDArray, male: NDArray, labour: NDArray, poor: NDArray) -> tuple[NDArray, NDArray]:
    able = np.isin(labour, ("ordinary", "skilled")) & (age < 60)
    chance = np.clip(0.68 - np.abs(age - 29) * 0.014, 0.05, 0.62) * np.where(male, 1.15, 0.7) * np.where(poor, 0.8, 1.1)
    works = able & (rng.random(len(age)) < chance)
    place = rng.choice(["town", "county", "province", "elsewhere"], len(age), p=[0.12, 0.22, 0.38, 0.28])
    months = np.where(works, rng.integers(3, 12, len(age)), 0)
    return np.where(works, place, ""), months


def _politics(rng: Generator, age: NDArray, kin: Kin) -> NDArray:
    member = (age >= 22) & (rng.random(len(age)) < np.where(kin.male, 0.055, 0.012))
    league = (age >= 14) & (age <= 27) & (rng.random(len(age)) < 0.18)
    return np.where(member, "party_member", np.where(league, "league", "masses"))


def _allowance(rng: Generator, kin: Kin, families: Families, age: NDArray, health: NDArray) -> NDArray:
    """The minimum living allowance goes to a whole household: to poor ones most, to a few others."""
    share = np.where(families.poor, 0.24, 0.015)
    return (rng.random(len(families)) < share)[kin.household]


def _relations(kin: Kin) -> NDArray:
    """Role in the family as the register's relation to the head."""
    male = kin.male
    named = {
        "head": "head", "spouse": "spouse", "father": "father", "mother": "mother", "wife": "daughter_in_law",
        "son1": "son",
    }  # fmt: skip
    relation = np.full(len(kin), "", "U16")
    for role, name in named.items():
        relation[kin.role == role] = name
    for roles, boy, girl in (
        (("child1", "child2"), "son", "daughter"),
        (("grandchild1", "grandchild2"), "grandson", "granddaughter"),
    ):
        here = np.isin(kin.role, roles)
        relation[here] = np.where(male[here], boy, girl)
    return relation


def _names(rng: Generator, kin: Kin, age: NDArray) -> NDArray:
    """Surname of the family (wives, mothers and sons' wives bring their own), given name by cohort and sex."""
    count = len(kin)
    heads = np.flatnonzero(kin.place == 0)
    own = rng.choice(SURNAMES, len(heads), p=SURNAME_SHARES / SURNAME_SHARES.sum())
    family = own[np.searchsorted(kin.household[heads], kin.household)]
    head_male = kin.male[heads][np.searchsorted(kin.household[heads], kin.household)]
    other = rng.choice(SURNAMES, count, p=SURNAME_SHARES / SURNAME_SHARES.sum())
    brought = np.isin(kin.role, ("spouse", "wife", "mother"))
    # Where the head is a married woman, the children bear her husband's name: the family's is his.
    surname = np.where(brought & ~((kin.role == "spouse") & ~head_male), other, family)
    given = np.full(count, "", "U2")
    for old, young, men, women in (
        (50, 200, OLD_MEN, OLD_WOMEN),
        (18, 50, MID_MEN, MID_WOMEN),
        (-1, 18, NEW_MEN, NEW_WOMEN),
    ):
        for characters, sex in ((men, True), (women, False)):
            here = (age >= old) & (age < young) & (kin.male == sex)
            first, second = (rng.choice(characters[i], int(here.sum())) for i in (0, 1))
            given[here] = np.where(rng.random(int(here.sum())) < 0.2, second, np.char.add(first, second))
    return np.char.add(surname, given)


def _id_numbers(born: NDArray, male: NDArray, kind: NDArray, degree: NDArray) -> NDArray:
    """Unique sound numbers: a serial counts the persons of one birth date and sex; the disabled carry a certificate."""
    taken: dict[tuple[date, bool], int] = {}
    numbers = []
    for day, man, sort, grade in zip(born, male.tolist(), kind.tolist(), degree.tolist(), strict=True):
        serial = taken.get((day, man), 0)
        taken[day, man] = serial + 1
        first = f"{REGION}{day:%Y%m%d}{serial * 2 + man:03d}"
        check = CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]
        numbers.append(f"{first}{check}{f'{sort}{grade}' if sort else ''}")
    return np.array(numbers)
