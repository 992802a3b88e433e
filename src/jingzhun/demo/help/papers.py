"""The county's series of documents, and its plan: phases, targets by year and town, measures with who and until when.

The texts are invented after the county's report: start in one year, lay the foundation in two, steadily out in three;
the poor basically out in 2018.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from django.db.models import Count, Q

from jingzhun.areas.models import Area, within
from jingzhun.demo.story.moments import at_nine
from jingzhun.demo.villages import to_total
from jingzhun.people.models import Organisation, User
from jingzhun.policy.actions.documents import Told, add_document
from jingzhun.policy.actions.plan import (
    Aim,
    Stretch,
    Task,
    adopt_plan,
    draft_plan,
    report_done,
    save_measure,
    save_phase,
    set_targets,
)
from jingzhun.policy.models import Document, Phase, Plan
from jingzhun.policy.rules.plan import Counts
from jingzhun.registry.models import Household
from jingzhun.registry.queries.status import has_status

DOCUMENTS = Path(__file__).parents[1] / "data" / "documents.csv"
PLAN_DOCUMENT = "永政发〔2014〕31号"
ADOPTED = date(2014, 11, 5)
# Of the county's poor, by year: nobody leaves in the first year; some stay in 2018, below three of a hundred persons.
LEAVING = {2015: 0.22, 2016: 0.24, 2017: 0.25, 2018: 0.21}
VILLAGES = {2015: 12, 2016: 28, 2017: 34, 2018: 28}
PHASES = (
    Stretch("一年起步", date(2014, 10, 1), date(2015, 9, 30), "建档立卡、结对帮扶全覆盖，工作站和第一书记到位。",
            "Start in one year"),
    Stretch("两年打基础", date(2015, 10, 1), date(2016, 9, 30), "道路、饮水、住房和主导产业打下基础。",
            "Lay the foundation in two"),
    Stretch("三年稳步脱贫", date(2016, 10, 1), date(2018, 12, 31), "贫困户稳定增收，贫困人口基本脱贫。",
            "Steadily out in three"),
)  # fmt: skip
TASKS = (
    ("完成贫困户建档立卡和五类致贫原因分类", "永寿县扶贫开发办公室", 0, date(2014, 11, 15)),
    ("6130名干部与13634户贫困户结对", "中共永寿县委组织部", 0, date(2014, 12, 31)),
    ("102个贫困村第一书记全部到岗", "中共永寿县委组织部", 0, date(2014, 11, 30)),
    ("贫困村通村道路硬化", "永寿县交通运输局", 1, date(2016, 9, 30)),
    ("贫困村安全饮水全覆盖", "永寿县水利局", 1, date(2016, 8, 31)),
    ("苹果、核桃标准园建设", "永寿县果业局", 1, date(2016, 6, 30)),
    ("危房改造", "永寿县住房和城乡建设局", 1, date(2016, 9, 30)),
    ("移民搬迁入住", "永寿县扶贫开发办公室", 2, date(2018, 6, 30)),
    ("贫困劳动力转移就业", "永寿县人力资源和社会保障局", 2, date(2017, 12, 31)),
    ("贫困人口基本脱贫", "永寿县扶贫开发办公室", 2, date(2018, 12, 31)),
)  # fmt: skip
DONE = (date(2014, 11, 10), date(2014, 11, 10), date(2014, 11, 12))  # the first tasks, on these days


def file_documents(county: Area, by: User) -> dict[str, Document]:
    """The documents, by number."""
    with DOCUMENTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["number"]: _filed(county, row, by) for row in rows}


def _filed(county: Area, row: dict[str, str], by: User) -> Document:
    issued, valid = date.fromisoformat(row["issued_on"]), date.fromisoformat(row["valid_from"])
    told = Told(row["number"], row["title"], row["issuer"], issued, valid, text=row["text"])
    return add_document(county, told, by=by, at=at_nine(issued))


def adopt_the_plan(county: Area, documents: dict[str, Document], by: User) -> Plan:
    """Draft the plan, divide it among the towns, adopt it."""
    at = at_nine(ADOPTED)
    goal = "按照“一年起步、两年打基础、三年稳步脱贫”的目标，到2018年贫困人口基本脱贫。"
    english = "Plan of targeted poverty alleviation, 2014 to 2018"
    aim = Aim("永寿县精准扶贫规划（2014—2018年）", 2014, 2018, goal, english, documents[PLAN_DOCUMENT])
    plan = draft_plan(county, aim, by=by, at=at)
    phases = [save_phase(plan, stretch, by=by, at=at) for stretch in PHASES]
    set_targets(plan, _targets(county), by=by, at=at)
    _plan_measures(plan, phases, by)
    plan = adopt_plan(plan, ADOPTED, by=by, at=at)
    tasks = {measure.title: measure for measure in plan.measures.all()}
    for (title, *_rest), day in zip(TASKS, DONE, strict=False):
        report_done(tasks[title], day, by=by, at=at_nine(day))
    return plan


def _plan_measures(plan: Plan, phases: Sequence[Phase], by: User) -> None:
    units = {each.name: each for each in Organisation.objects.filter(name__in={unit for _t, unit, _p, _d in TASKS})}
    for title, unit, phase, due in TASKS:
        save_measure(plan, Task(title, phases[phase], units[unit], due), by=by, at=at_nine(ADOPTED))


def _targets(county: Area) -> dict[tuple[str, int], Counts]:
    """Targets of the towns in proportion to their poor, which add up to the county's."""
    poor = Household.objects.filter(within(county.pk, "village_code"), has_status("registered", ADOPTED))
    households, persons = Counter[str](), Counter[str]()
    there = Q(members__left_on=None)
    for code, number, heads in (
        poor.order_by()
        .values_list("village_code")
        .annotate(number=Count("pk", distinct=True), heads=Count("members", filter=there))
    ):
        households[code[:9]] += number
        persons[code[:9]] += heads
    towns = sorted(households)
    grid = {}
    for year in range(2014, 2019):
        share, villages = LEAVING.get(year, 0.0), VILLAGES.get(year, 0)
        parts = [
            to_total(np.array([counted[town] for town in towns], float), round(share * sum(counted.values())))
            for counted in (households, persons)
        ]
        parts.append(to_total(np.array([households[town] for town in towns], float), villages))
        for town, *numbers in zip(towns, *(part.tolist() for part in parts), strict=True):
            grid[town, year] = Counts(*numbers)
        grid[county.pk, year] = sum((grid[town, year] for town in towns), Counts())
    return grid
