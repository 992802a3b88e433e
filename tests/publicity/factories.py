"""Notices and objections for tests, with as little typing as a story needs."""

import io
from datetime import date
from typing import Any

from PIL import Image
from tests.registry.factories import VILLAGE, make_area

from jingzhun.journal.actions import SYSTEM
from jingzhun.publicity.actions.notices import Item, NewNotice, open_notice
from jingzhun.publicity.models import Notice

OPENS = date(2014, 5, 6)


def make_item(subject: str = "case:1", **shown: str) -> Item:
    return Item(subject, {"head": "张三", "group": "1组", "members": "4", "attribute": "一般贫困户"} | shown)


def make_notice(
    kind: str = "first_notice", area: str = VILLAGE, items: Any = None, opens_on: date = OPENS, **more: Any
) -> Notice:
    """A notice that the system opened, with one entry unless items are given."""
    items = [make_item()] if items is None else items
    new = NewNotice(kind, make_area(area), items, opens_on, **({"place": "村委会公告栏"} | more))
    return open_notice(new, by=SYSTEM)


def picture(size: tuple[int, int] = (60, 40), form: str = "JPEG", **more: Any) -> io.BytesIO:
    """A picture file as a phone sends it."""
    target = io.BytesIO()
    Image.new("RGB", size, (180, 60, 40)).save(target, form, **more)
    target.seek(0)
    return target
