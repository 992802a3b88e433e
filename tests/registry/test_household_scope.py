"""Nobody reads, changes or takes out what lies outside of their village or their role."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry.actions.events import join_member
from jingzhun.registry.actions.photos import LARGEST_FILE, add_photo, redraw
from jingzhun.registry.models import Photo
from jingzhun.registry.rules.refusals import Refused

from .factories import OTHER_VILLAGE, VILLAGE, make_household, make_id, make_user, make_village

pytestmark = pytest.mark.django_db
ID = make_id(date(1965, 5, 20), serial=7)


def picture(size=(40, 30), kind="JPEG", **kwargs) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, "green").save(file, kind, **kwargs)
    file.seek(0)
    return file


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def theirs():
    """A household of another village, with a photo and an event."""
    make_village(OTHER_VILLAGE, "北寨村")
    clerk = make_user(area=OTHER_VILLAGE)
    household = make_household(OTHER_VILLAGE, members=[{"name": "外村人", "id_number": ID}], survey={})
    join_member(
        household, {"name": "小外", "sex": "male", "relation": "son"}, on=date(2016, 1, 1), reason="birth", by=clerk
    )
    add_photo(household, picture(), "house", date(2016, 1, 1), "", size=99, by=clerk)
    return household


READ = ("household", "household-timeline", "household-form")
WRITE = ("household-edit", "survey-add", "photo-add", "event-join", "event-leave", "event-split", "event-merge",
         "event-move")  # fmt: skip


def addresses(household) -> list[str]:
    number, person = household.number, household.members.first().number
    event, photo = household.events.get().pk, household.photos.get().pk
    return [
        *(reverse(f"registry:{name}", args=[number]) for name in (*READ, *WRITE)),
        reverse("registry:member-edit", args=[number, person]),
        reverse("registry:survey-edit", args=[number, 2013]),
        reverse("registry:event-reverse", args=[number, event]),
        reverse("registry:photo", args=[photo]),
        reverse("registry:village", args=[household.village_code]),
        reverse("registry:village-year", args=[household.village_code, 2014]),
    ]


def test_a_clerk_finds_nothing_of_another_village(client, clerk, theirs):
    for address in addresses(theirs):
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code in (404, 405), address
    assert client.post(reverse("registry:household-reveal", args=[theirs.number])).status_code == 404
    assert client.post(reverse("registry:photo-remove", args=[theirs.photos.get().pk])).status_code == 404
    for query in ({}, {"q": "外村人"}, {"q": ID}, {"q": theirs.number}, {"area": OTHER_VILLAGE}):
        assert client.get(reverse("registry:households"), query, follow=True).context["table"].paginator.count == 0
        book = client.post(reverse("registry:households-export", query=query))
        rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.iter_rows())
        assert len(rows) == 1
    assert "北寨村" not in client.get(reverse("registry:search"), {"q": "北寨"}).content.decode()
    assert client.get(reverse("registry:search"), {"q": ID}, follow=True).status_code == 200
    assert not Entry.objects.filter(action="registry.personal_seen").exists()


def test_a_household_of_another_village_is_not_merged_in(client, clerk, theirs):
    mine = make_household(VILLAGE)
    response = client.get(reverse("registry:event-merge", args=[mine.number]), {"other": theirs.number})
    assert "外村人" not in response.content.decode()


def test_the_household_itself_opens_to_its_own_clerk(client, theirs):
    client.force_login(make_user(area=OTHER_VILLAGE))
    for address in addresses(theirs):
        assert client.get(address).status_code == 200, address


def test_a_leader_reads_and_does_not_write(client, theirs):
    client.force_login(make_user(Role.LEADER, "610426"))
    page = client.get(reverse("registry:household", args=[theirs.number]))
    assert page.status_code == 200
    assert ID not in page.content.decode()
    for address in addresses(theirs)[3:14]:
        assert client.post(address).status_code == 403, address
    assert client.post(reverse("registry:household-reveal", args=[theirs.number])).status_code == 403
    form = reverse("registry:household-form", args=[theirs.number])
    assert client.post(form, {"personal": "yes"}).status_code == 403
    assert not Entry.objects.filter(action__in=["registry.personal_seen", "registry.form_printed"]).exists()


@pytest.mark.parametrize(("role", "area"), [(Role.AUDITOR, "610426"), (Role.HELPER, OTHER_VILLAGE)])
def test_an_auditor_and_a_helper_without_pairing_open_no_household(client, theirs, role, area):
    client.force_login(make_user(role, area))
    assert client.get(reverse("registry:household", args=[theirs.number])).status_code == 403


def test_a_photo_loses_its_place_and_is_shown_to_its_village_only(client, clerk):
    household = make_household()
    exif = Image.Exif()
    exif[0x0110] = "PHONE-MODEL"
    exif.get_ifd(0x8825)[2] = (34.0, 41.0, 12.0)
    upload = SimpleUploadedFile("院子.png.exe", picture((3000, 20), "JPEG", exif=exif).read(), "text/html")
    address = reverse("registry:photo-add", args=[household.number])
    response = client.post(address, {"file": upload, "kind": "house", "taken_on": "2016-05-04", "caption": "北房"})
    assert response.status_code == 302
    photo = Photo.objects.get()
    kept = Path(photo.file.path)
    assert [path.stat().st_mode & 0o777 for path in (kept, kept.parent, kept.parent.parent)] == [0o600, 0o700, 0o700]
    assert photo.file.name.endswith(".jpg")
    shown = client.get(reverse("registry:photo", args=[photo.pk]))
    content = b"".join(shown.streaming_content)
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.format == "JPEG"
        assert max(kept.size) == 1800
        assert not kept.getexif()
    assert b"PHONE-MODEL" not in content
    assert shown["Content-Type"] == "image/jpeg"
    client.post(reverse("registry:photo-remove", args=[photo.pk]))
    assert client.get(reverse("registry:photo", args=[photo.pk])).status_code == 404
    assert set(Entry.objects.values_list("action", flat=True)) == {"registry.photo_added", "registry.photo_removed"}


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"0" * 99, picture().getvalue()[:200], b"%PDF-1.7"],
    ids=["empty", "svg", "gif", "cut", "pdf"],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(Refused):
        redraw(io.BytesIO(content), len(content))


def test_a_bomb_of_pixels_and_a_large_file_are_refused():
    bomb = io.BytesIO()
    Image.new("1", (20000, 20000)).save(bomb, "PNG")
    with pytest.raises(Refused):
        redraw(bomb, 99)
    with pytest.raises(Refused):
        redraw(picture(), LARGEST_FILE + 1)
