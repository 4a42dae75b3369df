"""What a person shows of who they are: pictures, and never for long (decision D9)."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import evidence
from requests_app.actions.incoming import Attached
from requests_app.models import IdentityEvidence
from requests_app.states import EventKind
from tests.factories.accounts import (
    make_staff,
    staff_client,
    subject_client,
)
from tests.factories.cases import make_case
from tests.pictures import LOCKED, RUNS, SERIAL, pdf, photo
from tests.requests_app.shown import (
    LATER,
    asked,
    content_of,
    decide,
    kinds,
    show,
    text_of,
)
from vault.models import StoredFile

pytestmark = pytest.mark.django_db


# --- Taken in ---------------------------------------------------------------------


def test_photo_is_kept_as_a_picture_without_place_device_or_name():
    case = asked()

    [row] = show(case, photo(), name="passport-of-ann.jpg")

    kept = content_of(row)
    with Image.open(BytesIO(kept)) as picture:
        assert picture.format == "JPEG"
        assert dict(picture.getexif()) == {}
        assert picture.size == (480, 640)  # as it was held
    assert SERIAL.encode() not in kept
    names = set(StoredFile.objects.values_list("name", flat=True))
    assert names == {"what shows an identity"}
    # What it was made of is gone already.
    assert StoredFile.objects.filter(destroyed_for="written-anew").count() == 1
    assert kinds(case)[-1] == EventKind.IDENTITY_SHOWN


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (photo("PNG"), "x"),
        (photo("WEBP"), "scan.pdf"),
        (photo(), "no-picture.exe"),
        (pdf(), "x.jpg"),
    ],
)
def test_content_says_what_it_is_and_not_the_name(content, name):
    [row] = show(asked(), content, name=name)

    assert content_of(row).startswith(b"\xff\xd8\xff")


def test_each_page_of_a_pdf_is_a_picture():
    assert len(show(asked(), pdf(pages=3))) == 3


REFUSED = [
    (b"", "is empty"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a photo"),
    (b"<html><script>1</script>", "is not a photo"),
    (b"MZ\x90\x00", "is not a photo"),
    (b"\x00\x00\x00\x18ftypheic", "send it as JPEG"),
    (photo()[:200], "the picture is damaged"),
    (LOCKED, "the PDF is locked"),
    (RUNS, "runs something or carries another file"),
    (pdf(pages=7), "a PDF may have 6 pages"),
    (b"%PDF-1.4 nothing", "locked with a password, or damaged"),
    (b"\xff\xd8\xff" + b"\0" * (11 << 20), "larger than 10 MB"),
    (photo("PNG", size=(10_000, 6_000)), "the picture is too large"),
]


@pytest.mark.parametrize(
    ("content", "said"), REFUSED, ids=[said for _, said in REFUSED]
)
def test_what_cannot_be_shown_is_refused_in_words_and_nothing_is_kept(content, said):
    case = asked()

    with pytest.raises(Refused, match=said):
        show(case, photo(), content)

    assert not IdentityEvidence.objects.exists()
    assert not StoredFile.objects.filter(destroyed_at__isnull=True).exists()
    assert EventKind.IDENTITY_SHOWN not in kinds(case)


def test_nothing_is_taken_that_was_not_asked_for():
    case = make_case("ann@example.org")

    with pytest.raises(Refused, match="not asked who you are"):
        show(case, photo())
    with pytest.raises(Refused, match="so nothing of it is kept"):
        evidence.add(case, [Attached("x", [photo()])], by=make_staff(), at=LATER)


def test_staff_add_what_came_by_post():
    case = asked()

    [row] = evidence.add(case, [Attached("x", [photo()])], by=make_staff(), at=LATER)

    assert row.given_by.startswith("staff:")


# --- The person's page ------------------------------------------------------------


def send(client, case, content, name="IMG_1.jpg"):
    return client.post(
        reverse("case-identity-show", args=[case.reference]),
        {"shown": SimpleUploadedFile(name, content)},
        follow=True,
    )


def test_person_sends_a_photo_on_their_page_and_reads_when_it_goes():
    case = asked()
    client = subject_client("ann@example.org")
    before = text_of(client.get(reverse("case", args=[case.reference])))

    after = text_of(send(client, case, photo()))

    assert "A photo or a PDF of it" in before
    assert "A colleague looks at it; then it is deleted." in after
    assert "Picture 1 came" in after
    decide(case, at=timezone.now())
    gone = text_of(client.get(reverse("case", args=[case.reference])))
    assert "it is decided who asks" in gone
    assert "A photo or a PDF of it" not in gone


def test_refusal_stands_beside_the_box_and_at_the_top():
    case = asked()

    response = send(subject_client("ann@example.org"), case, b"<svg/>", "me.svg")

    assert response.status_code == 422
    assert text_of(response).count("“me.svg” is not a photo") == 2


def test_nobody_is_asked_for_a_photo_who_was_not_asked_who_they_are():
    case = make_case("ann@example.org")

    page = subject_client("ann@example.org").get(reverse("case", args=[case.reference]))

    assert "A photo or a PDF of it" not in text_of(page)


# --- Looked at --------------------------------------------------------------------


def test_each_look_is_an_event_and_the_picture_comes_only_after_it():
    case = asked()
    [row] = show(case, photo())
    url = reverse("case-identity-picture", args=[case.reference, row.pk])
    look = reverse("case-identity-look", args=[case.reference, row.pk])
    client, other = staff_client(Role.CASEWORKER), staff_client(Role.CASEWORKER)

    assert client.get(url).status_code == 404
    page = client.post(look, follow=True)
    picture = client.get(url)

    assert 'src="' + url in page.content.decode()
    assert picture["Content-Type"] == "image/jpeg"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in picture["Cache-Control"]
    assert picture.content == content_of(row)
    assert other.get(url).status_code == 404
    client.post(look)
    assert kinds(case).count(EventKind.IDENTITY_SEEN) == 2


def test_who_only_reads_cases_does_not_look():
    case = asked()
    [row] = show(case, photo())

    client = staff_client(Role.AUDITOR)
    for name in ("case-identity-look", "case-identity-picture"):
        url = reverse(name, args=[case.reference, row.pk])
        assert client.post(url).status_code == 403


def test_queue_says_that_something_was_shown():
    case = asked()
    show(case, photo())

    page = staff_client().get(reverse("case-queue"))

    assert "Look at what shows who they are" in text_of(page)
