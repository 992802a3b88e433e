"""Keys are changed without losing a value, and old keys can then be thrown away."""

import threading
import time
from datetime import date

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection, transaction

from jingzhun.areas.models import Area
from jingzhun.journal.queries import entries_of
from jingzhun.methods.sealing import CannotOpen, Keyring
from jingzhun.people import fields
from jingzhun.people.actions import KeysInUse, add_user, rotate_keys
from jingzhun.registry.models import Household, HouseholdEvent, Import

pytestmark = pytest.mark.django_db
OLD, NEW = b"\x01" * 32, b"\x02" * 32


@pytest.fixture
def keys(settings):
    """Put keys on the ring for a while."""

    def put(*pairs):
        settings.FIELD_KEYS = ",".join(f"{name}:{key.hex()}" for name, key in pairs)
        fields.keyring.cache_clear()

    put(("2014", OLD))
    yield put
    fields.keyring.cache_clear()


@pytest.fixture
def household(keys):
    Area.objects.create(code="610426102201", name="村", level="village", valid_from=date(1949, 10, 1))
    household = Household.objects.create(number="61042610220100001", area_id="610426102201", phone="13800000001")
    household.phone = "13800000002"
    household.save()
    return household


def test_values_and_their_history_open_with_the_new_key_alone(keys, household):
    keys(("2015", NEW), ("2014", OLD))
    resealed = rotate_keys()
    assert resealed == {"registry_household.phone": 1, "registry_householdevent.phone": 1}
    keys(("2015", NEW))
    household.refresh_from_db()
    assert household.phone == "13800000002"
    assert [event.phone for event in HouseholdEvent.objects.all()] == ["13800000001"]
    assert entries_of("keys", "2015").get().values == {"resealed": resealed}


def test_a_new_seal_is_no_new_value_in_the_history(keys, household):
    before = HouseholdEvent.objects.count()
    keys(("2015", NEW), ("2014", OLD))
    rotate_keys()
    assert HouseholdEvent.objects.count() == before


def test_rotating_again_finds_nothing_to_do(keys, household):
    keys(("2015", NEW), ("2014", OLD))
    rotate_keys()
    assert rotate_keys() == {}


def test_two_step_login_goes_on_with_the_new_key(keys):
    user = add_user("officer", "李干事", "永寿-2014-扶贫")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    codes = RecoveryCodes(user.authenticator_set.get(type="recovery_codes")).get_unused_codes()
    keys(("2015", NEW), ("2014", OLD))
    assert rotate_keys() == {"mfa": 2}
    keys(("2015", NEW))
    assert RecoveryCodes(user.authenticator_set.get(type="recovery_codes")).get_unused_codes() == codes


def test_a_missing_old_key_stops_the_change_and_nothing_is_lost(keys, household):
    keys(("2015", NEW))
    with pytest.raises(CannotOpen):
        rotate_keys()
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM registry_household")
        sealed = bytes(cursor.fetchone()[0])
    assert Keyring({"2014": OLD}).open(sealed, "household.phone") == "13800000002"


@pytest.mark.parametrize("state", Import.OPEN)
def test_rows_of_an_open_import_hold_the_change_back(keys, household, state):
    waiting = Import.objects.create(area_code="610426", name="名册.xlsx", size=1, state=state)
    keys(("2015", NEW), ("2014", OLD))
    with pytest.raises(KeysInUse, match=r"名册\.xlsx"):
        rotate_keys()
    assert not entries_of("keys", "2015").exists()
    Import.objects.filter(pk=waiting.pk).update(state=Import.State.CANCELLED)
    assert rotate_keys()


def until_it_waits(connection, thread):
    """Until another session waits for a lock of ours, or is through."""
    deadline = time.monotonic() + 20
    while thread.is_alive() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)


def rotate_while(edit):
    """Rotate the keys while somebody's edit is not committed yet."""

    def rotate():
        try:
            rotate_keys()
        finally:
            connection.close()

    thread = threading.Thread(target=rotate)
    with transaction.atomic():
        edit()
        thread.start()
        until_it_waits(connection, thread)
    thread.join(30)


@pytest.mark.django_db(transaction=True)
def test_an_edit_made_meanwhile_is_not_undone(keys, household):
    def edit():
        household.phone = "13800000003"
        household.save()

    keys(("2015", NEW), ("2014", OLD))
    rotate_while(edit)
    assert Household.objects.get().phone == "13800000003"


@pytest.mark.django_db(transaction=True)
def test_a_recovery_code_used_meanwhile_stays_used(keys):
    user = add_user("officer", "李干事", "永寿-2014-扶贫")
    RecoveryCodes.activate(user)

    def use():
        codes = RecoveryCodes(user.authenticator_set.get(type="recovery_codes"))
        assert codes.validate_code(codes.get_unused_codes()[0])

    keys(("2015", NEW), ("2014", OLD))
    rotate_while(use)
    assert len(RecoveryCodes(user.authenticator_set.get(type="recovery_codes")).get_unused_codes()) == 9
