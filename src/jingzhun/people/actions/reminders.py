"""The morning message: to each user who wants one, how much waits and how much of it is late; never any name."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jingzhun.people import gateways
from jingzhun.people.duties import Duty, duties_of
from jingzhun.people.models import Reminder, User

LONGEST_REASON = 200


def remind_all(today: date) -> int:
    """Remind all who want it and were not reminded on this day; the number of messages that went out."""
    wanting = User.objects.filter(is_active=True, reminded_by__in=gateways.open_channels())
    waiting = wanting.exclude(reminders__in=Reminder.objects.filter(on=today).exclude(sent_at=None))
    return sum(remind(user, today) for user in waiting.order_by("pk").iterator())


def remind(user: User, today: date) -> bool:
    """Remind one user, once a day however often it is asked for; whether a message went out.

    Two at once: the second waits for the first and finds its row.
    """
    with translation.override(user.reminded_in or settings.LANGUAGE_CODE):
        duties = duties_of(user, today)
        if not duties:
            return False
        with transaction.atomic():
            told = {"channel": user.reminded_by, "waiting": sum(duty.number for duty in duties),
                    "late": sum(duty.late for duty in duties)}  # fmt: skip
            Reminder.objects.get_or_create(user=user, on=today, defaults=told)
            row = Reminder.objects.select_for_update().get(user=user, on=today)
            return row.sent_at is None and _send(row, duties)


def _send(row: Reminder, duties: Sequence[Duty]) -> bool:
    try:
        gateways.send(row.user, row.channel, _subject(row), _text(row, duties))
    except gateways.NotSent as error:
        row.failed = str(error)[:LONGEST_REASON]
    else:
        row.failed, row.sent_at = "", timezone.now()
    row.save(update_fields=["failed", "sent_at"])
    return row.sent_at is not None


def _subject(row: Reminder) -> str:
    return _("Jingzhun: %(waiting)s things wait for you, %(late)s of them are late") % {
        "waiting": row.waiting, "late": row.late,
    }  # fmt: skip


def _text(row: Reminder, duties: Sequence[Duty]) -> str:
    """A text message is one line; a mail tells each."""
    address = f"{settings.PUBLIC_URL}{reverse('todo:page')}" if settings.PUBLIC_URL else ""
    if row.channel == "sms":
        return f"{_subject(row)} {address}".strip()
    lines = [_("%(title)s: %(number)s, late %(late)s") % {
        "title": duty.title, "number": duty.number, "late": duty.late,
    } for duty in duties]  # fmt: skip
    return "\n".join([_subject(row), "", *lines, "", address]).strip() + "\n"
