"""The upload of workbooks, and the decision on a preview."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import User
from jingzhun.people.rules import IMPORT_REGISTER
from jingzhun.registry.queries.asked import usual_income_year

ACCEPTED_FILES = ".xlsx,.xls,.xlsm,.xlsb,.ods,.csv"
MOST_FILES = 20


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files; the cleaned value is a list."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(count)s files at once.") % {"count": MOST_FILES})
        return [super(SeveralFilesField, self).clean(each, initial) for each in files or [None]]


class UploadForm(forms.Form):
    """Files with what they do not say themselves."""

    workbooks = SeveralFilesField(
        label=_("workbooks"),
        widget=SeveralFilesInput(attrs={"accept": ACCEPTED_FILES}),
        help_text=_(
            "Drop files here or choose them: .xlsx, .xls, .xlsb, .ods or CSV. Each becomes an import of its own."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    area = forms.ChoiceField(label=_("area"), help_text=_("Rows outside of it are refused."))
    year = forms.IntegerField(
        label=_("year of income"),
        required=False,
        min_value=1990,
        max_value=2100,
        help_text=_(
            "Whose incomes the file tells, where it has no column for it. Shown is the year of the register's incomes."
        ),
    )
    registered_on = forms.DateField(
        label=_("registered on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Where a row has no day of registration. Empty: 31 December of the year after the incomes."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_areas(self.fields["area"], user)
        self.fields["year"].initial = usual_income_year()


class VillageReportsForm(forms.Form):
    """A file of villages' yearly reports."""

    workbook = forms.FileField(
        label=_("workbook of village reports"),
        help_text=_("One row for each village and year, under the headers of the template."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    area = forms.ChoiceField(label=_("area"), help_text=_("A village outside of it refuses the file."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_areas(self.fields["area"], user)


class ConfirmForm(forms.Form):
    """Whether households with refused rows are to be left out."""

    partial = forms.BooleanField(
        label=_("Import the accepted households, and give me the refused ones back"),
        required=False,
        widget=forms.CheckboxInput(attrs={"required": True}),
    )


def _offer_areas(field: Any, user: User) -> None:
    """The areas for which the user imports; hidden if there is no choice."""
    areas = Area.objects.filter(code__in=user.scope.areas_for(IMPORT_REGISTER)).order_by("code")
    field.choices = [(area.code, area.short_name) for area in areas]
    if len(field.choices) == 1:
        field.widget, field.initial = forms.HiddenInput(), field.choices[0][0]
