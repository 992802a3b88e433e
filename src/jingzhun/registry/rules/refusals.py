"""Constraints of the database in words that say what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By name of the constraint: the field that the message belongs to, and the message.
CONSTRAINTS: dict[str, tuple[str, str | Promise]] = {
    "one_head_per_household": ("relation", _("This household has a head already; a household has exactly one.")),
    "one_person_one_live_household": (
        "id_number",
        _("This person belongs to a household already; record there first that they left."),
    ),
    "member_has_a_name": ("name", _("A member needs a name.")),
    "member_leaves_after_joining": ("on", _("Nobody leaves before they joined.")),
    "member_leaves_for_a_reason": ("reason", _("Say why the member left.")),
    "member_works_at_most_12_months": ("work_months", _("A year has twelve months.")),
    "person_number_is_19_digits": ("number", _("A person's number has 19 digits.")),
    "household_number_is_17_digits": ("number", _("A household's number has 17 digits.")),
    "household_at_most_two_other_causes": ("causes_other", _("A household has at most two other causes.")),
    "household_main_cause_not_repeated": (
        "causes_other",
        _("The main cause must not stand among the other causes again."),
    ),
    "one_survey_a_year": ("year", _("This household has a survey of that year already; open it instead.")),
    "survey_year_is_a_year": ("year", _("A year lies between 1990 and 2100.")),
    "one_village_report_a_year": ("year", _("The village has a report of that year already.")),
    "exit_after_registration": ("on", _("The day must lie after the day on which the household was registered.")),
    "one_open_spell": ("on", _("The household is on the register already.")),
}


class Refused(Exception):
    """A write is refused; `messages` says why, by field (the empty name: as a whole)."""

    def __init__(self, messages: dict[str, list[str | Promise]]) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, texts in messages.items() for text in texts))
        self.messages = messages

    @classmethod
    def because(cls, message: str | Promise, field: str = "") -> "Refused":
        return cls({field: [message]})

    def renamed(self, **fields: str) -> "Refused":
        """The same refusal for a form that calls some fields otherwise."""
        return Refused({fields.get(name, name): texts for name, texts in self.messages.items()})


def of_constraint(name: str | None) -> Refused:
    """The refusal that a broken constraint stands for."""
    field, message = CONSTRAINTS.get(name or "", ("", _("The values contradict each other.")))
    return Refused.because(message, field)
