from django.urls import URLPattern, path

from jingzhun.registry.views import villages

urlpatterns: list[URLPattern] = [
    path("villages/", villages.villages, name="villages"),
    path("villages/export/", villages.export, name="villages-export"),
    path("villages/<str:code>/", villages.village, name="village"),
    path("villages/<str:code>/<int:year>/", villages.village_year, name="village-year"),
]
