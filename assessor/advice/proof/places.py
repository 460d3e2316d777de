"""Every condition of an edition, wherever it stands: a new field for one is found by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessor.knowledge.applicability import AnyOf
from assessor.knowledge.conditions import Clause, Comparison, Fact, QuestionClause
from assessor.knowledge.library import JURISDICTION, CounselQuestion, LegalDate
from assessor.knowledge.schema import KnowledgeBase

ALL_OF = ("when", "show_if")
"""Fields whose clauses must all hold."""

EACH_OF = ("raised_by",)
"""Fields whose clauses count one by one."""

Needs = tuple[tuple[Clause, ...], ...]
"""Of each of these, one clause must hold."""


@dataclass(frozen=True)
class Condition:
    """When something of an edition holds. ``path`` ends with the name of the field."""

    file: str
    path: str
    needs: Needs

    @property
    def field(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(clause for any_of in self.needs for clause in any_of)


def conditions(knowledge: KnowledgeBase) -> Iterator[Condition]:
    """Yield every condition. A question without one is always asked, so it has none."""
    for file in type(knowledge).model_fields:
        for path, needs in _within("", getattr(knowledge, file), ()):
            yield Condition(f"{file}.yaml", path.removeprefix("."), needs)


def questions_named(knowledge: KnowledgeBase) -> set[str]:
    """Return the questions that some condition is about."""
    return {
        clause.question
        for condition in conditions(knowledge)
        for clause in condition.clauses
        if isinstance(clause, QuestionClause)
    }


def _within(path: str, value: object, also: Needs) -> Iterator[tuple[str, Needs]]:
    """Yield the conditions in a value; ``also`` is needed besides what they say."""
    match value:
        case AnyOf():
            yield path, (*also, value.any)
        case Fact():
            yield from _within_fact(path, value, _here(value))
        case dict():
            for key, entry in value.items():
                yield from _within(f"{path}.{key}", entry, ())
        case tuple():
            for at, entry in enumerate(value):
                yield from _within(f"{path} ({_name(entry, at)})", entry, ())
        case _:
            pass


def _within_fact(path: str, fact: Fact, also: Needs) -> Iterator[tuple[str, Needs]]:
    for name in type(fact).model_fields:
        value, at = getattr(fact, name), f"{path}.{name}"
        if name in EACH_OF:
            yield from ((at, ((clause,),)) for clause in value)
        elif name in ALL_OF and isinstance(value, tuple):  # a "when" can also be a text
            if value or name == "when":
                yield at, tuple((clause,) for clause in value)
        elif not isinstance(value, Comparison):
            yield from _within(at, value, also)


def _here(fact: Fact) -> Needs:
    """Return what else a legal entry needs: that the law of its jurisdiction counts."""
    if isinstance(fact, LegalDate | CounselQuestion):
        where = QuestionClause(question=JURISDICTION, op="contains_any", value=(fact.jurisdiction,))
        return ((where,),)
    return ()


def _name(entry: object, at: int) -> str:
    return str(getattr(entry, "key", "") or getattr(entry, "id", "") or at)
