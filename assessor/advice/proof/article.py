"""Every sentence of the article is traced, and every question and knock-out goes back to one."""

from collections.abc import Iterator

from assessor.advice.proof.findings import EXACT, Finding, Part
from assessor.knowledge.findings import BANK, CATALOGUE
from assessor.knowledge.schema import KnowledgeBase


def part(knowledge: KnowledgeBase) -> Part:
    """Compare sentences, questions and rules with each other."""
    rules = knowledge.architectures.knockout_rules
    looked_at = len(knowledge.sentences) + len(knowledge.questions) + len(rules)
    found = [*_sentences(knowledge), *_questions(knowledge), *_knockouts(knowledge)]
    return Part.of("Traces to the article", [EXACT] * looked_at, found)


def _sentences(knowledge: KnowledgeBase) -> Iterator[Finding]:
    for key, sentence in knowledge.sentences.items():
        path = f"article_sentences ({key})"
        if not (sentence.questions or sentence.becomes or sentence.context):
            reason = "became nothing: it needs questions, becomes, or context: true"
            yield Finding("error", BANK, path, reason)
        for name in sentence.questions:
            if key not in knowledge.questions[name].trace:
                reason = f"names {name!r}, whose trace does not name {key!r}"
                yield Finding("error", BANK, f"{path}.questions", reason)


def _questions(knowledge: KnowledgeBase) -> Iterator[Finding]:
    for key, question in knowledge.questions.items():
        path = f"questions ({key}).trace"
        if not question.trace:
            yield Finding("error", BANK, path, "goes back to no sentence of the article")
        for name in question.trace:
            if key not in knowledge.sentences[name].questions:
                reason = f"names {name!r}, whose questions do not name {key!r}"
                yield Finding("error", BANK, path, reason)


def _knockouts(knowledge: KnowledgeBase) -> Iterator[Finding]:
    for rule in knowledge.architectures.knockout_rules:
        if not rule.trace:
            path = f"knockout_rules ({rule.key}).trace"
            yield Finding("error", CATALOGUE, path, "goes back to no sentence of the article")
