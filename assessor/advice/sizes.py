"""How large a request is, by what it should do."""

from assessor.knowledge.conditions import UNKNOWN, Answer
from assessor.knowledge.question_bank import Tokens
from assessor.knowledge.schema import KnowledgeBase


def request_sizes(knowledge: KnowledgeBase, tasks: Answer | None) -> list[Tokens]:
    """Return the plausible sizes of one request: that of the largest chosen task.

    Every task's when the tasks are not known yet; none when they were not asked.
    """
    by_task = knowledge.question_bank.estimate_defaults.tokens_by_task
    if tasks == UNKNOWN:
        return list(by_task.values())
    chosen = [by_task[task] for task in tasks] if isinstance(tasks, list) else []
    return [max(chosen, key=lambda tokens: tokens.total)] if chosen else []
