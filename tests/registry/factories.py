"""Areas, users and households for tests, with as little typing as a story needs. Numbers are nobody's."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, ancestors_of, level_of, parent_of
from jingzhun.methods.pinyin import initials, pinyin
from jingzhun.people.fields import index_of
from jingzhun.people.models import Organisation, RoleAssignment, User
from jingzhun.people.rules import Role
from jingzhun.registry.models import Household, Member, RegisterSpell, Survey
from jingzhun.registry.rules.derive import member_columns
from jingzhun.registry.rules.ids import check_digit

VILLAGE = "610426102201"
OTHER_VILLAGE = "610426103202"
FOUNDED = date(1949, 10, 1)
NAMES = {"61": "陕西省", "6104": "咸阳市", "610426": "永寿县", "610426102": "店头镇", "610426103": "常宁镇"}

_serial = count(1)


def make_area(code: str, name: str = "") -> Area:
    """An area with everything above it."""
    area = None
    for each in ancestors_of(code):
        named = name if each == code and name else NAMES.get(each, f"{each[-3:]}村")
        area, _ = Area.objects.get_or_create(
            code=each,
            defaults={
                "name": named,
                "level": level_of(each),
                "parent_id": parent_of(each),
                "pinyin": pinyin(named)[:200],
                "initials": initials(named)[:60],
                "valid_from": FOUNDED,
            },
        )
    assert area is not None
    return area


def make_village(code: str = VILLAGE, name: str = "永安村", groups: int = 0) -> Area:
    """A village, with so many groups."""
    assert level_of(code) == Level.VILLAGE
    village = make_area(code, name)
    for number in range(1, groups + 1):
        make_area(f"{code}{number:03d}", f"{name}{number}组")
    return village


def make_user(role: Role = Role.VILLAGE_CLERK, area: str = VILLAGE, username: str = "", **kwargs: Any) -> User:
    """A user with one role in one area, who may log in by `client.force_login`."""
    user = User.objects.create(username=username or f"user{next(_serial)}", full_name=kwargs.pop("full_name", "王文书"))
    add_role(user, role, area)
    return user


def add_role(user: User, role: Role, area: str) -> None:
    """One more role of a user."""
    organisation = None
    if role == Role.HELPER:
        organisation, _ = Organisation.objects.get_or_create(name="咸阳市农业银行", defaults={"level": "city"})
    RoleAssignment.objects.create(
        user=user, role=role, area=make_area(area), organisation=organisation, valid_from=date(2014, 1, 1)
    )


def make_id(born: date, sex: str = "male", serial: int | None = None, region: str = "") -> str:
    """A sound ID number with a region that is nobody's; a fresh one at every call unless a serial is given.

    Fresh ones have a region of their own, so that they never meet one that a test spells out.
    """
    region = region or ("610498" if serial is None else "610499")
    number = (next(_serial) if serial is None else serial) % 499
    first = f"{region}{born:%Y%m%d}{number * 2 + (1 if sex == 'male' else 0):03d}"
    return first + check_digit(first)


def make_member(household: Household, name: str = "张三", **values: Any) -> Member:
    """A member who joined long ago, with an ID number that fits birth date and sex unless one is given."""
    born = values.pop("birth_date", date(1965, 5, 20))
    sex = values.pop("sex", "male")
    derived = member_columns(name, values.pop("id_number", None) or make_id(born, sex))
    key = derived.pop("id_key")
    serial = household.members.count() + 1
    defaults: dict[str, Any] = {
        "number": f"{household.number}{serial:02d}",
        "relation": "head" if serial == 1 else "other",
        "joined_on": date(2014, 1, 1),
        "health": ["healthy"],
        "ethnicity": "01",
    }
    return Member.objects.create(
        household=household,
        name=name,
        sex=sex,
        birth_date=born,
        id_index=index_of(key, "member.id_number"),
        **derived,
        **(defaults | values),
    )


def make_survey(household: Household, year: int = 2013, **values: Any) -> Survey:
    """A survey with a poor household's income unless other values are given."""
    defaults = {"members_counted": 4, "income_wage": Decimal(6000), "visited_on": date(year + 1, 4, 1)}
    survey = Survey.objects.create(household=household, year=year, **(defaults | values))
    survey.refresh_from_db()
    return survey


def make_household(
    area: str | Area = VILLAGE,
    *,
    members: Sequence[str | dict[str, Any]] = ("张三",),
    survey: dict[str, Any] | None = None,
    registered_on: date | None = None,
    exited_on: date | None = None,
    **values: Any,
) -> Household:
    """A household with its members (names, or values of Member), a survey and a spell on the register if wanted."""
    found = area if isinstance(area, Area) else make_area(area)
    village = found.code[:12]
    serial = Household.objects.filter(village_code=village).count() + 1
    phone, account = values.get("phone", ""), values.get("account", "")
    household = Household.objects.create(
        number=values.pop("number", f"{village}{serial:05d}"),
        area=found,
        phone_index=index_of(phone, "household.phone"),
        account_index=index_of(account, "household.account"),
        **values,
    )
    household.refresh_from_db()
    for member in members:
        make_member(household, **({"name": member} if isinstance(member, str) else member))
    if survey is not None:
        make_survey(household, **survey)
    if registered_on:
        RegisterSpell.objects.create(household=household, registered_on=registered_on, exited_on=exited_on)
    return household
