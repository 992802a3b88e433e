"""What the apps above may react to. Both are sent inside the transaction of the decision: who raises, undoes it."""

from django.dispatch import Signal

# Sent with `notices` that were closed together, and `at`: their items are passed, held or returned.
notices_closed = Signal()

# Sent with `objection` whenever an objection is upheld or dismissed; once more after an appeal.
objection_settled = Signal()
