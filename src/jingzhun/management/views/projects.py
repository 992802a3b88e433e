"""Projects: the list by how they stand, one of them, and each step of its way."""

import io
from dataclasses import asdict
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.assistance.views.county import areas_of, asked_area, asked_date
from jingzhun.identification.forms.base import Form
from jingzhun.management import kinds
from jingzhun.management.actions import projects as actions
from jingzhun.management.actions.exports import export_projects
from jingzhun.management.forms import projects as forms
from jingzhun.management.models import Project, ProjectPhoto, Stage
from jingzhun.management.queries import projects as queries
from jingzhun.management.queries.money import by_source, money_of
from jingzhun.management.queries.projects import Asked
from jingzhun.management.rules.projects import Standing
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import APPROVE_FUNDS, HANDLE_FUNDS, RUN_PROJECTS, VIEW_MANAGEMENT
from jingzhun.policy.views.files import workbook

from .money import filled

PER_PAGE = 50
TILES = (
    ("red", gettext_lazy("late"), "alarm", "poor"),
    ("yellow", gettext_lazy("due soon"), "hourglass", "warn"),
    ("green", gettext_lazy("in time"), "circle-check", "good"),
    ("missing", gettext_lazy("report missing"), "report", "warn"),
)


def _asked(request: Request) -> Asked:
    """What the address asks for; what is unknown narrows nothing. Raises Http404 for an area beyond the user's."""
    kind, state, standing, year = (
        line(request.GET.get(name, ""))[:20] for name in ("kind", "state", "standing", "year")
    )
    event = request.GET.get("event", "")
    return Asked(
        asked_area(request, VIEW_MANAGEMENT),
        kind if kind in kinds.kinds() else "",
        state if state in Project.State.values else "",
        standing if standing in (*[each.value for each in Standing], "missing") else "",
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        line(request.GET.get("q", ""))[:60],
        event if event in queries.EVENTS else "",
        asked_date(request, "since"),
        asked_date(request, "until"),
    )


def _query(asked: Asked) -> dict[str, Any]:
    values = asdict(asked) | {"q": asked.text, "text": ""}
    return {name: value for name, value in values.items() if value}


def _rows(request: Request, asked: Asked) -> tuple[list[queries.Row], Any]:
    """Rows of a page: by how they stand, which is reckoned, or as the database gives them."""
    today, page = timezone.localdate(), request.GET.get("page")
    if asked.standing:
        rows = [
            row for row in queries.live_rows(request.user, today, asked)
            if (row.report_missing if asked.standing == "missing" else row.standing == asked.standing)
        ]  # fmt: skip
        standing = Paginator(rows, PER_PAGE).get_page(page)
        return list(standing), standing
    shown = Paginator(queries.projects(request.user, asked), PER_PAGE).get_page(page)
    return queries.rows_of(list(shown), today), shown


@requires(VIEW_MANAGEMENT)
def projects(request: Request) -> HttpResponse:
    """Projects of the user's areas, those that are late first in sight."""
    asked, own = _asked(request), areas_of(request, VIEW_MANAGEMENT)
    rows, page = _rows(request, asked)
    kept = _query(asked)
    numbers = queries.numbers(request.user, asked, timezone.localdate())
    places = Area.objects.filter(within(own, "code"), level__in=("town", "village"), valid_until=None)
    context = {
        "rows": rows,
        "page": page,
        "asked": asked,
        "narrowed": bool(kept),
        "query": urlencode(kept),
        "numbers": numbers,
        "tiles": [
            (label, icon, tone, numbers[code], "?" + urlencode(kept | {"standing": code, "state": ""}),
             asked.standing == code)
            for code, label, icon, tone in TILES
        ],
        "kinds": kinds.choices(),
        "states": Project.State.choices,
        "places": places.order_by("code"),
        "years": range(timezone.localdate().year, 2013, -1),
        "may_draft": request.user.can(RUN_PROJECTS),
        "heading": _("Projects"),
    }  # fmt: skip
    return render(request, "management/projects.html", context)


@requires(VIEW_MANAGEMENT)
def export(request: Request) -> HttpResponse:
    """The same list as a workbook."""
    asked, target = _asked(request), io.BytesIO()
    found = queries.with_money(queries.projects(request.user, asked))
    export_projects(found, target, query=urlencode(_query(asked)), by=request.user)
    return workbook(target, _("projects"))


def _project(request: Request, pk: int, permission: str = VIEW_MANAGEMENT) -> Project:
    rows = Project.objects.visible_to(request.user, permission)
    return get_object_or_404(
        rows.select_related("area__parent", "responsible", "leader", "made_by", "approved_by"), pk=pk
    )


def _page_of(project: Project) -> str:
    return reverse("management:project", args=[project.pk])


def _crumbs(project: Project | None = None) -> list[tuple[str, str]]:
    found = [(_("Projects"), reverse("management:projects"))]
    return [*found, (project.title, _page_of(project))] if project else found


@requires(VIEW_MANAGEMENT)
def project(request: Request, pk: int) -> HttpResponse:
    """One project: its days and stages, its money, its reports, its pictures side by side."""
    found = _project(request, pk)
    (row,) = queries.rows_of([found], timezone.localdate())
    photos = list(found.photos.all())
    context = {
        "row": row,
        "project": found,
        "stages": found.stages.all(),
        "money": money_of(found),
        "sources": by_source(found),
        "orders": found.orders.all()[:PER_PAGE],
        "reports": found.reports.select_related("by")[:26],
        "moments": [(label, [photo for photo in photos if photo.moment == moment])
                    for moment, label in ProjectPhoto.Moment.choices],
        "households": found.beneficiaries.count(),
        "today": timezone.localdate(),
        "may_run": request.user.can(RUN_PROJECTS, found.area_id),
        "may_approve": request.user.can(APPROVE_FUNDS, found.area_id),
        "may_handle": request.user.can(HANDLE_FUNDS, found.area_id),
        "heading": found.title,
        "crumbs": _crumbs(),
    }  # fmt: skip
    return render(request, "management/project.html", context)


@requires(RUN_PROJECTS)
def draft(request: Request) -> HttpResponse:
    """Draft a project."""
    form = forms.ProjectForm(request.POST or None, area=areas_of(request, RUN_PROJECTS),
                             initial={"year": timezone.localdate().year})  # fmt: skip

    def act(data: dict[str, Any]) -> None:
        actions.draft(form.drafted(), data["stages"], by=request.user)

    back = reverse("management:projects")
    return filled(request, form, act, _("Draft a project"), _("The project is drafted."), back, _crumbs())


@requires(RUN_PROJECTS)
def change(request: Request, pk: int) -> HttpResponse:
    """Change a draft."""
    found = _project(request, pk, RUN_PROJECTS)
    form = forms.ProjectForm(
        request.POST or None, area=areas_of(request, RUN_PROJECTS), initial=forms.initial_of(found)
    )

    def act(data: dict[str, Any]) -> None:
        actions.change_draft(found, form.drafted(), data["stages"], by=request.user)

    return _filled(request, found, form, act, _("Change the draft"), _("The draft is changed."))


def _filled(
    request: Request, found: Project, form: Any, act: Any, heading: str, done: str, **more: Any
) -> HttpResponse:
    return filled(request, form, act, heading, done, _page_of(found), _crumbs(found), **more)


@requires(RUN_PROJECTS)
def households(request: Request, pk: int) -> HttpResponse:
    """Name the households that a project is for."""
    found = _project(request, pk, RUN_PROJECTS)
    numbers = found.beneficiaries.order_by("household__number").values_list("household__number", flat=True)
    form = forms.HouseholdsForm(request.POST or None, initial={"households": "\n".join(numbers)})

    def act(data: dict[str, Any]) -> None:
        actions.name_beneficiaries(found, data["households"], by=request.user)

    return _filled(request, found, form, act, _("Name the households"), _("The households are named."))


@requires(RUN_PROJECTS)
def report(request: Request, pk: int) -> HttpResponse:
    """Send the report of these two weeks."""
    found = _project(request, pk, RUN_PROJECTS)
    (row,) = queries.rows_of([found], timezone.localdate())
    form = forms.ReportForm(request.POST or None, initial={"percent": row.done})

    def act(data: dict[str, Any]) -> None:
        actions.report(found, data["percent"], data["told"], data["late_because"], by=request.user)

    return _filled(request, found, form, act, _("Report the progress"), _("The report is sent."))


@requires(RUN_PROJECTS)
def photo(request: Request, pk: int) -> HttpResponse:
    """Add a picture."""
    found = _project(request, pk, RUN_PROJECTS)
    form = forms.PhotoForm(request.POST or None, request.FILES or None, initial={"taken_on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        file = data["file"]
        actions.add_photo(found, data["moment"], (file, file.size), data["taken_on"], data["note"], by=request.user)

    return _filled(request, found, form, act, _("Add a picture"), _("The picture is added."))


@requires(VIEW_MANAGEMENT)
def picture(request: Request, pk: int) -> FileResponse:
    """A picture of a project."""
    found = get_object_or_404(ProjectPhoto.objects.visible_to(request.user, VIEW_MANAGEMENT), pk=pk)
    try:
        return FileResponse(found.file.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error


@requires(RUN_PROJECTS)
def stage(request: Request, pk: int) -> HttpResponse:
    """A stage is done."""
    rows = Stage.objects.visible_to(request.user, RUN_PROJECTS).select_related("project")
    found = get_object_or_404(rows, pk=pk)
    form = forms.StageForm(request.POST or None, initial={"on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.stage_done(found, data["on"], data["late_because"], by=request.user)

    told = f"{found.number}. {found.title} · {found.due_on}"
    return _filled(request, found.project, form, act, _("Stage done"), _("The stage is done."), told=told)


# Steps of a project: the form (a day, a reason, a keeper, or nothing), the permission, and the action.
STEPS: dict[str, tuple[Any, str, Any]] = {
    "admit": (Form, RUN_PROJECTS, actions.admit),
    "begin": (forms.DayForm, RUN_PROJECTS, actions.begin),
    "complete": (forms.DayForm, RUN_PROJECTS, actions.complete),
    "drop": (forms.WhyForm, RUN_PROJECTS, actions.drop),
    "approve": (Form, APPROVE_FUNDS, actions.approve),
    "accept": (forms.AcceptForm, APPROVE_FUNDS, actions.accept),
    "return": (forms.WhyForm, APPROVE_FUNDS, actions.send_back),
}


@requires(VIEW_MANAGEMENT)
def step(request: Request, pk: int, name: str) -> HttpResponse:
    """One step on a project's way."""
    if name not in STEPS:
        raise Http404
    kind, permission, action = STEPS[name]
    found = _project(request, pk, permission)
    form = kind(request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()})
    headings = {
        "admit": _("Into the library"), "begin": _("Begin"), "complete": _("Completed"), "drop": _("Drop the project"),
        "approve": _("Approve the project"), "accept": _("Accept the project"), "return": _("Send it back"),
    }  # fmt: skip

    def act(data: dict[str, Any]) -> None:
        action(found, by=request.user, **data)

    told = f"{found.number} {found.title}\n{found.content}"
    return _filled(request, found, form, act, headings[name], _("It is done."), told=told)
