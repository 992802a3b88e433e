"""What the decisions of assessment are called on screens."""

from django.utils.functional import Promise

DECISIONS: dict[str, str | Promise] = {}
RECORDS: dict[str, str | Promise] = {}
VALUES: dict[str, str | Promise] = {}
