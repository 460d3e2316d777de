"""The pages of the wizard: one for each group of questions, a long group on several."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from assessor.advice import questionnaire
from assessor.knowledge import Answers, KnowledgeBase
from assessor.knowledge.conditions import Outcome
from assessor.knowledge.question_bank import Group, Question

MOST_QUESTIONS = 8


@dataclass(frozen=True)
class Section:
    """Questions under one heading; the heading is empty where the group has none."""

    heading: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Page:
    """One page of the wizard. ``minutes`` is the group's estimate, shared out by questions."""

    key: str
    group: Group
    sections: tuple[Section, ...]
    minutes: int

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def heading(self) -> str:
        """Return the headings of the sections, joined; empty when the page is a whole group."""
        return "\N{NO-BREAK SPACE}· ".join(
            section.heading for section in self.sections if section.heading
        )

    @property
    def name(self) -> str:
        """Return what to call the page in a list: its headings, or its group's title."""
        return self.heading or self.group.title

    def only(self, questions: frozenset[str]) -> "Page":
        """Return the page with no other questions than these."""
        sections = [
            Section(
                section.heading, tuple(each for each in section.questions if each.key in questions)
            )
            for section in self.sections
        ]
        left = tuple(section for section in sections if section.questions)
        count = sum(len(section.questions) for section in left)
        minutes = max(1, round(self.minutes * count / len(self.questions)))
        return replace(self, sections=left, minutes=minutes)

    def applies(self, counting: Answers) -> bool:
        """Say whether any of the page's questions is asked, given the answers that count so far."""
        return any(
            questionnaire.shown(question, counting) is not Outcome.NO for question in self.questions
        )


@lru_cache(maxsize=8)
def pages_of(knowledge: KnowledgeBase) -> Mapping[str, Page]:
    """Return the pages by key, in order."""
    return {
        page.key: page
        for group in sorted(knowledge.question_bank.groups, key=lambda group: group.order)
        for page in _pages_of_group(knowledge, group)
    }


def _pages_of_group(knowledge: KnowledgeBase, group: Group) -> Iterator[Page]:
    sections = list(_sections(knowledge, group))
    total = sum(len(section.questions) for section in sections)
    for start, chunk in enumerate(_chunks(sections)):
        count = sum(len(section.questions) for section in chunk)
        yield Page(
            key=group.key if start == 0 and len(chunk) == len(sections) else _key(group, chunk),
            group=group,
            sections=tuple(chunk),
            minutes=max(1, round(group.minutes * count / total)),
        )


def _sections(knowledge: KnowledgeBase, group: Group) -> Iterator[Section]:
    considerations = sorted(
        (part for part in knowledge.question_bank.considerations if part.group == group.key),
        key=lambda part: part.order,
    )
    headings: dict[str | None, str] = {
        None: "",
        **{part.key: part.label for part in considerations},
    }
    for key, heading in headings.items():
        questions = tuple(
            question
            for question in knowledge.questions.values()
            if question.group == group.key and question.consideration == key
        )
        if questions:
            yield Section(heading, questions)


def _chunks(sections: list[Section]) -> Iterator[list[Section]]:
    """Pack whole sections, in order, onto pages of at most MOST_QUESTIONS questions."""
    chunk: list[Section] = []
    for section in sections:
        count = sum(len(packed.questions) for packed in chunk)
        if chunk and count + len(section.questions) > MOST_QUESTIONS:
            yield chunk
            chunk = []
        chunk.append(section)
    yield chunk


def _key(group: Group, chunk: list[Section]) -> str:
    """Name a page by its group and its first consideration, so that its address keeps its sense."""
    return f"{group.key}-{chunk[0].questions[0].consideration}"
