"""A project with its stages, its reports, pictures, and steps."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.assistance.forms.base import PlaceField
from jingzhun.identification.forms.base import Form, text_area
from jingzhun.identification.forms.visit import PICTURES
from jingzhun.management import kinds
from jingzhun.management.actions.projects import Drafted, Step
from jingzhun.management.models import Project, ProjectPhoto
from jingzhun.people.models import Cadre, Organisation
from jingzhun.registry.forms.fields import date_field
from jingzhun.registry.models import Household

from .money import yuan_field

MOST_HOUSEHOLDS = 5_000


class ProjectForm(Form):
    """What a project is; its stages one a line: title, share, day."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=kinds.choices)
    area = PlaceField(Area.objects.none(), label=gettext_lazy("Where"))
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2010, max_value=2100)
    responsible = forms.ModelChoiceField(Organisation.objects.all(), label=gettext_lazy("Responsible unit"))
    leader = forms.ModelChoiceField(
        Cadre.objects.none(), label=gettext_lazy("County leader who answers for it"), required=False
    )
    content = forms.CharField(label=gettext_lazy("What is done"), max_length=2_000, widget=text_area(3))
    goal = forms.CharField(
        label=gettext_lazy("Goal by which it is judged"), max_length=1_000, required=False, widget=text_area(2),
        help_text=gettext_lazy("Without it no project comes into the library."),
    )  # fmt: skip
    budget = yuan_field(gettext_lazy("Budget in yuan"))
    begins_on = date_field(gettext_lazy("Begins on"))
    due_on = date_field(gettext_lazy("Due on"))
    stages = forms.CharField(
        label=gettext_lazy("Stages"), widget=text_area(5, spellcheck="false"),
        help_text=gettext_lazy("A line for each: title, share in %, day. For example: Roadbed 40 2015-06-30"),
    )  # fmt: skip

    def __init__(self, *args: Any, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        levels = ("county", "town", "village")
        fields["area"].queryset = Area.objects.filter(
            within(area, "code"), level__in=levels, valid_until=None
        ).order_by("code")
        fields["leader"].queryset = Cadre.objects.filter(county=area[:6], rank="county", left_on=None).order_by("name")

    def clean_stages(self) -> list[Step]:
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["stages"].splitlines(), 1):
            if not line.strip():
                continue
            step = _step(line.split())
            found.append(step) if step else wrong.append(str(number))
        if wrong:
            text = _("Write title, share and day (2015-06-30) in line %(lines)s.")
            raise forms.ValidationError(text % {"lines": ", ".join(wrong)})
        return found

    def drafted(self) -> Drafted:
        data = {name: value for name, value in self.cleaned_data.items() if name != "stages"}
        return Drafted(**data)


def _step(words: list[str]) -> Step | None:
    if len(words) < 3:
        return None
    try:
        return Step(" ".join(words[:-2])[:80], int(words[-2].rstrip("%")), date.fromisoformat(words[-1]))
    except ValueError:
        return None


def initial_of(project: Project) -> dict[str, Any]:
    """A project as its form shows it."""
    names = (
        "title",
        "kind",
        "area",
        "year",
        "responsible",
        "leader",
        "content",
        "goal",
        "budget",
        "begins_on",
        "due_on",
    )
    lines = [f"{stage.title} {stage.weight} {stage.due_on}" for stage in project.stages.all()]
    return {name: getattr(project, name) for name in names} | {"stages": "\n".join(lines)}


class HouseholdsForm(Form):
    """Numbers of the households that a project is for."""

    households = forms.CharField(
        label=gettext_lazy("Numbers of households, one a line"), required=False,
        widget=text_area(12, spellcheck="false"),
    )  # fmt: skip

    def clean_households(self) -> list[Household]:
        numbers = list(dict.fromkeys(self.cleaned_data["households"].split()))
        if len(numbers) > MOST_HOUSEHOLDS:
            raise forms.ValidationError(_("At most %(number)s households.") % {"number": MOST_HOUSEHOLDS})
        known = {row.number: row for row in Household.objects.filter(number__in=numbers)}
        if wrong := [number for number in numbers if number not in known]:
            told = {"numbers": ", ".join(wrong[:5])}
            raise forms.ValidationError(_("No household has this number: %(numbers)s") % told)
        return [known[number] for number in numbers]


class ReportForm(Form):
    """The report of two weeks."""

    percent = forms.IntegerField(label=gettext_lazy("Done, %"), min_value=0, max_value=100)
    told = forms.CharField(label=gettext_lazy("What was done"), max_length=2_000, widget=text_area(3))
    late_because = forms.CharField(label=gettext_lazy("Why it is late, if it is"), required=False, max_length=200)


class StageForm(Form):
    """A stage is done."""

    on = date_field(gettext_lazy("Done on"))
    late_because = forms.CharField(label=gettext_lazy("Why it is late, if it is"), required=False, max_length=200)


class DayForm(Form):
    """A day."""

    on = date_field(gettext_lazy("Day"))


class AcceptForm(DayForm):
    """A completed project is accepted."""

    keeper = forms.CharField(label=gettext_lazy("Who keeps it up"), max_length=120)


class WhyForm(Form):
    """A reason."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=text_area(2))


class PhotoForm(Form):
    """A picture of before, during or after."""

    moment = forms.ChoiceField(label=gettext_lazy("Moment"), choices=ProjectPhoto.Moment.choices)
    file = forms.FileField(
        label=gettext_lazy("Picture"), widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "environment"})
    )
    taken_on = date_field(gettext_lazy("Taken on"))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=120)
