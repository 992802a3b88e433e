"""The shell's own screens: the way in, the account, the theme, the health check."""

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from jingzhun.people.access import Request, anyone_logged_in, public

from .context import THEMES
from .navigation import menu_of


@public
def home(request: Request) -> HttpResponse:
    """The public website; with a login, the first screen of the user's menu, and without any screen, why."""
    if not request.user.is_authenticated:
        return redirect("public-en:home" if (get_language() or "").startswith("en") else "public:home")
    if menu := menu_of(request.scope.permissions):
        return redirect(menu[0].url)
    if request.scope.roles:
        messages.info(request, _("There is no screen for your role yet; here is your account."))
    else:
        messages.info(request, _("Your account has no role yet. Ask your administrator to give you one."))
    return redirect("web:account")


@anyone_logged_in
def account(request: Request) -> HttpResponse:
    """Who the user is here: roles with their areas and terms, and the way to password and two-step login."""
    roles = request.user.assignments.select_related("area", "organisation").order_by("-valid_from")
    return render(request, "web/account.html", {"roles": roles})


@anyone_logged_in
def to_account(request: Request) -> HttpResponse:
    """Screens of the login package that have no use here lead to the user's own page."""
    return redirect("web:account")


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language for a year; before the login too."""
    return set_language(request)


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the light or dark theme for a year."""
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = redirect(back if safe else "/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


@public
def health(request: HttpRequest) -> HttpResponse:
    """`ok` when the database answers; for load balancers and supervisors."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
