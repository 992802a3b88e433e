"""A program that is impatient sends its list again while the first is still being taken."""

import threading

import pytest
from django.db import connection
from tests.registry.factories import make_id

from jingzhun.identification.models import CrossList, CrossRecord, Flag

from .conftest import BORN, id_of, listing

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_list_sent_twice_at_once_is_taken_once(stage, program, lists):
    (applied,) = stage.apply(1)
    sent = listing((id_of(applied), "陕D12345"), *[(make_id(BORN, serial=number), "x") for number in range(300)])
    answers: list[int] = []
    begin = threading.Barrier(3)

    def send() -> None:
        begin.wait()
        try:
            answers.append(program.post(lists, sent).status_code)
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _number in range(3)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert sorted(answers) == [200, 200, 201]
    assert CrossList.objects.count() == Flag.objects.count() == 1 and CrossRecord.objects.count() == 301
