"""Photos of households, shown only to whoever may see the household."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS, VIEW_HOUSEHOLDS
from jingzhun.registry.actions import photos
from jingzhun.registry.forms import PhotoForm
from jingzhun.registry.models import Photo
from jingzhun.registry.rules.refusals import Refused

from .household import crumbs, find


@requires(VIEW_HOUSEHOLDS)
def photo(request: Request, pk: int) -> HttpResponse | FileResponse:
    """The picture itself."""
    found = get_object_or_404(Photo.objects.visible_to(request.user, VIEW_HOUSEHOLDS), pk=pk, removed_at=None)
    try:
        response = FileResponse(found.file.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(EDIT_HOUSEHOLDS)
def add(request: Request, number: str) -> HttpResponse:
    found = find(request, number, EDIT_HOUSEHOLDS)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        file = data.pop("file")
        try:
            photos.add_photo(found, file, **data, size=file.size, by=request.user)
        except Refused as refused:
            for name, texts in refused.messages.items():
                form.add_error(name or None, [str(text) for text in texts])
        else:
            messages.success(request, _("The photo was added."))
            return redirect("registry:household", found.number)
    context = {"form": form, "household": found, "heading": _("Add a photo"), "crumbs": crumbs(found), "hint": ""}
    return render(request, "registry/households/event.html", context)


@requires(EDIT_HOUSEHOLDS)
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(
        Photo.objects.visible_to(request.user, EDIT_HOUSEHOLDS).select_related("household"), pk=pk, removed_at=None
    )
    photos.remove_photo(found, by=request.user)
    messages.success(request, _("The photo was removed."))
    return redirect("registry:household", found.household.number)
