"""A field for one area out of thousands: its name or its code, with proposals while it is typed."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area

from .queries import areas_called, areas_to_propose

TOLD = 8  # of several areas with a name
CODE = re.compile(r"(?<!\d)\d{2,15}(?!\d)")


class AreaInput(forms.TextInput):
    """A line to type in, with the areas to choose from as the browser's own proposals; it needs no script."""

    template_name = "people/area_input.html"
    areas: tuple[str, ...] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        names = areas_to_propose(self.areas)
        found = [f"{_told(area, names)} {area.code}" for area in names.values()]
        listed = f"{context['widget']['attrs'].get('id', name)}_areas"
        context["widget"]["attrs"]["list"] = listed
        return context | {"proposals": found, "listed": listed}


class AreaField(forms.CharField):
    """What was typed; `area_named` says which area it is."""

    def __init__(self, help_text: Any = "") -> None:
        told = help_text or gettext_lazy("The name or the code of a county, a town or a village: type and choose.")
        attrs = {"autocomplete": "off"}
        super().__init__(label=gettext_lazy("area"), max_length=120, help_text=told, widget=AreaInput(attrs))


def area_named(text: str, areas: tuple[str, ...]) -> Area:
    """The one area of the administrator's that a code or a name means. Raises ValidationError with the choices."""
    code = CODE.search(text)
    found = areas_called(areas, code=code[0] if code else "", name=text.strip())
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(_("There is no area %(code)s in your own area."), params={"code": text})
    names = areas_to_propose(areas)
    told = [f"{_told(area, names)} {area.code}" for area in found[:TOLD]]
    wording = _("There are several areas of that name; choose one by its code: %(areas)s")
    raise forms.ValidationError(wording, params={"areas": "; ".join(told) + (" …" if len(found) > TOLD else "")})


def _told(area: Area, names: dict[str, Area]) -> str:
    """An area with the one above it, as far as that is the administrator's."""
    above = names.get(area.parent_id or "")
    return f"{area.short_name} · {above.short_name}" if above else area.short_name
