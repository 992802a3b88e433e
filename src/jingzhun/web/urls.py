"""Addresses of the shell, and of the login package's screens that this system uses (there is no e-mail here)."""

from allauth.account import views as account
from django.urls import URLPattern, path

from . import views
from .board import views as board
from .help import page as help_page
from .situation import views as situation

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("situation/", situation.page, name="situation"),
    path("situation/pdf/", situation.as_pdf, name="situation-pdf"),
    path("situation/xlsx/", situation.as_workbook, name="situation-xlsx"),
    path("board/", board.today, name="board"),
    path("board/report/", board.report, name="report"),
    path("board/report/xlsx/", board.as_workbook, name="report-xlsx"),
    path("board/report/pdf/", board.as_pdf, name="report-pdf"),
    path("account/", views.account, name="account"),
    path("help/", help_page, name="help"),
    path("theme/", views.theme, name="theme"),
    path("healthz", views.health, name="health"),
]

account_urlpatterns: list[URLPattern] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("signup/", account.signup, name="account_signup"),  # closed; the package links to it
    path("email/", views.to_account, name="account_email"),  # likewise
]
