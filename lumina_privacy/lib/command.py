"""Commands of `manage.py` that say in a sentence what is wrong with what was typed."""

from __future__ import annotations

import re
import sys
from typing import Any, Final, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError

# What argparse says, and how we do: it would print how all is used before it.
_SAID: Final = (
    (
        r"argument (\S+): invalid choice: (.+?) \(choose from (.+)\)",
        "{} cannot be {}: choose from {}",
    ),
    (
        r"argument (\S+): invalid int value: (.+)",
        "{} has to be a whole number, and not {}",
    ),
    (r"argument (\S+): expected .*argument.*", "{} wants something after it"),
    (r"the following arguments are required: (.+)", "Say also: {}"),
    (r"unrecognized arguments: (.+)", "{} means nothing here"),
)
_AWAY: Final = "The database cannot be reached: start it, or look at DATABASE_URL."


class PlainCommand(BaseCommand):
    """A command whose every refusal is one sentence on standard error."""

    # They load every page, which takes longer than most commands. Before `migrate` they
    # are run at every start (docker-compose.yml).
    requires_system_checks = ()
    _called_from_command_line = False  # as Django's own has it

    def create_parser(
        self, prog_name: str, subcommand: str, **kwargs: Any
    ) -> CommandParser:
        """Return the parser; what it does not understand is raised, not printed."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.called_from_command_line = False
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as typed; a wrong argument ends with 2, as argparse has it."""
        try:
            super().run_from_argv(argv)
        except CommandError as wrong:  # the others do not come out of ``execute``
            self._end(in_words(str(wrong).removeprefix("Error: ")), 2)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Do it. Raises CommandError, but to who typed it says what it says."""
        try:
            return super().execute(*args, **options)
        except CommandError as wrong:
            if not self._called_from_command_line or options.get("traceback"):
                raise
            self._end(str(wrong), wrong.returncode)
        except (OperationalError, InterfaceError) as away:
            if not self._called_from_command_line or options.get("traceback"):
                raise
            self._end(f"{_AWAY} It says: {str(away).splitlines()[0]}", 1)

    def _end(self, said: str, code: int) -> NoReturn:
        self.stderr.write(said if said.endswith((".", "!", "?")) else f"{said}.")
        sys.exit(code)


def in_words(said: str) -> str:
    """Return what argparse says as a sentence.

    >>> in_words("argument --right: invalid choice: 'x' (choose from 'a', 'b')")
    "--right cannot be 'x': choose from 'a', 'b'."
    >>> in_words("argument number: invalid int value: 'x'")
    "number has to be a whole number, and not 'x'."
    >>> in_words("the following arguments are required: email")
    'Say also: email.'
    """
    for pattern, words in _SAID:
        if found := re.fullmatch(pattern, said):
            return f"{words.format(*found.groups())}."
    return said
