"""Cadres: the list, one of them, those who come in by a workbook, those who leave."""

import io
from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST

from jingzhun.areas.models import Area
from jingzhun.assistance.actions import cadres as actions
from jingzhun.assistance.actions.kin import add_kin, remove_kin
from jingzhun.assistance.actions.pairing_lists import export_cadres, print_letters
from jingzhun.assistance.forms.cadres import CadreFileForm, CadreForm, KinForm
from jingzhun.assistance.forms.postings import EndForm
from jingzhun.assistance.models import Kin
from jingzhun.assistance.printing.letters import letter_of_cadre
from jingzhun.assistance.queries import cadres as queries
from jingzhun.assistance.queries.cadres import Asked
from jingzhun.assistance.skills import skills
from jingzhun.assistance.workbook.cadres import HEADS_OF, write_cadres
from jingzhun.identification.actions.uploads import keep, kept
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.models import Cadre
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.policy.views.files import workbook
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.problems import WorkbookRefused

from .county import county_of
from .where import carry_out

PER_PAGE, SHOWN_FAULTS, SHOWN_NEWS = 50, 100, 20
LOADS = (
    ("none", gettext_lazy("no household")),
    ("under", gettext_lazy("under the quota")),
    ("full", gettext_lazy("as many as they may take")),
)


@requires(ARRANGE_HELP)
def cadres(request: Request) -> HttpResponse:
    """The county's cadres."""
    county, asked = county_of(request, ARRANGE_HELP), _asked(request)
    terms = queries.terms_or_none(county.pk, timezone.localdate())
    rows = queries.cadres(county, asked, terms)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "numbers": queries.numbers(county),
        "asked": asked,
        "narrowed": asked != Asked(),
        "ranks": Cadre.RANKS,
        "organisations": queries.organisations(county),
        "towns": queries.towns(county),
        "skills": [(code, each.label) for code, each in skills().items()],
        "loads": LOADS,
        "query": _query(asked),
        "heading": _("Cadres"),
    }
    return render(request, "assistance/cadres.html", context)


def _asked(request: Request) -> Asked:
    """What the address asks for; what is unknown narrows nothing."""
    asked = request.GET
    rank, skill, load, town = (line(asked.get(name, ""))[:20] for name in ("rank", "skill", "load", "town"))
    organisation = line(asked.get("organisation", ""))
    return Asked(
        rank if rank in dict(Cadre.RANKS) else "",
        int(organisation) if organisation.isascii() and organisation.isdigit() and len(organisation) < 10 else None,
        town if town.isascii() and town.isdigit() else "",
        skill if skill in skills() else "",
        load if load in queries.LOADS else "",
        line(asked.get("q", ""))[:60],
        asked.get("left") == "yes",
    )


def _query(asked: Asked) -> str:
    values = asdict(asked) | {"q": asked.text, "left": "yes" if asked.left else "", "text": ""}
    return urlencode({name: value for name, value in values.items() if value})


@requires(ARRANGE_HELP)
def export(request: Request) -> HttpResponse:
    """The same list as the workbook in which cadres come in."""
    county, asked = county_of(request, ARRANGE_HELP), _asked(request)
    found = queries.cadres(county, asked, queries.terms_or_none(county.pk, timezone.localdate()))
    target = io.BytesIO()
    export_cadres(found, county, target, query=_query(asked), by=request.user)
    return workbook(target, _("cadres"))


@requires(ARRANGE_HELP)
def cadre(request: Request, pk: int) -> HttpResponse:
    """One cadre with the households helped, now and before, postings and kin."""
    found = cadre_of(request, pk)
    return _page(request, found, KinForm())


def _page(request: Request, found: Cadre, form: KinForm) -> HttpResponse:
    context = {"of": queries.cadre_page(found, timezone.localdate()), "cadre": found, "form": form,
               "heading": found.name, "crumbs": [(_("Cadres"), reverse("assistance:cadres"))]}  # fmt: skip
    return render(request, "assistance/cadre.html", context)


def cadre_of(request: Request, pk: int) -> Cadre:
    """A cadre of the user's county. Raises Http404."""
    rows = Cadre.objects.filter(county=county_of(request, ARRANGE_HELP))
    return get_object_or_404(rows.select_related("organisation", "near", "user", "county"), pk=pk)


@requires(ARRANGE_HELP)
def add(request: Request) -> HttpResponse:
    """Somebody new."""
    county = county_of(request, ARRANGE_HELP)
    form = CadreForm(request.POST or None, county=county, initial={"serves_from": timezone.localdate()})
    return _form(request, form, Cadre(county=county), _("Add a cadre"), reverse("assistance:cadres"))


@requires(ARRANGE_HELP)
def change(request: Request, pk: int) -> HttpResponse:
    """What is known of a cadre changes."""
    found = cadre_of(request, pk)
    form = CadreForm(request.POST or None, county=found.county, cadre=found)
    return _form(request, form, found, _("Change %(name)s") % {"name": found.name}, _address(found))


def _address(cadre: Cadre) -> str:
    return reverse("assistance:cadre", args=[cadre.pk])


def _form(request: Request, form: CadreForm, cadre: Cadre, heading: str, back: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.change_cadre(cadre, form.values(), by=request.user)
        except Refused as refused:
            form.refuse(refused.renamed(user="login", near_id="near"))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
            return redirect(_address(saved))
    context = {"form": form, "heading": heading, "button": _("Save"), "back": back, "wide": True,
               "crumbs": [(_("Cadres"), reverse("assistance:cadres"))]}  # fmt: skip
    return render(request, "assistance/form.html", context)


@requires(ARRANGE_HELP)
def leave(request: Request, pk: int) -> HttpResponse:
    """A cadre leaves; whoever was helped is told."""
    found = cadre_of(request, pk)
    form = EndForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            number = actions.leave(found, data["day"], data["why"], by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _has_left(found.name, number))
            return redirect(_address(found))
    context = {"form": form, "heading": _("%(name)s leaves") % {"name": found.name}, "button": _("Leaves"),
               "back": _address(found)}  # fmt: skip
    return render(request, "assistance/form.html", context)


def _has_left(name: str, number: int) -> str:
    text = ngettext(
        "%(name)s has left; %(number)s household needs another helper now.",
        "%(name)s has left; %(number)s households need another helper now.",
        number,
    )
    return text % {"name": name, "number": number}


@requires(ARRANGE_HELP)
@require_POST
def kin_add(request: Request, pk: int) -> HttpResponse:
    """Note where a cadre has kin."""
    found, form = cadre_of(request, pk), KinForm(request.POST)
    if form.is_valid():
        try:
            paired = add_kin(found, form.cleaned_data["place"], form.cleaned_data["note"], by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("It is noted; they are not paired."))
            if paired:
                messages.warning(request, _("They are paired there today: give the households another helper."))
            return redirect(_address(found))
    return _page(request, found, form)


@requires(ARRANGE_HELP)
@require_POST
def kin_remove(request: Request, pk: int) -> HttpResponse:
    """What was noted of kin is taken back."""
    rows = Kin.objects.filter(cadre__county=county_of(request, ARRANGE_HELP)).select_related("cadre", "household")
    found = get_object_or_404(rows, pk=pk)
    return carry_out(
        request, None, lambda: remove_kin(found, by=request.user), _("The note of kin is removed."),
        _address(found.cadre),
    )  # fmt: skip


@requires(ARRANGE_HELP)
def letter(request: Request, pk: int) -> HttpResponse:
    """The letter about the households that a cadre helps."""
    found, today = cadre_of(request, pk), timezone.localdate()
    letters = [letter_of_cadre(found, today)]
    if not letters[0].households:
        raise Http404
    return pdf(print_letters(found.county, letters, today, query=f"cadre={found.number}", by=request.user), found.name)


def pdf(paper: bytes, name: str) -> HttpResponse:
    """A PDF to look at."""
    headers = {"Content-Disposition": content_disposition_header(False, f"{name}.pdf") or ""}
    return HttpResponse(paper, content_type="application/pdf", headers=headers)


@requires(ARRANGE_HELP)
def take_in(request: Request) -> HttpResponse:
    """Take a workbook of cadres: it is looked at first, and comes in once that is confirmed."""
    county = county_of(request, ARRANGE_HELP)
    form, taken = CadreFileForm(request.POST or None, request.FILES or None), None
    if "kept" in request.POST:
        return _confirm(request, county)
    token, name = "", ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        name = line(file.name)[:200]
        try:
            path = keep(file, file.name)
            token = path.name
            taken = actions.import_cadres(path, county, by=request.user, only_check=True, name=name)
        except WorkbookRefused as refused:
            form.add_error("file", str(refused))
    context = {
        "form": form,
        "taken": taken,
        "kept": token,
        "name": name,
        "bad": taken.bad[:SHOWN_FAULTS] if taken else [],
        "news": _news(taken) if taken else [],
        "more": max(len(taken.news) - SHOWN_NEWS, 0) if taken else 0,
        "heading": _("Import cadres"),
        "crumbs": [(_("Cadres"), reverse("assistance:cadres"))],
    }
    return render(request, "assistance/cadres_import.html", context)


def _news(taken: actions.Taken) -> list[tuple[Cadre, str]]:
    """Some of those who are new or changed; of the changed, what differs."""
    return [
        (cadre, pgettext("between words", ", ").join(str(HEADS_OF[name]) for name in differs))
        for cadre, differs in taken.news[:SHOWN_NEWS]
    ]


def _confirm(request: Request, county: Area) -> HttpResponse:
    path, name = kept(line(request.POST["kept"])), line(request.POST.get("name", ""))[:200]
    if path is None:
        messages.error(request, _("The file waited too long; send it again."))
        return redirect("assistance:cadres-import")
    try:
        taken = actions.import_cadres(path, county, by=request.user, name=name)
    except WorkbookRefused as refused:
        messages.error(request, str(refused))
        return redirect("assistance:cadres-import")
    finally:
        path.unlink(missing_ok=True)
    if taken.bad:
        messages.error(request, _("Something changed since the file was looked at; send it again."))
        return redirect("assistance:cadres-import")
    told = {"added": taken.added, "changed": taken.changed}
    messages.success(request, _("%(added)s cadres added, %(changed)s changed.") % told)
    return redirect("assistance:cadres")


@requires(ARRANGE_HELP)
def template(request: Request) -> HttpResponse:
    """The empty workbook."""
    target = io.BytesIO()
    write_cadres(target)
    return workbook(target, _("cadres"))
