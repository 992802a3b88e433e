from django.urls import path

from . import views

app_name = "journal"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("export/", views.export, name="export"),
    path("roots/", views.roots, name="roots"),
    path("roots/<str:day>/", views.checkpoint, name="checkpoint"),
    path("verify/", views.verify, name="verify"),
    path("verify/<int:run>/", views.progress, name="progress"),
    path("<int:entry>/", views.entry, name="entry"),
    path("<int:entry>/proof/", views.proof, name="proof"),
]
