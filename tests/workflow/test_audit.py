"""The audit log: every event has words, and no line holds an answer or a name."""

import re

import pytest

from assessor.models import AuditEntry, Respondent
from assessor.workflow import audit, inviting, reviewing
from tests.advice.answers import situation
from tests.builders import client_of, invited, make_assessment, owner_of
from tests.knowledge.editions import ROOT
from tests.lives import WORDS, signed_and, submitted_together

pytestmark = pytest.mark.django_db


def events() -> list[tuple[str, str]]:
    """Return event and actor of every line, the first first."""
    return list(AuditEntry.objects.order_by("pk").values_list("event", "actor"))


def test_what_happens_to_an_assessment_is_written_down_in_order() -> None:
    assessment = signed_and("approved", submitted_together())
    colleague = f"respondent {assessment.respondents.get(is_owner=False).pk}"
    assert events() == [
        ("invitation.made", "owner"),
        ("question.settled", "owner"),
        ("assessment.submitted", "owner"),
        ("result.shared", "owner"),
        ("report.signed", colleague),
        ("assessment.approved", "user 7"),
    ]


def test_taking_back_is_written_down_once() -> None:
    owner = owner_of(submitted_together())
    reviewing.reopen(owner)
    reviewing.reopen(owner)
    assert [event for event, _actor in events()].count("assessment.reopened") == 1


def test_no_line_holds_an_answer_or_a_name() -> None:
    assessment = signed_and("declined", submitted_together())
    browser = client_of(owner_of(assessment))
    for name in ("link", "export"):
        browser.get(f"/a/{assessment.pk}/{name}/")
    browser.post(f"/a/{assessment.pk}/link/")
    inviting.renew_link(Respondent.objects.get(is_owner=False), "user 1")
    browser.post(f"/a/{assessment.pk}/delete/", {"understood": "on"})
    assert len(events()) == 10
    log = repr(list(AuditEntry.objects.values_list()))
    assert [word for word in WORDS if word in log] == []


def test_everything_that_is_written_down_has_words() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "assessor").rglob("*.py"))
    written = set(re.findall(r'(?:record|_audit|_audit_shared)\(\s*"([a-z]+\.[a-z]+)"', source))
    assert {"invitation.made", "result.unshared", "question.opened"} <= written
    assert written <= audit.EVENTS.keys()
    decisions = {f"assessment.{step}" for step in ("changes", "approved", "declined")}
    assert audit.EVENTS.keys() - written == decisions - written


def test_an_event_of_another_version_stands_as_it_was_written() -> None:
    assert audit.words("assessment.submitted") == "An assessment was submitted"
    assert audit.words("something.else") == "something.else"


def test_a_line_never_changes_and_is_not_deleted() -> None:
    audit.record("link.made", "owner", make_assessment(situation()))
    entry = AuditEntry.objects.get()
    entry.actor = "somebody else"
    for step in (entry.save, entry.delete):
        with pytest.raises(TypeError):
            step()
    assert AuditEntry.objects.get().actor == "owner"


def test_who_acts_is_named_by_a_key_alone() -> None:
    assessment = make_assessment(name="Dana")
    assert audit.actor_of(owner_of(assessment)) == "owner"
    person = invited(assessment, name="Ana")
    assert audit.actor_of(person) == f"respondent {person.pk}"
