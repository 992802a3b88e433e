"""Notices and objections for tests, with as little typing as a story needs."""

import io
import secrets
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from tests.registry.factories import VILLAGE, make_area, make_user

from jingzhun.journal.actions import SYSTEM
from jingzhun.publicity.actions.notices import Item, NewNotice, open_notice
from jingzhun.publicity.actions.objections import Filed, NewObjection, file_objection, settle
from jingzhun.publicity.models import Finding, Notice, Objection

OPENS = date(2014, 5, 6)


def make_item(subject: str = "case:1", **shown: str) -> Item:
    return Item(subject, {"head": "张三", "group": "1组", "members": "4", "attribute": "一般贫困户"} | shown)


def make_notice(
    kind: str = "first_notice", area: str = VILLAGE, items: Any = None, opens_on: date = OPENS, **more: Any
) -> Notice:
    """A notice that the system opened, with one entry unless items are given."""
    items = [make_item()] if items is None else items
    new = NewNotice(kind, make_area(area), items, opens_on, **({"place": "村委会公告栏"} | more))
    return open_notice(new, by=SYSTEM, at=noon(opens_on))


def picture(size: tuple[int, int] = (60, 40), form: str = "JPEG", **more: Any) -> io.BytesIO:
    """A picture file as a phone sends it."""
    target = io.BytesIO()
    Image.new("RGB", size, (180, 60, 40)).save(target, form, **more)
    target.seek(0)
    return target


def make_objection(notice: Notice, position: int | None = 1, at: datetime | None = None, **more: Any) -> Filed:
    """An objection against an entry, or with `position=None` for somebody missing; of the opening day unless `at`."""
    item = notice.items.get(position=position) if position else None
    given = {"text": "他家在县城有房子。", "name": "王举报", "phone": "13900001111"} | more
    if item is None:
        given.setdefault("missing", "赵漏评")
    new = NewObjection(notice, given.pop("token", secrets.token_bytes(16)), item=item, **given)
    return file_objection(new, at=at or noon(notice.opens_on))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo("Asia/Shanghai"))


def settle_as_system(objection: Objection, outcome: str, at: datetime | None = None, **told: str) -> Objection:
    """A decision with its finding, by the system."""
    told = {"reason": "经核实", "reply": "感谢监督"} | told
    objection.refresh_from_db()
    if outcome == "dismissed":
        Finding.objects.create(
            objection=objection, text="入户核实：房子是他哥哥的。", by=make_user(), role="x", at=noon(OPENS)
        )
    return settle(objection, outcome, **told, by=SYSTEM, at=at or noon(OPENS))
