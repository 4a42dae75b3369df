"""What was sent together leads from case to case, where there is a page to lead to."""

from __future__ import annotations

import pytest
from django.urls import reverse

from requests_app.models import Case
from tests.factories.accounts import staff_client
from tests.factories.cases import make_case

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.mark.parametrize("proved", [True, False])
def test_case_that_waits_in_the_tray_is_named_and_leads_to_the_tray(proved):
    case, other = make_case(), make_case(proved=proved)
    Case.objects.filter(pk=other.pk).update(submission=case.submission_id)
    client = staff_client()

    shown = client.get(reverse("staff-case", args=[case.reference])).content.decode()

    there = reverse("staff-case", args=[other.reference])
    assert other.reference in shown
    assert (f'href="{there}"' in shown) is proved
    assert (f'{other.reference} in the <a href="{reverse("case-tray")}"' in shown) is (
        not proved
    )
    assert client.get(there).status_code == (200 if proved else 404)
