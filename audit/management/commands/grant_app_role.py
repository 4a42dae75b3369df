"""`manage.py grant_app_role`: what the portal's own database role may do (E11)."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction

from lumina_privacy.lib.command import PlainCommand

_TABLES: Final = "ALL TABLES IN SCHEMA public"


class Command(PlainCommand):
    """Grant the application role; run as the owner (LUMINA_AS_OWNER=1)."""

    help = (
        "Grant DATABASE_URL's role what the portal needs: no DDL, no TRUNCATE, and on "
        "append-only tables neither UPDATE nor DELETE."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Grant; with one role for both there is nothing to grant."""
        role = unquote(urlsplit(settings.DATABASE_URL).username or "")
        owner = connection.settings_dict["USER"]
        if role == owner:
            self.stdout.write(
                "DATABASE_URL and DATABASE_OWNER_URL name the same role: the ledger is "
                "guarded by its triggers only."
            )
            return
        quoted = connection.ops.quote_name(role)
        append_only = [
            connection.ops.quote_name(model._meta.db_table)
            for model in apps.get_models()
            if getattr(model, "append_only", False)
        ]
        statements = [
            # PostgreSQL before 15 let everybody make tables.
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            f"GRANT USAGE ON SCHEMA public TO {quoted}",
            f"REVOKE ALL ON {_TABLES} FROM {quoted}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {_TABLES} TO {quoted}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
            *(
                f"REVOKE UPDATE, DELETE ON {table} FROM {quoted}"
                for table in append_only
            ),
            # Which migrations have run is the owner's business.
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quoted}",
        ]
        # At once: between REVOKE and GRANT a running portal could do nothing.
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        except ProgrammingError as refusal:
            raise CommandError(
                "Only the owner may grant, and after `migrate`: set LUMINA_AS_OWNER=1 "
                f"and run it again ({str(refusal).splitlines()[0]})."
            ) from refusal
        self.stdout.write(f"{role}: {len(append_only)} append-only tables guarded.")
