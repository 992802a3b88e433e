from django.urls import path

from . import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("account/", views.account, name="account"),
    path("theme/", views.theme, name="theme"),
    path("healthz", views.health, name="health"),
]
