"""Text areas on every page: nothing is cut off, and how much one may write is told to everybody."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.advice.answers import situation
from tests.builders import make_assessment, owner_client, step_url, submitted, text_of
from tests.security.addresses import administrator, every_address, owner, staff_who_wait_for_nothing

pytestmark = pytest.mark.django_db

TO_WRITE_IN = re.compile(r"<textarea(?![^>]* (?:readonly|hidden))[^>]*>")


def uncounted(browser: Client, addresses: dict[str, str]) -> Iterator[str]:
    """Yield the text areas whose limit cuts off or stands nowhere."""
    for name, address in addresses.items():
        response = browser.get(address)
        if not response.get("Content-Type", "").startswith("text/html") or response.streaming:
            continue
        page = text_of(response)
        for area in TO_WRITE_IN.findall(page):
            counted = re.search(r'aria-describedby="(?:[^"]* )?([\w-]+_count)"', area)
            if "maxlength" in area or not counted or f'id="{counted[1]}"' not in page:
                yield f"{name}: {area}"


def test_every_text_area_says_how_much_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    staff = staff_who_wait_for_nothing(monkeypatch)
    assessment = submitted(situation()).assessment
    addresses = every_address(assessment, staff)
    for role in (owner, administrator):
        assert list(uncounted(role(assessment, staff), addresses)) == []


def test_so_does_that_of_a_question() -> None:
    draft = make_assessment()
    addresses = {"why": step_url(draft, "why"), "people": f"/a/{draft.pk}/people/"}
    assert list(uncounted(owner_client(draft), addresses)) == []
