"""A household, measures that are planned and delivered for it, and a picture: what the stories of help need."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from django.utils import timezone
from PIL import Image

from jingzhun.assistance.actions import measures
from jingzhun.assistance.actions.measures import Wanted
from jingzhun.assistance.models import Measure


def today() -> date:
    return timezone.localdate()


def picture() -> tuple[BytesIO, int]:
    file = BytesIO()
    Image.new("RGB", (60, 40), "white").save(file, "PNG")
    size = file.tell()
    file.seek(0)
    return file, size


def planned(household, by, **values) -> Measure:
    wanted = {"kind": "schooling", "content": "助学金", "due_on": today() + timedelta(days=9), "amount": Decimal(2000)}
    (measure,) = measures.plan_measures([Wanted(household, **(wanted | values))], by=by)
    return measure


def delivered(household, by, town, **values) -> Measure:
    measure = planned(household, by, **values)
    measures.approve([measure], by=town)
    measures.deliver([measure], today(), by=by)
    measure.refresh_from_db()
    return measure
