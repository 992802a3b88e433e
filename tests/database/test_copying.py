"""Many rows at once by COPY: their keys are theirs, in their order, and what the table refuses is refused whole."""

import pytest
from django.db import IntegrityError, transaction

from jingzhun.database.copying import create_by_copy, insert_by_copy
from jingzhun.people.models import User

pytestmark = pytest.mark.django_db


def test_new_rows_have_their_keys_and_stand_in_their_order() -> None:
    made = create_by_copy([User(username=f"u{number}", full_name="甲\t乙\n\\丙") for number in range(5)])
    assert [each.pk for each in made] == sorted({each.pk for each in made})
    found = User.objects.in_bulk([each.pk for each in made])
    assert [found[each.pk].username for each in made] == [f"u{number}" for number in range(5)]
    assert {each.full_name for each in found.values()} == {"甲\t乙\n\\丙"}
    made[0].full_name = "丁"
    made[0].save()  # a row that is there, and no second one
    assert User.objects.filter(username__startswith="u").count() == 5


def test_the_next_row_gets_a_further_key() -> None:
    (first,) = create_by_copy([User(username="first")])
    assert User.objects.create(username="second").pk > first.pk


def test_what_the_table_refuses_is_refused_whole() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        create_by_copy([User(username="same"), User(username="same")])
    assert not User.objects.filter(username="same").exists()


def test_nothing_is_nothing() -> None:
    assert create_by_copy([]) == []
    assert insert_by_copy([]) == 0
