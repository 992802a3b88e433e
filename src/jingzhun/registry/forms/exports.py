"""What a file is to hold."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_PERSONAL
from jingzhun.registry.actions.exports import Asked
from jingzhun.registry.models import Export
from jingzhun.registry.queries.exports import areas_to_choose
from jingzhun.registry.queries.situation import register_years

STATUSES = [("", _("All households")), ("registered", _("On the register")), ("exited", _("Out of poverty"))]


class ExportForm(forms.Form):
    """Area, year, households, layout, language, and whether personal numbers are to be in it."""

    area = forms.ChoiceField(label=_("area"))
    year = forms.TypedChoiceField(label=_("end of the year"), coerce=int)
    status = forms.ChoiceField(label=_("which households"), choices=STATUSES, required=False)
    layout = forms.ChoiceField(label=_("layout"), choices=Export.Layout.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("language of headers and codes"), choices=[("zh", "中文"), ("en", "English")])
    personal = forms.BooleanField(
        label=_("With ID, phone and account numbers"),
        required=False,
        help_text=_("Without them their columns are left out. With them, keep the file as you would keep the forms."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["area"].choices = list(_grouped(areas_to_choose(user)))  # type: ignore[attr-defined]
        register = register_years()
        years = range(register.newest_year, register.first_year - 1, -1) if register else ()
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["layout"].initial = Export.Layout.NATIONAL
        self.fields["language"].initial = "en" if (get_language() or "").startswith("en") else "zh"
        if not user.can(SEE_PERSONAL):
            del self.fields["personal"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("personal") and not self.user.can(SEE_PERSONAL, cleaned.get("area")):
            self.add_error("personal", _("You may not see personal numbers of this area."))
        return cleaned

    def asked(self) -> Asked:
        """The order that the form places."""
        told = self.cleaned_data
        return Asked(
            told["area"], told["year"], told["layout"], told["language"], told["status"], told.get("personal", False)
        )


def _grouped(areas: list[Area]) -> Iterator[tuple[str, Any]]:
    """Choices: villages under their town, everything else by itself."""
    towns = {area.code: area.name for area in areas if area.level == Level.TOWN}
    for town, group in groupby(areas, key=lambda area: towns.get(area.code[: Level.TOWN.digits], "")):
        choices = [(area.code, area.name) for area in group]
        yield from [(town, choices)] if town else choices
