"""Secrets stay out of the log."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client

from assessor.logs import HideSecretLinks
from assessor.models import PrivateLink
from tests.builders import make_assessment, owner_of


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the product writes to its log during a test."""
    handler = next(
        handler
        for handler in logging.getLogger("django").handlers
        if isinstance(handler, logging.StreamHandler) and handler.filters
    )
    written = StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def written(message: str, *args: object) -> str:
    record = logging.LogRecord("any", logging.WARNING, "", 0, message, args, None)
    assert HideSecretLinks().filter(record)
    return logging.Formatter("%(message)s").format(record)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Not Found: /r/Zm9v-bar_x/", "Not Found: /r/***/"),
        ("Not Found: /r/Zm9v", "Not Found: /r/***"),
        ('"GET /r/Zm9v?x=1 HTTP/1.1" 200', '"GET /r/***?x=1 HTTP/1.1" 200'),
        ("/r/one/ and https://a.example/r/two/", "/r/***/ and https://a.example/r/***/"),
        ("Not Found: /report/", "Not Found: /report/"),
        ("100% of /a/b/", "100% of /a/b/"),
    ],
)
def test_the_token_of_a_private_link_is_replaced(message: str, expected: str) -> None:
    assert written(message) == expected


def test_a_token_among_the_arguments_is_replaced_too() -> None:
    assert written("%s: %s", "Forbidden", "/r/Zm9v/") == "Forbidden: /r/***/"


def test_a_per_cent_sign_in_an_address_does_no_harm() -> None:
    assert written("%s: %s", "Not Found", "/r/%41%/%s") == "Not Found: /r/***/%s"


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "head"])
def test_no_request_for_a_private_link_writes_its_token(method: str, log: StringIO) -> None:
    token = PrivateLink.issue(owner_of(make_assessment()))
    strict = Client(enforce_csrf_checks=True)
    for address in (f"/r/{token}/", f"/r/{token}", f"/r/{token}/x", f"/r/{token[:-1]}/"):
        getattr(strict, method)(address)
    assert "/r/***" in log.getvalue()
    assert token[:-1] not in log.getvalue()


@pytest.mark.django_db
def test_a_line_break_in_an_address_starts_no_new_line(log: StringIO) -> None:
    Client().get("/no-such%0aERROR forged")
    assert len(log.getvalue().splitlines()) == 1
