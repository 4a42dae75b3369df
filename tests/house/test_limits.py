"""What is told of how much may come in is what the portal takes."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from lumina_privacy import uploads
from lumina_privacy.uploads import MB
from requests_app.actions import colleagues, evidence, thread
from requests_app.forms import mail_file
from requests_app.forms.colleagues import NoteRequestForm
from tests.datamap.worlds import ROOT
from tests.deploy import compose

DEPLOYMENT = (ROOT / "docs/deployment.md").read_text("utf-8")
CADDY = re.findall(r"\bmax_size (\d+)MiB", DEPLOYMENT)
NGINX = re.findall(r"\bclient_max_body_size (\d+)m;", DEPLOYMENT)
# What the parts of a form take beside its files; and no proxy takes much more.
LITTLE = 1.02


def test_proxies_let_pass_what_the_portal_takes_and_little_more():
    assert settings.LUMINA_UPLOAD_MB == 4096  # what the page reckons with
    owners, others = map(int, CADDY)
    assert [others, owners] == list(map(int, NGINX))
    for figure, most in (
        (owners, uploads.most_of_an_owner()),
        (others, uploads.MOST_OF_A_MESSAGE),
    ):
        assert most < figure * MB < most * LITTLE


def test_larger_figure_is_for_the_page_where_owners_bring_files():
    [caddy] = re.findall(r"@files path_regexp (\S+)", DEPLOYMENT)
    [nginx] = re.findall(r"location ~ (\S+) \{\s+# what owners", DEPLOYMENT)
    pages = [
        reverse("owner-files", args=["AB12"]),
        reverse("owner-file-replace", args=["AB12", 7]),
    ]

    assert caddy == nginx
    assert all(re.search(caddy, page) for page in pages)
    assert not re.search(caddy, reverse("owner-file-remove", args=["AB12", 7]))
    assert not re.search(caddy, reverse("owner-task", args=["AB12"]))


@pytest.mark.parametrize(
    "form",
    [
        thread.MOST_FILES * thread.TERMS.most_mb * MB,
        evidence.TERMS.most_mb * MB,
        mail_file.MOST_BYTES,
    ],
    ids=["message", "identity", "mail"],
)
def test_forms_with_files_fit_into_what_may_come_in(form):
    assert form < uploads.MOST_OF_A_MESSAGE


def test_form_of_colleagues_fits_into_what_may_come_in_by_a_link():
    assert colleagues.TERMS.most_mb * MB < uploads.MOST_OF_A_COLLEAGUE
    assert f"of {colleagues.TERMS.most_mb} MB at most" in str(
        NoteRequestForm.base_fields["file"].help_text
    )


def test_figures_in_words_are_those_of_the_settings():
    said = " ".join(DEPLOYMENT.split())

    for words in (
        f"over {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MB} MB to a stranger",
        f"over {uploads.MOST_OF_A_MESSAGE // MB} MB to who has signed in",
        f"over {uploads.MOST_OF_A_COLLEAGUE // MB} MB to who has a link of colleagues",
        f"five files of {thread.TERMS.most_mb} MB with a message",
        f"a mail of {mail_file.MOST_BYTES // MB} MB",
        f"({settings.LUMINA_UPLOAD_MB}, so {uploads.most_of_an_owner() // MB} MB;",
    ):
        assert words in said
    assert thread.MOST_FILES == 5


def test_compose_and_its_example_take_as_large_a_file_as_the_settings():
    text = compose.COMPOSE.read_text("utf-8")

    assert f"${{LUMINA_UPLOAD_MB:-{settings.LUMINA_UPLOAD_MB}}}" in text
    example = (ROOT / ".env.example").read_text("utf-8")
    assert f"LUMINA_UPLOAD_MB={settings.LUMINA_UPLOAD_MB}\n" in example


def test_pages_name_the_size_that_is_taken():
    hints = {
        "public/thread": f"of {thread.TERMS.most_mb} MB each",
        "public/acting_form": f"of {thread.TERMS.most_mb} MB each",
        "public/shown": f"{evidence.TERMS.most_mb} MB at most",
        "staff/identity_shown": f"{evidence.TERMS.most_mb} MB at most",
    }
    for name, words in hints.items():
        page = ROOT / f"templates/requests_app/{name}.html"
        assert words in page.read_text("utf-8"), name
