from django.urls import URLPattern, path

from jingzhun.registry.views import exports

urlpatterns: list[URLPattern] = [
    path("template/", exports.template, name="template"),
    path("template/villages/", exports.village_template, name="village-template"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/progress/", exports.progress, name="export-progress"),
    path("exports/<int:pk>/file/", exports.download, name="export-download"),
    path("exports/<int:pk>/delete/", exports.delete, name="export-delete"),
]
