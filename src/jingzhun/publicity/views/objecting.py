"""Objecting, and following an objection: for everybody, on any phone, with nothing kept in between."""

from typing import Any

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from jingzhun.parameters.queries import value, values
from jingzhun.people.access import client_address
from jingzhun.publicity import codes
from jingzhun.publicity.actions import objections
from jingzhun.publicity.actions.limits import attempt, exhausted
from jingzhun.publicity.forms.cleaning import bounded
from jingzhun.publicity.forms.objection import MISSING, AppealForm, FollowForm, ObjectionForm, new_token
from jingzhun.publicity.models import Notice, Objection
from jingzhun.publicity.queries.following import with_secret
from jingzhun.publicity.queries.public import PublicNotice, public_notice
from jingzhun.publicity.queries.site import county, whom_to_ask
from jingzhun.registry.rules.refusals import Refused

from .pages import page, public_page
from .public import not_yet

LARGEST_BODY = 3 * objections.LARGEST_PHOTO + 1024**2
HOUR, TEN_MINUTES = 3600, 600
LIMITS = (
    "form_posts_per_address", "objections_per_address", "objections_per_network", "objections_per_hour",
    "objection_form_hours",
)  # fmt: skip


class _Unreadable(Exception):
    """What was sent cannot be read; `status` is the answer's."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class _Csrf(CsrfViewMiddleware):
    """The same check as everywhere, asked within the view, so that what somebody typed is not lost with it."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


@csrf_exempt  # checked below: a cookie that is missing must not cost anybody what they typed
@public_page()
def object_to(request: HttpRequest, number: str) -> HttpResponse:
    """Object to an entry of a notice, or for somebody missing from it."""
    found = public_notice(number.upper())
    if found is None:
        return not_yet(request, number)
    if not found.notice.runs:
        return page(request, "too_late", {"notice": found.notice, **_office(found.notice)})
    if request.method != "POST":
        return _form_page(request, found, _blank(request, found))
    try:
        _readable(request)
    except _Unreadable as error:
        return _form_page(request, found, _blank(request, found), error.status, str(error))
    limits, address = _limits(found.notice), client_address(request)
    form = ObjectionForm(
        bounded(request.POST), request.FILES, notice=found.notice, entries=_entries(found),
        good_for=limits["objection_form_hours"] * HOUR,
    )  # fmt: skip
    if not attempt("forms", address, limit=limits["form_posts_per_address"], seconds=HOUR):
        return _form_page(request, found, form, 429, _too_often())
    if reason := _not_from_here(request):
        return _form_page(request, found, form, 403, reason)
    if not form.is_valid():
        return _form_page(request, found, form, 400)
    if reason := _too_many(request, found.notice, limits):
        return _form_page(request, found, form, 429, reason)
    return _file(request, found, form)


@csrf_exempt
@public_page()
def follow(request: HttpRequest) -> HttpResponse:
    """How far an objection is, by its number and secret; with these, an appeal."""
    if request.method != "POST":
        return page(request, "follow", {"form": FollowForm()}, names=True)
    try:
        _readable(request)
    except _Unreadable as error:
        return page(request, "follow", {"form": FollowForm(), "error": str(error)}, names=True, status=error.status)
    form = FollowForm(bounded(request.POST))
    wrong = _not_from_here(request)
    if wrong or not form.is_valid():
        return page(request, "follow", {"form": form, "error": wrong}, names=True, status=403 if wrong else 400)
    objection, wrong, status = _looked_up(request, form)
    if objection is None:
        return page(request, "follow", {"form": form, "error": wrong}, names=True, status=status)
    return _appeal(request, objection, form) if "appeal" in request.POST else _followed(request, objection, form)


def _file(request: HttpRequest, found: PublicNotice, form: ObjectionForm) -> HttpResponse:
    data = form.cleaned_data
    new = objections.NewObjection(
        found.notice,
        data["token"],
        data["text"],
        form.item(),
        data["missing"] if data["about"] == MISSING else "",
        data["name"],
        data["phone"],
        "en" if (get_language() or "").startswith("en") else "zh",
        form.pictures(),
    )
    try:
        filed = objections.file_objection(new)
    except objections.ObjectionRefused as refused:
        return _form_page(request, found, form, 409, str(refused))
    except Refused as refused:
        for name, texts in refused.messages.items():
            form.add_error(name, [str(text) for text in texts])
        return _form_page(request, found, form, 400)
    context = {
        "objection": filed.objection,
        "secret": codes.grouped(filed.secret),
        "notice": found.notice,
        **_office(found.notice),
    }
    return page(request, "received", context, names=True)


def _appeal(request: HttpRequest, objection: Objection, form: FollowForm) -> HttpResponse:
    appeal = AppealForm(bounded(request.POST), auto_id="%s")
    if not appeal.is_valid():
        return _followed(request, objection, form, appeal, status=400)
    try:
        objections.appeal(objection, appeal.cleaned_data["appeal"])
    except objections.ObjectionRefused as refused:
        appeal.add_error(None, str(refused))
        return _followed(request, objection, form, appeal, status=409)
    again = with_secret(form.cleaned_data["number"], form.cleaned_data["secret"])
    return _followed(request, again or objection, form)


def _followed(
    request: HttpRequest, objection: Objection, form: FollowForm, appeal: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    until = objection.appeal_until
    context = {
        "objection": objection,
        "form": form,
        "may_appeal": objections.may_appeal(objection) and until is not None and timezone.localdate() <= until,
        "appeal": appeal or AppealForm(auto_id="%s"),
        "notice": objection.notice,
        **_office(objection.notice),
    }
    return page(request, "followed", context, names=True, status=status)


def _looked_up(request: HttpRequest, form: FollowForm) -> tuple[Objection | None, str, int]:
    """The objection of a number and secret; or what is wrong, and the status.

    Wrong secrets are counted, by address and never by number: who knows a number must not lock its objector out.
    """
    address, site = client_address(request), county()
    limit = int(value("lookups_per_address", site.code if site else "", timezone.localdate()))
    if exhausted("lookup", address, limit=limit, seconds=TEN_MINUTES):
        return None, _("Too many wrong secrets came from here. Wait ten minutes and try again."), 429
    found = with_secret(form.cleaned_data["number"], form.cleaned_data["secret"])
    if found is None:
        attempt("lookup", address, limit=limit, seconds=TEN_MINUTES)
        wrong = _("There is no objection with this number and secret. Compare both sign by sign with your note.")
        return None, wrong, 404
    return found, "", 200


def _too_many(request: HttpRequest, notice: Notice, limits: dict[str, int]) -> str:
    """Count an objection by where it comes from, then by its notice; which of these had too many, empty for none.

    No flood silences more than the one notice.
    """
    address, network = client_address(request), client_address(request, bits=48)
    if not attempt("objection", address, limit=limits["objections_per_address"], seconds=HOUR):
        return _too_often()
    if not attempt("objection.network", network, limit=limits["objections_per_network"], seconds=HOUR):
        return _("Others of your network sent too many objections. Wait an hour and send it again, or tell it to "
                 "those who are named below.")  # fmt: skip
    if not attempt("objection.notice", notice.number, limit=limits["objections_per_hour"], seconds=HOUR):
        return _("This notice got so many objections within an hour that it takes no more for now. Nothing is wrong "
                 "with yours: send it again in an hour, or tell it to those who are named below.")  # fmt: skip
    return ""


def _form_page(
    request: HttpRequest, found: PublicNotice, form: ObjectionForm, status: int = 200, error: str = ""
) -> HttpResponse:
    context = {"form": form, "found": found, "notice": found.notice, "error": error, **_office(found.notice)}
    return page(request, "object", context, names=True, status=status)


def _blank(request: HttpRequest, found: PublicNotice) -> ObjectionForm:
    initial = {"token": new_token(), "about": request.GET.get("entry", "")[:10]}
    return ObjectionForm(notice=found.notice, entries=_entries(found), initial=initial)


def _entries(found: PublicNotice) -> list[tuple[int, str]]:
    """Entries by position, as one recognises them: name and group of the head, or the village."""
    columns = found.columns
    shown = [columns.index(name) for name in ("head", "group", "village") if name in columns]
    return [
        (position, f"{position}. " + " · ".join(filter(None, (cells[place] for place in shown))))
        for position, cells in found.rows
    ]


def _office(notice: Notice) -> dict[str, Any]:
    return {"ask": whom_to_ask(notice.area_id, timezone.localdate())}


def _limits(notice: Notice) -> dict[str, int]:
    found = values(LIMITS, notice.area_id, timezone.localdate())
    return {name: int(found[name]) for name in LIMITS}


def _readable(request: HttpRequest) -> None:
    """Read what was sent, within bounds. Raises _Unreadable."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or int(size) > LARGEST_BODY:
        _drain(request, 4 * LARGEST_BODY)
        limit = {"size": LARGEST_BODY // 1024**2}
        raise _Unreadable(_("Together this is larger than %(size)s MB. Send fewer or smaller photos.") % limit, 413)
    try:
        request.POST  # noqa: B018  # parsed here, where what is wrong with it can be told
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError) as error:
        raise _Unreadable(_("What your browser sent arrived damaged or incomplete. Please send it again.")) from error


def _drain(request: HttpRequest, most: int) -> None:
    """Let a browser finish sending, so that it reads our answer and not of a broken connection; nothing is kept."""
    left = most
    try:
        while left > 0 and (read := len(request.read(64 * 1024))):
            left -= read
    except (OSError, SuspiciousOperation):
        return


def _received(request: HttpRequest) -> HttpResponse:
    """Stands for a view that is not exempt from the check."""
    return HttpResponse()


def _not_from_here(request: HttpRequest) -> str:
    """Why a form does not come from our own page; empty where it does."""
    refused = _Csrf(_received).process_view(request, _received, (), {})
    if not refused:
        return ""
    return _("Your browser sent no cookie of this site. Allow cookies, and send the form once more; all is still here.")


def _too_often() -> str:
    return _("Too many forms came from here. Wait an hour and send it again, or tell it to those who are named below.")
