"""Several people's answers, and the one to each question that counts for the time being.

METHOD 3.8 a and b: every answer is kept; the working one is that of the person whom the question
is for, and what Legal or Security rule out stays ruled out until they withdraw it.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from assessor.advice.eligibility import excludes
from assessor.advice.questionnaire import is_unknown, situation_of
from assessor.knowledge.conditions import Answer, Answers, Fact, Outcome, all_hold
from assessor.knowledge.question_bank import MultiQuestion, Question
from assessor.knowledge.schema import KnowledgeBase

HARD_ROLES = ("legal_compliance", "security")
"""Roles whose answers hold where they rule something out, whoever else answered."""

NOT_NEEDED = "only_if_isolation_required"
"""A knock-out by this attribute says that nobody needs an option, and so protects nothing.

Without this exception Security's "anywhere" would hold against Legal's "only on isolated
systems": it does rule out an option, the isolated network.
"""


class Voice(Fact):
    """One person's answers. ``key`` is whatever the caller knows the person by."""

    key: str
    role: str
    is_owner: bool
    answers: dict[str, Answer]


class Held(Fact):
    """An answer of Legal or Security that counts because of what it rules out.

    ``rules`` are the knock-outs that it makes fire, and ``architectures`` those that they rule out
    and that the answer ``instead_of`` it does not.
    """

    question: str
    voice: str
    answer: Answer
    instead_of: Answer
    rules: tuple[str, ...]
    architectures: tuple[str, ...]


class Working(Fact):
    """The answers that count for the time being, in the order of the questions.

    ``by``: whose answer it is, "" for a settlement that nobody stands by; ``held``: the hard
    constraints that differ from what would count without them.
    """

    answers: dict[str, Answer]
    by: dict[str, str]
    held: tuple[Held, ...]


class Knockout(NamedTuple):
    """A rule that rules out an architecture for certain."""

    architecture: str
    rule: str


def working(
    knowledge: KnowledgeBase, voices: Sequence[Voice], settled: Mapping[str, Answer]
) -> Working:
    """Return the answers that count, question by question. All must be allowed by their questions.

    A settlement counts; else the answer of the first role in the question's ``answered_by`` of
    which somebody answered; else the owner's; else the first. Of several with one role the first
    counts. "I don't know yet" gives way to any answer that is known, also where it was settled:
    it is no information, so it cannot speak against somebody who has some. A hard constraint
    counts before all of this.
    """
    answers: dict[str, Answer] = {}
    by: dict[str, str] = {}
    for key, question in knowledge.questions.items():
        speaker = _speaker(question, voices)
        if key in settled and not _outspoken(question, settled[key], speaker):
            answers[key], by[key] = settled[key], _first_to_say(question, settled[key], voices)
        elif speaker is not None:
            answers[key], by[key] = speaker.answers[key], speaker.key
    held = tuple(_hard_constraints(knowledge, voices, answers))
    return Working(
        answers=answers | {each.question: each.answer for each in held},
        by=by | {each.question: each.voice for each in held},
        held=held,
    )


def meaning(question: Question, answer: Answer) -> Hashable:
    """Return what two answers share that say the same: the order of several choices says nothing,
    unless they are ranked."""
    if not isinstance(answer, list):
        return answer
    return frozenset(answer) if isinstance(question, MultiQuestion) else tuple(answer)


# ---------------------------------------------------------------- whose answer


def _speaker(question: Question, voices: Sequence[Voice]) -> Voice | None:
    """Return who answers a question for everybody, None where nobody answered."""
    answering = [voice for voice in voices if question.key in voice.answers]
    return min(answering, key=lambda voice: _precedence(question, voice), default=None)


def _precedence(question: Question, voice: Voice) -> tuple[bool, int, bool]:
    roles = question.answered_by
    asked = voice.role in roles
    return (
        is_unknown(question, voice.answers[question.key]),
        roles.index(voice.role) if asked else len(roles),
        not asked and not voice.is_owner,
    )


def _outspoken(question: Question, settled: Answer, speaker: Voice | None) -> bool:
    """Say whether it was settled that an answer is not known, and yet somebody knows one."""
    if speaker is None or not is_unknown(question, settled):
        return False
    return not is_unknown(question, speaker.answers[question.key])


def _first_to_say(question: Question, answer: Answer, voices: Sequence[Voice]) -> str:
    return next((voice.key for voice in voices if _says(voice, question, answer)), "")


def _says(voice: Voice, question: Question, answer: Answer) -> bool:
    given = voice.answers.get(question.key)
    return given is not None and meaning(question, given) == meaning(question, answer)


# ---------------------------------------------------------------- hard constraints


def _hard_constraints(
    knowledge: KnowledgeBase, voices: Sequence[Voice], provisional: Answers
) -> Iterator[Held]:
    """Yield the constraint that holds on each question: the one that rules out most."""
    speaking = [voice for voice in voices if voice.role in HARD_ROLES]
    before = _knocked_out(knowledge, provisional) if speaking else frozenset()
    for key in provisional:
        constraints = [_constraint(knowledge, provisional, before, key, each) for each in speaking]
        holding = [each for each in constraints if each is not None]
        if holding:
            yield max(holding, key=lambda held: len(held.architectures))


def _constraint(
    knowledge: KnowledgeBase,
    provisional: Answers,
    before: frozenset[Knockout],
    key: str,
    voice: Voice,
) -> Held | None:
    """Return what a voice's answer rules out that the provisional one does not, None if nothing.

    An architecture that the provisional answer rules out by another rule is not counted: in
    place of "only on our own premises", "only providers outside foreign law" makes a rule fire
    and yet is the milder answer.
    """
    question = knowledge.questions[key]
    answer = voice.answers.get(key)
    if answer is None or is_unknown(question, answer) or _says(voice, question, provisional[key]):
        return None
    after = _knocked_out(knowledge, {**provisional, key: answer})
    otherwise_out = {knockout.architecture for knockout in before - after}
    ruled_out = {each for each in after - before if each.architecture not in otherwise_out}
    if not ruled_out:
        return None
    rules, architectures = knowledge.architectures.knockout_rules, knowledge.options
    return Held(
        question=key,
        voice=voice.key,
        answer=answer,
        instead_of=provisional[key],
        rules=tuple(rule.key for rule in rules if rule.key in {each.rule for each in ruled_out}),
        architectures=tuple(
            option
            for option in architectures
            if option in {knockout.architecture for knockout in ruled_out}
        ),
    )


def _knocked_out(knowledge: KnowledgeBase, answers: Answers) -> frozenset[Knockout]:
    """Return what the rules that are there to protect something rule out for certain."""
    situation = situation_of(knowledge, answers)
    return frozenset(
        Knockout(option.key, rule.key)
        for rule in knowledge.architectures.knockout_rules
        if rule.exclude_where.attribute != NOT_NEEDED
        and all_hold(rule.when, situation) is Outcome.YES
        for option in knowledge.options.values()
        if excludes(rule, option)
    )
