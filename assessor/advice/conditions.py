"""The "only if …" conditions of an architecture, and what must be settled before anything else."""

from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.conditions import (
    Answer,
    Fact,
    Outcome,
    Situation,
    all_hold,
    compare,
)
from assessor.knowledge.schema import KnowledgeBase


class Condition(Fact):
    """ "Only if …". ``open``: it hangs on an answer not known yet, so it stands for caution."""

    rule: str
    text: str
    answers: dict[str, Answer]
    open: bool


class Gate(Fact):
    """Something to ask before anything else."""

    key: str
    message: str
    severity: str
    open: bool


def conditions_of(
    knowledge: KnowledgeBase, option: Architecture, situation: Situation
) -> tuple[Condition, ...]:
    """Return the conditions under which the option fits; those that may apply are included."""
    return tuple(
        Condition(
            rule=rule.key,
            text=rule.text,
            answers={clause.question: situation.answers[clause.question] for clause in rule.when},
            open=outcome is Outcome.OPEN,
        )
        for rule in knowledge.architectures.condition_rules
        if (outcome := all_hold(rule.when, situation)) is not Outcome.NO
        and compare(rule.applies_where, option.attributes[rule.applies_where.attribute])
    )


def gates(knowledge: KnowledgeBase, situation: Situation) -> tuple[Gate, ...]:
    """Return what must be asked first, in the order of the knowledge base."""
    return tuple(
        Gate(
            key=gate.key,
            message=gate.message,
            severity=gate.severity,
            open=outcome is Outcome.OPEN,
        )
        for gate in knowledge.question_bank.stop_gates
        if (outcome := all_hold(gate.when, situation)) is not Outcome.NO
    )
