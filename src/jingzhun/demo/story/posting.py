"""Notices of the story, each with the photo of it on the board."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.identification.actions import notices
from jingzhun.identification.models import Round
from jingzhun.people.models import User
from jingzhun.publicity.actions.notices import add_board_photo
from jingzhun.publicity.models import Notice

from .pictures import board

BOARD = "村委会公示栏"


def post(round_: Round, villages: Sequence[Area], step: str, by: User, at: datetime) -> list[Notice]:
    """Post a step's notice in each village where something waits for it."""
    day = timezone.localdate(at)
    postings = [notices.Posting(village, step, day, BOARD) for village in villages]
    posted = notices.post_notices(round_, postings, by=by, at=at)
    names = {village.code: village.short_name for village in villages}
    for notice in posted:
        picture = board(names[notice.area_id], notice.label)
        add_board_photo(notice, picture, day, size=50_000, by=by, at=at + timedelta(hours=1))
    return posted
