#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main(argv: list[str]) -> None:
    """Run one command; a wrong setting is a sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lumina_privacy.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    if argv[1:2] == ["deadline"] and "--holidays-from-db" not in argv:
        # The one command that runs where nothing is set (requests_app/deadline.py).
        from requests_app.management.commands.deadline import Command

        Command().run_from_argv(argv)
        return
    try:
        execute_from_command_line(argv)
    except ImproperlyConfigured as problem:
        # A sentence for whoever set the variable; a traceback would hide it.
        sys.exit(str(problem))


if __name__ == "__main__":
    main(sys.argv)
