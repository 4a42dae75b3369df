"""Rules every template keeps; the Content-Security-Policy counts on the first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from dev.check import INLINE

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path for path in ROOT.rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
MAIL = [path for path in PAGES if "emails" in path.parts]
# Components that need the request: who is signed in, where one is, the form's token.
WITH_CONTEXT = {"components/site_header.html"}
INCLUDE = re.compile(r"{%\s*include\s+\"([^\"]+)\"([^%]*)%}")


def _names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("name", _names(PAGES))
def test_template_has_no_inline_style_or_script(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    for script in re.findall(r"<script([^>]*)>", text):
        assert "src=" in script, "a script stands in a file of its own"


@pytest.mark.parametrize("name", _names(PAGES))
def test_template_asks_nothing_of_another_site(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"(src|srcset|action)\s*=\s*[\"']?(https?:)?//", text)
    assert not re.search(r"<link[^>]+href\s*=\s*[\"']?(https?:)?//", text)


def test_mail_is_plain_text_and_so_loads_nothing():
    assert _names(MAIL) == []


@pytest.mark.parametrize("name", _names(PAGES))
def test_component_has_parameters_not_an_environment(name):
    for included, arguments in INCLUDE.findall((ROOT / name).read_text()):
        if included.startswith("components/") and included not in WITH_CONTEXT:
            assert arguments.split()[-1:] == ["only"], f"{included} needs `only`"


@pytest.mark.parametrize("name", _names(TEMPLATES))
def test_template_has_no_number_of_minutes_of_its_own(name):
    """How long a code works is one rule, in ``accounts.actions.codes``."""
    assert not re.search(r"\d+ minutes", (ROOT / name).read_text())


@pytest.mark.parametrize("name", _names(TEMPLATES))
def test_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", sorted(INLINE))
def test_inline_component_ends_without_a_line_break(name):
    """It would show as a space in the middle of a sentence."""
    text = (ROOT / "components" / name).read_text()
    assert text == text.strip()


@pytest.mark.parametrize("name", _names(PAGES))
def test_form_that_posts_carries_its_token(name):
    text = (ROOT / name).read_text()
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert "csrf_token" in form
