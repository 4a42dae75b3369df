"""Tables whose rows are written once.

Python refuses, a trigger refuses, and the application's database role lacks the right
(decision E11): the first for whoever writes code, the others for whoever does not.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from lumina_privacy.lib.verdict import Refused

_Row = TypeVar("_Row", bound=models.Model, covariant=True)


def _refuse(model: type[models.Model]) -> NoReturn:
    raise Refused(f"{model._meta.label} is append-only")


class AppendOnlyQuerySet(models.QuerySet[_Row]):
    """Rows are added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse; Django's ``bulk_update`` comes through here too."""
        _refuse(self.model)

    def delete(self) -> NoReturn:
        """Refuse."""
        _refuse(self.model)

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[_Row]:
        """Insert; refuse to do so over rows that are there."""
        if kwargs.get("update_conflicts"):
            _refuse(self.model)
        return super().bulk_create(*args, **kwargs)


class AppendOnlyManager(models.Manager[_Row]):
    """The way to those rows."""

    def get_queryset(self) -> AppendOnlyQuerySet[_Row]:
        """Return every row."""
        return AppendOnlyQuerySet(self.model, using=self._db)


class AppendOnly(models.Model):
    """A row that is written once."""

    append_only = True

    objects = AppendOnlyManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse anything else."""
        if not self._state.adding:
            _refuse(type(self))
        # Without this, a new object under an old key would be tried as an UPDATE.
        super().save(force_insert=True, using=kwargs.get("using"))

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        """Refuse."""
        _refuse(type(self))
