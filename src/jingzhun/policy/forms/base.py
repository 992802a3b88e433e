"""What the forms of policy share."""

from typing import Any

from django import forms

from jingzhun.registry.rules.refusals import Refused


class Form(forms.Form):
    """A form that can say why an action refused what it held."""

    def refuse(self, refused: Refused) -> None:
        """Put each message to its field, those without one to the form."""
        for name, texts in refused.messages.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, str(text))


class DayInput(forms.DateInput):
    """The browser's own picker, which takes 2014-05-20 and no other writing."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


def text_area(rows: int = 3, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def day(label: Any, *, required: bool = True, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput(), **kwargs)
