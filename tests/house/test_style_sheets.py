"""The design system keeps its promises: contrast, size, one home for each colour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
SHEETS = sorted(CSS.rglob("*.css"))
BUDGET_BYTES = 40_000
# The first is written into a package, which is opened from a folder, years later and
# far from the portal: it must stand alone, so it has colours of its own. The second
# puts the same page on paper.
ALONE = {"package.css", "paper.css"}
# Colour on ground, as the components use them; and the least ratio WCAG 2.2 asks for.
TEXT = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "accent-soft"),
    ("ink", "late-soft"),
    ("ink", "soon-soft"),
    ("ink", "good-soft"),
    ("ink-muted", "ground"),
    ("ink-muted", "surface"),
    ("ink-muted", "accent-soft"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("accent-strong", "ground"),
    ("accent-strong", "surface"),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("on-danger", "danger-strong"),
    ("late", "ground"),
    ("late", "surface"),
    ("late", "late-soft"),
    ("soon", "soon-soft"),
    ("good", "good-soft"),
    ("calm", "calm-soft"),
]
SHAPES = [
    ("line-strong", "ground"),
    ("line-strong", "surface"),
    ("focus", "ground"),
    ("focus", "surface"),
    ("focus", "focus-halo"),
    ("accent", "calm-soft"),
    ("late", "surface"),
]
PAIRS = [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in SHAPES]


def _tokens() -> dict[str, dict[str, str]]:
    light, _, dark = (CSS / "tokens.css").read_text().partition("@media")
    colours = {"light": dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))}
    changed = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return {**colours, "dark": colours["light"] | changed}


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_colours_can_be_read(scheme, colour, ground, least):
    tokens = _tokens()[scheme]
    assert _contrast(tokens[colour], tokens[ground]) >= least


def test_every_colour_has_a_dark_counterpart():
    light, _, dark = (CSS / "tokens.css").read_text().partition("@media")
    names = [set(re.findall(r"--([\w-]+): #", part)) for part in (light, dark)]
    assert names[0] == names[1]


def test_only_the_tokens_name_a_colour():
    """Paper is black and white whatever the screen is, so `print.css` may too."""
    for sheet in SHEETS:
        if sheet.name not in {"tokens.css", "print.css", *ALONE}:
            assert not re.search(
                r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", sheet.read_text()
            ), sheet


def test_every_custom_property_is_defined():
    whole = "\n".join(sheet.read_text() for sheet in SHEETS)
    used = set(re.findall(r"var\(--([\w-]+)", whole))
    assert used <= set(re.findall(r"--([\w-]+):", whole))


def test_the_sheets_of_the_site_stay_within_budget():
    loaded = [sheet for sheet in SHEETS if sheet.name not in ALONE]

    assert sum(sheet.stat().st_size for sheet in loaded) <= BUDGET_BYTES


def test_every_sheet_is_imported_once():
    site = (CSS / "site.css").read_text()
    imported = re.findall(r'@import url\("([^"]+)"\) layer\(\w+\)', site)
    others = [
        str(sheet.relative_to(CSS))
        for sheet in SHEETS
        if sheet.name not in {"site.css", *ALONE}
    ]
    assert sorted(imported) == sorted(others)
