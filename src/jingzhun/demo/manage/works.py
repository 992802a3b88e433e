"""Which projects a year has, which money, and how a place looked before, during and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

UNITS = {
    "village_promotion": "永寿县扶贫开发办公室", "relocation": "永寿县扶贫开发办公室",
    "student_subsidy": "永寿县教育局", "road": "永寿县交通局", "water": "永寿县水利局", "power": "永寿县发展和改革局",
    "planting": "永寿县农业局",
    "livestock": "永寿县农业局", "training": "永寿县人力资源和社会保障局",
}  # fmt: skip


@dataclass(frozen=True)
class Work:
    """A kind of project: how many a year has, at which level, yuan each, title, content, goal, stages with shares."""

    kind: str
    number: int
    level: str
    yuan: int
    title: str
    content: str
    goal: str
    stages: tuple[tuple[str, int], ...]


BUILT = (("立项招标", 20), ("主体施工", 50), ("竣工验收", 30))
GIVEN = (("审核名单", 30), ("公示", 20), ("兑付到户", 50))
WORKS = (
    Work("village_promotion", 8, "village", 450_000, "{place}整村推进", "道路、饮水、产业和村容整治一并实施",
         "贫困发生率下降到10%以下，村内主要道路硬化", (("规划评审", 15), ("基础设施", 45), ("产业", 25), ("验收", 15))),
    Work("relocation", 3, "town", 900_000, "{place}移民搬迁安置", "集中安置点建房和配套",
         "25户迁入新居，人均住房不超过25平方米", (("选址征地", 20), ("主体建设", 50), ("分房入住", 30))),
    Work("student_subsidy", 7, "town", 80_000, "{place}贫困大学生资助", "资助当年录取的贫困大学生",
         "无一人因贫失学", GIVEN),
    Work("road", 14, "village", 260_000, "{place}通组道路硬化", "硬化通组道路，宽3.5米", "各组通水泥路", BUILT),
    Work("water", 8, "village", 180_000, "{place}人饮工程", "打井、蓄水池和入户管网", "全村饮水安全", BUILT),
    Work("power", 3, "village", 150_000, "{place}农网改造", "更换变压器和线路", "通动力电", BUILT),
    Work("planting", 10, "village", 160_000, "{place}苹果矮化密植园", "新建苹果园，补助苗木和支架",
         "参与户户均增收1500元", BUILT),
    Work("livestock", 7, "village", 150_000, "{place}奶山羊养殖", "发放种羊，建圈舍", "参与户户均增收2000元", BUILT),
    Work("training", 3, "town", 90_000, "{place}实用技术培训", "果树、养殖和务工技能培训", "每户有一名明白人", GIVEN),
)  # fmt: skip
# Level, title, document, ten thousand yuan, and the kinds that the money is for (none: any).
MONEY: Sequence[tuple[str, str, str, int, tuple[str, ...]]] = (
    ("central", "中央财政专项扶贫发展资金", "陕财办农〔{year}〕12号", 100, ()),
    ("central", "易地扶贫搬迁资金", "陕财办农〔{year}〕15号", 270, ("relocation",)),
    ("central", "雨露计划资金", "陕财办农〔{year}〕21号", 90, ("student_subsidy", "training")),
    ("province", "省级整村推进资金", "陕扶办发〔{year}〕6号", 360, ("village_promotion",)),
    ("city", "市级配套资金", "咸财农〔{year}〕9号", 60, ()),
    ("county", "县级配套资金", "永财发〔{year}〕4号", 60, ()),
    ("department", "省市部门帮扶资金", "永扶发〔{year}〕2号", 520, ()),
    ("partner", "协作和定点帮扶资金", "永扶发〔{year}〕3号", 310, ("planting", "livestock", "student_subsidy")),
)


def drawn_picture(seed: int, moment: str) -> tuple[BytesIO, int]:
    """A picture that is drawn and shows nobody: hills and a way, of earth before, being made, and paved after."""
    draw = np.random.default_rng(seed)
    image = Image.new("RGB", (480, 320), (168, 200, 226))
    pen = ImageDraw.Draw(image)
    for base, colour in ((150, (138, 152, 110)), (190, (170, 150, 104))):
        steps = draw.integers(-22, 22, 7)
        ridge = [(x * 80, base + int(step)) for x, step in enumerate(steps)]
        pen.polygon([*ridge, (480, 320), (0, 320)], fill=colour)
    way = {"before": (150, 112, 70), "during": (122, 110, 96), "after": (186, 188, 190)}[moment]
    pen.polygon([(210, 200), (250, 200), (360, 320), (90, 320)], fill=way)
    if moment == "during":
        pen.rectangle([270, 216, 330, 250], fill=(214, 166, 40))
    if moment == "after":
        pen.line([(230, 204), (226, 320)], fill=(245, 245, 245), width=4)
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    size = file.tell()
    file.seek(0)
    return file, size


def titled(work: Work, places: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Code of the place and title of each project of a kind."""
    for code, name in places[: work.number]:
        yield code, work.title.format(place=name)
