"""Days of the story as moments of the county's clock."""

from datetime import date, datetime, time

from django.utils import timezone


def at_nine(day: date) -> datetime:
    """Nine o'clock on a day."""
    return timezone.make_aware(datetime.combine(day, time(9)))
