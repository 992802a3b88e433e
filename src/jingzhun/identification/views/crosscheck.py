"""Cross-checks: lists of departments are looked at, then taken; flags are decided by people, one or many at once."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import crosscheck as actions
from jingzhun.identification.actions.taking import Taken, take_and_match
from jingzhun.identification.actions.uploads import keep, kept
from jingzhun.identification.department_lists import ListRead, read_list
from jingzhun.identification.forms.crosscheck import FlagForm, ListForm
from jingzhun.identification.models import Flag
from jingzhun.identification.queries import crosscheck as queries
from jingzhun.identification.queries.places import Where
from jingzhun.people.access import Request
from jingzhun.people.rules import REVIEW_IN_COUNTY, VIEW_CASES
from jingzhun.registry.workbook.problems import WorkbookRefused

from .where import crumbs, faults_told, in_round, told

SALT, WAITS = "identification.list", 24 * 3600
SHOWN, PAGE = 100, 50


@in_round(REVIEW_IN_COUNTY)
def lists(request: Request, where: Where) -> HttpResponse:
    """The lists so far, and the upload of another one, which is shown before it is taken."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            path = keep(data["file"], data["file"].name)
            read = read_list(path)
        except WorkbookRefused as refused:
            form.add_error("file", str(refused))
        else:
            told_of = {"path": path.name, "name": data["file"].name[:200], "by": request.user.pk,
                       "kind": data["kind"], "source": data["source"], "as_of": str(data["as_of"])}  # fmt: skip
            return render(request, "identification/crosscheck/preview.html", _preview(where, read, told_of))
    context = {"where": where, "form": form, "lists": queries.lists(request.user, where.round)[:SHOWN]}
    return render(request, "identification/crosscheck/lists.html", context)


@in_round(REVIEW_IN_COUNTY)
@require_POST
def take(request: Request, where: Where) -> HttpResponse:
    """Take the list that was looked at, whole or without its unreadable rows, and match it with the round."""
    back = f"{reverse('identification:lists')}?{where.query}"
    try:
        handed = signing.loads(request.POST.get("handed", ""), salt=SALT, max_age=WAITS)
    except signing.BadSignature:
        handed = {}
    path = kept(handed["path"]) if handed.get("by") == request.user.pk else None
    if path is None:
        messages.error(request, _("The file is not there any more. Upload it again."))
        return redirect(back)

    def act() -> str:
        taken = take_and_match(where.round, Path(path), Taken.of(handed), partial="partial" in request.POST,
                               by=request.user)  # fmt: skip
        path.unlink(missing_ok=True)
        return _("%(rows)s rows were taken; %(flags)s doubts were raised.") % vars(taken)

    return told(request, act, back)


@in_round(VIEW_CASES)
def flags(request: Request, where: Where) -> HttpResponse:
    """Doubts under red lines: by town and village, red line and state."""
    return _flags(request, where)


def _flags(request: Request, where: Where) -> HttpResponse:
    """The page of doubts; after a decision that was refused with what was ticked and typed."""
    asked = queries.Asked.of(request.GET.dict())
    page = Paginator(queries.flags(request.user, where, asked), PAGE).get_page(request.GET.get("page"))
    rows = _rows(request, list(page.object_list))
    context = {
        "where": where,
        "asked": asked,
        "page": page,
        "rows": rows,
        "counts": queries.counts(request.user, where),
        "states": [("all", _("all")), *Flag.State.choices],
        "origins": Flag.Origin.choices,
        "decides": any(decidable for _flag, _village, decidable in rows),
        "form": FlagForm(request.POST or None),
        "ticked": request.POST.getlist("flag"),
        "keep": {"state": asked.state, "red_line": asked.red_line, "origin": asked.origin, "list": asked.list},
        "come_back": f"{reverse('identification:flags')}?{request.GET.urlencode()}",
        "crumbs": crumbs(request, where, reverse("identification:flags")),
    }
    return render(request, "identification/crosscheck/flags.html", context)


@in_round(VIEW_CASES)
@require_POST
def decide(request: Request, where: Where) -> HttpResponse:
    """Decide the ticked flags alike, with the same reason."""
    asked = queries.Asked.of(request.GET.dict())
    keys = [int(text) for text in request.POST.getlist("flag")[:2_000] if text.isascii() and text.isdigit()]
    mine = list(queries.flags(request.user, where, queries.Asked(state="all")).filter(pk__in=keys))
    form = FlagForm(request.POST)
    back = f"{reverse('identification:flags')}?{where.query}&state={asked.state}&red_line={asked.red_line}"
    if not mine or not form.is_valid():
        messages.error(request, faults_told(form) if mine else _("Tick at least one doubt."))
        return _flags(request, where)

    def act() -> str:
        confirmed = form.cleaned_data["confirmed"] == "yes"
        made = actions.decide_flags([each.pk for each in mine], confirmed=confirmed,
                                    reason=form.cleaned_data["reason"], by=request.user)  # fmt: skip
        return _("%(count)s doubts are decided.") % {"count": len(made)}

    return told(request, act, back, again=lambda: _flags(request, where))


def _preview(where: Where, read: ListRead, handed: dict[str, Any]) -> dict[str, Any]:
    return {
        "where": where,
        "read": read,
        "handed": signing.dumps(handed, salt=SALT),
        "told": handed,
        "first": read.rows[:10],
        "bad": read.bad[:SHOWN],
        "crumbs": [(_("Lists of departments"), f"{reverse('identification:lists')}?{where.query}")],
    }


def _rows(request: Request, found: list[Any]) -> list[tuple[Any, str, bool]]:
    names = queries.village_names([flag.village for flag in found])
    return [(flag, names.get(flag.village, ""), queries.decidable(request.user, flag)) for flag in found]
