"""Workbooks that a screen hands out."""

import io

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from jingzhun.registry.workbook.book import XLSX


def workbook(target: io.BytesIO, name: str) -> HttpResponse:
    file = f"{name}-{timezone.localdate():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": content_disposition_header(True, file) or ""}
    return HttpResponse(target.getvalue(), content_type=XLSX, headers=headers)
