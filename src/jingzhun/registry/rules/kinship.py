"""What members are to a new head, as a suggestion that the clerk confirms."""

CHILDREN = frozenset({"son", "daughter"})
BY_SPOUSE = {
    "father": {"female": "husbands_father", "male": "wifes_father"},
    "mother": {"female": "husbands_mother", "male": "wifes_mother"},
    "wifes_father": {"male": "father", "female": "father"},
    "wifes_mother": {"male": "mother", "female": "mother"},
    "husbands_father": {"male": "father", "female": "father"},
    "husbands_mother": {"male": "mother", "female": "mother"},
}
SAME_BY_SPOUSE = CHILDREN | {
    "daughter_in_law",
    "son_in_law",
    "grandson",
    "granddaughter",
    "grandson_by_daughter",
    "granddaughter_by_daughter",
}
BY_CHILD = {
    "son": "sibling",
    "daughter": "sibling",
    "father": "grandfather",
    "mother": "grandmother",
}
PARENT = {"male": "father", "female": "mother"}
CHILD = {"male": "son", "female": "daughter"}


def to_new_head(new_head_was: str, new_head_sex: str, relation: str, sex: str) -> str:
    """Relation to the new head of somebody who was `relation` to the former one; `other` where it cannot be told.

    `new_head_was` is what the new head was to the former head. The spouse of a child is taken for that child's own.
    """
    if new_head_was == "spouse":
        if relation in SAME_BY_SPOUSE:
            return relation
        return BY_SPOUSE.get(relation, {}).get(new_head_sex, "other")
    if new_head_was in CHILDREN:
        if relation == "spouse":
            return PARENT.get(sex, "other")
        if (new_head_was, relation) in (("son", "daughter_in_law"), ("daughter", "son_in_law")):
            return "spouse"
        if (new_head_was, relation) in (("son", "grandson"), ("son", "granddaughter")):
            return CHILD.get(sex, "other")
        if (new_head_was, relation) in (
            ("daughter", "grandson_by_daughter"),
            ("daughter", "granddaughter_by_daughter"),
        ):
            return CHILD.get(sex, "other")
        return BY_CHILD.get(relation, "other")
    if new_head_was in ("father", "mother"):
        if relation in ("father", "mother"):
            return "spouse"
        return {"son": "grandson", "daughter": "granddaughter", "sibling": CHILD.get(sex, "other")}.get(
            relation, "daughter_in_law" if relation == "spouse" and sex == "female" else "other"
        )
    return "other"


def of_former_head(new_head_was: str, sex: str) -> str:
    """What the former head is to the new one, where both stay in the household."""
    if new_head_was == "spouse":
        return "spouse"
    if new_head_was in CHILDREN:
        return PARENT.get(sex, "other")
    if new_head_was in ("father", "mother"):
        return CHILD.get(sex, "other")
    return "sibling" if new_head_was == "sibling" else "other"
