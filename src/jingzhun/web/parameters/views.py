"""The values that a law or a county sets: what holds in an area, since when and by what, and a form to set one."""

from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.methods.typed import line
from jingzhun.parameters import queries
from jingzhun.parameters.actions import NotYours, set_value
from jingzhun.parameters.dictionary import Kind, kinds
from jingzhun.parameters.models import Parameter
from jingzhun.parameters.rules import CHANGE_PARAMETERS, LEVELS
from jingzhun.people.access import Request, requires
from jingzhun.registry.queries.households import area_names
from jingzhun.registry.workbook.book import XLSX

from .excel import write
from .forms import ParameterFilter, ValueForm


@requires(CHANGE_PARAMETERS)
def parameters(request: Request) -> HttpResponse:
    """Every parameter with the value in force in one of the user's areas today, by group."""
    area = _area(request)
    form, found = _filtered(request, area)
    context = {
        "filter": {"form": form},
        "lines": [{"line": line, "group": line.group, "whose": whose} for line, whose in _with_names(found)],
        "area": area,
        "query": urlencode({name: value for name, value in form.data.items() if value}),
        "heading": _("Parameters"),
    }
    return render(request, "web/parameters/list.html", context)


@requires(CHANGE_PARAMETERS)
def export(request: Request) -> FileResponse:
    """The listed parameters as a workbook."""
    area = _area(request)
    found = _filtered(request, area)[1]
    file = TemporaryFile()  # noqa: SIM115 - the response closes it, and with that it is gone
    write(_with_names(found), file)
    file.seek(0)
    name = f"{_('parameters')}-{area.short_name}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@requires(CHANGE_PARAMETERS)
def parameter(request: Request, name: str) -> HttpResponse:
    """One parameter: every value that it ever had here, above and below, and the form to set the area's own."""
    kind, area = kinds().get(name), _area(request)
    if kind is None:
        raise Http404
    rows = queries.history(name, area.code)
    form = ValueForm(request.POST or None, kind=kind, area=area, row=_to_change(request, rows, area))
    if request.method == "POST" and form.is_valid():
        try:
            set_value(form.wanted(), by=request.user)
        except ValidationError as refused:
            _tell(form, refused)
        except NotYours as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The value is set."))
            return redirect(f"{reverse('parameters:parameter', args=[name])}?{urlencode({'area': area.code})}")
    return render(request, "web/parameters/value.html", _page(request, kind, area, rows) | {"form": form})


def _page(request: Request, kind: Kind, area: Area, rows: list[Parameter]) -> dict[str, Any]:
    names, now = _names(rows), queries.in_force(area.code, timezone.localdate(), [kind.name]).get(kind.name)
    return {
        "kind": kind,
        "area": area,
        "areas": _choices(request, area),
        "rows": [
            {
                "row": row,
                "where": names.get(row.area_code, row.area_code),
                "own": row.area_code == area.code,
                "now": row == now,
            }
            for row in rows
        ],
        "heading": kind.label[:1].upper() + kind.label[1:],
        "crumbs": [(_("Parameters"), f"{reverse('parameters:list')}?{urlencode({'area': area.code})}")],
    }


def _filtered(request: Request, area: Area) -> tuple[ParameterFilter, list[queries.Line]]:
    """The filter of the address, and the parameters that it asks for."""
    typed = {name: request.GET.get(name, "") for name in ("q", "group")}
    form = ParameterFilter(typed | {"area": area.code}, _choices(request, area))
    form.is_valid()
    text, group = line(form.cleaned_data.get("q", "")), form.cleaned_data.get("group", "")
    return form, queries.lines(area.code, timezone.localdate(), text=text, group=group)


def _with_names(lines: list[queries.Line]) -> list[tuple[queries.Line, str]]:
    """Each with the name of the area whose value holds."""
    names = _names([each.shown for each in lines if each.shown])
    return [(each, names.get(each.shown.area_code, each.shown.area_code) if each.shown else "") for each in lines]


def _area(request: Request) -> Area:
    """The area asked for, one in which the user sets values; without one, the user's first. Raises Http404."""
    code = request.GET.get("area") or request.scope.areas_for(CHANGE_PARAMETERS)[0]
    if len(code) > DIGITS[Level.TOWN] or not request.user.can(CHANGE_PARAMETERS, code):
        raise Http404
    return get_object_or_404(Area, pk=code.replace("\0", ""), level__in=LEVELS)


def _choices(request: Request, area: Area) -> list[Area]:
    """The user's areas down to the counties, and the towns of the county that is looked at."""
    return queries.areas_to_set(request.scope.areas_for(CHANGE_PARAMETERS), area.code)


def _to_change(request: Request, rows: list[Parameter], area: Area) -> Parameter | None:
    """The area's own value whose first day the address names."""
    day = request.GET.get("from", "")
    return next((row for row in rows if row.area_code == area.code and str(row.valid_from) == day), None)


def _names(rows: list[Parameter]) -> dict[str, str]:
    """Names of the areas whose values these are; the whole country has the empty code."""
    return {"": _("the whole country")} | area_names({row.area_code for row in rows if row.area_code})


def _tell(form: ValueForm, refused: ValidationError) -> None:
    """Each complaint beside its field; those about no field of the form above all."""
    for field, texts in refused.message_dict.items():
        form.add_error(field if field in form.fields else None, texts)
