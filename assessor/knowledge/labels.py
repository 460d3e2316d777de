"""Keys → the words of the edition."""

from typing import assert_never

from assessor.knowledge.conditions import UNKNOWN, Answer
from assessor.knowledge.question_bank import (
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
    TextQuestion,
)
from assessor.knowledge.schema import KnowledgeBase


def answer_labels(knowledge: KnowledgeBase, question: Question, answer: Answer) -> list[str]:
    """Return an answer in words: one entry, or one for each choice (the first ranks highest)."""
    if answer == UNKNOWN and question.allow_unknown:
        return [knowledge.question_bank.meta.unknown_label]
    match question:
        case SingleQuestion() | MultiQuestion() | RankedQuestion():
            labels = {choice.key: choice.label for choice in question.choices}
            chosen = answer if isinstance(answer, list) else [str(answer)]
            return [labels[key] for key in chosen]
        case ScaleQuestion():
            return [_point(question, int(answer))]  # type: ignore[arg-type]
        case NumberQuestion(number=number):
            return [f"{answer:,} {number.unit}"]
        case TextQuestion():
            return [str(answer)]
        case _:
            assert_never(question)


def scale_points(question: ScaleQuestion) -> dict[int, str]:
    """Return the points of a scale with the words that stand at its ends and middle."""
    scale = question.scale
    words = {
        scale.min: scale.min_label,
        (scale.min + scale.max) // 2: scale.mid_label,
        scale.max: scale.max_label,
    }
    return {point: words.get(point, "") for point in range(scale.min, scale.max + 1)}


def _point(question: ScaleQuestion, point: int) -> str:
    word = scale_points(question)[point]
    return f"{point} ({word})" if word else f"{point} of {question.scale.max}"


def level_labels(
    knowledge: KnowledgeBase, criterion: str, levels: str | tuple[str, ...]
) -> list[str]:
    """Return the words of one level, or of each plausible one."""
    labels = knowledge.criteria[criterion].level_labels
    return [labels[level] for level in ([levels] if isinstance(levels, str) else levels)]


def role_label(knowledge: KnowledgeBase, role: str) -> str:
    """Return a role in words; one that the edition does not know stays as it is."""
    return knowledge.roles[role].label if role in knowledge.roles else role
