"""Forms for a household, its members and surveys, and for a household that is recorded anew."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS
from jingzhun.registry.actions import edits
from jingzhun.registry.actions.recording import record_household
from jingzhun.registry.actions.saving import ChangedMeanwhile
from jingzhun.registry.forms import HeadForm, HouseholdForm, MemberForm, PlaceForm, SurveyForm
from jingzhun.registry.forms.rows import RowForm
from jingzhun.registry.models import Household
from jingzhun.registry.queries.areas import editable_areas
from jingzhun.registry.queries.beginnings import known_since
from jingzhun.registry.queries.history import names_of
from jingzhun.registry.readable import field_label, field_text
from jingzhun.registry.rules.refusals import Refused

from .banner import asked_finding, back_from, saved
from .household import crumbs, find


@requires(EDIT_HOUSEHOLDS)
def household(request: Request, number: str) -> HttpResponse:
    """Correct a household's own facts."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    form = HouseholdForm(request.POST or None, row=found)
    return _form(request, found, form, _("Edit the household"), lambda data: edits.edit_household(found, **data))


@requires(EDIT_HOUSEHOLDS)
def member(request: Request, number: str, person: str) -> HttpResponse:
    """Correct a member's facts."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    row = get_object_or_404(found.members, number=person)
    form = MemberForm(request.POST or None, row=row)
    return _form(request, found, form, row.name, lambda data: edits.edit_member(row, **data))


@requires(EDIT_HOUSEHOLDS)
def survey(request: Request, number: str, year: int | None = None) -> HttpResponse:
    """Record the survey of a year, or correct one."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    row = get_object_or_404(found.surveys, year=year) if year else None
    initial = {} if row else _counted(found)
    form = SurveyForm(request.POST or None, row=row, since=known_since(found), initial=initial)
    title = _("Survey for the incomes of %(year)s") % {"year": year} if year else _("Survey of a year")
    return _form(request, found, form, title, lambda data: edits.save_survey(found, **data))


@requires(EDIT_HOUSEHOLDS)
def add(request: Request) -> HttpResponse:
    """Record a household that the register does not know yet."""
    areas = {area.code: area for area in editable_areas(request.user)}
    place = PlaceForm(request.POST or None, areas=areas.values())
    head, facts = HeadForm(request.POST or None), HouseholdForm(request.POST or None, prefix="household")
    if request.method == "POST" and all([place.is_valid(), head.is_valid(), facts.is_valid()]):
        data = place.cleaned_data
        try:
            event = record_household(
                areas[data["area"]], head.values(), facts.values(), on=data["on"], by=request.user, note=data["note"]
            )
        except Refused as refused:
            _share(refused, place, head, facts)
        else:
            _warn(request, head.warnings() + facts.warnings())
            messages.success(request, _("Recorded under the number %(number)s.") % {"number": event.household.number})
            return redirect("registry:household", event.household.number)
    context = {
        "place": place,
        "forms": [head, facts],
        "heading": _("Record a household"),
        "crumbs": [(_("Households"), reverse("registry:households"))],
    }
    return render(request, "registry/households/add.html", context)


def _form(
    request: Request, found: Household, form: RowForm, heading: str, write: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Show a form, or write what it holds; a conflict shows it anew with what others changed."""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            write(
                {
                    "values": form.values(),
                    "by": request.user,
                    "version": data.get("version"),
                    "why": data.get("why", ""),
                }
            )
        except Refused as refused:
            form.refuse(refused)
        except ChangedMeanwhile as conflict:
            form = form.rebased(conflict)
        else:
            _warn(request, form.warnings())
            return redirect(saved(request, reverse("registry:household", args=[found.number])))
    context = {
        "form": form,
        "household": found,
        "heading": heading,
        "crumbs": crumbs(found),
        "conflicts": _conflicts(form),
        "to_fix": asked_finding(request),
        "back": back_from(request, reverse("registry:household", args=[found.number])),
    }
    return render(request, "registry/households/edit.html", context)


def _share(refused: Refused, *forms: Any) -> None:
    """Give each message to the form that has its field, the others to the first."""
    for name, texts in refused.messages.items():
        owner = next((form for form in forms if name in form.fields), forms[0])
        owner.refuse(Refused({name: texts}))


def _conflicts(form: RowForm) -> list[dict[str, Any]]:
    """What others changed meanwhile, in words."""
    if form.conflict is None:
        return []
    names = names_of({change.user_id for change in form.conflict.by_others})
    return [
        {
            "label": field_label(form.sheet, changed.field),
            "before": field_text(form.sheet, changed.field, changed.before),
            "after": field_text(form.sheet, changed.field, changed.after),
            "by": names.get(change.user_id or 0, ""),
            "at": change.at,
        }
        for change in form.conflict.by_others
        for changed in change.changes
    ]


def _warn(request: Request, warnings: list[str]) -> None:
    for warning in warnings:
        messages.warning(request, warning)


def _counted(found: Household) -> dict[str, Any]:
    return {"members_counted": found.members.present(timezone.localdate()).count()}
