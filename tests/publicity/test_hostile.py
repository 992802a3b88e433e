"""Hostile submissions through the whole stack: the site stays up, and nothing dangerous is kept."""

import unicodedata
from itertools import islice

import pytest
from benchmarks._hostile import MARK, submissions
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from tests.publicity.factories import make_item, make_notice
from tests.registry.factories import VILLAGE, make_user

from jingzhun.parameters.models import Parameter
from jingzhun.people.rules import Role
from jingzhun.publicity.forms.objection import new_token
from jingzhun.publicity.models import Objection

pytestmark = pytest.mark.django_db
MANY = 400
LIVE = [f"<script>alert('{MARK}", f"<img src=x onerror=alert('{MARK}", f"<svg/onload=alert('{MARK}"]


def test_hundreds_of_hostile_submissions_leave_the_site_up_and_store_nothing_dangerous(client, settings, tmp_path):
    settings.MEDIA_ROOT, settings.PROXIES = tmp_path, 1
    Parameter.objects.filter(name="objections_per_hour").update(value=100_000)
    notice = make_notice(items=[make_item(f"case:{n}") for n in range(5)], opens_on=timezone.localdate())
    address = reverse("public:object", args=[notice.number])
    statuses = []
    for number, each in enumerate(islice(submissions(7, new_token, "x", 5), MANY)):
        origin = f"10.{number // 250}.{number % 250}.7"
        response = client.generic("POST", address, each.body, each.media_type, headers={"X-Forwarded-For": origin})
        assert response.status_code in (200, 400, 403, 409, 413), (each.kind, response.status_code)
        for live in LIVE:
            assert live not in response.text, each.kind
        statuses.append(response.status_code)
    assert client.get(reverse("public:notice", args=[notice.number])).status_code == 200
    kept = list(Objection.objects.prefetch_related("photos"))
    assert 20 < len(kept) == statuses.count(200)
    for objection in kept:
        for text in (objection.text, objection.missing, objection.name, objection.phone):
            assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in text.replace("\n", ""))
            assert len(text) <= 2000
    _assert_only_our_pictures(tmp_path)
    client.force_login(make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))
    for objection in kept[:40]:
        page = client.get(reverse("publicity:objection", args=[objection.number])).text
        assert not any(live in page for live in LIVE)


def _assert_only_our_pictures(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files, "no picture was kept at all"
    for path in files:
        assert path.suffix == ".jpg"
        body = path.read_bytes()
        assert MARK.encode() not in body and b"<?php" not in body and b"PK\x03\x04" not in body
        with Image.open(path) as picture:
            assert picture.format == "JPEG" and not picture.getexif()
            assert body.endswith(b"\xff\xd9")
