"""The same answers of many households at once: what a policy says as one statement of DuckDB.

It is asked of the tables `household` and `member`, whose columns are the facts. A property test holds this and
`rules.entitlement` together. Whatever is worked out has room for all its digits (`conditions.query`), so nothing is
rounded before the end.
"""

from collections.abc import Iterator

from jingzhun.methods.conditions import All, Condition, IsUnknown, Not, Some, facts_of, query

from .entitlement import Rule

COLUMNS = ("household_id", "answer", "persons", "value", "missing")
OF_HOUSEHOLD = """
SELECT household_id, answer, 0::SMALLINT AS persons, CASE WHEN answer THEN {value} END AS value,
    CASE WHEN answer IS NULL THEN missing ELSE '' END AS missing
FROM (SELECT household_id, ({condition}) AS answer, {quantity} AS together, {missing} AS missing
    FROM household WHERE {where}) AS asked"""
OF_MEMBERS = """
SELECT household_id, answer, CASE WHEN answer THEN persons ELSE 0 END::SMALLINT AS persons,
    CASE WHEN answer AND counted = persons THEN {value} END AS value,
    CASE WHEN answer IS NULL THEN concat_ws(' ', missing, CASE WHEN somebody IS NULL THEN of_persons END) ELSE '' END
        AS missing
FROM (SELECT household_id, ({condition}) AND somebody AS answer, {missing} AS missing, * EXCLUDE (household_id)
    FROM (SELECT h.*, CASE WHEN p.yes THEN TRUE WHEN p.open THEN NULL ELSE FALSE END AS somebody,
            coalesce(p.persons, 0) AS persons, coalesce(p.counted, 0) AS counted, p.together, p.of_persons
        FROM (SELECT * FROM household WHERE {where}) AS h LEFT JOIN (
            SELECT household_id, bool_or(holds) AS yes, bool_or(holds IS NULL) AS open,
                count(*) FILTER (WHERE holds) AS persons, count(quantity) FILTER (WHERE holds) AS counted,
                sum(quantity) FILTER (WHERE holds) AS together,
                string_agg(DISTINCT nullif(missing, ''), ' ') FILTER (WHERE holds IS NULL) AS of_persons
            FROM (SELECT household_id, ({members}) AS holds, {quantity} AS quantity, {of_person} AS missing
                FROM member JOIN household USING (household_id) WHERE {where}) AS asked
            GROUP BY household_id) AS p USING (household_id)) AS joined) AS answered"""
VALUE = """CASE WHEN together IS NOT NULL THEN round(least(greatest(
    {amount}::DECIMAL(12, 4) * together::DECIMAL(19, 2) * {times}::DECIMAL(3, 0), 0::DECIMAL(33, 6)),
    {ceiling}::DECIMAL(12, 2)), 2)::DECIMAL(12, 2) END"""


def statement(rule: Rule, where: str = "TRUE") -> str:
    """A policy's answers for the households of a predicate; `missing` are names separated by blanks, maybe twice."""
    return (OF_HOUSEHOLD if rule.members is None else OF_MEMBERS).format(
        condition=query(rule.condition),
        members=query(rule.members) if rule.members else "",
        missing=_missing(rule.condition),
        of_person=_missing(rule.members) if rule.members else "",
        quantity=f'"{rule.quantity}"' if rule.quantity else "1::DECIMAL(12, 2)",
        value=_value(rule),
        where=where,
    )


def _value(rule: Rule) -> str:
    if rule.amount is None:
        return "NULL::DECIMAL(12, 2)"
    return VALUE.format(amount=f"{rule.amount:f}", times=rule.times, ceiling=f"{rule.ceiling:f}")


def _missing(condition: Condition) -> str:
    """Names of the facts that would settle the condition where it is open: see conditions.wanting."""
    named: dict[str, list[str]] = {}
    for name, where in _open(condition, ()):
        named.setdefault(name, []).append(where)
    if not named:
        return "''"
    parts = (f"CASE WHEN {' OR '.join(places)} THEN '{name}' END" for name, places in sorted(named.items()))
    return f"concat_ws(' ', {', '.join(parts)})"


def _open(condition: Condition, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each place at which a fact may be wanting: it is unknown, and so is every form around it."""
    here = (*path, f"({query(condition)}) IS NULL")
    match condition:
        case IsUnknown():
            return
        case All(parts) | Some(parts):
            for part in parts:
                yield from _open(part, here)
        case Not(part):
            yield from _open(part, here)
        case _:
            for name in sorted(facts_of(condition)):
                unknown = f'"{name}" IS NULL'
                yield name, f"({' AND '.join((*here, unknown))})"
