"""A procedure's table as people read it: rows for a screen, Markdown with a diagram for the documents."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jingzhun.people.rules import PERMISSIONS, ROLE_LABELS

from .rules import DONE, Procedure, Step

Days = Callable[[str], object]


@dataclass(frozen=True)
class Row:
    """One step in words: who decides, what must be there, how long it may take, where it may go back."""

    number: int
    name: str
    label: str
    level: str
    who: str
    needs: tuple[str, ...]
    days: str
    back: tuple[str, ...]
    refusable: bool


def rows(table: Procedure, days: Days = str) -> list[Row]:
    """The steps in order. `days` turns a parameter's name into its value in force, or leaves the name."""
    labels = {step.name: str(step.label) for step in table.steps}
    return [
        Row(
            number,
            step.name,
            str(step.label),
            step.level.value,
            _("the clock") if step.by_clock else "、".join(_who(step)),
            tuple(str(table.demands[guard]) for guard in step.guards),
            str(days(step.days)) if step.days else "",
            tuple(labels[name] for name in step.back),
            step.may_refuse,
        )
        for number, step in enumerate(table.steps, 1)
    ]


def _who(step: Step) -> list[str]:
    return [str(ROLE_LABELS[role]) for role, permissions in PERMISSIONS.items() if step.permission in permissions]


def markdown(table: Procedure) -> str:
    """The table and its diagram, as they stand in the documents."""
    lines = [f"## {table.label}", "", str(table.source), "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{step.label}" as {step.name}' for step in table.steps]
    lines.append(f"    [*] --> {table.first.name}")
    for step in table.steps:
        lines.append(f"    {step.name} --> {'[*]' if step.next == DONE else step.next}")
        lines += [f"    {step.name} --> {back} : {_('back')}" for back in step.back]
    heads = (_("No."), _("Step"), _("Level"), _("Who decides"), _("What must be there"), _("Days"), _("May go back to"))
    lines += ["```", "", _line(heads), _line(["---"] * len(heads))]
    for row in rows(table):
        needs = "<br>".join(row.needs)
        lines.append(
            _line((str(row.number), row.label, row.level, row.who, needs, f"`{row.days}`" if row.days else "",
                   ", ".join(row.back)))
        )  # fmt: skip
    return "\n".join(lines) + "\n"


def _line(cells: "tuple[str, ...] | list[str]") -> str:
    return f"| {' | '.join(cells)} |"
