"""What comes at the very moment after which it fits no more: said why, kept, and led on."""

from collections.abc import Callable
from typing import Any

import pytest

from assessor.models import Assessment, GivenAnswer, Note
from assessor.pages import pages_of
from assessor.workflow import drafts, inviting, moving, noting
from tests.advice.answers import situation
from tests.builders import (
    another_edition,
    autosave_url,
    client_of,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    page_data,
    step_url,
    text_of,
)

pytestmark = pytest.mark.django_db

TEXT = "Answers to suppliers within a day, not within five as they take now"
GOAL = "why_success"


@pytest.fixture
def assessment() -> Assessment:
    assessment = make_assessment(situation())
    another_edition("2027.1", why_success="why_goal", legal_compliance="counsel")
    return assessment


@pytest.fixture
def moves_before(
    monkeypatch: pytest.MonkeyPatch, assessment: Assessment
) -> Callable[[Any, str], None]:
    """Let the owner move the assessment when a request has read it, and is about to write."""

    def arrange(module: Any, name: str) -> None:
        write = getattr(module, name)

        def moved_first(*args: Any, **kwargs: Any) -> Any:
            now = Assessment.objects.get(pk=assessment.pk)
            moving.move(owner_of(now), "2027.1", now.revision)
            return write(*args, **kwargs)

        monkeypatch.setattr(module, name, moved_first)

    return arrange


def goal_page(assessment: Assessment) -> str:
    goal = assessment.knowledge.questions[GOAL]
    pages = pages_of(assessment.knowledge).items()
    return next(key for key, page in pages if goal in page.questions)


def is_whole(assessment: Assessment) -> bool:
    """Say whether the assessment can still be read."""
    client = owner_client(assessment)
    paths = ("", "check/", "people/", "export/")
    return all(client.get(f"/a/{assessment.pk}/{path}").status_code == 200 for path in paths)


def explained(response: Any, assessment: Assessment) -> str:
    shown = text_of(response)
    assert response.status_code == 409
    assert "The questions have changed" in shown
    assert f'href="/a/{assessment.pk}/"' in shown
    return shown


@pytest.mark.parametrize("address", [step_url, autosave_url], ids=["by hand", "automatically"])
def test_a_page_is_refused_whose_questions_are_gone(
    assessment: Assessment, moves_before: Any, address: Any
) -> None:
    colleague = client_of(invited(assessment))
    page = goal_page(assessment)
    data = page_data(assessment, page, {GOAL: TEXT})
    moves_before(drafts, "save")
    response = colleague.post(address(assessment, page), data)
    assert TEXT in explained(response, assessment)
    assert not GivenAnswer.objects.filter(question=GOAL).exclude(value=None).exists()
    assert is_whole(assessment)


def test_a_note_is_refused_whose_question_is_gone(
    assessment: Assessment, moves_before: Any
) -> None:
    moves_before(noting, "write")
    address = f"/a/{assessment.pk}/question/{GOAL}/note/"
    response = owner_client(assessment).post(address, {"text": TEXT, "in_report": "on"})
    assert TEXT in explained(response, assessment)
    assert not Note.objects.exists()


def test_an_invitation_is_refused_whose_role_is_gone(
    assessment: Assessment, moves_before: Any
) -> None:
    moves_before(inviting, "invite")
    data = {"name": "Bo", "asked": "role:legal_compliance", "message": TEXT, "days": "30"}
    data["form_key"] = "5b0f8f3e-6a48-4a0e-9d6c-5b5bb2f6d0aa"
    response = owner_client(assessment).post(f"/a/{assessment.pk}/people/", data)
    assert TEXT in explained(response, assessment)
    assert assessment.respondents.count() == 1
    assert is_whole(assessment)
