"""What a question is asked for, read off the rules that use its answer."""

from dataclasses import dataclass

from assessor.knowledge.applicability import AnyOf
from assessor.knowledge.conditions import Clause, QuestionClause
from assessor.knowledge.question_bank import Question, RankedQuestion, Sentence
from assessor.knowledge.schema import KnowledgeBase


@dataclass(frozen=True)
class Purpose:
    """What an answer can do.

    ``criteria``: labels of the criteria it helps decide; ``rules_out``: it can put options out;
    ``adds_conditions``: it can add an "only if"; ``weighs``: it says what counts more;
    ``sentences``: what in the article it goes back to; ``roles``: who usually knows.
    """

    criteria: tuple[str, ...]
    rules_out: bool
    adds_conditions: bool
    adds_controls: bool
    weighs: bool
    sentences: tuple[Sentence, ...]
    roles: tuple[str, ...]

    @property
    def only_informs(self) -> bool:
        """Say that the answer cannot change which option fits best."""
        return not (self.criteria or self.rules_out or self.weighs)


def purpose_of(knowledge: KnowledgeBase, question: Question) -> Purpose:
    """Return what the question is asked for."""
    catalogue = knowledge.architectures
    return Purpose(
        criteria=tuple(knowledge.criteria[scoring.dimension].label for scoring in question.scoring),
        rules_out=any(_uses(question, rule.when) for rule in catalogue.knockout_rules),
        adds_conditions=any(_uses(question, rule.when) for rule in catalogue.condition_rules),
        adds_controls=any(
            isinstance(control.applies, AnyOf) and _uses(question, control.applies.any)
            for control in knowledge.controls.controls
        ),
        weighs=isinstance(question, RankedQuestion),
        sentences=tuple(knowledge.sentences[key] for key in question.trace),
        roles=tuple(knowledge.roles[role].label for role in question.answered_by),
    )


def _uses(question: Question, clauses: tuple[Clause, ...]) -> bool:
    return any(
        isinstance(clause, QuestionClause) and clause.question == question.key for clause in clauses
    )
