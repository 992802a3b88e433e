"""What waits for a user: the list, its number at the bell, and the morning message."""

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.people.access import Request, anyone_logged_in
from jingzhun.people.duties import duties_of
from jingzhun.people.forms import RemindersForm
from jingzhun.people.gateways import open_channels

SECONDS = 300  # for which the number at the bell may be old


@anyone_logged_in
def page(request: Request) -> HttpResponse:
    """Everything that waits for the user, what is late first; each line opens its list."""
    duties = duties_of(request.user, timezone.localdate())
    late = sum(duty.late for duty in duties)
    cache.set(_key(request), (sum(duty.number for duty in duties), late), SECONDS)
    context = {"duties": duties, "late": late, "channels": open_channels(), "heading": _("What waits for you")}
    return render(request, "people/todo.html", context)


@anyone_logged_in
def count(request: Request) -> HttpResponse:
    """The number at the bell; some minutes old at most."""
    found = cache.get(_key(request))
    if found is None:
        duties = duties_of(request.user, timezone.localdate())
        found = (sum(duty.number for duty in duties), sum(duty.late for duty in duties))
        cache.set(_key(request), found, SECONDS)
    return render(request, "people/todo_count.html", {"waiting": found[0], "late": found[1]})


@anyone_logged_in
def reminders(request: Request) -> HttpResponse:
    """How the user wants to be reminded each morning."""
    form = RemindersForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.instance.reminded_in = get_language() or ""
        form.save()
        messages.success(request, _("It is kept."))
        return redirect("todo:page")
    context = {"form": form, "channels": open_channels(), "heading": _("Reminders each morning")}
    return render(request, "people/reminders.html", context)


def _key(request: Request) -> str:
    return f"duties:{request.user.pk}"
