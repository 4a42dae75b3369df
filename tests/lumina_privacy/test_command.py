"""What is typed wrong at `manage.py` is answered in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command, load_command_class
from django.core.management.base import BaseCommand
from django.db import OperationalError

from lumina_privacy.lib.command import PlainCommand

OURS = sorted(
    (path.parts[-4], path.stem)
    for path in Path(settings.BASE_DIR).glob("*/management/commands/[a-z]*.py")
)


def said_to(command: BaseCommand, capsys, *typed: str) -> str:
    """Return all that is said to who typed it, and see that it is one sentence."""
    with pytest.raises(SystemExit) as ended:
        command.run_from_argv(["manage.py", "x", *typed])
    said = capsys.readouterr()
    assert ended.value.code not in {0, None}
    assert said.out == ""
    assert said.err.endswith(".\n")
    assert len(said.err.splitlines()) == 1
    return said.err


@pytest.mark.parametrize(("app", "name"), OURS)
def test_every_command_of_ours_says_in_a_sentence_what_it_does_not_know(
    app, name, capsys
):
    command = load_command_class(app, name)

    said = said_to(command, capsys, "--nothing")

    assert isinstance(command, PlainCommand)
    assert said.startswith(("--nothing means nothing here.", "Say also: "))


@pytest.mark.parametrize(
    ("app", "typed", "said"),
    [
        ("audit.audit", ["mend"], "verb cannot be 'mend': choose from 'verify'."),
        ("datamap.datamap", [], "Say also: verb."),
        ("accounts.agree_change", ["x"], "number has to be a whole number, and not"),
        ("accounts.create_dco", [], "Say also: email."),
        ("requests_app.demo", ["--people", "many"], "--people has to be a whole"),
        ("requests_app.demo", ["--people"], "--people wants something after it."),
    ],
)
def test_wrong_arguments_are_named(app, typed, said, capsys):
    command = load_command_class(*app.split("."))

    assert said in said_to(command, capsys, *typed)


class Away(PlainCommand):
    """A command whose database is away."""

    def handle(self, *args, **options):
        raise OperationalError("connection refused\nIs the server running?")


def test_database_that_is_away_is_a_sentence_and_an_error_to_a_caller(capsys):
    command = Away()
    command._called_from_command_line = True

    with pytest.raises(SystemExit):
        command.execute(force_color=False, no_color=True, skip_checks=True)

    said = capsys.readouterr().err
    assert said.startswith("The database cannot be reached")
    assert len(said.splitlines()) == 1
    with pytest.raises(OperationalError):
        call_command(Away())


@pytest.mark.django_db
def test_address_that_is_none_is_named(settings):
    settings.LUMINA_DEMO = True
    with pytest.raises(CommandError, match=r"“priya” is not an e-mail address\."):
        call_command("create_dco", "priya")
    with pytest.raises(CommandError, match=r"“@x” is not an e-mail address\."):
        call_command("token_code", "@x")


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["show", "diff"])
def test_register_that_is_not_in_force_yet_is_said(verb):
    with pytest.raises(CommandError, match="No register is in force yet"):
        call_command("datamap", verb)


def test_system_that_the_demonstration_does_not_have_is_said(settings):
    settings.LUMINA_DEMO = True
    with pytest.raises(CommandError, match="no system “shop”"):
        call_command("demo", "--leave", "shop")
