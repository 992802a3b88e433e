"""Addresses of programs: the version stands in them, so that a later one can stand beside it."""

from django.urls import URLPattern, path

from jingzhun.people.access import public

from . import identification, views
from .keys import ByAccessKey
from .problems import Api, Plain, handle
from .words import gettext_lazy as _

api = Api(
    title=_("Jingzhun: interface for departments"),
    version="1",
    description=_("Departments hand in the lists against which applications are compared."),
    urls_namespace="api",
    docs_url=None,
    auth=ByAccessKey(),
    renderer=Plain(),
)
api.add_router("/identification", identification.router)
api.bodies = (identification.ListIn,)
handle(api)

included = api.urls  # patterns, application, namespace
for each in included[0]:
    if isinstance(each, URLPattern):
        public(each.callback)  # without a login: each asks for a key itself

urlpatterns = [path("v1/", included), path("", views.page, name="api-page")]
