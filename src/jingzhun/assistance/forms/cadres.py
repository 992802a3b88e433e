"""Cadres: one by one, their kin, and their workbook."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.assistance.actions.cadres import MOST
from jingzhun.assistance.skills import languages, skills
from jingzhun.identification.forms.base import Form
from jingzhun.people.models import Cadre, Organisation, User
from jingzhun.registry.dictionary import choices
from jingzhun.registry.forms.fields import date_field
from jingzhun.registry.workbook.cells import read_phone
from jingzhun.registry.workbook.problems import Fault

SHEETS = ".xlsx,.xls,.xlsb,.ods,.csv"


class CadreFileForm(Form):
    """A workbook of cadres."""

    file = forms.FileField(label=gettext_lazy("Workbook"), widget=forms.FileInput(attrs={"accept": SHEETS}))


class KinForm(Form):
    """Where a cadre has kin."""

    place = forms.CharField(label=gettext_lazy("Number of the household, or code of the village, with kin"),
                            max_length=20)  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=200)

    def clean_place(self) -> str:
        return str(self.cleaned_data["place"]).strip()


def _several(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


class CadreForm(Form):
    """A cadre: who they are, whom they can help, how much they can take. An empty phone leaves what is there."""

    number = forms.CharField(label=gettext_lazy("Staff number"), max_length=20)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), required=False)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Organisation"))
    rank = forms.ChoiceField(label=pgettext_lazy("cadre", "Rank"), choices=Cadre.RANKS, initial="ordinary")
    post = forms.CharField(label=gettext_lazy("Post"), required=False, max_length=60)
    near = forms.ChoiceField(label=gettext_lazy("Home or office"), required=False)
    capacity = forms.IntegerField(
        label=gettext_lazy("Households at most"), required=False, min_value=1, max_value=MOST,
        help_text=gettext_lazy("Empty: the usual load of the rank."),
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=20)
    serves_from = date_field(gettext_lazy("Serves from"))
    login = forms.CharField(
        label=gettext_lazy("Login"), required=False, max_length=150,
        help_text=gettext_lazy("The user name with which the cadre opens “My households”."),
    )  # fmt: skip
    skills = _several(gettext_lazy("Skills"))
    languages = _several(gettext_lazy("Languages"))

    def __init__(self, *args: Any, county: Area, cadre: Cadre | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(cadre) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.cadre, self.county = cadre, county
        fields: dict[str, Any] = self.fields
        fields["organisation"].queryset = Organisation.objects.order_by("level", "name")
        fields["sex"].choices = [("", "—"), *choices("sex")]
        fields["near"].choices = [("", "—"), *_places(county, cadre)]
        fields["skills"].choices = [(code, each.label) for code, each in skills().items()]
        fields["languages"].choices = [(code, each.label) for code, each in languages().items()]
        if cadre:
            del fields["number"]
            fields["phone"].help_text = _("Leave it empty to keep the number that is there.") if cadre.phone else ""

    def clean_phone(self) -> str:
        if not self.cleaned_data["phone"]:
            return ""
        found = read_phone(self.cleaned_data["phone"])
        if isinstance(found, Fault):
            raise forms.ValidationError(str(found))
        return found or ""

    def clean_login(self) -> User | None:
        name = self.cleaned_data["login"].strip()
        if not name:
            return None
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("Nobody has this user name. Add the user first."))
        return user

    def values(self) -> dict[str, Any]:
        """Fields of a cadre, for the action."""
        data = dict(self.cleaned_data)
        near, login, phone = data.pop("near"), data.pop("login"), data.pop("phone")
        values = data | {"near_id": near or None, "user": login}
        return values | {"phone": phone} if phone or self.cadre is None else values


def _initial(cadre: Cadre | None) -> dict[str, Any]:
    if cadre is None:
        return {}
    names = ("name", "sex", "organisation", "rank", "post", "capacity", "serves_from", "skills", "languages")
    login = cadre.user.username if cadre.user else ""
    return {name: getattr(cadre, name) for name in names} | {"near": cadre.near_id or "", "login": login}


def _places(county: Area, cadre: Cadre | None) -> list[tuple[str, str]]:
    """Towns and villages of the county, and where the cadre is now."""
    rows = Area.objects.filter(within(county.pk, "code"), level__in=("town", "village"), valid_until=None)
    found = [(area.pk, area.short_name if area.level == "town" else f"　{area.short_name}")
             for area in rows.order_by("code")]  # fmt: skip
    if cadre and cadre.near and cadre.near_id not in dict(found):
        found.insert(0, (cadre.near.pk, cadre.near.short_name))
    return found
