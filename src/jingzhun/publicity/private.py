"""What gives a person away: numbers of people, phones and accounts, and words about somebody's health."""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

WORDS = Path(__file__).parent / "data" / "private_words.csv"

DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-年/.](?:0?[1-9]|1[0-2])[-月/.](?:0?[1-9]|[12]\d|3[01])日?(?!\d)")
BETWEEN = re.compile(r"(?<=\d)[\s\-‐-―._·•*/()]+(?=\d)")
# The shortest number that reaches somebody is a fixed-line phone of seven digits.
NUMBER = re.compile(r"\d{7,}")
COUNT = re.compile(r"[\d,]{0,9}(?:\.\d{1,4})?\s*(?:%|‰|人|口|户|分|persons?|people|households?|points?)?")
COUNTS = frozenset({"members", "households", "persons", "incidence", "score", "rank"})
LONGEST = {"head": 40, "group": 30, "attribute": 40, "cause": 60, "vote": 60, "village": 40}


@cache
def words() -> tuple[frozenset[str], frozenset[str]]:
    """Words that tell of somebody's health, and the general causes that may be told although they hold such a word."""
    with WORDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    refused = frozenset(row["word"].lower() for row in rows if row["kind"] == "health")
    general = frozenset(row["word"].lower() for row in rows if row["kind"] == "general_cause")
    return refused, general


def why_private(key: str, value: str) -> str:
    """Why a value may not be public, empty where it may. Never repeats the value: the reason may reach a log."""
    text = unicodedata.normalize("NFKC", value).strip()
    if any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co") for each in text):
        return _("holds an invisible character")
    if key in COUNTS:
        return "" if not text or COUNT.fullmatch(text) else _("is not a number")
    if len(text) > LONGEST.get(key, 200):
        return _("is too long for a notice")
    if has_number(text):
        return _("holds a number like that of a person, a phone or an account")
    if key == "cause" and text.lower() in words()[1]:
        return ""
    return _("tells of somebody's health") if tells_health(text) else ""


def has_number(text: str) -> bool:
    """Whether a text holds seven or more digits in a row, however they are written or kept apart; days are none."""
    plain = DATE.sub(" ; ", unicodedata.normalize("NFKC", text))
    return bool(NUMBER.search(BETWEEN.sub("", plain.translate(DIGITS))))


def tells_health(text: str) -> bool:
    """Whether a text holds a word about illness or disability: Chinese anywhere, English as a whole word."""
    return _health().search(unicodedata.normalize("NFKC", text).lower()) is not None


@cache
def _health() -> re.Pattern[str]:
    health = sorted(words()[0])
    return re.compile("|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in health))
