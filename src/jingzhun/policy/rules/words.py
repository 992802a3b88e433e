"""Words that are searched in texts: how both are compared, and where a text has them.

Chinese has no blanks between words, and two characters are a word. So a text is kept by its pairs of neighbouring
characters: what has all pairs of a word may have the word, and is then looked at whole. Blanks and line ends within
the text count for nothing, for a PDF breaks its lines anywhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MOST_WORDS, LONGEST_WORD = 8, 40
AROUND = 36  # characters on either side of a hit
WIDE = ord("！") - ord("!")  # a full-width sign lies so far behind the usual one


def plain(text: str) -> str:
    """A text as it is compared: full-width signs as usual ones, small letters, no blanks. As policy_plain of SQL."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower())


def words(text: str) -> list[str]:
    """The words that are searched, each once."""
    found = (plain(word)[:LONGEST_WORD] for word in text.replace("\0", "").split())
    return list(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def pairs(word: str) -> list[str]:
    """Its pairs of neighbouring characters; none of a single character."""
    return sorted({word[at : at + 2] for at in range(len(word) - 1)})


def marked(text: str, searched: Sequence[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is a hit."""
    if not searched:
        return [(text, False)] if text else []
    pieces, at = [], 0
    for hit in _pattern(tuple(searched)).finditer(text):
        if hit.start() > at:
            pieces.append((text[at : hit.start()], False))
        pieces.append((hit[0], True))
        at = hit.end()
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


def excerpt(text: str, searched: Sequence[str]) -> list[tuple[str, bool]]:
    """The words around the first hit, in pieces; nothing without one."""
    hit = _pattern(tuple(searched)).search(text) if searched else None
    if hit is None:
        return []
    first, last = max(hit.start() - AROUND, 0), min(hit.end() + 2 * AROUND, len(text))
    cut = re.sub(r"\s+", " ", text[first:last]).strip()
    return marked(f"{'…' if first else ''}{cut}{'…' if last < len(text) else ''}", searched)


@lru_cache(maxsize=64)
def _pattern(searched: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(searched, key=len, reverse=True)
    return re.compile("|".join(r"\s*".join(map(_sign, word)) for word in longest_first), re.IGNORECASE)


def _sign(sign: str) -> str:
    if "!" <= sign <= "~":
        return f"[{re.escape(sign)}{chr(ord(sign) + WIDE)}]"
    return re.escape(sign)
