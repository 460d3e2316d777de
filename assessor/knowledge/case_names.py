"""The names in worked cases: questions, answers, levels, architectures, rules, status words."""

from collections.abc import Iterator

from assessor.knowledge.cases import Expected, GoldenCase
from assessor.knowledge.conditions import UNKNOWN
from assessor.knowledge.findings import CASES, Dangling, unknown
from assessor.knowledge.question_bank import ChoiceQuestion
from assessor.knowledge.schema import KnowledgeBase

STATUS_WORDS = {"no_option", "forced", "fit_with_gaps", "clear", "fairly_clear", "finely_balanced"}
FLOORS = ("unsuitable", "too_little")


def unknown_in_cases(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    """Yield every name in the worked cases that means nothing."""
    rules = {rule.key for rule in knowledge.architectures.knockout_rules}
    rules |= {f"{floor}:{criterion}" for floor in FLOORS for criterion in knowledge.criteria}
    for case in knowledge.golden_cases.cases:
        path = f"cases ({case.key})"
        yield from _levels(knowledge, f"{path}.levels", case.levels)
        yield from _levels(knowledge, f"{path}.expect.levels", case.expect.levels)
        yield from _answers(knowledge, path, case)
        yield from _outcome(knowledge, f"{path}.expect", case.expect, rules)


def _levels(
    knowledge: KnowledgeBase, path: str, levels: dict[str, str] | dict[str, str | tuple[str, ...]]
) -> Iterator[Dangling]:
    for key, named in levels.items():
        criterion = knowledge.criteria.get(key)
        if criterion is None:
            yield CASES, path, f"no dimension {key!r}"
        else:
            names = (named,) if isinstance(named, str) else named
            yield from unknown(CASES, f"{path}.{key}", "level", names, set(criterion.levels))


def _answers(knowledge: KnowledgeBase, path: str, case: GoldenCase) -> Iterator[Dangling]:
    for key, answer in case.answers.items():
        question = knowledge.questions.get(key)
        if question is None:
            yield CASES, f"{path}.answers", f"no question {key!r}"
        elif isinstance(question, ChoiceQuestion):
            known = {UNKNOWN} | {choice.key for choice in question.choices}
            names = answer if isinstance(answer, list) else [str(answer)]
            yield from unknown(CASES, f"{path}.answers.{key}", "choice", names, known)


def _outcome(
    knowledge: KnowledgeBase, path: str, expect: Expected, rules: set[str]
) -> Iterator[Dangling]:
    named = [key for key in (expect.leader, expect.runner_up) if key] + list(expect.excluded)
    yield from unknown(CASES, path, "architecture", named, set(knowledge.options))
    for key, reasons in expect.excluded.items():
        yield from unknown(CASES, f"{path}.excluded.{key}", "rule", reasons, rules)
    yield from unknown(CASES, f"{path}.status", "status word", [expect.status], STATUS_WORDS)
