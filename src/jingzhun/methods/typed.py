"""What somebody typed, or an address says, read without trusting it."""

LARGEST_KEY = 2**63 - 1  # of a row


def is_digits(text: str) -> bool:
    """Whether a text is digits 0 to 9 only. `str.isdigit` alone also takes ² and ３, which no number is made of."""
    return text.isascii() and text.isdigit()


def whole(text: str, least: int, most: int) -> int | None:
    """The whole number that a text writes in digits; None for anything else, or outside of the range."""
    if not is_digits(text) or len(text.lstrip("0")) > len(str(most)):
        return None
    return number if least <= (number := int(text[-len(str(most)) :])) <= most else None


def line(text: str, longest: int = 60) -> str:
    """A text to look for: cut, without blanks around it, and without NUL, which the database cannot compare."""
    return text.replace("\0", "").strip()[:longest]
