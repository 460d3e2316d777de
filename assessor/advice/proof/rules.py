"""Rules that speak of no architecture, or of every one."""

from collections.abc import Iterator

from assessor.advice.proof.findings import EXACT, Finding, Part
from assessor.knowledge.conditions import AttributeClause, compare
from assessor.knowledge.findings import CATALOGUE
from assessor.knowledge.schema import KnowledgeBase


def part(knowledge: KnowledgeBase) -> Part:
    """Compare what every rule is about with the attributes of every architecture."""
    catalogue = knowledge.architectures
    found: list[Finding] = []
    for rule in catalogue.knockout_rules:
        found += _knockout(knowledge, f"knockout_rules ({rule.key})", rule.exclude_where)
    for condition in catalogue.condition_rules:
        path = f"condition_rules ({condition.key})"
        found += _condition(knowledge, path, condition.applies_where)
    rules = len(catalogue.knockout_rules) + len(catalogue.condition_rules)
    return Part.of("Rules about architectures", [EXACT] * rules, found)


def _knockout(knowledge: KnowledgeBase, path: str, where: AttributeClause) -> Iterator[Finding]:
    path = f"{path}.exclude_where"
    matched = _matched(knowledge, where)
    if matched == 0:
        yield Finding("error", CATALOGUE, path, "no architecture matches: it never fires")
    if matched == len(knowledge.options):
        reason = "every architecture matches: where it fires nothing is left"
        yield Finding("error", CATALOGUE, path, reason)


def _condition(knowledge: KnowledgeBase, path: str, where: AttributeClause) -> Iterator[Finding]:
    path = f"{path}.applies_where"
    matched = _matched(knowledge, where)
    if matched == 0:
        yield Finding("error", CATALOGUE, path, "no architecture matches: it is never shown")
    if matched == len(knowledge.options):
        reason = "every architecture matches: it says nothing about this one"
        yield Finding("note", CATALOGUE, path, reason)


def _matched(knowledge: KnowledgeBase, where: AttributeClause) -> int:
    options = knowledge.options.values()
    return sum(compare(where, option.attributes[where.attribute]) for option in options)
