"""Lists of departments that say who received a benefit, and receipts that were recorded in error."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.areas.models import Area
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import HAND_IN_LISTS, VIEW_POLICIES
from jingzhun.policy.actions.receipt_lists import ListRefused, OfList, take_receipts
from jingzhun.policy.actions.receipts import take_back
from jingzhun.policy.forms.receipts import ReceiptListForm
from jingzhun.policy.models import Policy, Receipt
from jingzhun.policy.queries.versions import current_titles
from jingzhun.policy.receipt_lists import BadRow, read_receipts
from jingzhun.policy.wording import title_of
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.problems import WorkbookRefused

SHOWN = 100  # faulty rows on the page
LARGEST = 50 * 1024**2


@requires(HAND_IN_LISTS)
def upload(request: Request) -> HttpResponse:
    """Take a list whole, or tell what is wrong with which row."""
    code = request.user.scope.areas_for(HAND_IN_LISTS)[0][:6]
    county = get_object_or_404(Area, pk=code)
    versions = current_titles(county.code)
    policies = [(str(each.policy_id), title_of(each)) for each in versions]
    form = ReceiptListForm(request.POST or None, request.FILES or None, policies=policies)
    bad: list[BadRow] = []
    if request.method == "POST" and form.is_valid():
        try:
            taken = _take(request, county, form)
        except (Refused, WorkbookRefused) as refused:
            form.add_error("file", str(refused) if isinstance(refused, WorkbookRefused) else _said(refused))
        except ListRefused as refused:
            bad = refused.rows
        else:
            messages.success(request, _("%(count)s receipts were recorded.") % {"count": taken})
            return redirect("policy:receipts-upload")
    context = {
        "county": county,
        "form": form,
        "bad": bad[:SHOWN],
        "bad_count": len(bad),
        "has_policies": bool(policies),
    }
    return render(request, "policy/entitlement_receipts.html", context)


def _take(request: Request, county: Area, form: ReceiptListForm) -> int:
    data = form.cleaned_data
    if data["file"].size > LARGEST:
        raise WorkbookRefused("too_big", megabytes=data["file"].size // 1024**2, limit=LARGEST // 1024**2)
    policy = get_object_or_404(Policy, pk=data["policy"])
    about = OfList(policy, data["year"], data["received_on"], data["department"], data["file"].name[:200])
    with TemporaryDirectory(prefix="jingzhun-") as folder:
        path = Path(folder, f"list{Path(data['file'].name).suffix.lower()[:8]}")
        with path.open("wb") as target:
            for chunk in data["file"].chunks():
                target.write(chunk)
        read = read_receipts(path)
    return len(take_receipts(county, about, read, by=request.user))


@requires(VIEW_POLICIES)
@require_POST
def taken_back(request: Request, pk: int) -> HttpResponse:
    """A receipt was recorded in error."""
    found = Receipt.objects.visible_to(request.user, VIEW_POLICIES).select_related("household")
    receipt = get_object_or_404(found, pk=pk)
    why = request.POST.get("why", "").strip()[:500]
    try:
        if not why:
            raise Refused.because(_("Say why the receipt is taken back."))
        take_back(receipt.reference, by=request.user, why=why)
        messages.success(request, _("The receipt counts no longer."))
    except (Refused, NotYours) as refused:
        messages.error(request, _said(refused) if isinstance(refused, Refused) else str(refused))
    return redirect(f"{reverse('policy:household', args=[receipt.household.number])}?year={receipt.year}#receipts")


def _said(refused: Refused) -> str:
    return " ".join(str(text) for texts in refused.messages.values() for text in texts)
