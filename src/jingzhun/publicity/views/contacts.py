"""Where people may turn to, by area: printed on notices, shown on the public website."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import SETTLE_OBJECTIONS
from jingzhun.publicity.actions.contacts import set_contact
from jingzhun.publicity.forms.staff import ContactForm
from jingzhun.publicity.models import Contact
from jingzhun.publicity.queries.site import offices


@requires(SETTLE_OBJECTIONS)
def contacts(request: Request) -> HttpResponse:
    """The user's county or towns with their offices."""
    rows = offices(request.scope.areas_for(SETTLE_OBJECTIONS))
    return render(request, "publicity/contacts.html", {"rows": rows, "heading": _("Where to object")})


@requires(SETTLE_OBJECTIONS)
def contact(request: Request, code: str) -> HttpResponse:
    """The office of one area."""
    if not request.user.can(SETTLE_OBJECTIONS, code):
        raise Http404
    area = get_object_or_404(Area, pk=code, level__in=[Level.COUNTY, Level.TOWN, Level.VILLAGE])
    form = ContactForm(request.POST or None, instance=Contact.objects.filter(area=area).first())
    if request.method == "POST" and form.is_valid():
        set_contact(area, **form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("publicity:contacts")
    crumbs = [(_("Where to object"), reverse("publicity:contacts"))]
    return render(request, "publicity/contact.html", {"form": form, "heading": area.short_name, "crumbs": crumbs})
