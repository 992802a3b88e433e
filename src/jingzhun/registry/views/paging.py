"""Tables by the page, as an address asks for them."""

from typing import Any

from django.core.paginator import EmptyPage
from django.http import HttpRequest
from django_tables2 import RequestConfig

from jingzhun.methods.typed import whole

LAST = 10**9


def paged(table: Any, request: HttpRequest, size: int) -> None:
    """Sort a table and show one page of it; beyond the last page the last one. The size is the screen's to say."""
    RequestConfig(request, paginate=False).configure(table)
    try:
        table.paginate(page=whole(request.GET.get("page", ""), 1, LAST) or 1, per_page=size)
    except EmptyPage:
        table.page = table.paginator.page(table.paginator.num_pages)
