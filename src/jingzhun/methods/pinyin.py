"""Pinyin of Chinese names, for search: full syllables and initials, tones left out.

Each character takes its most frequent reading (pypinyin's dictionary), remembered, so that half a million names take
seconds. A surname's special reading (单 shàn, 查 zhā) is applied to the first character of a person's name.
"""

from functools import lru_cache

SURNAME_READINGS = {
    "单": "shan", "查": "zha", "仇": "qiu", "解": "xie", "任": "ren", "曾": "zeng", "朴": "piao", "区": "ou",
    "盖": "ge", "员": "yun", "缪": "miao", "翟": "zhai", "折": "she", "种": "chong", "秘": "bi", "乐": "yue",
}  # fmt: skip


@lru_cache(maxsize=32768)
def _syllable(character: str) -> str:
    from pypinyin import Style, lazy_pinyin  # a fifth of the start of every command, few of which need it

    return lazy_pinyin(character, style=Style.NORMAL)[0].lower()


def syllables(name: str) -> list[str]:
    """One lower-case syllable per Chinese character; other characters stand as they are."""
    return [_syllable(character) for character in name if not character.isspace()]


def pinyin(name: str, *, person: bool = False) -> str:
    """`永寿县` -> `yongshouxian`."""
    return "".join(_person(name) if person else syllables(name))


def initials(name: str, *, person: bool = False) -> str:
    """`永寿县` -> `ysx`."""
    return "".join(syllable[0] for syllable in (_person(name) if person else syllables(name)))


def _person(name: str) -> list[str]:
    read = syllables(name)
    if name and name[0] in SURNAME_READINGS:
        read[0] = SURNAME_READINGS[name[0]]
    return read
