"""Demo users, one for each role that has a screen. Their password stands on the login page of a demo, and nowhere else.

The product knows nothing of them: `jingzhun demo` adds them as users and writes `logins.json` beside its workbooks,
which the login page shows where the demo setting is on.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from jingzhun.areas.models import Area
from jingzhun.people.actions import add_user, assign_role
from jingzhun.people.models import Cadre, User
from jingzhun.people.rules import Role

PASSWORD = "yongshou-2014-demo"  # noqa: S105  # a demo's password is no secret


@dataclass(frozen=True)
class Login:
    """A demo user: where the role holds, and what the login page says of them in both languages."""

    username: str
    full_name: str
    role: Role
    area: str
    label: str


LOGINS = (
    Login("county", "李县办", Role.COUNTY_OFFICER, "610426", "县扶贫办干部 · county officer"),
    Login("leader", "王县长", Role.LEADER, "610426", "县领导 · leader"),
    Login("town", "张专干", Role.TOWN_COMMISSIONER, "610426102", "常宁镇扶贫专干 · town commissioner"),
    Login("clerk", "刘文书", Role.VILLAGE_CLERK, "610426102201", "常宁镇一村文书 · village clerk"),
    Login("secretary", "陈书记", Role.FIRST_SECRETARY, "610426102202", "常宁镇一村第一书记 · first secretary"),
    Login("helper", "帮扶干部", Role.HELPER, "610426", "一村两户的帮扶干部 · helper"),
    Login("supervisor", "马督查", Role.SUPERVISOR, "610426", "县督查室 · supervisor"),
    Login("auditor", "郭审计", Role.AUDITOR, "610426", "审计人员 · auditor"),
    Login("admin", "管理员", Role.ADMINISTRATOR, "610426", "系统管理员 · administrator"),
)


def add_logins(folder: Path) -> list[dict[str, str]]:
    """Add the demo users that are not there yet, and write what the login page shows."""
    names = [login.username for login in LOGINS]
    there = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    for login in LOGINS:
        if login.username not in there and login.role != Role.HELPER:
            _add(login)
    shown = [{"username": each.username, "password": PASSWORD, "label": each.label} for each in LOGINS]
    (folder / "logins.json").write_text(json.dumps(shown, ensure_ascii=False, indent=1), encoding="utf-8")
    return shown


def _add(login: Login) -> None:
    area = Area.objects.get(pk=login.area)
    user = add_user(login.username, login.full_name, PASSWORD, home=area, first_password=False)
    assign_role(user, login.role, area)


def add_helper(cadre: Cadre) -> User:
    """The login of a cadre who helps households."""
    login = next(each for each in LOGINS if each.role == Role.HELPER)
    area = Area.objects.get(pk=login.area)
    user = add_user(login.username, cadre.name, PASSWORD, home=area, first_password=False)
    assign_role(user, login.role, area, organisation=cadre.organisation)
    return user
