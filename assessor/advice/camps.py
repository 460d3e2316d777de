"""Who says what: the answers that were given to a question, and the voices behind each."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from assessor.advice.questionnaire import is_unknown
from assessor.advice.voices import Voice, Working, meaning
from assessor.knowledge.conditions import Answer
from assessor.knowledge.question_bank import Question, TextQuestion
from assessor.knowledge.schema import KnowledgeBase


@dataclass(frozen=True)
class Camp:
    """The voices that gave one answer; none where it was settled and nobody stands by it."""

    answer: Answer
    voices: tuple[str, ...]


def camps(
    knowledge: KnowledgeBase, voices: Sequence[Voice], working: Working
) -> dict[str, tuple[Camp, ...]]:
    """Return the camps by question that somebody knows an answer to, the working answer's first.

    The rest is in the order of the voices. A settlement says what counts and makes nobody change
    their mind. "I don't know yet" is no answer to hold against another, and prose is not compared.
    """
    every = {
        key: _camps_of(question, voices, working)
        for key, question in knowledge.questions.items()
        if not isinstance(question, TextQuestion)
    }
    return {key: camps for key, camps in every.items() if camps}


def _camps_of(question: Question, voices: Sequence[Voice], working: Working) -> tuple[Camp, ...]:
    answers: dict[Hashable, Answer] = {}
    members: dict[Hashable, list[str]] = {}
    for voice in voices:
        answer = voice.answers.get(question.key)
        if answer is not None and not is_unknown(question, answer):
            said = meaning(question, answer)
            answers.setdefault(said, answer)
            members.setdefault(said, []).append(voice.key)
    if not answers:
        return ()
    counting = working.answers[question.key]
    first = meaning(question, counting)
    answers = {first: counting} | answers
    return tuple(Camp(answer, tuple(members.get(said, ()))) for said, answer in answers.items())


def disputed(every: dict[str, tuple[Camp, ...]]) -> dict[str, tuple[Camp, ...]]:
    """Return the camps of the questions with several."""
    return {key: camps for key, camps in every.items() if len(camps) > 1}
