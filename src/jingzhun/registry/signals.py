"""What the apps above may react to. Sent inside the transaction of the event: who raises, undoes it."""

from django.dispatch import Signal

# Sent with `household`, as it still stands, and the `area_code` where it is about to move. Receivers may raise Refused.
household_moving = Signal()

# Sent with `household` whose recording is about to be taken back. Receivers may raise Refused.
household_erasing = Signal()

# Sent with `household` whose facts, members or surveys have changed by an edit or an event.
household_changed = Signal()
