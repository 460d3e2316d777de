"""The answers in words, as they are shown beside what they decided."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from assessor.advice.questionnaire import is_unknown
from assessor.knowledge import Answer, KnowledgeBase
from assessor.knowledge.labels import answer_labels, role_label
from assessor.knowledge.question_bank import RankedQuestion, TextQuestion
from assessor.report.record import Record


@dataclass(frozen=True)
class Given:
    """A question and its answer in words: one entry, or one for each choice.

    ``number`` counts the answers in their order, for tables that point to them.
    ``is_ranked``: the first entry matters most. ``is_text``: somebody wrote it. ``by`` tells who
    answered, where several people did and a list of all answers is made.
    """

    number: int
    question: str
    text: str
    words: tuple[str, ...]
    is_unknown: bool
    is_ranked: bool
    is_text: bool
    by: "Author | None" = None


@dataclass(frozen=True)
class Author:
    """Who gave an answer, with their role in words, and when."""

    name: str
    role: str
    at: datetime | None


@dataclass(frozen=True)
class Part:
    """Answers under one heading; the heading is empty where the group has none."""

    heading: str
    answers: tuple[Given, ...]


@dataclass(frozen=True)
class AnswerGroup:
    """The answers to one group of questions."""

    title: str
    parts: tuple[Part, ...]


def given_to(record: Record, questions: Iterable[str]) -> tuple[Given, ...]:
    """Return the answers to these questions, in the order of the questionnaire."""
    wanted = set(questions)
    answered = [key for key in record.knowledge.questions if key in record.answers]
    return tuple(
        given(record.knowledge, key, record.answers[key], number)
        for number, key in enumerate(answered, start=1)
        if key in wanted
    )


def known(record: Record, question: str) -> Given | None:
    """Return an answer, or None where it is missing or not known yet."""
    answer = next(iter(given_to(record, [question])), None)
    return None if answer is None or answer.is_unknown else answer


def given(knowledge: KnowledgeBase, key: str, answer: Answer, number: int = 0) -> Given:
    """Return one answer in words."""
    question = knowledge.questions[key]
    unknown = is_unknown(question, answer)
    return Given(
        number=number,
        question=key,
        text=question.text,
        words=tuple(answer_labels(knowledge, question, answer)),
        is_unknown=unknown,
        is_ranked=isinstance(question, RankedQuestion) and not unknown,
        is_text=isinstance(question, TextQuestion) and not unknown,
    )


def by_group(record: Record) -> tuple[AnswerGroup, ...]:
    """Return every answer that counts, by group and heading."""
    bank = record.knowledge.question_bank
    groups = sorted(bank.groups, key=lambda group: group.order)
    return tuple(
        AnswerGroup(group.title, parts) for group in groups if (parts := _parts(record, group.key))
    )


def _parts(record: Record, group: str) -> tuple[Part, ...]:
    considerations = sorted(
        record.knowledge.question_bank.considerations, key=lambda part: part.order
    )
    headings: dict[str | None, str] = {None: ""}
    headings |= {part.key: part.label for part in considerations}
    ignored = set(record.suggestion.ignored)
    parts = []
    for consideration, heading in headings.items():
        keys = [
            question.key
            for question in record.knowledge.questions.values()
            if (question.group, question.consideration) == (group, consideration)
        ]
        answers = given_to(record, set(keys) - ignored)
        if answers:
            parts.append(Part(heading, tuple(_attributed(record, each) for each in answers)))
    return tuple(parts)


def _attributed(record: Record, answer: Given) -> Given:
    """Return the answer with who gave it, where several people answered."""
    if record.voices is None:
        return answer
    key = record.voices.by.get(answer.question, "")
    person = next((each for each in record.voices.people if each.key == key), None)
    if person is None:
        return answer
    role = role_label(record.knowledge, person.role)
    return replace(answer, by=Author(person.name, role, person.said_at.get(answer.question)))
