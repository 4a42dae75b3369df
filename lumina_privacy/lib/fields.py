"""Columns that keep what they hold: encrypted where it lies, or in its order."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from lumina_privacy.lib import crypto


class OrderedJSONField(models.JSONField):
    """JSON whose objects keep the order of their keys, which ``jsonb`` sorts anew.

    Not for asking the database about what stands in it: it is text there.
    """

    def db_type(self, connection: Any) -> str:
        """Store it as PostgreSQL's ``json``."""
        return "json"

    def get_db_prep_value(
        self, value: Any, connection: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Send it as text: Django's own would say ``jsonb``, and lose the order."""
        return value if value is None else json.dumps(value, ensure_ascii=False)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return it as it is: the driver has read this type already."""
        return (
            super().from_db_value(value, expression, connection)
            if isinstance(value, str)
            else value
        )


class SealedText(models.TextField):  # type: ignore[type-arg]  # the stubs' own parameters
    """Text that is encrypted in its column under the master key.

    The key's use is the column's own name, so a value copied into another column
    cannot be read there. Never searched; empty text stays empty.
    """

    def _use(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        text = super().get_prep_value(value)
        return crypto.seal(text, use=self._use()) if text else text

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Decrypt on the way out."""
        return crypto.unseal(value, use=self._use()) if value else value

    def resealed(self, stored: str) -> str:
        """Return a stored value under the newest key. Raises crypto.Undecryptable."""
        if not stored:
            return stored
        return crypto.seal(crypto.unseal(stored, use=self._use()), use=self._use())
