"""The plan, its phases, its grid of targets, its measures."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import Organisation, User
from jingzhun.people.queries import organisations_for
from jingzhun.people.rules import WRITE_POLICIES
from jingzhun.policy.actions.plan import LARGEST, Aim, Stretch, Task
from jingzhun.policy.models import Document, Phase, Plan
from jingzhun.policy.queries.documents import documents_for
from jingzhun.policy.rules.plan import Counts, Grid

from .base import Form, day, text_area

PARTS = (("households", _("households")), ("persons", _("persons")), ("villages", _("poor villages")))


class PlanForm(Form):
    """What a plan says as a whole."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("county"))
    title = forms.CharField(label=_("title"), max_length=120)
    title_en = forms.CharField(label=_("title in English"), max_length=160, required=False)
    first_year = forms.IntegerField(label=_("first year"), min_value=1990, max_value=2100)
    last_year = forms.IntegerField(label=_("last year"), min_value=1990, max_value=2100)
    goal = forms.CharField(label=_("goal"), max_length=2_000, widget=text_area(3))
    document = forms.ModelChoiceField(
        Document.objects.none(), label=_("document"), required=False, empty_label=_("none yet")
    )

    def __init__(self, *args: Any, user: User, counties: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counties = counties
        self.fields["document"].queryset = documents_for(user)  # type: ignore[attr-defined]
        chosen = Area.objects.filter(pk__in=[each.pk for each in counties])
        self.fields["area"].queryset = chosen  # type: ignore[attr-defined]
        if len(counties) == 1:
            del self.fields["area"]

    @property
    def county(self) -> Area:
        return self.cleaned_data.get("area") or self.counties[0]

    def aim(self) -> Aim:
        return Aim(**{name: value for name, value in self.cleaned_data.items() if name != "area"})


class PhaseForm(Form):
    name = forms.CharField(label=_("name"), max_length=60, help_text=_("For example: start in one year."))
    name_en = forms.CharField(label=_("name in English"), max_length=80, required=False)
    begins_on = day(_("begins on"))
    ends_on = day(_("ends on"))
    aim = forms.CharField(label=_("aim"), max_length=1_000, required=False, widget=text_area(2))

    def stretch(self) -> Stretch:
        return Stretch(**self.cleaned_data)


class MeasureForm(Form):
    title = forms.CharField(label=_("what is done"), max_length=200)
    phase = forms.ModelChoiceField(Phase.objects.none(), label=_("phase"))
    responsible = forms.ModelChoiceField(Organisation.objects.none(), label=_("responsible unit"))
    due_on = day(_("due on"))
    note = forms.CharField(label=_("note"), max_length=500, required=False)

    def __init__(self, *args: Any, plan: Plan, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].queryset = plan.phases.all()  # type: ignore[attr-defined]
        units = organisations_for(user.scope.areas_for(WRITE_POLICIES))
        self.fields["responsible"].queryset = units  # type: ignore[attr-defined]

    def task(self) -> Task:
        return Task(**self.cleaned_data)


class DoneForm(Form):
    """Since when a measure is done."""

    done_on = day(_("done on"), initial=timezone.localdate)
    note = forms.CharField(label=_("note"), max_length=500, required=False)


class AdoptForm(Form):
    on = day(_("adopted on"), initial=timezone.localdate)


class TargetFileForm(Form):
    file = forms.FileField(
        label=_("workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


class GridForm:
    """The targets as a grid of numbers: a row for each area, three numbers for each year.

    A grid of forty cells is read at once; each wrong cell is told by its area and year.
    """

    def __init__(
        self, areas: Iterable[Area], years: Iterable[int], grid: Grid, data: Mapping[str, str] | None = None
    ) -> None:
        self.areas, self.years, self.data = list(areas), list(years), data
        self.grid = dict(grid)
        self.errors: list[str] = []
        self.wrong: set[str] = set()

    def is_valid(self) -> bool:
        """Read what was typed into `grid`; what cannot be read is told in `errors`."""
        self.grid = {}
        for area in self.areas:
            for year in self.years:
                if (counts := self._typed(area, year)) is not None:
                    self.grid[area.code, year] = counts
        return not self.errors

    def _typed(self, area: Area, year: int) -> Counts | None:
        numbers, empty = [], True
        for part, label in PARTS:
            name = f"{area.code}-{year}-{part}"
            text = (self.data or {}).get(name, "").strip().replace(",", "")
            empty = empty and not text
            if text and not (text.isascii() and text.isdecimal() and len(text) <= 8 and int(text) <= LARGEST):
                told = {"area": area.short_name, "year": year, "what": label, "value": text[:20]}
                self.errors.append(gettext("%(area)s, %(year)s, %(what)s: “%(value)s” is no whole number.") % told)
                self.wrong.add(name)
                text = ""
            numbers.append(int(text or 0))
        return None if empty else Counts(*numbers)

    @property
    def rows(self) -> list[tuple[Area, list[list[dict[str, Any]]]]]:
        """Areas with their years, each with its three inputs."""
        return [(area, [self._inputs(area, year) for year in self.years]) for area in self.areas]

    def _inputs(self, area: Area, year: int) -> list[dict[str, Any]]:
        counts = self.grid.get((area.code, year))
        inputs = []
        for part, label in PARTS:
            name = f"{area.code}-{year}-{part}"
            kept = getattr(counts, part) if counts else ""
            typed = self.data.get(name, "") if self.data is not None else kept
            told = f"{area.short_name} {year} {label}"
            inputs.append(
                {"name": name, "value": typed, "label": told, "short": label, "wrong": name in self.wrong, "part": part}
            )
        return inputs
