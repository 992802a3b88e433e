"""Log lines of our own programs, without the values that PostgreSQL puts into its errors."""

import logging
import re

# "DETAIL:  Key (id_index)=(…) already exists.", "CONTEXT:  COPY …, line 3: …", "LINE 1: … WHERE name = …" and what
# follows them, up to the next traceback.
TOLD = re.compile(
    r"^(?:DETAIL|CONTEXT|HINT|QUERY|WHERE|LINE \d+):.*?(?=^Traceback |^\s*$|\Z)", re.MULTILINE | re.DOTALL
)


class Line(logging.Formatter):
    """A formatter that leaves out what an error of the database tells of rows."""

    def format(self, record: logging.LogRecord) -> str:
        return without_values(super().format(record))


def without_values(text: str) -> str:
    """The text without the values of an error that PostgreSQL tells in it."""
    return TOLD.sub("", text).rstrip("\n")
