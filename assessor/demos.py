"""Demo assessments of invented organisations: YAML files → checked values.

Every error names the file and the place in it.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from assessor import evidence
from assessor.advice import questionnaire
from assessor.advice.agreement import agreement
from assessor.advice.status import Status
from assessor.advice.voices import Voice, Working, working
from assessor.evidence import Voices
from assessor.knowledge import Answer, Answers, KnowledgeBase
from assessor.knowledge.conditions import Fact
from assessor.knowledge.plain_yaml import plain_data
from assessor.knowledge.reading import Finding

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "demos"

SAMPLE = "insurance_claims_guidance"
"""The one that everybody can look at before they start."""

LONGEST_NAME = 100
"""Characters; shorter than what can be stored, so that a mark can be added."""


class DemoError(Exception):
    """Demos that cannot be used, with everything that is wrong with them."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))


class Person(Fact):
    """Who answered. ``role`` is a role key of the edition."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    role: str


class Colleague(Person):
    """Somebody whom the owner asked, and what they answer."""

    answers: dict[str, Answer]


class Expected(Fact):
    """What comes out under the shipped edition; ``leader`` is None when no option is left."""

    leader: str | None
    status: Status


class Demo(Fact):
    """One initiative of an invented organisation, with an answer to every question asked."""

    initiative: str = Field(min_length=1, max_length=LONGEST_NAME)
    organisation: str = Field(min_length=1, max_length=LONGEST_NAME)
    sector: str
    about: str
    prepared_by: Person
    expect: Expected
    answers: dict[str, Answer]
    colleagues: tuple[Colleague, ...] = ()

    @property
    def voices(self) -> list[Voice]:
        """Return who answers what, the owner first; their keys are their places."""
        people = [(self.prepared_by, self.answers)]
        people += [(colleague, colleague.answers) for colleague in self.colleagues]
        return [
            Voice(key=str(place), role=person.role, is_owner=place == 0, answers=answers)
            for place, (person, answers) in enumerate(people)
        ]

    def working(self, knowledge: KnowledgeBase) -> Working:
        """Return the answers that count."""
        return working(knowledge, self.voices, {})

    def evidence(self, knowledge: KnowledgeBase) -> Voices | None:
        """Return what a report says about who answered; None where one person did it alone."""
        if not self.colleagues:
            return None
        now, names = self.working(knowledge), [self.prepared_by, *self.colleagues]
        return Voices(
            people=tuple(
                evidence.Person(name=person.name, **voice.model_dump())
                for person, voice in zip(names, self.voices, strict=True)
            ),
            by=now.by,
            held=now.held,
            agreement=agreement(knowledge, self.voices, now),
        )


def every(knowledge: KnowledgeBase, folder: Path = FOLDER) -> dict[str, Demo]:
    """Return the demos by file name, checked against an edition. Raises DemoError."""
    return {path.stem: one(knowledge, path.stem, folder) for path in sorted(folder.glob("*.yaml"))}


def one(knowledge: KnowledgeBase, key: str, folder: Path = FOLDER) -> Demo:
    """Return one demo, checked against an edition. Raises DemoError."""
    path = folder / f"{key}.yaml"
    demo = _read(path)
    findings = [Finding(path.name, place, reason) for place, reason in _problems(knowledge, demo)]
    if findings:
        raise DemoError(findings)
    return demo


def _read(path: Path) -> Demo:
    try:
        values = plain_data(path.read_bytes())
        return Demo.model_validate(values)
    except (OSError, yaml.YAMLError) as error:
        raise DemoError([Finding(path.name, "", str(error))]) from None
    except ValidationError as error:
        details = [(".".join(map(str, detail["loc"])), detail["msg"]) for detail in error.errors()]
        raise DemoError([Finding(path.name, *detail) for detail in details]) from None


def _problems(knowledge: KnowledgeBase, demo: Demo) -> Iterator[tuple[str, str]]:
    """Yield place and reason of everything that the edition does not know or allow."""
    if demo.expect.leader not in {None, *knowledge.options}:
        yield "expect.leader", f"no such architecture: {demo.expect.leader}"
    if demo.prepared_by.role not in knowledge.roles:
        yield "prepared_by.role", f"no such role: {demo.prepared_by.role}"
    for key, reason in _wrong_answers(knowledge, demo.answers):
        yield f"answers.{key}", reason
    for place, colleague in enumerate(demo.colleagues):
        for key, reason in _refused(knowledge, colleague.answers):
            yield f"colleagues.{place}.answers.{key}", reason


def _wrong_answers(knowledge: KnowledgeBase, answers: Answers) -> Iterator[tuple[str, str]]:
    refused = list(_refused(knowledge, answers))
    # Which questions are asked can only be said of answers that their questions allow.
    yield from refused or _incomplete(knowledge, answers)


def _refused(knowledge: KnowledgeBase, answers: Answers) -> Iterator[tuple[str, str]]:
    for key, answer in answers.items():
        question = knowledge.questions.get(key)
        if question is None:
            yield key, "no such question"
        else:
            yield from ((key, problem) for problem in questionnaire.problems(question, answer))


def _incomplete(knowledge: KnowledgeBase, answers: Answers) -> Iterator[tuple[str, str]]:
    asked = [question.key for question in questionnaire.questions_shown(knowledge, answers)]
    yield from ((key, "has no answer") for key in asked if key not in answers)
    yield from ((key, "is not asked under these answers") for key in answers if key not in asked)
