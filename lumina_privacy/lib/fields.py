"""Columns that are encrypted where they lie."""

from __future__ import annotations

from typing import Any

from django.db import models

from lumina_privacy.lib import crypto


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
