"""Issuing: what was answered and suggested is frozen, once, with its evidence."""

import pytest

from assessor.knowledge.hashing import sha256_of
from assessor.models import Assessment, Note, Report, Respondent, Signature
from assessor.workflow import issuing, reviewing
from assessor.workflow.issuing import Incomplete
from assessor.workflow.reviewing import Opinion
from tests.advice.answers import situation, without
from tests.builders import complete, invited, make_assessment, owner_of, says, stored, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Respondent:
    return owner_of(make_assessment())


def test_submitting_freezes_what_was_answered_and_what_was_suggested() -> None:
    report = submitted(situation(), name="Dana")
    assert report.number == 1
    assert report.prepared_by == "Dana"
    assert report.answers == situation()
    assert report.leader == report.suggestion["leader"] == report.as_suggestion.leader
    assert report.score == report.suggestion["ranking"][0]["score"]
    assert not Assessment.objects.get().is_draft


def test_the_hash_of_a_report_can_be_computed_again_from_the_database() -> None:
    submitted()
    report = Report.objects.get()
    assert sha256_of(report.content()) == report.sha256


@pytest.mark.parametrize("field", ["initiative", "organisation", "prepared_by"])
def test_the_hash_shows_when_a_report_was_tampered_with(field: str) -> None:
    submitted()
    Report.objects.update(**{field: "Someone else"})
    report = Report.objects.get()
    assert sha256_of(report.content()) != report.sha256


def test_answers_to_questions_that_are_not_asked_are_not_in_the_report() -> None:
    report = submitted(situation(where_scope="individual"))
    assert "policy_versions" in stored(report.assessment)
    assert "policy_versions" not in report.answers
    assert report.suggestion["ignored"] == []


def test_a_required_question_without_an_answer_prevents_submission(owner: Respondent) -> None:
    complete(owner.assessment, without(situation(), "where_capex", "opex_volume"))
    with pytest.raises(Incomplete) as refused:
        issuing.submit(owner)
    assert [question.key for question in refused.value.missing] == ["where_capex", "opex_volume"]
    assert not Report.objects.exists()
    assert Assessment.objects.get().is_draft


def test_a_note_on_a_question_that_the_edition_does_not_have_is_not_issued(
    owner: Respondent,
) -> None:
    complete(owner.assessment)
    for question in ("long_gone", "where_scope"):
        Note.objects.create(
            assessment=owner.assessment, question=question, text="So far", in_report=True
        )
    report = issuing.submit(owner)
    assert [remark["question"] for remark in report.voices["remarks"]] == ["where_scope"]


def test_submitting_twice_gives_the_one_report(owner: Respondent) -> None:
    complete(owner.assessment)
    assert issuing.submit(owner) == issuing.submit(owner)
    assert Report.objects.count() == 1


def test_a_reopened_assessment_issues_the_next_report_and_keeps_the_first() -> None:
    first = submitted()
    before = Report.objects.values().get()
    owner = owner_of(first.assessment)
    reviewing.reopen(owner)
    complete(first.assessment, {"where_dev_team": "none"})
    second = issuing.submit(owner)
    assert (second.number, second.leader) == (2, "")
    assert Report.objects.values().get(number=1) == before
    assert second.sha256 != first.sha256


def test_reopening_a_draft_changes_nothing(owner: Respondent) -> None:
    before = Assessment.objects.values().get()
    reviewing.reopen(owner)
    assert Assessment.objects.values().get() == before


def test_with_no_option_left_the_report_has_neither_leader_nor_score() -> None:
    report = submitted(situation(where_dev_team="none"))
    assert (report.leader, report.score, report.status) == ("", None, "no_option")


# ---------------------------------------------------------------- signatures that still hold


def agreed(report: Report, person: Respondent) -> Report:
    return reviewing.sign(person, Opinion(report.suggestion_sha256, Signature.Opinion.AGREE))


def submitted_again(assessment: Assessment) -> Report:
    reviewing.reopen(owner_of(assessment))
    return issuing.submit(owner_of(assessment))


def names_on(report: Report) -> list[str]:
    return [signature["name"] for signature in report.sign_off.get("signatures", [])]


def test_what_was_signed_stays_signed_when_the_same_is_submitted_again() -> None:
    report = submitted()
    lee = invited(report.assessment, name="Lee", asked="none", may_sign=True)
    assert names_on(agreed(report, lee)) == ["Lee"]
    again = submitted_again(report.assessment)
    assert again.number == 3
    assert names_on(again) == ["Lee"]


def test_a_signature_does_not_hold_for_another_suggestion() -> None:
    report = submitted()
    lee = invited(report.assessment, name="Lee", asked="none", may_sign=True)
    agreed(report, lee)
    reviewing.reopen(owner_of(report.assessment))
    complete(report.assessment, {"where_scope": "enterprise"})
    assert names_on(issuing.submit(owner_of(report.assessment))) == []


def test_a_signature_does_not_hold_where_people_said_something_else_meanwhile() -> None:
    """The answers that count are the same, and so is the suggestion; who disagrees is not."""
    report = submitted()
    sam = invited(report.assessment, name="Sam", role="finance")
    report = submitted_again(report.assessment)
    lee = invited(report.assessment, name="Lee", asked="none", may_sign=True)
    agreed(report, lee)
    reviewing.reopen(owner_of(report.assessment))
    says(sam, where_scope="enterprise")
    again = issuing.submit(owner_of(report.assessment))
    assert (again.answers, again.suggestion) == (report.answers, report.suggestion)
    assert names_on(again) == []
