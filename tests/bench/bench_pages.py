"""A page of questions, beside bare views and formtools' own wizard. Run by ``make bench``."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django.urls import reverse

from assessor.advice import questionnaire
from assessor.knowledge import Answer
from assessor.models import Assessment, PrivateLink
from assessor.pages import pages_of
from tests.advice.answers import plain_answers, situation
from tests.bench.figures import Job, compared_in_turn, side_by_side
from tests.builders import (
    MANAGEMENT,
    Response,
    make_assessment,
    owner_client,
    owner_of,
    page_data,
    step_url,
)
from tests.knowledge.editions import shipped

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
STEP = "what-governance"
FORM = "application/x-www-form-urlencoded"
MORE_THAN_A_BARE_VIEW = 1.3


@pytest.fixture(autouse=True)
def _references() -> Iterator[None]:
    """Have the pages that are measured against, and templates that are read once."""
    templates: dict[str, Any] = dict(django_settings.TEMPLATES[0])
    templates["DIRS"] = [*templates["DIRS"], Path(__file__).parent / "templates"]
    with override_settings(ROOT_URLCONF="tests.bench.references", TEMPLATES=[templates]):
        yield


@pytest.mark.django_db
def test_a_page_of_questions(record_figure: Any) -> None:
    assessment, other = make_assessment(situation()), make_assessment(situation())
    browser, turn = owner_client(assessment), count()
    browser.post(reverse("redeem", args=[PrivateLink.issue(owner_of(other))]))
    address, bare = step_url(assessment, STEP), f"/bare/{other.pk}/{STEP}/"

    def posting(to: str) -> Job:
        sent = page_data(assessment, STEP, ANSWERS[next(turn) % 2])
        return lambda: _expect(302, browser.post(to, urlencode(sent, doseq=True), FORM))

    def getting(of: str) -> Job:
        return lambda: _expect(200, browser.get(of))

    def posting_to_session() -> Job:
        given = page_data(assessment, STEP, ANSWERS[next(turn) % 2])
        own = ("seen", "form_key", "action", "next", MANAGEMENT)
        sent = {f"{STEP}-{name}": value for name, value in given.items() if name not in own}
        sent["session_wizard-current_step"] = STEP
        return lambda: _expect(
            302, browser.post(f"/wizard/{STEP}/", urlencode(sent, doseq=True), FORM)
        )

    took = side_by_side(
        {
            "POST": lambda: posting(address),
            "bare POST": lambda: posting(bare),
            "session POST": posting_to_session,
            "GET": lambda: getting(address),
            "bare GET": lambda: getting(f"/shown/{assessment.pk}/{STEP}/"),
            "session GET": lambda: getting(f"/wizard/{STEP}/"),
        },
        ROUNDS,
    )
    assert _rows_of_the_last_save(assessment) == _rows_of_the_last_save(other) == len(ANSWERS[0])
    for verb, to, aim in (
        ("POST", "bare view that writes the same rows", MORE_THAN_A_BARE_VIEW),
        ("GET", "bare view with the same fields", None),
    ):
        name = f"Page of questions, {verb}"
        record_figure(compared_in_turn(name, took[verb], took[f"bare {verb}"], to, aim))
        session = took[f"session {verb}"]
        record_figure(compared_in_turn(name, took[verb], session, "formtools’ session wizard"))


def _expect(status: int, response: Response) -> None:
    assert response.status_code == status, response


def _rows_of_the_last_save(assessment: Assessment) -> int:
    assessment.refresh_from_db()
    return assessment.changes.filter(revision=assessment.revision).count()


def _answers(place: int) -> dict[str, Answer]:
    """Return an answer to every question of the page that is asked, others for each place."""
    asked = questionnaire.questions_shown(shipped(), situation())
    return {
        question.key: plain_answers(question.key)[place]
        for question in pages_of(shipped())[STEP].questions
        if question in asked
    }


ANSWERS = (_answers(0), _answers(1))
