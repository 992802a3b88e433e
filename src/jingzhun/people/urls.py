from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("", views.users, name="users"),
    path("add/", views.add_user, name="add"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/add/", views.add_organisation, name="organisation-add"),
    path("organisations/<int:pk>/", views.organisation, name="organisation"),
    path("roles/<int:pk>/end/", views.end_role, name="end-role"),
    path("<str:username>/", views.user, name="user"),
    path("<str:username>/switch/", views.switch, name="switch"),
]
