"""Every request has a name, one line in the log and one measurement; none says what was typed."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from assessor.logs import Json
from assessor.models import PrivateLink
from assessor.observation import metrics
from tests.builders import make_assessment, make_edition, owner_of, page_data, step_url

pytestmark = pytest.mark.django_db

TOKEN = "t" * 32
TYPED = "Very confidential"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """The log as JSON, of the requests alone."""
    logger = logging.getLogger("assessor.observation.requests")
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(Json())
    logger.addHandler(handler)
    yield handler.stream
    logger.removeHandler(handler)


# ---------------------------------------------------------------- the name


def name_of(client: Client, **headers: str) -> str:
    name: str = client.get("/healthz", headers=headers)["X-Request-ID"]
    return name


def test_every_answer_has_a_name_of_its_own() -> None:
    names = {name_of(Client()) for _ in range(20)}
    assert len(names) == 20
    assert {len(name) for name in names} == {32}


def test_a_name_is_taken_from_the_trusted_proxy_alone(settings: Settings) -> None:
    assert name_of(Client(), x_request_id="given-12345") != "given-12345"
    settings.TRUSTED_PROXY = "10.0.0.1"
    assert name_of(Client(), x_request_id="given-12345") != "given-12345"
    by_proxy = {"x_forwarded_proto": "https"}
    assert name_of(Client(), x_request_id="given-12345", **by_proxy) == "given-12345"
    for odd in ("short", "x" * 65, "a b c d e f", "<script>alert</script>", "é" * 8):
        assert name_of(Client(), x_request_id=odd, **by_proxy) != odd


def test_a_page_that_says_what_failed_says_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    response = Client().get("/no-such-page/")
    assert response["X-Request-ID"] in response.content.decode()

    def fails(*_: object) -> None:
        raise ValueError(TYPED)

    monkeypatch.setattr("assessor.views.mine.render", fails)
    response = Client(raise_request_exception=False).get("/assessments/")
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    assert TYPED not in response.content.decode()


# ---------------------------------------------------------------- the line


def test_a_request_is_a_line_with_route_status_and_time_and_nothing_else(
    lines: StringIO,
) -> None:
    make_edition()
    Client().get(f"/help/?q={TYPED}")
    said = json.loads(lines.getvalue())
    assert said.pop("milliseconds") > 0
    assert (said["method"], said["route"], said["status"]) == ("GET", "help", 200)
    assert TYPED not in lines.getvalue()


def test_no_token_key_or_text_is_in_any_line(lines: StringIO) -> None:
    assessment = make_assessment(initiative=TYPED)
    token = PrivateLink.issue(owner_of(assessment))
    client = Client()
    client.get(f"/r/{token}/?x={TYPED}")
    client.post(f"/r/{token}/")
    client.post(step_url(assessment, "why"), page_data(assessment, "why", {"why_success": TYPED}))
    client.generic("SECRETVERB", f"/{TYPED}/")
    assert lines.getvalue().count("\n") == 3
    for secret in (token, TYPED, str(assessment.pk), "SECRETVERB"):
        assert secret not in lines.getvalue()


def test_what_was_refused_is_a_line(lines: StringIO) -> None:
    assessment = make_assessment()
    Client().get(step_url(assessment, "why"))
    Client(enforce_csrf_checks=True).post(reverse("new"))
    said = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(each["route"], each["status"]) for each in said] == [("step", 404), ("new", 403)]


def test_what_machines_ask_all_the_time_is_no_line_while_it_goes_well(lines: StringIO) -> None:
    make_edition()
    for address in ("/healthz", "/readyz", "/no-such-page/"):
        Client().get(address)
    assert lines.getvalue() == ""


def test_what_machines_ask_is_a_line_when_it_goes_wrong(lines: StringIO) -> None:
    Client().get("/readyz")  # There is no edition.
    assert json.loads(lines.getvalue())["status"] == 503


# ---------------------------------------------------------------- the figures


def test_figures_are_for_whoever_has_the_token(settings: Settings) -> None:
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for wrong in ("", "Bearer ", f"Bearer {TOKEN}x", "Bearer é"):
        assert Client().get("/metrics", headers={"authorization": wrong}).status_code == 404
    response = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert b"assessor_requests_total" in response.content


def test_figures_count_by_route_and_hold_nothing_else() -> None:
    assessment = make_assessment(initiative=TYPED)
    Client().get(f"/a/{assessment.pk}/?q={TYPED}")
    Client().get(f"/{TYPED}/")
    Client().generic("SECRETVERB", "/help/")
    said = metrics.text().decode()
    assert 'assessor_requests_total{method="GET",route="hub",status="404"}' in said
    assert 'method="other"' in said
    for secret in (str(assessment.pk), TYPED, "SECRETVERB"):
        assert secret not in said
