"""Knock-outs and the floor: what is ruled out, by which answer, and what might still be."""

from collections.abc import Iterable, Iterator, Mapping

from assessor.advice.levels import Plausible
from assessor.knowledge.catalogue import Architecture, KnockoutRule
from assessor.knowledge.conditions import (
    UNKNOWN,
    Answer,
    Answers,
    Attribute,
    Fact,
    Outcome,
    QuestionClause,
    Situation,
    all_hold,
    compare,
    holds,
)
from assessor.knowledge.question_bank import Criterion
from assessor.knowledge.references import PLACEHOLDER, answers_named
from assessor.knowledge.schema import KnowledgeBase

PROTECTION = ("governance", "sensitivity")
"""The criteria on which too little cannot be made up for elsewhere."""


class Exclusion(Fact):
    """One reason why an architecture is out.

    ``rule`` is the key of a knock-out, or ``unsuitable:<criterion>`` or
    ``too_little:<criterion>`` for the floor; ``answers`` are the answers behind it;
    ``trace`` the sentences of the article it goes back to.
    """

    architecture: str
    rule: str
    reason: str
    answers: dict[str, Answer]
    trace: tuple[str, ...]


class OpenExclusion(Fact):
    """A reason that would put an architecture out, depending on answers not known yet.

    ``answers`` lists, by question, the answers that would; ``levels`` the levels of a criterion.
    """

    architecture: str
    rule: str
    answers: dict[str, tuple[str, ...]] = {}
    levels: dict[str, tuple[str, ...]] = {}
    trace: tuple[str, ...]


def exclusions(
    knowledge: KnowledgeBase, situation: Situation, plausible: Mapping[str, Plausible]
) -> Iterator[Exclusion | OpenExclusion]:
    """Yield every reason, certain or open, by architecture in the order of the catalogue."""
    firing = [
        (rule, outcome)
        for rule in knowledge.architectures.knockout_rules
        if (outcome := all_hold(rule.when, situation)) is not Outcome.NO
    ]
    for option in knowledge.options.values():
        yield from _knockouts(knowledge, option, firing, situation)
        yield from _below_floor(knowledge, option, situation.answers, plausible)


# ---------------------------------------------------------------- knock-outs


def excludes(rule: KnockoutRule, option: Architecture) -> bool:
    """Say whether the rule speaks of this architecture."""
    return compare(rule.exclude_where, option.attributes[rule.exclude_where.attribute])


def _knockouts(
    knowledge: KnowledgeBase,
    option: Architecture,
    firing: Iterable[tuple[KnockoutRule, Outcome]],
    situation: Situation,
) -> Iterator[Exclusion | OpenExclusion]:
    for rule, outcome in firing:
        if not excludes(rule, option):
            continue
        if outcome is Outcome.YES:
            yield Exclusion(
                architecture=option.key,
                rule=rule.key,
                reason=filled(rule.reason, _facts(knowledge, option)),
                answers={
                    clause.question: situation.answers[clause.question] for clause in rule.when
                },
                trace=rule.trace,
            )
        else:
            yield OpenExclusion(
                architecture=option.key,
                rule=rule.key,
                answers=_would_exclude(knowledge, rule.when, situation),
                trace=rule.trace,
            )


def _would_exclude(
    knowledge: KnowledgeBase, clauses: Iterable[QuestionClause], situation: Situation
) -> dict[str, tuple[str, ...]]:
    """Return, by question not answered yet, the answers under which the clauses hold."""
    found: dict[str, tuple[str, ...]] = {}
    for clause in clauses:
        if holds(clause, situation) is not Outcome.OPEN:
            continue
        question = knowledge.questions[clause.question]
        if situation.answers[clause.question] == UNKNOWN:
            found[clause.question] = _answers_that_satisfy(knowledge, clause)
        if clause.question in situation.uncertain:
            found |= _would_exclude(knowledge, question.show_if, situation)
    return found


def _answers_that_satisfy(knowledge: KnowledgeBase, clause: QuestionClause) -> tuple[str, ...]:
    named = answers_named(knowledge.questions[clause.question])
    return tuple(str(answer) for answer in named if compare(clause, answer))


def _facts(knowledge: KnowledgeBase, option: Architecture) -> dict[str, Attribute]:
    team = str(option.attributes.get("min_team", ""))
    return {
        **option.attributes,
        "name": option.short_name,
        "min_team_label": knowledge.architectures.min_team_labels.get(team, team),
    }


def filled(template: str, facts: Mapping[str, Attribute]) -> str:
    """Put facts in the place of ``{names}``; only plain names, so that no text can reach code."""
    return PLACEHOLDER.sub(lambda match: str(facts[match.group(1)]), template)


# ---------------------------------------------------------------- the floor


def _below_floor(
    knowledge: KnowledgeBase,
    option: Architecture,
    answers: Answers,
    plausible: Mapping[str, Plausible],
) -> Iterator[Exclusion | OpenExclusion]:
    for key, criterion in knowledge.criteria.items():
        if not criterion.core or key not in plausible:
            continue
        levels = plausible[key].levels
        failing = _failing(option, criterion, levels)
        if not failing:
            continue
        # Where the levels fail in different ways, the milder word is true for all of them.
        kind = "too_little" if "too_little" in failing.values() else "unsuitable"
        behind = plausible[key].enough_for(failing)
        rule, trace = f"{kind}:{key}", _trace(knowledge, behind)
        if len(failing) < len(levels):
            yield OpenExclusion(
                architecture=option.key, rule=rule, levels={key: tuple(failing)}, trace=trace
            )
        else:
            yield Exclusion(
                architecture=option.key,
                rule=rule,
                reason=_floor_reason(knowledge, option, criterion, kind, list(failing)),
                answers={name: answers[name] for name in behind},
                trace=trace,
            )


def _failing(option: Architecture, criterion: Criterion, levels: Iterable[str]) -> dict[str, str]:
    """Return, in the criterion's order, the levels the option is not enough for, and how."""
    shortfalls = {
        level: shortfall(option, criterion, level)
        for level in criterion.levels
        if level in set(levels)
    }
    return {level: kind for level, kind in shortfalls.items() if kind}


def shortfall(option: Architecture, criterion: Criterion, level: str) -> str | None:
    """Return how an option falls below the floor of a core criterion, or None."""
    grade = option.grade(criterion.key, level)
    if grade == 0:
        return "unsuitable"
    ideal = criterion.levels.index(option.ideal_profile[criterion.key])
    needs_more = criterion.levels.index(level) > ideal
    if criterion.key in PROTECTION and grade <= 1 and needs_more:
        return "too_little"
    return None


def _floor_reason(
    knowledge: KnowledgeBase,
    option: Architecture,
    criterion: Criterion,
    kind: str,
    levels: list[str],
) -> str:
    template: str = getattr(knowledge.architectures.floor_reasons, kind)
    return filled(
        template,
        {
            "name": option.short_name,
            "criterion": criterion.label,
            "level": " / ".join(criterion.level_labels[level] for level in levels),
            "note": option.fit[criterion.key].note,
        },
    )


def _trace(knowledge: KnowledgeBase, questions: tuple[str, ...]) -> tuple[str, ...]:
    sentences = (sentence for key in questions for sentence in knowledge.questions[key].trace)
    return tuple(dict.fromkeys(sentences))
