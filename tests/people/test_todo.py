"""What waits for a user, at the bell and in the morning message: counted by the apps, told without any name."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from tests.management.stage import COUNTY, in_days, make_project
from tests.registry.factories import OTHER_VILLAGE, make_user

from jingzhun.people.actions.reminders import remind, remind_all
from jingzhun.people.duties import bring, duties_of
from jingzhun.people.models import Reminder
from jingzhun.people.rules import Role

PHONE = "13800138000"


@pytest.fixture
def late_project(db):
    officer, leader = make_user(Role.COUNTY_OFFICER, COUNTY), make_user(Role.LEADER, COUNTY)
    return make_project(officer, leader)  # its first stage was due thirty days ago


@pytest.fixture
def leader(late_project):
    return late_project.approved_by


@pytest.fixture
def gateway(settings):
    """A gateway for text messages, as a provider runs it: what it was sent, and what it answers next."""
    told, answers = [], []

    class Provider(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(answers.pop() if answers else 200)
            self.end_headers()

        def log_message(self, *args):
            """Tests keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL, settings.SMS_TOKEN = f"http://127.0.0.1:{server.server_port}/send", "secret"
    yield told, answers
    server.shutdown()
    server.server_close()


def wants(user, channel, **values):
    for name, value in {"reminded_by": channel, **values}.items():
        setattr(user, name, value)
    user.save()
    return user


def test_what_is_late_stands_first_and_each_line_opens_its_list(client, leader):
    duties = duties_of(leader, timezone.localdate())
    assert duties[0].late == duties[0].number == 1
    assert all(duty.number for duty in duties)

    client.force_login(leader)
    page = client.get(reverse("todo:page"))
    assert page.status_code == 200 and page.context["duties"] == duties
    for duty in duties:
        assert client.get(duty.url).status_code == 200, duty
    assert "bg-red" in client.get(reverse("todo:count")).content.decode()


def test_a_village_hears_nothing_of_another_ones_project(late_project):
    clerk, other = make_user(Role.VILLAGE_CLERK, late_project.area_id), make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE)
    for user in (clerk, other):
        assert not any("management" in duty.url for duty in duties_of(user, timezone.localdate()))


def test_whoever_has_nothing_to_do_is_told_so_and_gets_no_message(client, db, settings):
    settings.EMAIL_HOST = "mail.example"
    auditor = wants(make_user(Role.AUDITOR, COUNTY), "email", email="a@example.org")
    assert remind_all(timezone.localdate()) == 0 and not mail.outbox and not Reminder.objects.exists()
    client.force_login(auditor)
    assert "没有待办" in client.get(reverse("todo:page")).content.decode()


def test_the_morning_mail_says_how_much_waits_and_goes_out_once(leader, settings):
    settings.EMAIL_HOST, settings.PUBLIC_URL = "mail.example", "https://jz.example"
    wants(leader, "email", email="leader@example.org")

    assert remind_all(timezone.localdate()) == 1
    assert remind_all(timezone.localdate()) == 0

    (sent,) = mail.outbox
    assert sent.to == ["leader@example.org"] and "https://jz.example/todo/" in sent.body
    assert "2项待办" in sent.subject and "已到期限未完成的项目：1项，逾期1项" in sent.body
    assert "樊家河" not in sent.body + sent.subject
    row = Reminder.objects.get()
    assert row.sent_at and not row.failed and row.late >= 1
    assert remind_all(in_days(1)) == 1


def test_a_text_message_is_one_line_and_tried_again_where_the_gateway_failed(leader, gateway):
    told, answers = gateway
    wants(leader, "sms", phone=PHONE, reminded_in="en")
    answers.append(503)

    assert remind_all(timezone.localdate()) == 0
    assert Reminder.objects.get().failed == "HTTPError 503"
    assert remind_all(timezone.localdate()) == 1

    (token, message) = told[-1]
    assert token == "Bearer secret" and message["phone"] == PHONE
    assert message["text"].startswith("Jingzhun: ") and "\n" not in message["text"]
    assert Reminder.objects.get().failed == ""


@pytest.mark.django_db(transaction=True)
def test_two_at_once_send_one_message(leader, gateway):
    told, _answers = gateway
    wants(leader, "sms", phone=PHONE)
    begin, sent = threading.Barrier(2), []

    def send():
        begin.wait()
        sent.append(remind(leader, timezone.localdate()))
        connection.close()

    both = [threading.Thread(target=send) for _number in range(2)]
    [each.start() for each in both]
    [each.join() for each in both]
    assert sorted(sent) == [False, True] and len(told) == 1


def test_a_user_chooses_among_the_ways_that_are_set_up(client, leader, settings):
    client.force_login(leader)
    place = reverse("todo:reminders")
    assert "还不能从这里发消息" in client.get(place).content.decode()
    settings.EMAIL_HOST = "mail.example"

    page = client.post(place, {"reminded_by": "sms", "phone": PHONE})
    assert page.status_code == 200 and "reminded_by" in page.context["form"].errors
    page = client.post(place, {"reminded_by": "email"})
    assert "email" in page.context["form"].errors
    assert client.post(place, {"reminded_by": "email", "email": "x@example.org"}).status_code == 302
    leader.refresh_from_db()
    assert (leader.reminded_by, leader.email, leader.reminded_in) == ("email", "x@example.org", "zh-hans")

    settings.SMS_GATEWAY = "tests.people.test_todo.anything"
    page = client.post(place, {"reminded_by": "sms", "phone": "12345"})
    assert "phone" in page.context["form"].errors
    client.post(place, {"reminded_by": "sms", "phone": PHONE})
    leader.refresh_from_db()
    assert (leader.reminded_by, leader.phone) == ("sms", PHONE)


def test_a_name_belongs_to_one_source_of_duties():
    with pytest.raises(ValueError, match="management"):
        bring("management", lambda user, today: [])
