"""What holds for every command."""

import pytest
from tests.registry.factories import make_area
from typer.main import get_command
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused


def _commands(command, words=()):
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, (*words, name))
    if not hasattr(command, "commands"):
        yield " ".join(words), command


COMMANDS = dict(_commands(get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_speaks_json_and_says_what_it_does(name):
    command = COMMANDS[name]

    options = {word for parameter in command.params for word in parameter.opts}
    assert "--json" in options, f"jingzhun {name} has no --json"
    assert command.help and len(command.help.split()) >= 3, f"jingzhun {name} --help does not say what it does"
    untold = [
        parameter.name
        for parameter in command.params
        if not getattr(parameter, "help", None) and parameter.name != "help"
    ]
    assert not untold, f"jingzhun {name} --help does not explain {untold}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_an_example(name):
    assert f"Example: jingzhun {name}" in " ".join(COMMANDS[name].help.split())


def test_a_refusal_is_one_sentence_and_exit_code_1(ready_installation):
    said = ready_installation.run("status", "--area", "nowhere", fails=True)

    assert "nowhere" in said and len(said.splitlines()) == 1


def test_a_reader_that_has_had_enough_is_no_error(ready_installation):
    shown = ready_installation.start("db", "shell", "--command", "SELECT generate_series(1, 100000)")
    shown.stdout.readline()
    shown.stdout.close()

    assert "Traceback" not in shown.stderr.read()
    shown.wait(60)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["register", "check"],
        ["register", "villages", __file__],
        ["identification", "report", "--year", "2014"],
        ["identification", "take-list", __file__, "--kind", "vehicle", "--source", "x", "--as-of", "2014-08-31"],
        ["parameters", "show"],
    ],
)
def test_an_area_that_is_not_loaded_is_named(command):
    with pytest.raises(Refused, match="No area '610428'"):
        CliRunner().invoke(app, [*command, "--area", "610428"], catch_exceptions=False)


@pytest.mark.django_db
def test_a_round_is_reported_for_a_county_or_less():
    make_area("610426")
    with pytest.raises(Refused, match="'61' is not the code of a county"):
        CliRunner().invoke(app, ["identification", "report", "--year", "2014", "--area", "61"], catch_exceptions=False)
