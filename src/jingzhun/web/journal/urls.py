from django.urls import path

from . import views, views_files

app_name = "journal"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("export/", views_files.export, name="export"),
    path("files/", views_files.entries_files, name="files"),
    path("files/<int:number>/", views_files.entries_file, name="file"),
    path("files/<int:number>/progress/", views_files.file_progress, name="file-progress"),
    path("files/<int:number>/file/", views_files.file_download, name="file-download"),
    path("files/<int:number>/delete/", views_files.file_delete, name="file-delete"),
    path("roots/", views.roots, name="roots"),
    path("roots/<str:day>/", views.checkpoint, name="checkpoint"),
    path("verify/", views.verify, name="verify"),
    path("verify/<int:run>/", views.progress, name="progress"),
    path("<int:entry>/", views.entry, name="entry"),
    path("<int:entry>/proof/", views.proof, name="proof"),
]
