"""What comes at the very moment after which it fits no more: said why, kept, and led on."""

from collections.abc import Callable
from typing import Any

import pytest

from assessor.access import Decider
from assessor.models import Assessment, GivenAnswer, Note, Respondent
from assessor.pages import pages_of
from assessor.workflow import drafts, inviting, moving, noting, reviewing
from assessor.workflow.reviewing import Decision, Opinion
from tests.advice.answers import situation
from tests.builders import (
    another_edition,
    autosave_url,
    client_of,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    page_data,
    step_url,
    submitted,
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


# ---------------------------------------------------------------- whose invitation has ended


@pytest.fixture
def withdrawn_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str, Respondent], None]:
    """Let the owner withdraw an invitation when somebody was let in, and is about to write."""

    def arrange(module: Any, name: str, person: Respondent) -> None:
        write = getattr(module, name)

        def withdrawn_first(*args: Any, **kwargs: Any) -> Any:
            inviting.withdraw(Respondent.objects.get(pk=person.pk), "owner", keep_answers=True)
            before.append(database())
            try:
                return write(*args, **kwargs)
            finally:
                assert database() == before.pop()

        before: list[Any] = []
        monkeypatch.setattr(module, name, withdrawn_first)

    return arrange


def ended(response: Any) -> str:
    shown = text_of(response)
    assert response.status_code == 409
    assert "Your invitation has ended" in shown
    assert 'href="/assessments/"' in shown
    return shown


@pytest.mark.parametrize("address", [step_url, autosave_url], ids=["by hand", "automatically"])
def test_who_is_withdrawn_meanwhile_answers_nothing(
    assessment: Assessment, withdrawn_before: Any, address: Any
) -> None:
    ana = invited(assessment)
    client, page = client_of(ana), goal_page(assessment)
    withdrawn_before(drafts, "save", ana)
    data = page_data(assessment, page, {GOAL: TEXT})
    assert TEXT in ended(client.post(address(assessment, page), data))


def test_who_is_withdrawn_meanwhile_writes_no_note(
    assessment: Assessment, withdrawn_before: Any
) -> None:
    ana = invited(assessment)
    client = client_of(ana)
    withdrawn_before(noting, "write", ana)
    data = {"text": TEXT}
    assert TEXT in ended(client.post(f"/a/{assessment.pk}/question/{GOAL}/note/", data))


def test_who_is_withdrawn_meanwhile_does_not_sign(withdrawn_before: Any) -> None:
    report = submitted()
    ana = invited(report.assessment, may_sign=True)
    client = client_of(ana)
    withdrawn_before(reviewing, "sign", ana)
    data = {"seen": report.suggestion_sha256, "opinion": "disagree", "reason": TEXT}
    assert TEXT in ended(client.post(f"/a/{report.assessment_id}/sign/", data))


@pytest.mark.parametrize(
    ("step", "carried_out_by"), [("declined", "decide"), ("changes", "request_changes")]
)
def test_who_is_withdrawn_meanwhile_decides_nothing(
    withdrawn_before: Any, step: str, carried_out_by: str
) -> None:
    report = submitted()
    ana = invited(report.assessment, may_decide=True)
    client = client_of(ana)
    withdrawn_before(reviewing, carried_out_by, ana)
    about = {"seen": report.suggestion_sha256, "step": step, "chosen": report.leader}
    data = {**about, "reason": TEXT, "confirmed": "yes"}
    assert TEXT in ended(client.post(f"/a/{report.assessment_id}/decide/", data))


@pytest.mark.parametrize("right", ["may_sign", "may_decide"])
def test_a_right_that_was_taken_back_meanwhile_is_used_no_more(right: str) -> None:
    report = submitted()
    ana = invited(report.assessment, may_sign=True, may_decide=True)
    Respondent.objects.filter(pk=ana.pk).update(**{right: False})
    decider = Decider(ana.assessment, "Ana", "", "respondent", ana)
    seen = report.suggestion_sha256
    using: dict[str, Callable[[], object]] = {
        "may_sign": lambda: reviewing.sign(ana, Opinion(seen, "agree")),
        "may_decide": lambda: reviewing.decide(decider, Decision(seen, "declined", TEXT)),
    }
    with pytest.raises(drafts.Withdrawn):
        using[right]()
