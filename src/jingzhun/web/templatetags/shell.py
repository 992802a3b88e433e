"""Template tags of the shell."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django import forms, template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
ICONS = Path(__file__).parent.parent / "icons"


@cache
def _svg(name: str) -> str:
    return (ICONS / f"{name}.svg").read_text(encoding="utf-8").strip()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An outline icon, drawn inline; purely decorative, so hidden from screen readers."""
    found = re.sub(r'\sclass="[^"]*"', "", _svg(name), count=1)
    drawn = found.replace("<svg", f'<svg aria-hidden="true" focusable="false" class="icon {escape(classes)}"', 1)
    return mark_safe(drawn)  # noqa: S308  # our own file; only the class comes from the template, escaped


@register.filter
def control(field: forms.BoundField) -> Any:
    """A form field's widget with the classes that its kind of control needs."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, forms.Select):
        kind = "form-select"
    elif isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        kind = ""
    else:
        kind = "form-control"
    classes = " ".join(filter(None, [widget.attrs.get("class", ""), kind, "is-invalid" if field.errors else ""]))
    return field.as_widget(attrs={"class": classes})


@register.filter
def is_checkbox(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """The page's own query string with some parameters changed; None or the empty text removes one."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"
