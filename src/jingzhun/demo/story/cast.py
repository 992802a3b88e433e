"""The people who act: a clerk in every village, two commissioners in every town, the county's officers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.people.models import RoleAssignment, User
from jingzhun.people.rules import Role

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "建国 志强 秀英 海燕 永平 晓东 玉兰 军 娟 伟 红梅 春生 小芳 文斌 利民 永刚".split()


@dataclass(frozen=True)
class Cast:
    """Who acts where: clerks by village, commissioners by town, one officer and one leader for the county."""

    clerks: dict[str, User]
    towns: dict[str, User]
    county: User
    leader: User


def assemble(county: str, villages: Sequence[str]) -> Cast:
    """Users for every village and town; those that a demo login has already keep it. The others cannot log in."""
    towns = sorted({code[:9] for code in villages})
    clerks = _holders(Role.VILLAGE_CLERK, list(villages), "clerk")
    commissioners = _holders(Role.TOWN_COMMISSIONER, towns, "town")
    second = [f"town-{code}-2" for code in towns]
    if not User.objects.filter(username__in=second).exists():
        _add(Role.TOWN_COMMISSIONER, [(f"town-{code}-2", code) for code in towns], offset=17)
    officers = _holders(Role.COUNTY_OFFICER, [county], "county")
    leaders = _holders(Role.LEADER, [county], "leader")
    return Cast(clerks, commissioners, officers[county], leaders[county])


def _holders(role: Role, codes: list[str], prefix: str) -> dict[str, User]:
    there = RoleAssignment.objects.filter(role=role, area__in=codes).select_related("user").order_by("-pk")
    found = {each.area_id: each.user for each in there}
    missing = [code for code in codes if code not in found]
    if missing:
        _add(role, [(f"{prefix}-{code}", code) for code in missing])
        return _holders(role, codes, prefix)
    return found


def _add(role: Role, wanted: list[tuple[str, str]], offset: int = 0) -> None:
    users = []
    for number, (username, _code) in enumerate(wanted, offset):
        name = SURNAMES[number % len(SURNAMES)] + GIVEN[number * 7 % len(GIVEN)]
        user = User(username=username, full_name=name)
        user.set_unusable_password()
        users.append(user)
    made = User.objects.bulk_create(users)
    areas = Area.objects.in_bulk([code for _username, code in wanted])
    today = timezone.localdate()
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=role, area=areas[code], valid_from=min(today, date(2014, 1, 1)))
        for user, (_username, code) in zip(made, wanted, strict=True)
    )
