"""For each rule what it finds and what it lets pass, as changes to one sound household.

The sound household stands in SOUND: the Wangs on 31 December 2014, judged by the incomes of 2013. A situation changes
some values of it (`head`, `spouse`, `son`, `daughter`, `mother`, `household`, `survey`, `before`, `spell`, `village`),
takes somebody or something away (None), adds members (`more`), or adds households of the same village (`also`) or of
another county (`elsewhere`), each described the same way. `neighbours` is a number of unremarkable ones.
"""

from datetime import date
from decimal import Decimal
from typing import Any

DAY, INCOME_YEAR = date(2014, 12, 31), 2013

ADULT = {"education": "junior", "student": "none", "labour": "ordinary", "pension_insurance": True}
SOUND: dict[str, Any] = {
    "head": {"name": "王建国", "sex": "male", "birth_date": date(1970, 3, 1), "relation": "head", **ADULT},
    "spouse": {"name": "李秀英", "sex": "female", "birth_date": date(1972, 5, 1), "relation": "spouse", **ADULT},
    "son": {
        "name": "王强",
        "sex": "male",
        "birth_date": date(1994, 7, 1),
        "relation": "son",
        "work_place": "elsewhere",
        "work_months": 8,
        **ADULT,
    },
    "daughter": {
        "name": "王芳",
        "sex": "female",
        "birth_date": date(2001, 2, 1),
        "relation": "daughter",
        "student": "junior_7",
        "labour": "none",
        "pension_insurance": False,
    },
    "mother": {
        "name": "赵桂兰",
        "sex": "female",
        "birth_date": date(1946, 9, 1),
        "relation": "mother",
        **(ADULT | {"labour": "weak"}),
    },
    "household": {
        "bank": "信用社",
        "recognised_by": "national",
        "attribute": "general",
        "family_planning": "no",
        "cause_main": "no_skills",
        "causes_other": [],
    },
    "survey": {
        "visited_on": date(2014, 4, 1),
        "surveyor_1": "张三",
        "surveyor_2": "李四",
        "members_counted": 5,
        "income_wage": Decimal(6000),
        "income_production": Decimal(5000),
        "transfer_pension": Decimal(660),
        "expense_production": Decimal(1000),
        "arable": Decimal(8),
        "irrigated": Decimal(2),
        "tap_water": True,
        "safe_water": True,
        "water_difficulty": False,
        "domestic_power": True,
        "road_type": "cement",
        "road_km": Decimal("0.3"),
        "house_area": Decimal(90),
        "house_structure": "brick_mixed",
        "house_year": 1998,
        "house_grade": "B",
        "dangerous_house": False,
        "will_relocate": False,
        "car": False,
        "commercial_property": False,
        "business": False,
    },
    "before": {"members_counted": 5, "income_wage": Decimal(5000), "income_production": Decimal(4000)},
    "spell": {"registered_on": date(2014, 6, 30), "round": "2014"},
    "village": {
        "paved_road": True,
        "groups_without_road": 0,
        "power_households": 1,
        "tap_water_households": 1,
        "safe_water_households": 1,
        "labour": 3,
    },
}


def born(year: int, month: int = 6, day: int = 15) -> dict[str, Any]:
    return {"birth_date": date(year, month, day)}


def survey(**values: Any) -> dict[str, Any]:
    return {"survey": values}


def household(**values: Any) -> dict[str, Any]:
    return {"household": values}


def son(**values: Any) -> dict[str, Any]:
    return {"son": values}


def daughter(**values: Any) -> dict[str, Any]:
    return {"daughter": values}


NOT_POOR: dict[str, Any] = {"spell": None}
EXITED = {"registered_on": date(2013, 1, 1), "exited_on": date(2014, 10, 1), "round": "2014"}
RICH = {"income_wage": Decimal(60000)}
MEDICAL = {"medical_insurance": True}
ALL_BUT_HEAD: dict[str, Any] = {"spouse": None, "son": None, "daughter": None, "mother": None}
SAME, OTHER = "same", "other"  # blind indexes: the stage makes them bytes that no other situation has
TWIN = {"name": "王强", "sex": "male", **born(1994, 7, 1), "relation": "head"}

# code: (what the rule finds, what is close to it and passes)
SITUATIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ID-01": (son(id_problem="length"), son(id_problem="")),
    "ID-02": (son(id_problem="characters"), son(id_problem="length")),
    "ID-03": (son(id_problem="check_digit"), son(id_problem="region")),
    "ID-04": (son(id_problem="date", id_birth_date=None), son(id_problem="check_digit")),
    "ID-05": (son(id_problem="certificate"), son(disability_type=3, disability_degree=3, health=["disabled"])),
    "ID-06": (son(id_problem="region"), son(id_problem="")),
    "ID-07": (son(id_problem="missing", id_index=None, id_birth_date=None, id_sex=""), son(id_problem="placeholder")),
    "ID-08": (son(id_problem="placeholder"), son(id_problem="missing")),
    "ID-09": (son(id_birth_date=date(1994, 7, 2)), son(id_birth_date=date(1994, 7, 2), id_problem="check_digit")),
    "ID-10": (son(id_sex="female"), son(sex="", id_sex="female")),
    "ID-11": (
        {**son(id_index=SAME), "also": [{**ALL_BUT_HEAD, "head": {"id_index": SAME}}]},
        {**son(id_index=SAME), "also": [{**ALL_BUT_HEAD, "head": {"id_index": OTHER}}]},
    ),
    "ID-12": (
        {**son(id_index=SAME), "elsewhere": [{**ALL_BUT_HEAD, "head": {"id_index": SAME}}]},
        {**son(id_index=SAME), "also": [{**ALL_BUT_HEAD, "head": {"id_index": SAME}}]},
    ),
    "ID-13": (
        {"also": [{**ALL_BUT_HEAD, "head": TWIN}]},
        {"also": [{**ALL_BUT_HEAD, "head": TWIN | {"birth_date": date(1994, 7, 2)}}]},
    ),
    "ID-14": ({"mother": born(1900)}, {"mother": born(1912)}),
    "DIS-01": (
        son(disability_type=4, disability_degree=3),
        son(disability_type=4, disability_degree=3, health=["disabled"]),
    ),
    "DIS-02": (son(health=["disabled"]), son(health=["disabled"], disability_type=2, disability_degree=4)),
    "DIS-03": (
        son(health=["disabled"], disability_type=4, disability_degree=2),
        son(health=["disabled"], disability_type=4, disability_degree=3),
    ),
    "MEM-01": (son(name="王强1"), son(name="阿依古丽·买买提")),
    "MEM-02": (son(sex="", id_sex=""), son(sex="male")),
    "MEM-03": (son(birth_date=None, id_birth_date=None), son(birth_date=None, id_birth_date=date(1994, 7, 1))),
    "MEM-04": (daughter(**born(2015, 1, 1)), daughter(**born(2014, 12, 31), student="preschool")),
    "MEM-05": (son(ethnicity=""), son(ethnicity="01")),
    "MEM-06": (son(health=[]), son(health=["chronic"])),
    "MEM-07": (son(labour=""), daughter(labour="none")),
    "MEM-08": (son(relation=""), son(relation="other")),
    "MEM-09": (son(health=["healthy", "chronic"]), son(health=["chronic", "disabled"])),
    "MEM-10": (
        daughter(join_reason="birth", joined_on=date(2001, 1, 1)),
        daughter(join_reason="birth", joined_on=date(2001, 2, 1)),
    ),
    "REL-01": ({"head": {"relation": "sibling"}}, {}),
    "REL-02": ({"mother": {"relation": "head"}}, {}),
    "REL-03": ({"head": born(1997, 1, 1)}, {"head": born(1996, 12, 31)}),
    "REL-04": ({"mother": {"relation": "spouse"}}, {"mother": {"relation": "other"}}),
    "REL-05": ({"spouse": {"sex": "male"}}, {"spouse": {"sex": "", "id_sex": ""}}),
    "REL-06": (son(relation="daughter"), son(relation="sibling")),
    "REL-07": ({"mother": {"relation": "husbands_mother"}}, {"mother": {"relation": "wifes_mother"}}),
    "REL-08": (son(**born(1971)), son(**born(1973))),
    "REL-09": ({"mother": born(1970, 3, 1)}, {"mother": born(1970, 2, 28)}),
    "REL-10": (son(**born(1984, 2, 28)), son(**born(1984, 3, 1))),
    "REL-11": ({"mother": born(1956, 3, 2)}, {"mother": born(1956, 3, 1)}),
    "REL-12": (son(**born(1986, 4, 30)), son(**born(1986, 5, 1))),
    "REL-13": (
        {"more": [{"name": "王孙", "sex": "male", "relation": "grandson", **born(1998, 2, 28)}]},
        {"more": [{"name": "王孙", "sex": "male", "relation": "grandson", **born(1998, 3, 1)}]},
    ),
    "REL-14": ({"mother": {"relation": "grandmother"}}, {"mother": {"relation": "grandmother", **born(1942, 3, 1)}}),
    "REL-15": (
        {"mother": {"relation": "wifes_mother", **born(1958, 5, 2)}},
        {"mother": {"relation": "wifes_mother", **born(1958, 5, 1)}},
    ),
    "REL-16": (
        {"more": [{"name": "孙媳", "sex": "female", "relation": "daughter_in_law", **born(1995, 1, 1)}]},
        {"more": [{"name": "孙媳", "sex": "female", "relation": "daughter_in_law", **born(1994, 12, 31)}]},
    ),
    "REL-17": ({"spouse": born(1943)}, {"spouse": born(1950)}),
    "REL-18": (son(name="孙强"), son(name="李强")),
    "REL-19": (
        {"more": [{"name": "孙氏", "sex": "female", "relation": "mother", **born(1945)}]},
        {"more": [{"name": "孙氏", "sex": "female", "relation": "wifes_mother", **born(1945)}]},
    ),
    "SCH-01": (daughter(student="none"), daughter(student="none", dropout_reason="illness", health=["chronic"])),
    "SCH-02": (daughter(education="primary"), daughter(education="")),
    "SCH-03": (son(education=""), son(education="", dropout_reason="work")),
    "SCH-04": (daughter(student="primary", **born(1999)), daughter(student="primary", **born(2000, 1, 1))),
    "SCH-05": (daughter(student="junior_9", **born(1996, 12, 31)), daughter(student="junior_9", **born(1997, 1, 1))),
    "SCH-06": (
        daughter(student="senior_1", **born(2000, 1, 1)),
        daughter(student="vocational_1", **born(1999, 12, 31)),
    ),
    "SCH-07": (daughter(student="college", **born(1997, 1, 1)), daughter(student="bachelor", **born(1996, 12, 31))),
    "SCH-08": (daughter(student="postgraduate", **born(1995, 1, 1)), daughter(student="postgraduate", **born(1993))),
    "SCH-09": (
        daughter(student="kindergarten", **born(2006, 12, 31)),
        daughter(student="kindergarten", **born(2007, 1, 1)),
    ),
    "SCH-10": (daughter(dropout_reason="unwilling"), daughter(student="none", dropout_reason="unwilling")),
    "SCH-11": (
        daughter(student="none", dropout_reason="illness"),
        daughter(student="none", dropout_reason="illness", health=["chronic"]),
    ),
    "SCH-12": (son(education="bachelor", **born(1996)), son(education="bachelor", **born(1990))),
    "SCH-13": (son(education="primary"), son(education="primary", health=["chronic"])),
    "LAB-01": (daughter(labour="ordinary"), daughter(labour="none")),
    "LAB-02": (
        daughter(student="senior_2", labour="ordinary", **born(1997)),
        daughter(student="senior_2", labour="none", **born(1997)),
    ),
    "LAB-03": ({"spouse": {"labour": "none"}}, {"spouse": {"labour": "none", "health": ["serious"]}}),
    "LAB-04": ({"spouse": {"labour": "lost"}}, {"spouse": {"labour": "lost", "health": ["serious"]}}),
    "LAB-05": ({"mother": {"labour": "ordinary"}}, {"mother": {"labour": "weak"}}),
    "LAB-06": (son(labour="none"), son(labour="none", work_place="", work_months=None)),
    "LAB-07": (daughter(work_place="town", work_months=2), daughter(work_place="", work_months=0)),
    "LAB-08": (son(work_months=None), son(work_place="", work_months=None)),
    "LAB-09": (
        daughter(student="senior_2", **born(1997), work_place="town", work_months=2),
        daughter(student="college", **born(1995), work_place="town", work_months=2),
    ),
    "LAB-10": (
        {"mother": {"work_place": "public_post", "work_months": 12, **born(1944)}},
        {"mother": {"work_place": "public_post", "work_months": 12, **born(1945)}},
    ),
    "LAB-11": (son(work_months=13), son(work_months=12)),
    "INS-01": (son(medical_insurance=False), {**NOT_POOR, **son(medical_insurance=False)}),
    "INS-02": (
        daughter(pension_insurance=True),
        daughter(pension_insurance=True, **born(1998, 12, 31), student="senior_1"),
    ),
    "INS-03": (
        son(serious_illness_insurance=True, medical_insurance=False),
        son(serious_illness_insurance=False, medical_insurance=False),
    ),
    "INS-04": (son(medical_insurance=None), {**NOT_POOR, **son(medical_insurance=None)}),
    "POL-01": (daughter(politics="party_member"), {"head": {"politics": "party_member"}}),
    "POL-02": ({"head": {"politics": "league"}}, son(politics="league")),
    "HH-01": ({"head": None, **ALL_BUT_HEAD}, ALL_BUT_HEAD),
    "HH-02": (household(area_id="town"), household(area_id="group")),
    "HH-03": (household(area_id="community"), {**NOT_POOR, **household(area_id="community")}),
    "HH-04": ({"also": [{"alias": "first"}]}, {"alias": "other"}),
    "HH-05": (
        {**household(phone_index=SAME), "also": [household(phone_index=SAME)] * 2},
        {**household(phone_index=SAME), "also": [household(phone_index=SAME)]},
    ),
    "HH-06": (
        {**household(account_index=SAME), "also": [household(account_index=SAME)]},
        {**household(account_index=SAME), "also": [household(account_index=OTHER)]},
    ),
    "HH-07": (
        {**household(address="永安村17号"), "also": [household(address="永安村17号")]},
        {**household(address="永安村17号"), "also": [{**household(address="永安村17号"), "head": {"name": "孙山"}}]},
    ),
    "HH-08": (household(bank=""), household(bank="", account_index=None)),
    "HH-09": (household(attribute=""), {**NOT_POOR, **household(attribute="")}),
    "HH-10": (
        household(attribute="five_guarantees"),
        {
            **household(attribute="five_guarantees"),
            **ALL_BUT_HEAD,
            "head": {"labour": "none", "health": ["disabled"], **born(1940)},
        },
    ),
    "HH-11": (
        household(attribute="allowance"),
        {**household(attribute="allowance"), "head": {"allowance": True}, **survey(transfer_allowance=Decimal(900))},
    ),
    "HH-12": ({"head": {"allowance": True}}, {**household(attribute="allowance"), "head": {"allowance": True}}),
    "HH-13": (
        household(family_planning="two_daughters"),
        {**household(family_planning="only_child"), "son": None},
    ),
    "HH-14": (
        {"more": [{"name": f"王{n}", "relation": "other", "sex": "male", **born(1980)} for n in "甲乙丙丁戊己庚辛"]},
        {"more": [{"name": f"王{n}", "relation": "other", "sex": "male", **born(1980)} for n in "甲乙丙丁戊己庚"]},
    ),
    "HH-15": ({"head": None, "spouse": None, "son": None, "mother": None}, {"head": None, "spouse": None, "son": None}),
    "HH-16": (household(recognised_by=""), {**NOT_POOR, **household(recognised_by="")}),
    "INC-01": (survey(stated_per_capita=Decimal("2133.01")), survey(stated_per_capita=Decimal("2133.00"))),
    "INC-02": (survey(income_property=Decimal("-0.01")), survey(income_property=Decimal(0))),
    "INC-03": (survey(expense_production=Decimal(11661)), survey(expense_production=Decimal(11660))),
    "INC-04": ({"head": {"allowance": True}}, {"head": {"allowance": True}, **survey(transfer_allowance=Decimal(900))}),
    "INC-05": (survey(transfer_allowance=Decimal(900)), survey(transfer_allowance=Decimal(0))),
    "INC-06": ({"mother": born(1955, 1, 1)}, {"mother": born(1954, 12, 31)}),
    "INC-07": (
        {**ALL_BUT_HEAD, "head": {"labour": "none"}},
        {**ALL_BUT_HEAD, "head": {"labour": "weak"}},
    ),
    "INC-08": (
        survey(income_wage=Decimal(0)),
        {**son(work_place="", work_months=None), **survey(income_wage=Decimal(0))},
    ),
    "INC-09": (
        {**survey(income_wage=Decimal(90000)), "neighbours": 12},
        {**survey(income_wage=Decimal(90000)), "neighbours": 5},
    ),
    "INC-10": (
        {"before": {"income_wage": Decimal(6660), "income_production": Decimal("4000.40")}},
        {"before": {"income_wage": Decimal(6660), "income_production": Decimal(4001)}},
    ),
    "INC-11": (
        survey(income_wage=Decimal(9120)),  # 2,756
        survey(income_wage=Decimal(9125)),  # 2,757
    ),
    "INC-12": (
        {"before": {"income_wage": Decimal(0), "income_production": Decimal(3500)}},
        {"before": {"income_wage": Decimal(0), "income_production": Decimal(3600)}},
    ),
    "INC-13": (
        {"before": {"income_wage": Decimal(40000)}},
        {"before": {"income_wage": Decimal(20000)}},
    ),
    "INC-14": (
        survey(transfer_five_guarantees=Decimal(2000)),
        {**survey(transfer_five_guarantees=Decimal(2000)), **household(attribute="five_guarantees")},
    ),
    "INC-15": (
        survey(transfer_family_planning=Decimal(960)),
        {**survey(transfer_family_planning=Decimal(960)), **household(family_planning="two_daughters")},
    ),
    "INC-16": (
        survey(transfer_ecology=Decimal(300)),
        survey(transfer_ecology=Decimal(300), returned_forest=Decimal(3)),
    ),
    "INC-17": ({"survey": None}, {"survey": None, **NOT_POOR}),
    "INC-18": ({"also": [{}, {}, {}]}, {"also": [{}, {}]}),
    "INC-19": (
        survey(spending_medical=Decimal(5001)),
        {**survey(spending_medical=Decimal(5001)), "mother": {"health": ["chronic"]}},
    ),
    "INC-20": (
        {**survey(spending_schooling=Decimal(100)), **daughter(student="none", education="junior", **born(1998))},
        survey(spending_schooling=Decimal(100)),
    ),
    "SUR-01": (survey(members_counted=4), survey(members_counted=5)),
    "SUR-02": (
        {"mother": {"left_on": date(2014, 3, 1), "leave_reason": "death"}},
        {"mother": {"left_on": date(2014, 3, 1), "leave_reason": "death"}, **survey(members_counted=4)},
    ),
    "SUR-03": (survey(members_counted=0), survey(members_counted=1)),
    "SUR-04": (survey(visited_on=date(2012, 12, 31)), survey(visited_on=date(2013, 1, 1))),
    "SUR-05": (survey(surveyor_2="张三"), survey(surveyor_2="李四")),
    "SUR-06": ({"neighbours": 20}, {"neighbours": 19}),
    "CON-01": (survey(dangerous_house=True, house_grade="B"), survey(dangerous_house=True, house_grade="C")),
    "CON-02": (survey(dangerous_house=False, house_grade="D"), survey(dangerous_house=False, house_grade="A")),
    "CON-03": (survey(house_area=Decimal(501)), survey(house_area=Decimal(500))),
    "CON-04": (survey(water_difficulty=True), survey(water_difficulty=True, safe_water=False)),
    "CON-05": (survey(arable=Decimal("100.01")), survey(arable=Decimal(100))),
    "CON-06": (survey(irrigated=Decimal("8.01")), survey(irrigated=Decimal(8))),
    "CON-07": (survey(forest=Decimal(-1)), survey(forest=Decimal(0))),
    "CON-08": (
        survey(road_type="earth", road_km=Decimal("0.6")),
        {**survey(road_type="earth", road_km=Decimal("0.6")), "village": {"groups_without_road": 1}},
    ),
    "CON-09": (survey(road_km=Decimal("5.01")), survey(road_km=Decimal(5))),
    "CON-10": (survey(domestic_power=False), {**survey(domestic_power=False), "village": {"power_households": 0}}),
    "CON-11": (survey(house_year=2015), survey(house_year=2014)),
    "CON-12": (survey(relocation_mode="central"), survey(relocation_mode="central", will_relocate=True)),
    "CON-13": (survey(car=True), {**survey(car=True), **NOT_POOR}),
    "CON-14": (survey(house_structure="earth", house_grade="A"), survey(house_structure="earth", house_grade="B")),
    "CON-15": (survey(safe_water=None), {**survey(safe_water=None), **NOT_POOR}),
    "CAU-01": (household(cause_main="illness"), {**household(cause_main="illness"), "mother": {"health": ["chronic"]}}),
    "CAU-02": (
        {**household(causes_other=["schooling"]), "daughter": None},
        household(causes_other=["schooling"]),
    ),
    "CAU-03": (
        household(cause_main="disability"),
        {**household(cause_main="disability"), "mother": {"health": ["disabled"]}},
    ),
    "CAU-04": (household(cause_main="no_labour"), {**household(cause_main="no_labour"), **son(labour="weak")}),
    "CAU-05": (household(causes_other=["no_skills"]), household(causes_other=["no_capital"])),
    "CAU-06": (
        household(causes_other=["no_capital", "transport", "no_drive"]),
        household(causes_other=["no_capital", "transport"]),
    ),
    "CAU-07": (
        {**NOT_POOR, **household(cause_main="", causes_other=["other"])},
        {**NOT_POOR, **household(cause_main="")},
    ),
    "CAU-08": (household(cause_main=""), {**NOT_POOR, **household(cause_main="")}),
    "CAU-09": (household(causes_other=["laziness"]), household(causes_other=["no_drive"])),
    "CAU-10": (
        {**household(cause_main="no_land"), **survey(arable=Decimal("15.1"))},
        {**household(cause_main="no_land"), **survey(arable=Decimal(15))},
    ),
    "CAU-11": (household(cause_main="no_water"), {**household(cause_main="no_water"), **survey(irrigated=Decimal(0))}),
    "CAU-12": (
        household(cause_main="disaster"),
        {**household(cause_main="disaster"), **survey(spending_disaster=Decimal(3000))},
    ),
    "STA-01": ({"spell": EXITED | {"round": ""}}, {"spell": EXITED}),
    "STA-02": (
        {"spell": {"registered_on": date(2014, 6, 30), "exited_on": date(2013, 12, 31)}},
        {"spell": {"registered_on": date(2013, 6, 30), "exited_on": date(2014, 12, 31)}},
    ),
    "STA-03": (survey(**RICH), {**survey(**RICH), **son(medical_insurance=False)}),
    "STA-04": ({**NOT_POOR}, {**NOT_POOR, **survey(income_wage=Decimal(7000))}),
    "STA-05": ({"spell": EXITED}, {"spell": EXITED, **survey(**RICH)}),
    "STA-06": (
        {"spell": EXITED, **survey(dangerous_house=True, house_grade="D")},
        {"spell": EXITED, **survey(**RICH)},
    ),
    "STA-07": (
        {"spell": [EXITED, {"registered_on": date(2014, 6, 30), "relapse": True}]},
        {"spell": [EXITED, {"registered_on": date(2014, 11, 30), "relapse": True}]},
    ),
    "STA-08": (
        {"spell": [EXITED, {"registered_on": date(2014, 11, 30)}]},
        {"spell": [EXITED, {"registered_on": date(2014, 11, 30), "relapse": True}]},
    ),
    "STA-09": (
        {"spell": {"registered_on": date(2014, 2, 1), "exited_on": date(2014, 12, 1), "round": "2014"}},
        {"spell": EXITED},
    ),
    "VIL-01": ({"village": None}, {}),
    "VIL-02": ({"village": {"persons": 7}}, {"village": {"persons": 5}}),
    "VIL-03": ({"village": {"labour": 6}}, {"village": {"labour": 5}}),
    "VIL-04": ({"village": {"tap_water_households": 2}}, {"village": {"tap_water_households": 0}}),
    "VIL-05": (
        {"village": {"per_capita_income": Decimal(9000)}, "neighbours": 12},
        {"village": {"per_capita_income": Decimal(3000)}, "neighbours": 12},
    ),
    "VIL-06": (
        {"village": {"poor_since": date(2014, 1, 1), "exited_on": date(2013, 1, 1)}},
        {"village": {"poor_since": date(2013, 1, 1), "exited_on": date(2014, 1, 1)}},
    ),
}
