"""How often the pages people use ask the database, however much is stored."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from assessor.models import Assessment, PrivateLink, knowledge_of
from assessor.report import issued
from assessor.workflow import issuing
from tests.advice.answers import situation
from tests.builders import (
    autosave_url,
    complete,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    page_data,
    step_url,
)

pytestmark = pytest.mark.django_db

KNOWN = 3
"""Session, private link with its assessment, answers: what every page of an assessment asks."""

WITH_PEOPLE = KNOWN + 1
"""And who takes part, where it matters although nobody else has answered."""

LOG_LINE = 3
"""The end of the audit log locked, the line, the new end."""

SAVE = 7
"""The assessment locked, how often somebody saves, what is written, and the transaction's frame."""


@pytest.fixture
def assessment() -> Assessment:
    assessment = make_assessment()
    knowledge_of(assessment.edition_id)  # Read once per process.
    return assessment


@pytest.fixture
def visitor(assessment: Assessment) -> Client:
    return owner_client(assessment)


def test_landing(django_assert_num_queries: Any) -> None:
    knowledge_of(make_edition().pk)
    visitor = Client()
    with django_assert_num_queries(1):
        visitor.get("/")


@pytest.mark.parametrize("answers", [{}, situation()], ids=["empty", "complete"])
def test_hub(
    django_assert_num_queries: Any, assessment: Assessment, visitor: Client, answers: Any
) -> None:
    complete(assessment, answers)
    with django_assert_num_queries(WITH_PEOPLE + 3):  # reports, the last step, the newest edition
        visitor.get(f"/a/{assessment.pk}/")


@pytest.mark.parametrize("answers", [{}, situation()], ids=["empty", "complete"])
@pytest.mark.parametrize("step", ["where", "what-governance"])
def test_looking_at_a_page(
    django_assert_num_queries: Any,
    assessment: Assessment,
    visitor: Client,
    answers: Any,
    step: str,
) -> None:
    complete(assessment, answers)
    with django_assert_num_queries(KNOWN + 1):  # and the notes, counted beside each question
        visitor.get(step_url(assessment, step))


@pytest.mark.parametrize("address", [step_url, autosave_url], ids=["by hand", "automatically"])
def test_saving_a_page(
    django_assert_num_queries: Any, assessment: Assessment, visitor: Client, address: Any
) -> None:
    data = page_data(assessment, "what-governance", situation())
    with django_assert_num_queries(KNOWN + SAVE):
        visitor.post(address(assessment, "what-governance"), data)


def test_who_is_signed_in_besides_costs_no_more(
    django_assert_num_queries: Any, assessment: Assessment, visitor: Client
) -> None:
    visitor.force_login(User.objects.create_user("dana"))
    with django_assert_num_queries(KNOWN + 2):  # and the account, whose name the page shows
        visitor.get(step_url(assessment, "where"))
    data = page_data(assessment, "what-governance", situation())
    with django_assert_num_queries(KNOWN + SAVE):
        visitor.post(autosave_url(assessment, "what-governance"), data)


def test_saving_a_page_again_that_is_stored_already(
    django_assert_num_queries: Any, assessment: Assessment, visitor: Client
) -> None:
    complete(assessment, situation(how_tasks=["draft", "extract"]))
    data = page_data(assessment, "how", situation())
    with django_assert_num_queries(KNOWN + 4):
        visitor.post(step_url(assessment, "how"), data)


@pytest.mark.parametrize("answers", [{}, situation()], ids=["empty", "complete"])
def test_checking_the_answers(
    django_assert_num_queries: Any, assessment: Assessment, visitor: Client, answers: Any
) -> None:
    complete(assessment, answers)
    with django_assert_num_queries(WITH_PEOPLE + 1):  # and the notes
        visitor.get(f"/a/{assessment.pk}/check/")


def test_the_result(
    django_assert_num_queries: Any, assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    issuing.submit(owner_of(assessment))
    with django_assert_num_queries(KNOWN + 1):  # and the last step of the review
        visitor.get(f"/a/{assessment.pk}/result/")


@pytest.mark.parametrize("count", [1, 5])
def test_my_assessments(django_assert_num_queries: Any, count: int) -> None:
    visitor = Client()
    for _ in range(count):
        visitor.post(f"/r/{PrivateLink.issue(owner_of(make_assessment()))}/")
    with django_assert_num_queries(3):  # the session, the links, what the latest reports suggest
        visitor.get("/assessments/")


def test_downloading_a_pdf_that_was_made(
    django_assert_num_queries: Any,
    assessment: Assessment,
    visitor: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF")
    complete(assessment)
    issued.bytes_of(issued.pdf_of(issuing.submit(owner_of(assessment))))
    with django_assert_num_queries(KNOWN + 2 + LOG_LINE):  # which bytes were issued, and is it news
        visitor.get(f"/a/{assessment.pk}/report.pdf")


def test_asking_how_to_verify_or_import(django_assert_num_queries: Any) -> None:
    knowledge_of(make_edition().pk)
    with django_assert_num_queries(0):
        Client().get("/verify/")
    with django_assert_num_queries(1):
        Client().get("/assessments/import/")
