"""Reviewing as somebody does who has just opened the page: what is seen is what is."""

from __future__ import annotations

from requests_app import spool
from requests_app.actions import files, review
from requests_app.models import FoundDataset, OwnerFile


def seen_of(found) -> str:
    """Return the mark that a page of the dataset posts now."""
    found = FoundDataset.objects.get(pk=found.pk)
    return found.mark_with(found.rows.all())


def seen_row(found, row) -> str:
    """Return the mark that the row's page posts now."""
    found = FoundDataset.objects.get(pk=found.pk)
    refs = spool.row_refs(found, row.key)
    return found.row_mark(found.rows.filter(row_ref__in=refs).first())


def choose_dataset(found, **said):
    """Release or withhold a dataset as it stands."""
    return review.choose_dataset(found, seen=seen_of(found), **said)


def choose_row(found, *, row, **said):
    """Decide about one row as it stands."""
    return review.choose_row(found, row=row, seen=seen_row(found, row), **said)


def follow_dataset(found, *, row, **said):
    """Take back what was decided about the row."""
    return review.follow_dataset(found, row=row, seen=seen_row(found, row), **said)


def withhold_rows(found, **said):
    """Withhold rows of a dataset as it stands."""
    return review.withhold_rows(found, seen=seen_of(found), **said)


def choose_file(file, *, by, at, **said):
    """Open an owner's file, and release or withhold it as it stands."""
    file = OwnerFile.objects.select_related("task__task__case").get(pk=file.pk)
    mark = file.mark
    list(files.read_file(file, by=by, at=at)[1])
    return files.choose_file(file, seen=mark, by=by, at=at, **said)
