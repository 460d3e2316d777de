"""Entries whose names all mean something, but which cannot be true together."""

from collections.abc import Iterator

from assessor.knowledge.conditions import AttributeClause
from assessor.knowledge.findings import BANK, CATALOGUE, Dangling, repeated
from assessor.knowledge.question_bank import ChoiceQuestion, RankedQuestion, TokenScoring
from assessor.knowledge.schema import KnowledgeBase

MOST_RANKED = 3
"""The weights of priorities are those of three ranks."""

VOLUME_LEVELS = ("low", "medium", "high")
"""What thresholds of tokens can lead to."""

NAMING = ("eq", "ne", "in", "not_in")
TEAM = "min_team"


def contradictions(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    """Yield everything that contradicts something else in the edition."""
    yield from _count(knowledge)
    yield from _choices(knowledge)
    yield from _scorings(knowledge)
    yield from _profiles(knowledge)
    yield from _team_labels(knowledge)
    yield from _rules_for_nothing(knowledge)
    if not any(option.canonical for option in knowledge.options.values()):
        yield CATALOGUE, "architectures", "none is canonical: no row can be the nearest"


def _count(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    said, found = knowledge.question_bank.meta.question_count, len(knowledge.questions)
    if said != found:
        yield BANK, "meta.question_count", f"{said}, but there are {found} questions"


def _choices(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    for key, question in knowledge.questions.items():
        path = f"questions ({key})"
        if isinstance(question, ChoiceQuestion):
            for choice in repeated(choice.key for choice in question.choices):
                yield BANK, f"{path}.choices", f"the key {choice!r} is given twice"
        if isinstance(question, RankedQuestion) and question.max_choices > MOST_RANKED:
            yield BANK, f"{path}.max_choices", f"at most {MOST_RANKED} can be ranked"


def _scorings(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    combined: dict[str, str] = {}
    for key, question in knowledge.questions.items():
        for scoring in question.scoring:
            path = f"questions ({key}).scoring"
            first = combined.setdefault(scoring.dimension, scoring.combine)
            if scoring.combine != first:
                reason = f"combines {scoring.dimension!r} by {scoring.combine}, others by {first}"
                yield BANK, f"{path}.combine", reason
            criterion = knowledge.criteria.get(scoring.dimension)
            counts_tokens = criterion and isinstance(scoring, TokenScoring)
            if criterion and counts_tokens and criterion.levels != VOLUME_LEVELS:
                levels = ", ".join(VOLUME_LEVELS)
                yield BANK, f"{path}.thresholds", f"{criterion.key!r} must have levels {levels}"


def _profiles(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    core = {key for key, criterion in knowledge.criteria.items() if criterion.core}
    for position, option in enumerate(knowledge.architectures.architectures):
        path = f"architectures.{position} ({option.key}).ideal_profile"
        for name in sorted(set(option.ideal_profile) - core):
            yield CATALOGUE, path, f"{name!r} is no core dimension"


def _team_labels(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    teams = {option.attributes.get(TEAM) for option in knowledge.options.values()}
    for name in knowledge.architectures.min_team_labels:
        if name not in teams:
            yield CATALOGUE, "min_team_labels", f"no architecture has the {TEAM} {name!r}"


def _rules_for_nothing(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    catalogue = knowledge.architectures
    for rule in catalogue.knockout_rules:
        path = f"knockout_rules ({rule.key}).exclude_where"
        yield from _no_such_architecture(knowledge, path, rule.exclude_where)
    for condition in catalogue.condition_rules:
        path = f"condition_rules ({condition.key}).applies_where"
        yield from _no_such_architecture(knowledge, path, condition.applies_where)


def _no_such_architecture(
    knowledge: KnowledgeBase, path: str, clause: AttributeClause
) -> Iterator[Dangling]:
    if clause.op not in NAMING:
        return
    found = {option.attributes.get(clause.attribute) for option in knowledge.options.values()}
    for value in clause.value if isinstance(clause.value, tuple) else (clause.value,):
        if value not in found:
            yield CATALOGUE, path, f"no architecture has {clause.attribute} {value!r}"
