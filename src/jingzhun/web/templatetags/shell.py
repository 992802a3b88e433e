"""Template tags of the shell."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django_tables2.templatetags.django_tables2 import table_page_range

register = template.Library()
TONES = {"error": "danger", "debug": "info"}
ICONS = Path(__file__).parent.parent / "icons"


@cache
def _drawn(name: str, classes: str) -> SafeString:
    found = re.sub(r'\sclass="[^"]*"', "", (ICONS / f"{name}.svg").read_text(encoding="utf-8").strip(), count=1)
    drawn = found.replace("<svg", f'<svg aria-hidden="true" focusable="false" class="icon {escape(classes)}"', 1)
    return mark_safe(drawn)  # noqa: S308  # our own file; only the class comes from the template, escaped


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An outline icon, drawn inline; purely decorative, so hidden from screen readers."""
    return _drawn(name, classes)


@register.filter
def control(field: forms.BoundField) -> Any:
    """A form field's widget with the classes that its kind of control needs."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        kind = "form-check-input"
    elif isinstance(widget, forms.Select):
        kind = "form-select"
    else:
        kind = "form-control"
    classes = " ".join(filter(None, [widget.attrs.get("class", ""), kind, "is-invalid" if field.errors else ""]))
    attrs: dict[str, Any] = {"class": classes}
    if widget.attrs.get("placeholder") == field.label:
        attrs["placeholder"] = False  # the label says it already
    return field.as_widget(attrs=attrs)


@register.filter
def is_checkbox(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """The page's own address with some parameters changed; None or the empty text removes one.

    A page that is drawn in answer to a form stands at the form's address, which nobody can open: it says in `come_back`
    where it is found.
    """
    here = str(context.get("come_back", "")).partition("?")[0]
    query = {name: value for name, value in context["request"].GET.lists() if name not in changes}
    query |= {name: value for name, value in changes.items() if value not in (None, "")}
    return f"{here}?{urlencode(query, doseq=True)}"


@register.simple_tag(takes_context=True)
def page_links(context: dict[str, Any], page: Page, field: str) -> dict[str, Any]:
    """Addresses of the pages around one, the rest kept: `before`, `after`, and `pages` as (number, url)."""
    rest = query_with(context, **{field: None})
    start = f"{rest}{field}=" if rest.endswith("?") else f"{rest}&{field}="
    around = table_page_range(page, page.paginator)
    return {
        "before": f"{start}{page.number - 1}" if page.has_previous() else "",
        "after": f"{start}{page.number + 1}" if page.has_next() else "",
        "pages": [(number, "" if number == "..." else f"{start}{number}") for number in around],
    }


@register.filter
def alert_tone(level: str) -> str:
    """The colour of an alert for a message's level."""
    return TONES.get(level, level or "info")


@register.simple_tag(takes_context=True)
def same_as(context: template.Context, name: str) -> str:
    """What another block of the page says; a block cannot stand twice in one template."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return block.render(context).strip() if block else ""


@register.simple_tag
def attributes(attrs: dict[str, Any] | None, classes: str = "") -> SafeString:
    """HTML attributes of a table or a part of it, with classes added to its own."""
    merged = {key: value for key, value in (attrs or {}).items() if value is not None and not isinstance(value, dict)}
    merged["class"] = " ".join(dict.fromkeys(f"{classes} {merged.get('class', '')}".split()))
    drawn = [format_html('{}="{}"', key, value) for key, value in merged.items() if value != ""]
    return mark_safe(" ".join(drawn))  # noqa: S308  # each part is escaped above


@register.filter
def has(attrs: dict[str, Any] | None, name: str) -> bool:
    """Whether HTML attributes name one already."""
    return name in (attrs or {})
