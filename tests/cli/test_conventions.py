"""What holds for every command."""

import pytest
from typer.main import get_command

from jingzhun.cli import app


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
