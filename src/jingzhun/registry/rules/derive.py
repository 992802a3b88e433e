"""Columns that follow from others, filled at every write: by the import, by the edit screen, by the demo alike."""

from typing import Any

from jingzhun.methods.pinyin import initials, pinyin

from .ids import read_id


def member_columns(name: str, id_number: str) -> dict[str, Any]:
    """What follows from a member's name and ID number, by column name of Member.

    `id_key` is the text that the blind index is made of (the 18 digits, also of a certificate), empty when the number
    is missing, damaged or a placeholder.
    """
    return name_columns(name) | id_columns(id_number)


def name_columns(name: str) -> dict[str, str]:
    """What follows from a member's name."""
    return {"pinyin": pinyin(name, person=True)[:120], "initials": initials(name, person=True)[:30]}


def id_columns(id_number: str) -> dict[str, Any]:
    """What follows from a member's ID number; see `member_columns`."""
    facts = read_id(id_number)
    sound = not facts.problem.blocks and facts.citizen and facts.problem != "placeholder"
    return {
        "id_number": facts.number,
        "id_key": facts.citizen if sound else "",
        "id_problem": str(facts.problem),
        "id_birth_date": facts.birth_date,
        "id_sex": facts.sex,
        "disability_type": facts.disability_type,
        "disability_degree": facts.disability_degree,
    }
