"""How a day is picked."""

from django import forms


class DayInput(forms.DateInput):
    """The browser's own picker, which takes 2014-05-20 and no other writing."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")
