"""The journal's screens. What a user sees are the entries of the areas in which they may read the journal."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.journal.actions import verifying
from jingzhun.journal.models import Entry, PublishedRoot, VerifyRun
from jingzhun.journal.queries import NoProof, TreeDamaged, checkpoint_of, prove, public_keys, published_roots
from jingzhun.journal.queries import entries as queries
from jingzhun.journal.queries.faults import Fault, sentence
from jingzhun.journal.queries.tree import head
from jingzhun.journal.rules.proofs import Proof, problems
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import READ_JOURNAL

from . import charts
from .actions import of_user
from .filtering import filtered, query_of, visible
from .words import tell

SHOWN_ROOTS = 60


@requires(READ_JOURNAL)
def entries(request: Request) -> HttpResponse:
    """Entries of the user's areas, filtered, the newest first."""
    form, found = filtered(request.GET, request.user)
    page = queries.page(found, older=_number(request, "older"), newer=_number(request, "newer"))
    number = queries.count(found)
    context = {
        "filter": {"form": form},
        "page": page,
        "entries": tell(page.entries, request.user),
        "total": min(number, queries.COUNTED),
        "more": number > queries.COUNTED,
        "has_files": of_user(request.user).exists(),
        "query": query_of(request.GET),
        "heading": _("Journal"),
    }
    return render(request, "web/journal/list.html", context)


@requires(READ_JOURNAL)
def entry(request: Request, entry: int) -> HttpResponse:
    """One entry: its values, its place, its proof, what else was decided on the same record."""
    readable = visible(request.user)
    found = get_object_or_404(readable.select_related("place"), pk=entry)
    told = tell([found], request.user)[0]
    proof = _proof(found)
    context = {
        "told": told,
        "proof": proof,
        "problems": problems(proof) if proof else [],
        "published": PublishedRoot.objects.filter(size=proof.size).order_by("-day").first() if proof else None,
        "events": [_event(each, found) for each in tell(queries.neighbours(readable, found), request.user)],
        "heading": told.what,
        "crumbs": [(_("Journal"), reverse("journal:entries"))],
    }
    return render(request, "web/journal/entry.html", context)


@requires(READ_JOURNAL)
def proof(request: Request, entry: int) -> HttpResponse:
    """The proof of an entry as a file, with its fields."""
    found = get_object_or_404(visible(request.user), pk=entry)
    proved = _proof(found)
    if proved is None:
        raise Http404
    name = f'attachment; filename="proof-{found.pk}.json"'
    return HttpResponse(proved.as_json(), content_type="application/json", headers={"Content-Disposition": name})


@requires(READ_JOURNAL)
def roots(request: Request) -> HttpResponse:
    """Published roots, whether the journal was verified, decisions per day."""
    verifying.give_up_abandoned()
    done, on_its_way = queries.latest_runs()
    context = {
        "newest": head(),
        "roots": [(root, _state(root, done)) for root in published_roots(SHOWN_ROOTS)],
        "keys": public_keys(),
        "done": done,
        "fault": _fault(done, visible(request.user)),
        "on_its_way": on_its_way,
        "progress": _progress(on_its_way) if on_its_way else None,
        "chart": charts.per_day(queries.per_day(visible(request.user))),
        "heading": _("Roots and verification"),
        "crumbs": [(_("Journal"), reverse("journal:entries"))],
    }
    return render(request, "web/journal/roots.html", context)


@requires(READ_JOURNAL)
def checkpoint(request: Request, day: str) -> HttpResponse:
    """The signed text of a day's root."""
    try:
        text = checkpoint_of(date.fromisoformat(day))
    except ValueError:
        text = None
    if text is None:
        raise Http404
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@requires(READ_JOURNAL)
@require_POST
def verify(request: Request) -> HttpResponse:
    """Ask for a verification of the whole journal; the worker carries it out."""
    verifying.ask_for_verification(by=request.user)
    messages.info(request, _("The journal is being verified; this page shows how far it is."))
    return redirect("journal:roots")


@requires(READ_JOURNAL)
def progress(request: Request, run: int) -> HttpResponse:
    """How far a verification is, asked by the page every second; when it is done, the page is loaded anew."""
    found = get_object_or_404(VerifyRun, pk=run)
    response = render(request, "web/progress.html", _progress(found))
    if found.state not in VerifyRun.AT_WORK:
        response["HX-Redirect"] = reverse("journal:roots")
    return response


def _number(request: Request, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _proof(found: Entry) -> Proof | None:
    """The entry's proof; none while it waits for its place, or where the tree is damaged."""
    try:
        return prove(found)
    except (NoProof, TreeDamaged):
        return None


def _event(told: Any, shown: Entry) -> dict[str, Any]:
    """For web/timeline.html; the entry that is shown does not lead to itself."""
    here = told.entry.pk == shown.pk
    return {
        "day": timezone.localtime(told.entry.at).strftime("%Y-%m-%d %H:%M"),
        "title": f"#{told.entry.pk} {told.what}",
        "text": told.entry.why,
        "by": told.actor,
        "url": "" if here else told.url,
        "icon": "point" if here else "file-text",
        "tone": "blue" if here else "",
    }


def _state(root: PublishedRoot, done: VerifyRun | None) -> str:
    """`ok`, `bad` or nothing: what the last verification says of a published root."""
    if done is None or root.published_at > done.asked_at:
        return ""
    if done.ok:
        return "ok"
    fault = Fault.from_dict(done.found["fault"])
    return "bad" if fault.day is None or root.day >= fault.day else "ok"


def _fault(done: VerifyRun | None, readable: QuerySet[Entry]) -> dict[str, Any] | None:
    """What the last verification found, with the way to the entry for who may see it."""
    if done is None or done.ok:
        return None
    fault = Fault.from_dict(done.found["fault"])
    may = fault.number is not None and readable.filter(pk=fault.number).exists()
    return {"text": sentence(fault), "url": reverse("journal:entry", args=[fault.number]) if may else ""}


def _progress(run: VerifyRun) -> dict[str, Any]:
    """For web/progress.html."""
    told = {"done": f"{run.done:,}", "total": f"{run.total:,}"}
    failed = run.state == VerifyRun.State.FAILED
    return {
        "phase": _("%(done)s of %(total)s entries looked at") % told if run.total else _("Waiting for its turn"),
        "percent": min(99, run.done * 100 // run.total) if run.total else "",
        "url": reverse("journal:progress", args=[run.pk]),
        "cancel_url": "",
        "done": run.state == VerifyRun.State.DONE,
        "failed": _("The verification could not be carried out; call the administrator if that happens again.")
        if failed
        else "",
    }
