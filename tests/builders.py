"""What tests start from: plain functions with defaults, through the product's own front door."""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse

from assessor.forms.page import seen_text
from assessor.knowledge import UNKNOWN, Answer, read_document
from assessor.knowledge.question_bank import NumberQuestion, Question, RankedQuestion
from assessor.models import Assessment, Edition, PrivateLink, Report, Respondent
from assessor.pages import pages_of
from assessor.workflow import drafts, inviting, issuing
from assessor.workflow.drafts import PageSave, Start
from assessor.workflow.inviting import Invitation
from tests.advice.answers import situation
from tests.knowledge.editions import Document, document, shipped

MANAGEMENT = "assessment_wizard-current_step"
"""The field in which formtools says which page was rendered."""

PageData = dict[str, Any]
"""What a browser sends for a page: text, or several texts."""

Response = Any
"""What the test client answers with: a response that also knows its request and context."""


# ---------------------------------------------------------------- editions and assessments


def make_edition(content: Document | None = None) -> Edition:
    """Return the edition with this content (the shipped one), stored once."""
    knowledge = shipped() if content is None else read_document(content)
    edition, _ = Edition.objects.get_or_create(
        sha256=knowledge.sha256,
        defaults={"version": knowledge.version, "document": knowledge.document},
    )
    return edition


def another_edition(version: str = "2027.1", **renamed: str) -> Edition:
    """Return an edition of another version, with other keys for some questions."""
    text = json.dumps(document()).replace(f'"{shipped().version}"', f'"{version}"')
    for key, new in renamed.items():
        text = text.replace(key, new)
    return make_edition(json.loads(text))


def make_assessment(
    answers: Mapping[str, Answer] | None = None,
    *,
    edition: Edition | None = None,
    initiative: str = "Contract drafts",
    organisation: str = "Northwind",
    name: str = "Dana",
    email: str = "",
    role: str = "",
) -> Assessment:
    """Return an assessment that was just started, with its owner, and these answers if any."""
    if edition is None:
        make_edition()
    owner, _token = drafts.start(
        Start(uuid.uuid4(), initiative, organisation, name=name, email=email, role=role)
    )
    assessment = owner.assessment
    if edition is not None:
        Assessment.objects.filter(pk=assessment.pk).update(edition=edition)
    if answers:
        complete(assessment, answers)
    assessment.refresh_from_db()
    return assessment


def complete(assessment: Assessment, answers: Mapping[str, Answer] | None = None) -> None:
    """Answer questions (with nothing said: all that the base situation asks) in one save."""
    given = situation() if answers is None else answers
    drafts.save(owner_of(assessment), PageSave(seen_now(assessment), uuid.uuid4(), given))


def submitted(answers: Mapping[str, Answer] | None = None, **about: Any) -> Report:
    """Return the first report of a new assessment."""
    assessment = make_assessment(situation() if answers is None else answers, **about)
    return issuing.submit(owner_of(assessment))


def owner_of(assessment: Assessment) -> Respondent:
    return assessment.respondents.get(is_owner=True)


def invited(
    assessment: Assessment,
    name: str = "Ana",
    role: str = "legal_compliance",
    asked: str = Respondent.ALL,
    **rights: Any,
) -> Respondent:
    """Return somebody whom the owner has invited, with what they may do besides answering."""
    invitation = Invitation(name=name, role=role, asked=asked, **rights)
    return inviting.invite(owner_of(assessment), invitation).person


def says(person: Respondent, **answers: Answer) -> None:
    """Let somebody answer questions, in one save."""
    drafts.save(person, PageSave(seen_by(person), uuid.uuid4(), answers))


# ---------------------------------------------------------------- browsers


def client_of(respondent: Respondent) -> Client:
    """Return a browser that has opened a private link of this respondent."""
    client = Client()
    client.post(reverse("redeem", args=[PrivateLink.issue(respondent)]))
    return client


def owner_client(assessment: Assessment) -> Client:
    return client_of(owner_of(assessment))


def step_url(assessment: Assessment, page: str) -> str:
    return reverse("step", args=[assessment.pk, page])


def autosave_url(assessment: Assessment, page: str) -> str:
    return reverse("autosave", args=[assessment.pk, page])


def page_data(
    assessment: Assessment,
    page: str,
    answers: Mapping[str, Answer] | None = None,
    **more: Any,
) -> PageData:
    """Return what a browser sends for a page that was rendered now.

    ``answers`` may hold those of other pages; only this page's are sent. ``more`` replaces fields
    (``seen``, ``form_key``, ``action``, ``next``, or any control); None leaves one out.
    """
    questions = pages_of(assessment.knowledge)[page].questions
    seen = seen_now(assessment)
    data: dict[str, Any] = {
        MANAGEMENT: page,
        "seen": seen_text({question.key: seen.get(question.key, 0) for question in questions}),
        "form_key": str(uuid.uuid4()),
        "action": "continue",
        "next": "",
    }
    for question in questions:
        if answers and question.key in answers:
            data |= controls(question, answers[question.key])
    return {name: value for name, value in (data | more).items() if value is not None}


def controls(question: Question, answer: Answer) -> PageData:
    """Return the form controls that say this answer."""
    if isinstance(question, NumberQuestion | RankedQuestion) and answer == UNKNOWN:
        return {f"{question.key}-unknown": UNKNOWN}
    if isinstance(question, RankedQuestion):
        assert isinstance(answer, list)
        return {f"{question.key}-{rank}": key for rank, key in enumerate(answer, start=1)}
    return {question.key: answer if isinstance(answer, list) else str(answer)}


def text_of(response: Response) -> str:
    return str(response.content.decode())


# ---------------------------------------------------------------- what is stored


def seen_now(assessment: Assessment) -> dict[str, int]:
    """Return what a page shows the owner that is rendered now: the revision of every answer."""
    return seen_by(owner_of(assessment))


def seen_by(person: Respondent) -> dict[str, int]:
    return dict(person.answers.values_list("question", "revision"))


def stored(assessment: Assessment) -> dict[str, Answer]:
    """Return the answers as they are in the database now."""
    return Assessment.objects.get(pk=assessment.pk).given_answers()


def database(*without: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, sessions included, but not how often who came."""
    return {
        model._meta.label: sorted(_rows(model), key=repr)
        for model in apps.get_models()
        if model._meta.label not in {*without, "assessor.Bucket"}
    }


def _rows(model: Any) -> Iterable[tuple[Any, ...]]:
    return list(model._default_manager.values_list())
