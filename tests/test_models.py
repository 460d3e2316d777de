"""What is stored, and what of it never changes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import Model
from django.utils import timezone

from assessor.knowledge.hashing import sha256_of
from assessor.models import (
    AnswerChange,
    Assessment,
    AuditEntry,
    AuditHead,
    Bucket,
    Bundle,
    BundleItem,
    Edition,
    EditionDraft,
    Fact,
    GivenAnswer,
    InternalNote,
    Names,
    Note,
    Paper,
    PrivateLink,
    Report,
    ReportPdf,
    Rerun,
    RerunEffect,
    Respondent,
    Routine,
    Settlement,
    Tally,
    Worker,
    knowledge_of,
)
from tests.advice.answers import situation
from tests.builders import complete, make_assessment, make_edition, owner_of, submitted
from tests.knowledge.editions import shipped

pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------- hashes


def test_the_hash_of_a_value_does_not_depend_on_the_order_of_its_keys() -> None:
    assert sha256_of({"a": 1, "b": [2, "é"]}) == sha256_of({"b": [2, "é"], "a": 1})


def test_the_hash_of_a_value_is_that_of_its_canonical_json() -> None:
    """So that anybody can compute it with other tools."""
    assert sha256_of({"b": "é", "a": 1}) == (
        "09ad9fd2fb648cb2f62141215828ea00a62c299db05d20aa9ade2f527a301cc6"
    )


def test_a_change_is_counted_and_dated() -> None:
    assessment = make_assessment()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    Assessment.objects.update(updated_at=long_ago)
    assessment.refresh_from_db()
    assessment.count_save()
    stored = Assessment.objects.get()
    assert stored.revision == 1
    assert stored.updated_at > long_ago


# ---------------------------------------------------------------- editions


def test_an_edition_comes_back_from_the_database_as_it_was_loaded() -> None:
    edition = make_edition()
    knowledge_of.cache_clear()
    assert Edition.objects.get(pk=edition.pk).knowledge == shipped()
    assert edition.knowledge.sha256 == edition.sha256


def test_an_edition_is_read_once() -> None:
    edition = make_edition()
    assert edition.knowledge is Edition.objects.get(pk=edition.pk).knowledge


def test_the_current_edition_is_the_one_loaded_last() -> None:
    current = make_edition()
    older = timezone.now() - timedelta(days=1)
    Edition.objects.create(version="0", sha256="0", document={}, loaded_at=older)
    assert Edition.objects.current() == current


def test_before_the_first_edition_is_loaded_there_is_no_current_one() -> None:
    with pytest.raises(Edition.DoesNotExist):
        Edition.objects.current()


def test_an_edition_does_not_change_and_is_not_deleted() -> None:
    edition = make_edition()
    edition.version = "other"
    with pytest.raises(TypeError, match="does not change"):
        edition.save()
    with pytest.raises(TypeError, match="not deleted"):
        edition.delete()
    assert Edition.objects.get().version == shipped().version


# ---------------------------------------------------------------- reports


def test_a_report_does_not_change_and_is_not_deleted() -> None:
    report = submitted()
    for change in (report, Report.objects.get()):
        change.leader = "another"
        with pytest.raises(TypeError, match="does not change"):
            change.save()
        with pytest.raises(TypeError, match="not deleted"):
            change.delete()
    assert Report.objects.get().leader != "another"


def test_an_assessment_with_a_report_cannot_be_deleted() -> None:
    report = submitted()
    with pytest.raises(Exception, match="protected"):
        report.assessment.delete()


def test_a_number_is_given_to_one_report_of_an_assessment() -> None:
    report = submitted()
    values = Report.objects.values().get()
    with pytest.raises(IntegrityError):
        Report.objects.create(**{**values, "id": report.pk + 1})


def test_a_report_gives_back_the_suggestion_that_was_frozen() -> None:
    submitted()
    report = Report.objects.get()
    assert report.as_suggestion.model_dump(mode="json") == report.suggestion
    assert report.knowledge == shipped()


def test_the_content_that_is_hashed_is_plain_json() -> None:
    submitted()
    content = Report.objects.get().content()
    assert json.loads(json.dumps(content)) == content


def test_the_latest_report_is_the_one_with_the_greatest_number() -> None:
    assert make_assessment().latest_report() is None
    report = submitted()
    assert report.assessment.latest_report() == report


# ---------------------------------------------------------------- assessments and answers


def test_an_assessment_has_one_owner() -> None:
    assessment = make_assessment()
    Respondent.objects.create(assessment=assessment, name="A colleague")
    with pytest.raises(IntegrityError):
        Respondent.objects.create(assessment=assessment, is_owner=True)


def test_a_respondent_has_one_answer_to_a_question() -> None:
    make_assessment({"where_scope": "function"})
    answer = GivenAnswer.objects.values().get()
    with pytest.raises(IntegrityError):
        GivenAnswer.objects.create(**{**answer, "id": None})


def test_a_save_changes_an_answer_once() -> None:
    make_assessment({"where_scope": "function"})
    change = AnswerChange.objects.values().get()
    with pytest.raises(IntegrityError):
        AnswerChange.objects.create(**{**change, "id": None})


@pytest.mark.parametrize("key", ["where_scope", "how_tasks", "opex_volume", "spec_language"])
def test_an_answer_keeps_its_type(key: str) -> None:
    assessment = make_assessment()
    complete(assessment)
    assert assessment.given_answers()[key] == situation()[key]
    assert type(assessment.given_answers()[key]) is type(situation()[key])


def test_things_are_named_so_that_people_recognise_them() -> None:
    report = submitted(initiative="Contract drafts", name="Dana")
    owner = owner_of(report.assessment)
    link = PrivateLink.objects.get()
    assert [str(thing) for thing in (report.edition, report.assessment, report, owner)] == [
        "2026.11.3",
        "Contract drafts",
        "Contract drafts #1",
        "Dana",
    ]
    assert str(link) == f"Dana ({link.created_at:%Y-%m-%d})"
    assert str(Respondent(is_owner=True)) == "Owner"
    assert str(Respondent()) == "Respondent"
    assert str(GivenAnswer(question="where_scope")) == "where_scope"
    assert str(AnswerChange(question="where_scope", revision=3)) == "where_scope #3"


DAY = datetime(2026, 11, 26, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (Settlement(question="where_scope"), "where_scope"),
        (Note(author_name="Ana", written_at=DAY), "Ana, 2026-11-26"),
        (InternalNote(author="kim", written_at=DAY), "kim, 2026-11-26"),
        (Names(text="contract drafts"), "contract drafts"),
        (Fact(kind="answer", key="where_scope", value="function"), "answer where_scope function"),
        (Tally(kind="answer", key="scope", value="one", count=2), "answer scope one: 2"),
        (Rerun(draft=EditionDraft(version="2027.1.1"), done=3), "2027.1.1: 3"),
        (RerunEffect(then="a", now="b"), "a → b"),
        (Bundle(made_at=DAY), "2026-11-26 10:30"),
        (AuditHead(entries=2, sha256="ab"), "2 ab"),
        (Bucket(key="ab"), "ab"),
        (Worker(id="one"), "one"),
        (Routine(name="retention", last="2026-11-26"), "retention: 2026-11-26"),
    ],
    ids=lambda value: "" if isinstance(value, str) else type(value).__name__,
)
def test_so_are_those_that_only_operators_see(thing: Model, name: str) -> None:
    assert str(thing) == name


def test_files_of_a_report_are_named_after_it() -> None:
    report = submitted(initiative="Contract drafts")
    assert str(ReportPdf(report=report, paper=Paper.A4)) == "Contract drafts #1 (A4)"
    assert str(BundleItem(report=report)) == "Contract drafts #1"


# ---------------------------------------------------------------- private links


def test_tokens_are_long_and_never_repeat() -> None:
    owner = owner_of(make_assessment())
    tokens = {PrivateLink.issue(owner) for _ in range(200)}
    assert len(tokens) == 200
    assert min(map(len, tokens)) >= 43


def test_a_link_is_open_until_it_expires_or_is_revoked() -> None:
    now = timezone.now()
    link = PrivateLink(expires_at=now + timedelta(seconds=1))
    assert link.is_open(now)
    assert not link.is_open(now + timedelta(seconds=1))
    link.revoked_at = now
    assert not link.is_open(now)


def test_a_new_link_lasts_a_year() -> None:
    PrivateLink.issue(owner_of(make_assessment()))
    link = PrivateLink.objects.latest("pk")
    assert timedelta(days=364) < link.expires_at - timezone.now() <= timedelta(days=365)


def test_deleting_a_draft_deletes_what_people_said_in_it() -> None:
    make_assessment(situation()).delete()
    left = (Assessment, Respondent, PrivateLink, GivenAnswer, AnswerChange)
    assert not any(model.objects.exists() for model in left)


# ---------------------------------------------------------------- the audit log


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_what_was_done_to_an_assessment_is_found_by_either_condition(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are right on every database; which one is quick depends on it."""
    one, _another = (submitted().assessment for _ in range(2))
    before = sorted(AuditEntry.objects.about(one.pk).values_list("pk", flat=True))
    monkeypatch.setattr(connection, "vendor", vendor)
    found = AuditEntry.objects.about(one.pk)
    assert sorted(found.values_list("pk", flat=True)) == before != []
    assert {entry.subject.split()[1].partition("/")[0] for entry in found} == {str(one.pk)}
