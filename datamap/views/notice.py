"""The notice, as it was published. Open to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from datamap import queries
from datamap.registry.promises import Listing, Notice
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import open_page

# Lists whose bullets begin with the term that they explain.
_WITH_TERMS: Final = frozenset({"bases", "sources", "categories"})


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or bullets when there are ``items``."""

    text: str = ""
    items: tuple[str, ...] = ()
    with_terms: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A section with the anchor that links lead to; it never changes in a version."""

    anchor: str
    heading: str
    blocks: tuple[Block, ...]


@open_page
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Show the version in force."""
    published = _in_force(queries.notices())
    if published is None:
        raise Http404("no notice is in force")
    return _page(request, published)


@open_page
@require_safe
def notice_version(request: HttpRequest, version: int) -> HttpResponse:
    """Show a published version, for good: superseded ones too (LUM-02)."""
    return _page(request, _version(version))


@open_page
@require_safe
def notice_text(_request: HttpRequest, version: int) -> HttpResponse:
    """Give a published version as plain text: what its digest is taken of."""
    text = _version(version).text()
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _page(request: HttpRequest, shown: Notice) -> HttpResponse:
    published = queries.notices()
    context = {
        "notice": shown,
        "digest": shown.digest(),
        "sections": list(_sections(shown, beside=False)),
        "beside": list(_sections(shown, beside=True)),
        "superseded": shown != _in_force(published),
        "versions": published if len(published) > 1 else [],
    }
    return TemplateResponse(request, "datamap/public/notice.html", context)


def _in_force(published: list[Notice]) -> Notice | None:
    today = london_day(timezone.now())
    return next((notice for notice in published if notice.effective_on <= today), None)


def _version(version: int) -> Notice:
    for published in queries.notices():
        if published.version == version:
            return published
    raise Http404(f"no version {version} was published")


def _sections(shown: Notice, *, beside: bool) -> Iterator[Section]:
    for place, section in enumerate(shown.sections):
        if section.beside is beside:
            blocks = tuple(_block(block) for block in section.blocks)
            anchor = slugify(section.heading) or f"section-{place}"
            yield Section(anchor, section.heading, blocks)


def _block(block: str | Listing) -> Block:
    if isinstance(block, str):
        return Block(text=block)
    return Block(items=block.items, with_terms=block.of in _WITH_TERMS)
