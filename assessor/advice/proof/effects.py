"""Entries that change nothing: questions nobody uses, parts of nothing, roles nobody has."""

from collections.abc import Iterable, Iterator

from assessor.advice.proof.findings import EXACT, Finding, Part
from assessor.advice.proof.places import questions_named
from assessor.advice.scenarios import PRIORITIES
from assessor.knowledge.catalogue import APPROACH
from assessor.knowledge.findings import BANK, CATALOGUE
from assessor.knowledge.library import JURISDICTION, SAFEGUARDS
from assessor.knowledge.question_bank import TASKS, Question, TextQuestion
from assessor.knowledge.schema import KnowledgeBase

USED_BY_NAME = {PRIORITIES, TASKS, APPROACH, JURISDICTION, SAFEGUARDS}
"""Questions that the product itself knows: weights, sizes of requests, approaches, law, gaps."""


def part(knowledge: KnowledgeBase) -> Part:
    """Look for entries that nothing would miss."""
    looked_at = (
        *knowledge.questions,
        *knowledge.architectures.components,
        *knowledge.roles,
        *knowledge.question_bank.considerations,
    )
    found = [
        *_questions(knowledge),
        *_components(knowledge),
        *_roles(knowledge),
        *_considerations(knowledge),
        *_feeds(knowledge),
    ]
    return Part.of("Entries that have an effect", [EXACT] * len(looked_at), found)


def _questions(knowledge: KnowledgeBase) -> Iterator[Finding]:
    used = USED_BY_NAME | questions_named(knowledge) | _estimated_from(knowledge)
    for key, question in knowledge.questions.items():
        if not (key in used or question.scoring or _is_printed(question)):
            reason = "its answer changes nothing: no criterion, rule, weight, estimate or text"
            yield Finding("error", BANK, f"questions ({key})", reason)


def _is_printed(question: Question) -> bool:
    """Say whether the answer is free text that its ``feeds`` mean for the report."""
    texts = (name.startswith("report.") for name in question.feeds)
    return isinstance(question, TextQuestion) and any(texts)


def _estimated_from(knowledge: KnowledgeBase) -> set[str]:
    if knowledge.estimates is None:
        return set()
    return set(knowledge.estimates.questions.model_dump().values())


def _components(knowledge: KnowledgeBase) -> Iterator[Finding]:
    catalogue = knowledge.architectures
    used = {key for option in knowledge.options.values() for key in option.components}
    used |= {key for needed in catalogue.task_components.values() for key in needed}
    used |= {key for each in catalogue.components.values() for key in each.includes}
    reason = "no architecture, task or other component uses it"
    yield from _unused(CATALOGUE, "components", set(catalogue.components) - used, reason)


def _roles(knowledge: KnowledgeBase) -> Iterator[Finding]:
    held = {role for question in knowledge.questions.values() for role in question.answered_by}
    held |= {control.owner for control in knowledge.controls.controls}
    held |= {
        step.owner for option in knowledge.options.values() for step in option.steps if step.owner
    }
    reason = "nobody in this role answers or owns anything"
    yield from _unused(BANK, "roles", set(knowledge.roles) - held, reason)


def _considerations(knowledge: KnowledgeBase) -> Iterator[Finding]:
    with_questions = {question.consideration for question in knowledge.questions.values()}
    named = {part.key for part in knowledge.question_bank.considerations}
    yield from _unused(BANK, "considerations", named - with_questions, "no question belongs to it")


def _unused(file: str, path: str, keys: Iterable[str], reason: str) -> Iterator[Finding]:
    for key in sorted(keys):
        yield Finding("note", file, f"{path} ({key})", reason)


def _feeds(knowledge: KnowledgeBase) -> Iterator[Finding]:
    """Yield what a question says it feeds, and does not: a criterion, or a knock-out."""
    rules = knowledge.architectures.knockout_rules
    ruling = {clause.question for rule in rules for clause in rule.when}
    for key, question in knowledge.questions.items():
        scored = {scoring.dimension for scoring in question.scoring}
        for fed in question.feeds:
            kind, _, name = fed.partition(".")
            criterion = kind == "dimension" and name not in scored
            if criterion or (kind == "knockout" and key not in ruling):
                missing = "no scoring for it" if criterion else "no knock-out about the question"
                reason = f"names {fed!r}, but there is {missing}"
                yield Finding("note", BANK, f"questions ({key}).feeds", reason)
