"""Notices of the procedure: what would be posted, posted for one village or for many."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.identification.actions.notices import post_notices
from jingzhun.identification.forms.notices import PostForm
from jingzhun.identification.queries import posting as queries
from jingzhun.identification.queries.places import Where
from jingzhun.identification.queries.procedure import not_set
from jingzhun.parameters.queries import NoParameter
from jingzhun.people.access import Request
from jingzhun.people.rules import PUBLISH_NOTICES
from jingzhun.procedure.actions import NotAllowed, NotYours
from jingzhun.procedure.rules import Step
from jingzhun.publicity.rules import NotOfThisLevel, NotPublic
from jingzhun.registry.rules.refusals import Refused

from .where import crumbs, in_round

SHOWN = 200


@in_round(PUBLISH_NOTICES)
def post(request: Request, where: Where) -> HttpResponse:
    """What waits for a notice of the user's level; posting it."""
    steps = queries.steps_of(request.user)
    if not steps:
        raise PermissionDenied
    step = next((each for each in steps if each.name == request.GET.get("step")), steps[0])
    waiting = queries.waiting(request.user, where, step)
    form = PostForm(request.POST or None, villages=[each.village for each in waiting])
    if request.method == "POST" and form.is_valid() and _posted(request, where, step, form):
        return redirect(f"{reverse('identification:notice-post')}?{where.query}&step={step.name}")
    context = {
        "where": where,
        "step": step,
        "steps": steps,
        "waiting": waiting,
        "form": form,
        "preview": queries.preview(where, step, waiting[0].cases) if where.is_village and waiting else None,
        "notices": queries.notices(request.user, where, step)[:SHOWN],
        "keep": {"step": step.name},
        "crumbs": crumbs(request, where, reverse("identification:notice-post")),
    }
    return render(request, "identification/notices/post.html", context)


def _posted(request: Request, where: Where, step: Step, form: Any) -> bool:
    """Whether the notices were posted; what stands against it is put into the form."""
    try:
        made = post_notices(where.round, form.postings(step), by=request.user)
    except (NotYours, NotOfThisLevel) as refused:
        raise PermissionDenied from refused
    except Refused as refused:
        form.refuse(refused)
    except (NotAllowed, NotPublic) as refused:
        form.add_error(None, str(refused))
    except NoParameter as refused:
        form.add_error(None, not_set(refused))
    else:
        told = {"count": len(made), "last": made[0].closes_on.isoformat()}
        messages.success(
            request,
            _("%(count)s notices are open until %(last)s. Print them, hang them up, and add a photo of each.") % told,
        )
        return True
    return False
