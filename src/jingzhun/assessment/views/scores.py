"""Scores: a year's ranking, one score with its points, the evidence of a point, and each step on the way."""

import io
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.assessment.actions import scores as actions
from jingzhun.assessment.actions.score_exports import export_scores
from jingzhun.assessment.charts import ranking_chart, trend_chart
from jingzhun.assessment.forms import scores as forms
from jingzhun.assessment.models import Card, Point, Score, Scoring
from jingzhun.assessment.printing.scores import score_pdf
from jingzhun.assessment.queries import scores as queries
from jingzhun.assessment.queries.figures import FIGURES
from jingzhun.assistance.views import where
from jingzhun.assistance.views.county import county_of
from jingzhun.identification.forms.base import Form
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import (
    ANSWER_ASSESSMENT,
    DECIDE_ASSESSMENT,
    SET_TASKS,
    SUPERVISE,
    VIEW_ASSESSMENT,
    VIEW_HOUSEHOLDS,
)
from jingzhun.policy.rules.files import CONTENT_TYPES, FileKind
from jingzhun.policy.views.files import workbook

PER_PAGE, CHARTED = 50, 60
KINDS = tuple(Card.Subject.choices)


def filled(*told: Any, **more: Any) -> HttpResponse:
    """A form of assessment on a page of its own; what it holds is carried out."""
    return where.filled(*told, template="assessment/scores_form.html", **more)


def _crumbs(score: Score | None = None) -> list[tuple[str, str]]:
    found = [(_("Scores"), reverse("assessment:scores"))]
    if score is None:
        return found
    found.append((str(score.scoring.year), _year_page(score.scoring)))
    return [*found, (score.name, reverse("assessment:score", args=[score.pk]))]


def _year_page(scoring: Scoring) -> str:
    return f"{reverse('assessment:scores')}?subject={scoring.subject}&year={scoring.year}"


def _asked(request: Request, kinds: list[str]) -> tuple[str, str]:
    subject, year = (line(request.GET.get(name, ""))[:10] for name in ("subject", "year"))
    return (subject if subject in kinds else kinds[0] if kinds else "town"), year


@requires(VIEW_ASSESSMENT)
def scores(request: Request) -> HttpResponse:
    """A year's ranking of towns, villages, departments, or of the county's funds."""
    known = list(queries.scorings(request.user))
    subject, year = _asked(request, [kind for kind, _label in KINDS if any(each.subject == kind for each in known)])
    years = [each for each in known if each.subject == subject]
    shown = next((each for each in years if str(each.year) == year), years[0] if years else None)
    context: dict[str, Any] = {
        "kinds": KINDS, "subject": subject, "years": years, "scoring": shown, "heading": _("Scores"),
        "may_compute": request.user.can(SET_TASKS),
        "appeals": queries.appeals(request.user).filter(state="open").count(),
    }  # fmt: skip
    if shown:
        context |= _ranked(request, shown)
    return render(request, "assessment/scores.html", context)


def _ranked(request: Request, scoring: Scoring) -> dict[str, Any]:
    found = queries.ranking(request.user, scoring)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    opened = set(found.filter(queries.own(request.user)).order_by().values_list("pk", flat=True))
    last = queries.before(request.user, scoring)
    rows = [(score, score.pk in opened, last.get(score.key)) for score in page]
    missing = Point.objects.filter(score__scoring=scoring, indicator__figures=[], indicator__kind="score", value=None)
    return {
        "rows": rows,
        "page": page,
        "query": f"subject={scoring.subject}&year={scoring.year}",
        "chart": ranking_chart(list(found[:CHARTED]), opened) if len(page) > 1 else None,
        "missing": missing.count() if scoring.state == Scoring.State.DRAFT else 0,
        "may_enter": scoring.state == "draft" and request.user.can(SET_TASKS, scoring.county_id),
        "may_review": scoring.state != "published" and request.user.can(SUPERVISE, scoring.county_id),
        "may_publish": scoring.state == "reviewed" and request.user.can(DECIDE_ASSESSMENT, scoring.county_id),
    }


@requires(VIEW_ASSESSMENT)
def export(request: Request, pk: int) -> HttpResponse:
    """A year's scores as a workbook: totals, and the own points with their figures."""
    scoring, target = _scoring(request, pk), io.BytesIO()
    export_scores(scoring, target, by=request.user)
    return workbook(target, _("scores"))


@requires(SET_TASKS)
def compute(request: Request) -> HttpResponse:
    """Compute a year's draft."""
    county = county_of(request, SET_TASKS)
    form = forms.ComputeForm(request.POST or None, initial={"subject": line(request.GET.get("subject", ""))[:10]})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        back = f"{reverse('assessment:scores')}?subject={data['subject']}&year={data['year']}"

        def act() -> None:
            actions.compute(county, data["subject"], data["year"], by=request.user)

        if went := where.carry_out(request, form, act, _("The draft is computed."), back):
            return went
    context = {"form": form, "heading": _("Compute scores"), "button": _("Compute scores"), "crumbs": _crumbs(),
               "back": reverse("assessment:scores")}  # fmt: skip
    return render(request, "assessment/scores_form.html", context)


def _scoring(request: Request, pk: int, permission: str = VIEW_ASSESSMENT) -> Scoring:
    rows = queries.scorings(request.user)
    if permission != VIEW_ASSESSMENT:
        rows = rows.filter(pk__in=Scoring.objects.visible_to(request.user, permission).values("pk"))
    return get_object_or_404(rows, pk=pk)


# Steps of a year's scores: the form, the permission, what it is called, and the action.
STEPS: dict[str, tuple[Any, str, Any, Any]] = {
    "review": (Form, SUPERVISE, gettext_lazy("Open the scores to the judged"), actions.review),
    "return": (forms.WhyForm, SUPERVISE, gettext_lazy("Make it a draft again"), actions.send_back),
    "publish": (Form, DECIDE_ASSESSMENT, gettext_lazy("Publish the scores"), actions.publish),
}


@requires(VIEW_ASSESSMENT)
def step(request: Request, pk: int, name: str) -> HttpResponse:
    """One step on the way of a year's scores."""
    if name not in STEPS:
        raise Http404
    kind, permission, heading, action = STEPS[name]
    found = _scoring(request, pk, permission)
    form = kind(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        action(found, by=request.user, **data)

    told = f"{found.year} {found.card.label}"
    return filled(request, form, act, str(heading), _("It is done."), _year_page(found), _crumbs(), told=told)


@requires(VIEW_ASSESSMENT)
def score(request: Request, pk: int) -> HttpResponse:
    """One score: each point with its figure, which opens the evidence."""
    found = get_object_or_404(queries.scores(request.user).filter(queries.own(request.user)), pk=pk)
    points, scoring = queries.points_of(found), found.scoring
    context = {
        "score": found,
        "scoring": scoring,
        "groups": queries.grouped(points),
        "appeals": queries.appeals(request.user, scoring).filter(point__score=found),
        "trend": trend_chart(queries.trend(request.user, found)),
        "may_enter": scoring.state == "draft" and request.user.can(SET_TASKS, scoring.county_id),
        "may_appeal": queries.may_appeal(request.user, found),
        "heading": f"{found.name} {scoring.year}",
        "crumbs": _crumbs(found)[:-1],
    }
    return render(request, "assessment/score.html", context)


@requires(VIEW_ASSESSMENT)
def report(request: Request, pk: int) -> HttpResponse:
    """One score as PDF."""
    found = get_object_or_404(queries.scores(request.user).filter(queries.own(request.user)), pk=pk)
    pdf = score_pdf(found, queries.grouped(queries.points_of(found)))
    return HttpResponse(pdf, content_type="application/pdf")


def _point(request: Request, pk: int) -> Point:
    return get_object_or_404(queries.own_points(request.user), pk=pk)


@requires(VIEW_ASSESSMENT)
def point(request: Request, pk: int) -> HttpResponse:
    """The evidence of a point: the very rows that its figure counts, or the paper of an entered value."""
    found = _point(request, pk)
    names = found.indicator.figures
    name = line(request.GET.get("figure", ""))[:40]
    name = name if name in names else names[0] if names else ""
    context: dict[str, Any] = {
        "point": found, "score": found.score, "figures": names, "figure": name,
        "heading": found.indicator.label, "crumbs": _crumbs(found.score),
        "may_read": name in FIGURES and (not FIGURES[name].households or request.user.can(VIEW_HOUSEHOLDS)),
    }  # fmt: skip
    if context["may_read"]:
        figure, rows = FIGURES[name], dict(queries.behind(found))[name]
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "query": f"figure={name}",
                    "rows": [(figure.text(row), figure.address(row), row.num, row.den) for row in page]}  # fmt: skip
    return render(request, "assessment/score_point.html", context)


@requires(VIEW_ASSESSMENT)
def evidence(request: Request, pk: int) -> FileResponse:
    """The file of an entered value; never shown within our own pages."""
    found = _point(request, pk)
    kind = found.evidence.name.rsplit(".", 1)[-1] if found.evidence else ""
    if kind not in set(FileKind):
        raise Http404
    try:
        opened = found.evidence.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=f"{found.indicator.code}.{kind}",
                            content_type=CONTENT_TYPES[FileKind(kind)])  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(SET_TASKS)
def enter(request: Request, pk: int) -> HttpResponse:
    """Enter a value with its evidence."""
    found = _point(request, pk)
    form = forms.EnterForm(request.POST or None, request.FILES or None, point=found)

    def act(data: dict[str, Any]) -> None:
        actions.enter_value(found, data["value"], data["note"], data["file"], by=request.user)

    back, told = reverse("assessment:score", args=[found.score_id]), f"{found.score.name} · {found.indicator.label}"
    return filled(request, form, act, _("Enter a value"), _("The value is entered."), back, _crumbs(found.score),
                  told=told)  # fmt: skip


@requires(SET_TASKS)
def enter_all(request: Request, pk: int) -> HttpResponse:
    """Enter an indicator's values for all of the judged, from one paper."""
    found = _scoring(request, pk, SET_TASKS)
    rows = found.scores.select_related("area", "unit").order_by("area", "unit")
    keys = {name: each.key for each in rows for name in (each.key, each.name)}
    choices = [(each.code, each.label) for each in found.card.indicators.filter(figures=[])]
    lines = "\n".join(f"{each.name} " for each in rows)
    form = forms.EnterAllForm(request.POST or None, request.FILES or None, choices=choices, names=keys,
                              initial={"values": lines})  # fmt: skip

    def act(data: dict[str, Any]) -> None:
        actions.enter_for_all(found, data["code"], data["values"], data["note"], data["file"], by=request.user)

    told = f"{found.year} {found.card.label}"
    return filled(request, form, act, _("Enter values"), _("The values are entered."), _year_page(found), _crumbs(),
                  told=told)  # fmt: skip


@requires(ANSWER_ASSESSMENT)
def appeal(request: Request, pk: int) -> HttpResponse:
    """Appeal against a point."""
    found = _point(request, pk)
    if not queries.may_appeal(request.user, found.score):
        return redirect("assessment:score", pk=found.score_id)
    form = forms.AppealForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        actions.appeal(found, data["text"], by=request.user)

    back, told = reverse("assessment:score", args=[found.score_id]), f"{found.indicator.label}: {found.points}"
    return filled(request, form, act, _("Appeal"), _("The appeal is sent."), back, _crumbs(found.score), told=told)


@requires(VIEW_ASSESSMENT)
def appeals(request: Request) -> HttpResponse:
    """Appeals about the own scores, those that wait first."""
    page = Paginator(queries.appeals(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "heading": _("Appeals"), "crumbs": _crumbs(),
               "may_decide": request.user.can(DECIDE_ASSESSMENT)}  # fmt: skip
    return render(request, "assessment/score_appeals.html", context)


@requires(DECIDE_ASSESSMENT)
def decide(request: Request, pk: int) -> HttpResponse:
    """Decide an appeal."""
    found = get_object_or_404(queries.appeals(request.user), pk=pk)
    form = forms.DecideAppealForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        actions.decide_appeal(found, form.given, data["reply"], by=request.user)

    point = found.point
    told = f"{point.score.name} · {point.indicator.label}: {point.points} / {point.indicator.weight}\n{found.text}"
    return filled(request, form, act, _("Decide the appeal"), _("It is decided."), reverse("assessment:score-appeals"),
                  _crumbs(), told=told, deciding=True)  # fmt: skip


@requires(VIEW_ASSESSMENT)
def fund(request: Request) -> HttpResponse:
    """The newest evaluation of the county's funds, or where there is none, how to make one."""
    rows = queries.scores(request.user).filter(queries.own(request.user), scoring__subject=Card.Subject.COUNTY)
    newest = rows.order_by("-scoring__year").first()
    if newest:
        return redirect("assessment:score", pk=newest.pk)
    return redirect(f"{reverse('assessment:scores')}?subject={Card.Subject.COUNTY}")
