"""`jingzhun journal` from the command line."""

import json
from datetime import date

import pytest
from tests.journal.stories import decide, publish_on, unprotected
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused
from jingzhun.journal.queries import published_growth

pytestmark = pytest.mark.django_db


def journal(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["journal", *arguments], catch_exceptions=False, env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result.output


def test_sealing_tells_how_many_and_the_root_since():
    decide()
    told = json.loads(journal("seal", "--json"))
    assert (told["sealed"], told["size"], len(told["root"])) == (1, 1, 64)
    assert "0 entries were sealed" in journal("seal")


def test_a_journal_that_fits_is_told_and_is_exit_code_0():
    publish_on(1, entries=3)
    decide(record="waits")
    told = json.loads(journal("verify", "--json"))
    assert (told["ok"], told["entries"], told["waiting"], told["roots"], told["published"]) == (True, 4, 1, 1, 1)
    assert "The journal fits: 4 entries" in journal("verify")


def test_a_checkpoint_that_somebody_kept_is_compared(tmp_path):
    published = publish_on(1, entries=3)
    file = tmp_path / "mine.txt"
    file.write_text(published.text)
    assert json.loads(journal("verify", "--checkpoint", str(file), "--json"))["kept"] == 2
    file.write_text(published.text.replace("\n3\n", "\n4\n"))
    told = json.loads(journal("verify", "--checkpoint", str(file), "--json", code=1))
    assert told["fault"]["reason"] == "foreign" and str(file) in told["fault"]["text"]
    with pytest.raises(Refused, match=r"mine\.txt"):
        file.unlink()
        journal("verify", "--checkpoint", str(file))


def test_a_journal_that_does_not_fit_names_the_entry_and_is_exit_code_1():
    publish_on(1, entries=2)
    forged = decide()
    journal("seal")
    with unprotected("journal_entry") as cursor:
        cursor.execute("UPDATE journal_entry SET why = 'x' WHERE id = %s", [forged.pk])
    told = json.loads(journal("verify", "--json", code=1))
    assert (told["ok"], told["fault"]["number"], told["fault"]["reason"]) == (False, forged.pk, "changed")
    said = journal("verify", code=1)
    assert f"Entry {forged.pk} (household data changed, 2014-05-20 16:30:00): changed" in said
    assert "root that it spoils is the one of 3 entries" in said


def test_the_root_of_the_day_is_printed_as_its_checkpoint():
    publish_on(1, entries=2)
    assert journal("publish").startswith("jingzhun/610426\n2\n")
    told = json.loads(journal("root", "--json"))
    assert told["newest"]["size"] == 2 and len(told["published"]) == 2
    assert told["published"][0]["key"] == told["keys"][0]
    assert told["keys"][0] in journal("root")


def test_nothing_is_published_of_an_empty_journal():
    with pytest.raises(Refused, match="nothing to publish"):
        journal("publish")
    assert "Nothing is sealed" in journal("root")


def test_a_proof_made_here_is_checked_anywhere(tmp_path, django_db_blocker):
    entry = decide()
    publish_on(1, entries=4)
    file = tmp_path / "proof.json"
    assert f"entry {entry.pk} is in a published root of 5 entries" in journal(
        "prove", str(entry.pk), "--out", str(file)
    )
    key = json.loads(file.read_text())["key"]
    with django_db_blocker.block():
        assert "The proof holds" in journal("check", str(file))
        assert json.loads(journal("check", str(file), "--key", key, "--json"))["ok"]
        other = key.replace("610426", "610427")
        assert "another key" in journal("check", str(file), "--key", other, code=1)


def test_that_a_root_contains_an_earlier_one_is_checked_anywhere(tmp_path, django_db_blocker):
    publish_on(1, entries=4)
    publish_on(2, entries=9)
    told = published_growth(date(2014, 6, 1), date(2014, 6, 2)).as_dict()
    file = tmp_path / "growth.json"
    file.write_text(json.dumps(told))
    with django_db_blocker.block():
        assert "contains the root of" in journal("check", str(file))
        assert json.loads(journal("check", str(file), "--key", told["new"]["key"], "--json"))["ok"]
        file.write_text(json.dumps(told | {"path": told["path"][1:]}))
        assert json.loads(journal("check", str(file), "--json", code=1))["problems"] == ["growth"]
        file.write_text('{"format": "jingzhun journal growth 1"}')
        with pytest.raises(Refused, match="growth"):
            journal("check", str(file))


def test_a_proof_in_which_something_was_changed_does_not_hold(tmp_path):
    entry = decide()
    publish_on(1, entries=4)
    told = json.loads(journal("prove", str(entry.pk)))
    told["entry"]["why"] = "另一个理由"
    (tmp_path / "proof.json").write_text(json.dumps(told))
    assert json.loads(journal("check", str(tmp_path / "proof.json"), "--json", code=1))["problems"] == ["fields"]


def test_a_number_is_only_what_the_file_says(tmp_path):
    entry = decide()
    publish_on(1, entries=4)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(json.loads(journal("prove", str(entry.pk))) | {"number": 999}))
    said = journal("check", str(file))
    assert "place 0 of the root of 5 entries that jingzhun/610426 signed (2014-06-01) holds" in said
    assert bytes(entry.leaf).hex() in said and "number 999 is what the file says" in said
    told = json.loads(journal("check", str(file), "--json"))
    assert (told["position"], told["leaf"], told["claimed_number"]) == (0, bytes(entry.leaf).hex(), 999)
    assert "number" not in told


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "x"}', '{"format": "jingzhun journal proof 1"}'])
def test_a_file_that_is_no_proof_is_refused(tmp_path, text):
    (tmp_path / "proof.json").write_text(text)
    with pytest.raises(Refused, match=r"proof|format"):
        journal("check", str(tmp_path / "proof.json"))


def test_what_cannot_be_proved_is_refused():
    with pytest.raises(Refused, match="no entry 4711"):
        journal("prove", "4711")
    waiting = decide()
    with pytest.raises(Refused, match="waits for its place"):
        journal("prove", str(waiting.pk))
    journal("seal")
    with pytest.raises(Refused, match="not in a tree of 9"):
        journal("prove", str(waiting.pk), "--size", "9")
    assert json.loads(journal("prove", str(waiting.pk)))["checkpoint"] is None
