"""Which questions are asked, and which answers a question allows."""

from collections.abc import Collection, Iterator

from assessor.knowledge.conditions import (
    UNKNOWN,
    Answer,
    Answers,
    Outcome,
    Situation,
    all_hold,
)
from assessor.knowledge.question_bank import (
    Choice,
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
    TextQuestion,
)
from assessor.knowledge.schema import KnowledgeBase


class AnswerError(ValueError):
    """An answer that its question does not allow. The message says what is allowed."""


def shown(question: Question, answers: Answers) -> Outcome:
    """Say whether a question is asked, given the answers to the questions before it."""
    return all_hold(question.show_if, Situation(answers=answers))


def asked(knowledge: KnowledgeBase, answers: Answers) -> dict[str, Answer]:
    """Return the answers that count: those to questions that are shown, in their order."""
    return dict(situation_of(knowledge, answers).answers)


def situation_of(knowledge: KnowledgeBase, answers: Answers) -> Situation:
    """Return the answers that count, and which of them may turn out not to.

    A question whose condition hangs on an unknown answer is shown, and its answer is uncertain.
    """
    counting: dict[str, Answer] = {}
    situation = Situation(counting)
    for key, question in knowledge.questions.items():
        if key not in answers:
            continue
        outcome = all_hold(question.show_if, situation)
        if outcome is not Outcome.NO:
            counting[key] = answers[key]
        if outcome is Outcome.OPEN:
            situation = Situation(counting, situation.uncertain | {key})
    return situation


def questions_shown(knowledge: KnowledgeBase, answers: Answers) -> list[Question]:
    """Return the questions to ask, in order, given the answers so far."""
    counting = Situation(answers=asked(knowledge, answers))
    return [
        question
        for question in knowledge.questions.values()
        if all_hold(question.show_if, counting) is not Outcome.NO
    ]


def unanswered(knowledge: KnowledgeBase, answers: Answers) -> tuple[Question, ...]:
    """Return the required questions that are asked and have no answer, in their order."""
    return tuple(
        question
        for question in questions_shown(knowledge, answers)
        if question.required and question.key not in answers
    )


def is_unknown(question: Question, answer: object) -> bool:
    """Say whether an answer is "I don't know yet", rather than a text that reads like it."""
    return question.allow_unknown and answer == UNKNOWN


def check(knowledge: KnowledgeBase, answers: Answers) -> None:
    """Raise AnswerError for an unknown question or an answer its question does not allow."""
    for key, answer in answers.items():
        question = knowledge.questions.get(key)
        if question is None:
            raise AnswerError(f"{key}: no such question. Known are {_listed(knowledge.questions)}.")
        for problem in problems(question, answer):
            raise AnswerError(f"{key}: {problem}")


def takes(knowledge: KnowledgeBase, key: str, answer: object) -> bool:
    """Say whether an edition has this question, and allows this answer to it."""
    question = knowledge.questions.get(key)
    return question is not None and not any(problems(question, answer))


def problems(question: Question, answer: object) -> Iterator[str]:
    """Yield what is wrong with an answer, naming what is allowed."""
    if is_unknown(question, answer):
        return
    match question:
        case SingleQuestion(choices=choices):
            yield from _not_a_choice([answer], question, choices)
        case MultiQuestion(choices=choices) | RankedQuestion(choices=choices):
            yield from _not_a_selection(answer, question, choices)
        case ScaleQuestion(scale=limits) | NumberQuestion(number=limits):
            if isinstance(answer, bool) or not isinstance(answer, int):
                yield f"{answer!r} is not a whole number{_or_unknown(question)}."
            elif not limits.min <= answer <= limits.max:
                yield f"{answer} is not between {limits.min} and {limits.max}."
        case TextQuestion(text_options=options):
            if not isinstance(answer, str) or len(answer) > options.max_length:
                yield f"must be text of at most {options.max_length} characters."


def _not_a_selection(
    answer: object, question: MultiQuestion | RankedQuestion, choices: tuple[Choice, ...]
) -> Iterator[str]:
    if not isinstance(answer, list) or not answer:
        allowed = _listed([choice.key for choice in choices])
        yield f"{answer!r} is not a list of {allowed}{_or_unknown(question)}."
        return
    yield from _not_a_choice(answer, question, choices)
    if len({str(key) for key in answer}) < len(answer):
        yield "names a choice more than once."
    if isinstance(question, RankedQuestion) and len(answer) > question.max_choices:
        yield f"names more than {question.max_choices} choices."
    alone = [choice.key for choice in choices if choice.exclusive and choice.key in answer]
    if alone and len(answer) > 1:
        yield f"{alone[0]!r} cannot be combined with another choice."


def _not_a_choice(
    answers: list[object], question: Question, choices: tuple[Choice, ...]
) -> Iterator[str]:
    keys = [choice.key for choice in choices]
    for answer in answers:
        if answer not in keys:
            yield f"{answer!r} is not one of {_listed(keys)}{_or_unknown(question)}."


def _or_unknown(question: Question) -> str:
    return f" (or {UNKNOWN})" if question.allow_unknown else ""


def _listed(keys: Collection[str]) -> str:
    return ", ".join(keys)
