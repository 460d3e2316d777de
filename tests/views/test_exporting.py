"""Everything of an assessment as one file: complete, without secrets, in a lasting order."""

import json
import re
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessor import exporting
from assessor.models import (
    AnswerChange,
    Assessment,
    AuditEntry,
    GivenAnswer,
    Link,
    PrivateLink,
    Respondent,
    SharedLink,
)
from assessor.report import report_file
from assessor.workflow import inviting, issuing, noting
from assessor.workflow.noting import Author
from tests.advice.answers import situation
from tests.builders import (
    Response,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    says,
    submitted,
)
from tests.knowledge.editions import ROOT
from tests.lives import ADDRESS, COLLEAGUE, INITIATIVE, OWNER, TEXT, signed_and, submitted_together

pytestmark = pytest.mark.django_db

DOCS = ROOT / "docs"


@pytest.fixture
def assessment() -> Assessment:
    return signed_and("approved", submitted_together())


@pytest.fixture
def file(assessment: Assessment) -> dict[str, Any]:
    return content_of(export(assessment))


def export(assessment: Assessment) -> Response:
    return owner_client(assessment).get(reverse("export", args=[assessment.pk]))


def test_the_file_is_only_looked_at(assessment: Assessment) -> None:
    address = reverse("export", args=[assessment.pk])
    assert owner_client(assessment).post(address).status_code == 405


def content_of(response: Response) -> dict[str, Any]:
    assert response.status_code == 200
    value: dict[str, Any] = json.loads(response.content)
    return value


def keys(value: Any) -> set[str]:
    """Return every key at any depth, those of the reports left out."""
    if isinstance(value, list):
        return set().union(*map(keys, value))
    if isinstance(value, dict):
        inner = (keys(part) for key, part in value.items() if key != "reports")
        return set(value).union(*inner)
    return set()


# ---------------------------------------------------------------- as a file


def test_it_is_a_file_to_keep_named_like_the_other_ones(assessment: Assessment) -> None:
    response = export(assessment)
    name = f"assessor-marigold-plan-{timezone.now():%Y-%m-%d}-export.json"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]


def test_it_is_the_same_as_long_as_nothing_changes(assessment: Assessment) -> None:
    first = exporting.written(Assessment.objects.get(pk=assessment.pk))
    assert exporting.written(Assessment.objects.get(pk=assessment.pk)) == first
    assert b"\n" in first


def test_it_is_written_down_that_it_was_sent(assessment: Assessment) -> None:
    export(assessment)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.event, entry.actor) == ("assessment.exported", "owner")
    assert entry.subject == f"assessment {assessment.pk}"


# ---------------------------------------------------------------- what is in it


def test_it_says_what_the_assessment_is(assessment: Assessment, file: dict[str, Any]) -> None:
    assert (file["format"], file["version"]) == ("assessor-export", 1)
    assert file["assessment"] == str(assessment.pk)
    assert (file["initiative"], file["status"]) == (INITIATIVE, "approved")
    edition = assessment.edition
    assert file["edition"] == {"version": edition.version, "sha256": edition.sha256}
    assert file["origin"] is None


def test_everybody_is_in_it_with_what_they_are_asked(file: dict[str, Any]) -> None:
    owner, colleague = file["people"]
    assert (owner["name"], owner["is_owner"], owner["asked"]) == (OWNER, True, "all")
    assert (colleague["name"], colleague["email"]) == (COLLEAGUE, ADDRESS)
    assert (colleague["role"], colleague["may_sign"]) == ("legal_compliance", True)
    assert colleague["links"][0]["works_until"] > colleague["joined_at"]


def test_every_answer_and_every_change_is_in_it_with_who_and_when(
    assessment: Assessment, file: dict[str, Any]
) -> None:
    assert len(file["answers"]) == GivenAnswer.objects.count()
    assert len(file["changes"]) == AnswerChange.objects.count()
    owner, colleague = (person["key"] for person in file["people"])
    said = {(answer["person"], answer["question"]): answer["answer"] for answer in file["answers"]}
    assert said[owner, "why_success"] == TEXT
    assert said[colleague, "where_scope"] == "enterprise"
    assert said[owner, "where_scope"] == "function"
    assert all(change["saved_at"] and change["save"] for change in file["changes"])


def test_an_answer_that_was_taken_back_is_in_it_as_such() -> None:
    assessment = make_assessment()
    says(owner_of(assessment), where_scope="enterprise")
    taken_back: Any = {"where_scope": None}
    says(owner_of(assessment), **taken_back)
    file = content_of(export(assessment))
    assert [change["answer"] for change in file["changes"]] == ["enterprise", None]
    assert file["answers"][0]["answer"] is None


def test_what_was_settled_and_noted_is_in_it(file: dict[str, Any]) -> None:
    (settled,) = file["settlements"]
    assert (settled["question"], settled["answer"]) == ("where_scope", "enterprise")
    assert settled["person"] == file["people"][0]["key"]
    (note,) = file["notes"]
    assert (note["name"], note["text"], note["resolved_by"]) == (COLLEAGUE, "Thistle?", OWNER)
    assert [reply["text"] for reply in note["replies"]] == ["Thistle."]


def test_a_note_of_staff_is_in_it_by_name() -> None:
    assessment = make_assessment()
    noting.write(assessment, Author("Kim"), "where_scope", "Sure?", in_report=False)
    (note,) = content_of(export(assessment))["notes"]
    assert (note["person"], note["name"]) == (None, "Kim")


def test_every_report_is_in_it_as_the_file_its_pdf_carries(
    assessment: Assessment, file: dict[str, Any]
) -> None:
    numbers = list(assessment.reports.order_by("number").values_list("number", flat=True))
    received = [report_file.read(json.dumps(each).encode()) for each in file["reports"]]
    assert [each.file.content.number for each in received] == numbers == [1, 2, 3]
    assert all(each.is_intact for each in received)


def test_who_signed_and_decided_is_in_it(assessment: Assessment, file: dict[str, Any]) -> None:
    (signature,) = file["signatures"]
    assert (signature["name"], signature["opinion"]) == (COLLEAGUE, "conditions")
    assert signature["report"] == 1
    assert signature["suggestion_sha256"] == assessment.reports.get(number=1).suggestion_sha256
    assert [step["step"] for step in file["reviews"]] == ["submitted", "approved"]
    assert file["reviews"][1]["name"] == "Kim Thistle"


def test_where_the_first_answers_came_from_is_in_it() -> None:
    source = submitted(situation()).assessment
    copy = make_assessment()
    Assessment.objects.filter(pk=copy.pk).update(origin=source, origin_report=1)
    copy.refresh_from_db()
    assert content_of(export(copy))["origin"] == {
        "assessment": str(source.pk),
        "report": 1,
        "file": None,
    }


def test_links_are_in_it_and_no_secret_of_theirs(assessment: Assessment) -> None:
    owner = owner_of(assessment)
    tokens = [PrivateLink.issue(owner), inviting.share(owner, "Board", days=7)]
    inviting.stop_sharing(owner, SharedLink.objects.get(label="Board"))
    response = export(assessment)
    board = content_of(response)["shared_links"][-1]
    assert board["label"] == "Board"
    assert board["withdrawn_at"]
    for secret in [*tokens, *map(Link.hashed, tokens), *stored_hashes()]:
        assert secret.encode() not in response.content


def stored_hashes() -> list[str]:
    every = (PrivateLink.objects, SharedLink.objects)
    return [sha256 for links in every for sha256 in links.values_list("token_sha256", flat=True)]


def test_nothing_of_another_assessment_is_in_it(file: dict[str, Any]) -> None:
    other = submitted_together()
    Assessment.objects.filter(pk=other.pk).update(initiative="Nettle")
    Respondent.objects.filter(assessment=other).update(name="Nettle", email="nettle@example.org")
    again = content_of(export(Assessment.objects.get(initiative=INITIATIVE)))
    assert not re.search("Nettle|nettle@", json.dumps(again))
    assert len(again["changes"]) == len(file["changes"])


def test_the_number_of_queries_does_not_grow_with_what_is_stored(
    django_assert_num_queries: Any,
) -> None:
    assessment = make_assessment(situation())
    client, address = owner_client(assessment), reverse("export", args=[assessment.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as little:
        client.get(address)
    for name in "ABC":
        person = invited(assessment, name=name)
        says(person, where_scope="enterprise", why_success=name)
        noting.write(assessment, Author(name, person), "where_scope", name, in_report=True)
    issuing.submit(owner_of(assessment))
    signed = signed_and_declined(assessment)
    assert signed.reports.count() == 3
    with django_assert_num_queries(len(little)):
        client.get(address)


def signed_and_declined(assessment: Assessment) -> Assessment:
    Respondent.objects.filter(name="A").update(name=COLLEAGUE, may_sign=True)
    return signed_and("declined", Assessment.objects.get(pk=assessment.pk))


def test_only_the_owner_gets_it(assessment: Assessment) -> None:
    assert Client().get(reverse("export", args=[assessment.pk])).status_code == 404


# ---------------------------------------------------------------- as it is documented


def test_the_documentation_has_the_schema_of_now() -> None:
    kept = json.loads((DOCS / "export-json.schema.json").read_text("utf-8"))
    assert kept == exporting.schema(), "write json.dumps(exporting.schema(), indent=2) there"


def test_the_file_is_as_the_schema_says(file: dict[str, Any]) -> None:
    jsonschema.validate(file, exporting.schema())
    broken = file | {"people": [{"name": 5}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, exporting.schema())


def test_the_documentation_names_every_key(file: dict[str, Any]) -> None:
    words = set(re.findall(r"`(\w+)`", (DOCS / "export-json.md").read_text("utf-8")))
    assert keys(file) - words == set()
