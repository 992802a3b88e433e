from django.urls import path

from . import views
from .views import access_keys

app_name = "people"
urlpatterns = [
    path("", views.users, name="users"),
    path("add/", views.add_user, name="add"),
    path("export/", views.export, name="export"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/export/", views.export_organisations, name="organisations-export"),
    path("organisations/add/", views.add_organisation, name="organisation-add"),
    path("organisations/<int:pk>/", views.organisation, name="organisation"),
    path("roles/<int:pk>/end/", views.end_role, name="end-role"),
    path("access-keys/<int:pk>/revoke/", access_keys.revoke, name="access-key-revoke"),
    path("<int:pk>/", views.user, name="user"),
    path("<int:pk>/access-keys/add/", access_keys.add, name="access-key-add"),
    path("<int:pk>/password/", views.reset_password, name="password"),
    path("<int:pk>/second-factor/", views.reset_second_factor, name="second-factor"),
    path("<int:pk>/switch/", views.switch, name="switch"),
]
