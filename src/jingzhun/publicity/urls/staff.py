"""Addresses behind the login."""

from django.urls import path

from jingzhun.publicity.views import contacts, notices, objections

app_name = "publicity"
urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/xlsx/", notices.export, name="notices-xlsx"),
    path("notices/<slug:number>/", notices.notice, name="notice"),
    path("notices/<slug:number>/pdf/", notices.printed, name="notice-pdf"),
    path("notices/<slug:number>/photo/", notices.add_photo, name="notice-photo"),
    path("board/<int:pk>/", notices.board_photo, name="board-photo"),
    path("board/<int:pk>/take-down/", notices.take_down, name="board-photo-take-down"),
    path("objections/", objections.objections, name="objections"),
    path("objections/xlsx/", objections.export, name="objections-xlsx"),
    path("objections/<slug:number>/", objections.objection, name="objection"),
    path("objections/<slug:number>/finding/", objections.add_finding, name="objection-finding"),
    path("objections/<slug:number>/settle/", objections.settle, name="objection-settle"),
    path("objections/<slug:number>/objector/", objections.objector, name="objector"),
    path("objection-photos/<int:pk>/", objections.photo, name="objection-photo"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/<slug:code>/", contacts.contact, name="contact"),
]
