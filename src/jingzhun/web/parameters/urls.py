from django.urls import path

from . import views

app_name = "parameters"
urlpatterns = [
    path("", views.parameters, name="list"),
    path("export/", views.export, name="export"),
    path("value/<slug:name>/", views.parameter, name="parameter"),
]
