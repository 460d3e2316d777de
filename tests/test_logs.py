"""Secrets stay out of the log."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from assessor.logs import HideSecretLinks, Json, Plain, configuration, trace
from assessor.models import PrivateLink
from assessor.observation import request_id
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


# ---------------------------------------------------------------- what failed, not what about

ANSWER = "Very confidential"


def failed(fail: Callable[[], Any], formatter: logging.Formatter) -> str:
    """Return what is written where somebody logs a failure, after another handler has."""
    try:
        fail()
    except Exception:  # noqa: BLE001
        record = logging.LogRecord("any", logging.ERROR, "", 0, "Failed", (), sys.exc_info())
    logging.Formatter().format(record)
    HideSecretLinks().filter(record)
    return formatter.format(record)


def read_a_number() -> None:
    int(ANSWER)


def violate() -> None:
    raise IntegrityError(f"null value\nDETAIL: Failing row contains ({ANSWER})")


def after_another() -> None:
    try:
        int(ANSWER)
    except ValueError as error:
        raise RuntimeError(ANSWER) from error


@pytest.mark.parametrize("formatter", [Plain(), Json()], ids=["plain", "json"])
@pytest.mark.parametrize("fail", [read_a_number, violate, after_another])
def test_a_failure_is_logged_with_its_place_and_without_what_it_quotes(
    fail: Callable[[], Any], formatter: logging.Formatter
) -> None:
    said = failed(fail, formatter)
    assert ANSWER not in said
    assert f"in {fail.__name__}" in said
    assert ANSWER in failed(fail, logging.Formatter())  # The control: as logging does it.


def test_trouble_with_the_storage_is_told_in_full_but_for_rows() -> None:
    said = trace(OperationalError(f"disk full\nDETAIL: {ANSWER}"))
    assert said.endswith("django.db.utils.OperationalError: disk full")


def test_json_has_one_object_a_line_whatever_is_in_it() -> None:
    request_id.forget()
    record = logging.LogRecord("any", logging.INFO, "", 0, "a\nb %s", ("/r/tok/",), None)
    record.request = "GET /r/tok/?x=secret"
    record.route = "step"
    HideSecretLinks().filter(record)
    line = Json().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert said.pop("time").endswith("+00:00")
    assert said == {
        "level": "INFO",
        "logger": "any",
        "message": "a\nb /r/***/",
        "request_id": "",
        "route": "step",
    }


def test_the_form_is_the_one_that_is_set() -> None:
    assert configuration("json")["handlers"]["stderr"]["formatter"] == "json"
    assert configuration("plain")["handlers"]["stderr"]["formatter"] == "plain"


@pytest.mark.django_db
def test_every_line_of_a_request_has_its_name_and_no_line_after_it(log: StringIO) -> None:
    response = Client().get("/no-such-page/")
    refused = Client().generic("BREW", "/help/")
    names = [line.rsplit(" ", 1)[1] for line in log.getvalue().splitlines()]
    assert names == [response["X-Request-ID"], refused["X-Request-ID"]]
    assert request_id.current.get() == ""
