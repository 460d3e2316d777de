"""From a submitted suggestion to a decision: what each step stores, and what it refuses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessor.access import Decider
from assessor.evidence import SignOff
from assessor.knowledge.hashing import sha256_of
from assessor.models import Assessment, AuditEntry, Report, Respondent, Review, Signature
from assessor.workflow import drafts, inviting, issuing, reviewing
from assessor.workflow.drafts import AlreadySubmitted
from assessor.workflow.reviewing import (
    AlreadyDecided,
    AnotherSuggestion,
    Decision,
    NotSubmitted,
    Opinion,
)
from assessor.workflow.signatures import latest_signatures, yet_to_sign
from tests.advice.answers import situation
from tests.builders import complete, database, invited, owner_of, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    return submitted(name="Dana", role="cio_cto")


@pytest.fixture
def ana(report: Report) -> Respondent:
    return invited(report.assessment, "Ana", "legal_compliance", Respondent.NONE, may_sign=True)


def said(report: Report, opinion: str = "agree", reason: str = "", *risks: str) -> Opinion:
    return Opinion(report.suggestion_sha256, opinion, reason, risks)


def vera(report: Report) -> Decider:
    return Decider(report.assessment, "Vera", "CIO", "user 7")


def decision(
    report: Report, step: str = "approved", reason: str = "", chosen: str = ""
) -> Decision:
    return Decision(report.suggestion_sha256, step, reason, chosen)


def state(report: Report) -> str:
    return Assessment.objects.get(pk=report.assessment_id).status


def signed_in(report: Report) -> list[tuple[str, str]]:
    """Return who says what in a report."""
    sign_off = SignOff.model_validate(report.sign_off)
    return [(each.name, each.opinion) for each in sign_off.signatures]


def resubmitted(report: Report, **changed: str) -> Report:
    """Return the report after the answers were taken back, changed, and submitted again."""
    reviewing.reopen(owner_of(report.assessment))
    if changed:
        complete(report.assessment, situation(**changed))
    return issuing.submit(owner_of(report.assessment))


# ---------------------------------------------------------------- signing


def test_a_signature_is_in_the_next_report_over_the_same_suggestion(
    report: Report, ana: Respondent
) -> None:
    risk = report.suggestion["risks"][0]["risk"]
    second = reviewing.sign(ana, said(report, "conditions", "Only with a contract", risk))
    assert second.number == 2
    assert second.suggestion_sha256 == report.suggestion_sha256
    assert (second.prepared_by, second.voices) == (report.prepared_by, report.voices)
    (signature,) = SignOff.model_validate(second.sign_off).signatures
    assert (signature.name, signature.role) == ("Ana", "Legal, privacy or compliance")
    assert (signature.opinion, signature.reason) == ("conditions", "Only with a contract")
    assert signature.accepted_risks == (risk,)
    assert state(report) == "submitted"


def test_the_hash_of_a_report_covers_who_signed(report: Report, ana: Respondent) -> None:
    second = reviewing.sign(ana, said(report))
    assert sha256_of(second.content()) == second.sha256
    second.sign_off["signatures"][0]["opinion"] = "disagree"
    assert sha256_of(second.content()) != second.sha256


def test_signing_again_replaces_the_earlier_opinion_in_the_next_report(
    report: Report, ana: Respondent
) -> None:
    first = reviewing.sign(ana, said(report, "disagree", "No contract yet"))
    reviewing.sign(owner_of(report.assessment), said(report))
    last = reviewing.sign(ana, said(report))
    assert signed_in(Report.objects.get(pk=first.pk)) == [("Ana", "disagree")]
    assert signed_in(last) == [("Dana", "agree"), ("Ana", "agree")]
    assert Signature.objects.count() == 3


def test_saying_the_same_twice_gives_one_report(report: Report, ana: Respondent) -> None:
    first = reviewing.sign(ana, said(report))
    before = database()
    assert reviewing.sign(ana, said(report)) == first
    assert database() == before


def test_what_somebody_said_last_counts_though_the_clock_was_ahead_before(
    report: Report, ana: Respondent
) -> None:
    reviewing.sign(owner_of(report.assessment), said(report))
    reviewing.sign(ana, said(report))
    Signature.objects.update(at=timezone.now() + timedelta(hours=1))
    last = reviewing.sign(ana, said(report, "disagree", "Too dear for us."))
    assert [opinion for _name, opinion in signed_in(last)] == ["agree", "disagree"]
    assert reviewing.sign(ana, said(report, "disagree", "Too dear for us.")) == last


def test_a_step_sent_again_is_known_though_the_clock_was_ahead_before(report: Report) -> None:
    Review.objects.update(at=timezone.now() + timedelta(hours=1))
    last = reviewing.decide(vera(report), decision(report, "declined", "Too dear for us."))
    assert reviewing.decide(vera(report), decision(report, "declined", "Too dear for us.")) == last
    steps = report.assessment.reviews
    assert steps.last() == Review.objects.latest("pk")


def test_a_signature_holds_as_long_as_the_suggestion_is_the_same(
    report: Report, ana: Respondent
) -> None:
    reviewing.sign(ana, said(report))
    same = resubmitted(report)
    assert signed_in(reviewing.sign(owner_of(report.assessment), said(same))) == [
        ("Ana", "agree"),
        ("Dana", "agree"),
    ]
    other = resubmitted(report, where_scope="enterprise")
    assert latest_signatures(other.assessment, other.suggestion_sha256) == []


def test_nobody_signs_what_they_have_not_seen(report: Report, ana: Respondent) -> None:
    seen = said(report)
    resubmitted(report, where_scope="enterprise")
    with pytest.raises(AnotherSuggestion):
        reviewing.sign(ana, seen)
    assert not Signature.objects.exists()


def test_a_draft_is_not_signed(report: Report, ana: Respondent) -> None:
    reviewing.reopen(owner_of(report.assessment))
    with pytest.raises(NotSubmitted):
        reviewing.sign(ana, said(report))


def test_an_owner_without_a_name_signs_with_the_one_they_give() -> None:
    report = submitted(name="")
    opinion = Opinion(report.suggestion_sha256, "agree", name="Dana")
    reviewing.sign(owner_of(report.assessment), opinion)
    signature = Signature.objects.get()
    assert (signature.name, signature.role) == ("Dana", "Owner")


def test_those_asked_to_sign_are_awaited_until_they_have_or_are_withdrawn(
    report: Report, ana: Respondent
) -> None:
    bo = invited(report.assessment, "Bo", "ciso", Respondent.NONE, may_sign=True)
    invited(report.assessment, "Cy", "finance", Respondent.ALL)
    reviewing.sign(ana, said(report))
    assessment = Assessment.objects.get()
    rows = latest_signatures(assessment, report.suggestion_sha256)
    assert yet_to_sign(assessment, rows) == [bo]
    inviting.withdraw(bo, "owner", keep_answers=True)
    assert yet_to_sign(Assessment.objects.get(), rows) == []


# ---------------------------------------------------------------- requesting changes


def test_requested_changes_open_the_answers_again_and_issue_nothing(report: Report) -> None:
    reviewing.request_changes(vera(report), decision(report, "changes", "Ask Legal"))
    assert state(report) == "changes"
    complete(report.assessment, situation(where_scope="enterprise"))
    last = Review.objects.latest("pk")
    assert (last.step, last.name, last.role, last.reason) == ("changes", "Vera", "CIO", "Ask Legal")
    assert Report.objects.count() == 1


def test_after_the_next_submission_the_suggestion_can_be_decided_on(report: Report) -> None:
    reviewing.request_changes(vera(report), decision(report, "changes", "Ask Legal"))
    complete(report.assessment, situation(where_scope="enterprise"))
    second = issuing.submit(owner_of(report.assessment))
    with pytest.raises(AnotherSuggestion):
        reviewing.decide(vera(report), decision(report, chosen=report.leader))
    reviewing.decide(vera(second), decision(second, chosen=second.leader))
    assert state(report) == "approved"


# ---------------------------------------------------------------- approving and declining


def test_an_approval_as_suggested_names_the_architecture_and_needs_no_reason(
    report: Report, ana: Respondent
) -> None:
    reviewing.sign(ana, said(report))
    last = reviewing.decide(vera(report), decision(report, "approved", "Go", report.leader))
    sign_off = SignOff.model_validate(last.sign_off)
    assert sign_off.decision is not None
    assert (sign_off.decision.step, sign_off.decision.name) == ("approved", "Vera")
    assert (sign_off.chosen, sign_off.chosen_because) == (report.leader, "")
    assert signed_in(last) == [("Ana", "agree")]
    assert last.suggestion == report.suggestion


def test_another_architecture_is_chosen_beside_the_suggestion_which_stays(report: Report) -> None:
    other = report.suggestion["ranking"][1]["architecture"]
    last = reviewing.decide(vera(report), decision(report, "approved", "GPUs are there", other))
    assessment = Assessment.objects.get()
    assert (assessment.chosen, assessment.chosen_because) == (other, "GPUs are there")
    assert last.leader == report.leader != other
    assert last.sign_off["chosen_because"] == "GPUs are there"


def test_an_approval_without_any_architecture_keeps_its_reason(report: Report) -> None:
    reviewing.decide(vera(report), decision(report, "approved", "Find a partner first"))
    assessment = Assessment.objects.get()
    assert (assessment.chosen, assessment.chosen_because) == ("", "Find a partner first")


def test_declining_chooses_nothing(report: Report) -> None:
    last = reviewing.decide(vera(report), decision(report, "declined", "Too early", report.leader))
    assessment = Assessment.objects.get()
    assert (assessment.status, assessment.chosen, assessment.chosen_because) == ("declined", "", "")
    assert last.sign_off["chosen"] == ""


@pytest.mark.parametrize("step", ["approved", "declined"])
def test_what_was_decided_stays(report: Report, ana: Respondent, step: str) -> None:
    owner = owner_of(report.assessment)
    reviewing.decide(vera(report), decision(report, step, "Enough"))
    before = database()
    with pytest.raises(AlreadyDecided):
        reviewing.reopen(owner)
    with pytest.raises(NotSubmitted):
        reviewing.sign(ana, said(report))
    with pytest.raises(NotSubmitted):
        reviewing.decide(vera(report), decision(report, step, "Changed my mind"))
    with pytest.raises(NotSubmitted):
        reviewing.request_changes(vera(report), decision(report, "changes", "Again"))
    with pytest.raises(AlreadySubmitted):
        drafts.locked_draft(report.assessment_id)
    assert issuing.submit(owner).number == 2
    assert database() == before


@pytest.mark.parametrize("step", ["changes", "approved", "declined"])
def test_sending_a_decision_twice_carries_it_out_once(report: Report, step: str) -> None:
    carry_out = reviewing.request_changes if step == "changes" else reviewing.decide
    first = carry_out(vera(report), decision(report, step, "Because"))
    before = database()
    assert carry_out(vera(report), decision(report, step, "Because")) == first
    assert database() == before


# ---------------------------------------------------------------- what is written down


def test_each_step_is_in_the_audit_log_without_names_and_reasons(
    report: Report, ana: Respondent
) -> None:
    start = AuditEntry.objects.count()
    reviewing.sign(ana, said(report, "disagree", "Secret reason"))
    reviewing.request_changes(vera(report), decision(report, "changes", "Secret reason"))
    second = issuing.submit(owner_of(report.assessment))
    reviewing.decide(vera(second), decision(second, "declined", "Secret reason"))
    entries = list(AuditEntry.objects.order_by("pk"))[start:]
    assert [(entry.event, entry.actor) for entry in entries] == [
        ("report.signed", f"respondent {ana.pk}"),
        ("assessment.changes", "user 7"),
        ("assessment.submitted", "owner"),
        ("assessment.declined", "user 7"),
    ]
    assert "Secret" not in str(list(AuditEntry.objects.values_list()))


def test_every_step_of_the_review_is_kept(report: Report) -> None:
    second = resubmitted(report)
    reviewing.decide(vera(second), decision(second, "declined", "Too early"))
    assert list(Review.objects.values_list("step", "name")) == [
        ("submitted", "Dana"),
        ("reopened", "Dana"),
        ("submitted", "Dana"),
        ("declined", "Vera"),
    ]
