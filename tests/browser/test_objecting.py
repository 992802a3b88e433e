"""A villager with an old phone: scans the code on the board, objects, follows the objection. No JavaScript."""

import pytest
from django.core.cache import caches
from django.utils import timezone
from tests.publicity.factories import make_item, make_notice, picture

from jingzhun.publicity.models import Objection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(chromium, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    caches["pages"].clear()
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 760}, java_script_enabled=False, locale="zh-CN"
    )
    yield context.new_page()
    context.close()
    caches["pages"].clear()


def fits(page):
    """No line runs out of the phone: the boxes of what is read lie within its width."""
    boxes = [each.bounding_box() for each in page.locator("main h1, main h2, main p, main input, main select").all()]
    return all(box is None or box["x"] + box["width"] <= 391 for box in boxes)


def test_a_villager_objects_on_an_old_phone_without_javascript(phone):
    notice = make_notice(
        items=[make_item(f"case:{n}", head=name) for n, name in enumerate(("陈福旺", "赵小玲"))],
        opens_on=timezone.localdate(),
    )
    phone.goto(f"/n/{notice.number}")
    assert fits(phone)
    with phone.expect_navigation():
        phone.locator("tr", has_text="赵小玲").get_by_role("link", name="提出异议").click()
    assert phone.locator("#about").input_value() == "2" and fits(phone)
    phone.locator("#name").fill("王举报")
    phone.locator("#text").fill("她家在县城有房子。")
    photo = {"name": "房子.jpg", "mimeType": "image/jpeg", "buffer": picture((800, 600)).getvalue()}
    phone.locator("#photo1").set_input_files(photo)
    with phone.expect_navigation():
        phone.get_by_role("button", name="提交异议").click()
    number, secret = phone.locator(".ticket dd").all_inner_texts()
    objection = Objection.objects.get()
    assert (objection.shown_number, objection.item.shown["head"]) == (number, "赵小玲")
    assert objection.name == "王举报" and objection.photos.count() == 1
    with phone.expect_navigation():
        phone.locator("main").get_by_role("link", name="查询异议进度").click()
    phone.locator("#number").fill(number.lower())
    phone.locator("#secret").fill(secret)
    with phone.expect_navigation():
        phone.locator("main").get_by_role("button").click()
    assert phone.get_by_text("待核查").is_visible() and fits(phone)


def test_a_wrong_photo_is_told_and_what_was_typed_is_still_there(phone):
    notice = make_notice(opens_on=timezone.localdate())
    phone.goto(f"/public/en/n/{notice.number}/object/")
    phone.locator("#about").select_option("missing")
    phone.locator("#missing").fill("赵满仓，3组")
    phone.locator("#text").fill("House is falling down.")
    phone.locator("#photo2").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<svg onload=x>"})
    with phone.expect_navigation():
        phone.get_by_role("button", name="Send the objection").click()
    assert phone.get_by_text("This is not a JPEG, PNG or WebP picture").is_visible()
    assert phone.locator("#missing").input_value() == "赵满仓，3组"
    assert phone.locator("#about").input_value() == "missing"
    with phone.expect_navigation():
        phone.get_by_role("button", name="Send the objection").click()
    assert phone.locator(".ticket").is_visible() and Objection.objects.get().kind == "missing"
