"""The audit log: one chain of lines that nobody changes unseen, without an answer or a name."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client

from assessor.knowledge.hashing import sha256_of
from assessor.models import AuditEntry, AuditHead, Fact, Respondent
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


def test_the_longest_question_has_room() -> None:
    """PostgreSQL refuses what is longer than its column; SQLite does not mind."""
    longest = "q" * (Fact._meta.get_field("key").max_length or 0)
    subject = f"assessment {make_assessment().pk} question {longest}"
    assert len(subject) <= (AuditEntry._meta.get_field("subject").max_length or 0)


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


def test_everything_that_is_written_down_has_words_and_the_other_way_round() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "assessor").rglob("*.py"))
    call = r'(?:record|viewed|_audit|_audit_shared)\([^"]{0,20}"(\w+\.\w+)"'
    written = set(re.findall(call, source))
    assert {"invitation.made", "result.unshared", "question.opened", "report.viewed"} <= written
    assert written <= audit.EVENTS.keys()
    decisions = {f"assessment.{step}" for step in ("changes", "approved", "declined")}
    in_words_only = {event for event in audit.EVENTS if source.count(f'"{event}"') == 1}
    accounts = {
        f"{kind}.{what}" for kind in ("account", "role") for what in ("made", "changed", "deleted")
    }
    assert in_words_only <= decisions | accounts


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


# ---------------------------------------------------------------- from where


def test_a_line_tells_from_which_network_it_was_done() -> None:
    Client(REMOTE_ADDR="198.51.100.9").post("/sign-in/", {"username": "x", "password": "y"})
    assert AuditEntry.objects.latest("pk").origin == "198.51.100.0/24"
    audit.record("link.made", "owner", make_assessment())
    assert AuditEntry.objects.latest("pk").origin == ""


# ---------------------------------------------------------------- the chain


def three() -> list[AuditEntry]:
    """Return three lines about one assessment, after whatever was there before."""
    assessment = make_assessment()
    for _ in range(3):
        audit.record("link.made", "owner", assessment)
    return list(AuditEntry.objects.order_by("-pk")[:3])[::-1]


def by_hand(sql: str, *values: Any) -> None:
    """Do what the program refuses to."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_each_line_follows_the_one_before_and_the_head_is_the_last() -> None:
    first, second, third = three()
    assert (second.previous, third.previous) == (first.sha256, second.sha256)
    head = AuditHead.objects.get()
    assert (head.entries, head.sha256) == (AuditEntry.objects.count(), third.sha256)
    assert audit.verify().sha256 == third.sha256


def test_an_empty_log_is_whole() -> None:
    assert audit.verify().entries == 0


@pytest.mark.parametrize("column", ["event", "actor", "subject", "origin", "previous", "sha256"])
def test_a_line_that_was_changed_is_found(column: str) -> None:
    _first, second, _third = three()
    by_hand(f"UPDATE assessor_auditentry SET {column} = %s WHERE id = %s", "x", second.pk)  # noqa: S608
    with pytest.raises(audit.Broken, match=f"Entry {second.pk} "):
        audit.verify()


def test_a_line_with_another_time_is_found() -> None:
    _first, second, _third = three()
    sql = "UPDATE assessor_auditentry SET at = %s WHERE id = %s"
    by_hand(sql, second.at.replace(year=2020), second.pk)
    with pytest.raises(audit.Broken, match=f"Entry {second.pk} was changed"):
        audit.verify()


def test_a_line_that_is_missing_is_found_by_the_one_after_it() -> None:
    _first, second, third = three()
    by_hand("DELETE FROM assessor_auditentry WHERE id = %s", second.pk)
    with pytest.raises(audit.Broken, match=f"Entry {third.pk} does not follow"):
        audit.verify()


def test_the_first_line_may_not_be_missing_either() -> None:
    first, second, _third = three()
    by_hand("DELETE FROM assessor_auditentry WHERE id = %s", first.pk)
    with pytest.raises(audit.Broken, match=f"Entry {second.pk} does not follow"):
        audit.verify()


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_lines_missing_at_the_end_are_found_by_the_head(gone: int) -> None:
    entries = three()
    for entry in entries[-gone:]:
        by_hand("DELETE FROM assessor_auditentry WHERE id = %s", entry.pk)
    with pytest.raises(audit.Broken, match=f"last {gone} of 3 entries are missing"):
        audit.verify()


def test_a_last_line_put_in_place_of_the_one_written_is_found() -> None:
    _first, second, third = three()
    forged = AuditEntry(event="x", actor="x", subject="x", at=third.at, previous=second.sha256)
    forged.sha256 = sha256_of(forged.content())
    by_hand("DELETE FROM assessor_auditentry WHERE id = %s", third.pk)
    forged.save(force_insert=True)
    with pytest.raises(audit.Broken, match=f"Entry {forged.pk} is not the one"):
        audit.verify()


def test_a_line_that_was_not_written_here_is_found() -> None:
    _first, _second, third = three()
    forged = AuditEntry(event="x", actor="x", subject="x", at=third.at, previous=third.sha256)
    forged.sha256 = sha256_of(forged.content())
    forged.save(force_insert=True)
    with pytest.raises(audit.Broken, match="more than were written"):
        audit.verify()


def test_without_its_head_the_log_is_broken() -> None:
    three()
    by_hand("DELETE FROM assessor_audithead")
    with pytest.raises(audit.Broken, match="more than were written"):
        audit.verify()


def test_a_log_written_anew_lacks_the_hash_that_was_noted() -> None:
    noted = three()[1].sha256
    three()
    assert audit.verify(noted).entries == 6
    by_hand("DELETE FROM assessor_auditentry")
    by_hand("DELETE FROM assessor_audithead")
    three()
    assert audit.verify().entries == 3
    with pytest.raises(audit.NotThere, match="No entry has this hash"):
        audit.verify(noted)


def test_lines_that_come_while_it_is_verified_do_not_break_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    three()
    assessment = make_assessment()
    check, left = audit._check, ["link.made", "link.made"]

    def check_while_others_write(entry: AuditEntry, last: str) -> None:
        check(entry, last)
        if left:
            audit.record(left.pop(), "owner", assessment)

    monkeypatch.setattr(audit, "_check", check_while_others_write)
    audit.verify()
    assert AuditHead.objects.get().entries == 5


def test_what_is_taken_back_leaves_no_gap() -> None:
    three()
    with transaction.atomic():
        audit.record("link.made", "owner", make_assessment())
        transaction.set_rollback(True)
    assert audit.verify().entries == 3


@pytest.mark.parametrize(
    "step",
    [
        lambda lines: lines.delete(),
        lambda lines: lines.update(actor="nobody"),
        lambda lines: lines.bulk_create([AuditEntry()]),
        lambda lines: lines.bulk_update(list(lines), ["actor"]),
        lambda lines: lines.filter(actor="owner").delete(),
    ],
    ids=["delete", "update", "bulk_create", "bulk_update", "some of them"],
)
def test_no_number_of_lines_is_changed_or_deleted(step: Callable[[Any], Any]) -> None:
    three()
    before = list(AuditEntry.objects.values_list())
    with pytest.raises(TypeError, match="audit log"):
        step(AuditEntry.objects.all())
    assert list(AuditEntry.objects.values_list()) == before


def test_two_lines_never_follow_the_same_one() -> None:
    first, _second, _third = three()
    fork = AuditEntry(event="x", actor="x", subject="x", at=first.at, previous=first.sha256)
    with pytest.raises(IntegrityError), transaction.atomic():
        fork.save(force_insert=True)


def test_lines_from_before_there_was_a_chain_are_put_into_one() -> None:
    three()
    by_hand("DELETE FROM assessor_audithead")
    by_hand("UPDATE assessor_auditentry SET previous = 'x' || id, sha256 = ''")
    historical = HistoricalApps()
    import_module("assessor.migrations.0010_audit_chain").chain(historical, None)
    assert audit.verify().entries == 3


class HistoricalApps:
    """The models as a migration knows them: with Django's own manager."""

    def get_model(self, label: str, name: str) -> Any:
        model: Any = apps.get_model(label, name)
        return type(name, (), {"objects": model._base_manager})


# ---------------------------------------------------------------- about one assessment


def test_the_lines_about_one_assessment_are_found_by_the_index() -> None:
    lines = three()
    audit.record("link.made", "owner", make_assessment())
    audit.record("account.signed_in", "user 1", of="user 1")
    key = Respondent.objects.earliest("pk").assessment_id
    found = AuditEntry.objects.about(key)
    assert list(found.order_by("pk")) == lines
    assert "subject>? AND subject<?" in found.explain() or connection.vendor != "sqlite"
