"""What an architecture is made of here, what you would rather do, and what else could be done.

Answers to questions that are not shown do not count.
"""

from typing import Literal

from assessor.advice import questionnaire
from assessor.advice.scoring import Placement
from assessor.knowledge.applicability import applies
from assessor.knowledge.catalogue import APPROACH, Architecture, Catalogue
from assessor.knowledge.conditions import Answers, Fact, Outcome
from assessor.knowledge.question_bank import TASKS
from assessor.knowledge.references import choice_keys
from assessor.knowledge.schema import KnowledgeBase


class ComponentNeeded(Fact):
    """A component by key. ``because``: the chosen tasks that ask for a part added by them."""

    component: str
    because: tuple[str, ...]
    status: Literal["part_of_it", "added_by_task"]


class PreferenceCheck(Fact):
    """How the stated preference and the ranking stand to each other.

    ``best_with_preference`` is the best option left that follows the preference, and
    ``points_behind`` its distance to the leader in points; both are None when none does.
    """

    preference: str
    agrees: bool
    best_with_preference: str | None
    points_behind: float | None


class AppliedAlternative(Fact):
    """Something else that could be done. ``open``: it hangs on an answer not known yet."""

    key: str
    open: bool


def components_for(
    knowledge: KnowledgeBase, option: Architecture, answers: Answers
) -> tuple[ComponentNeeded, ...]:
    """Return the architecture's own components, then those that the chosen tasks add."""
    own = tuple(
        ComponentNeeded(component=key, because=(), status="part_of_it") for key in option.components
    )
    there = _there_already(knowledge.architectures, option)
    added = tuple(
        ComponentNeeded(component=key, because=tasks, status="added_by_task")
        for key, tasks in _asked_for(knowledge, answers).items()
        if key not in there
    )
    return own + added


def _there_already(catalogue: Catalogue, option: Architecture) -> set[str]:
    """Return the architecture's components and those that come with one of them."""
    included = (catalogue.components[key].includes for key in option.components)
    return set(option.components).union(*included)


def _asked_for(knowledge: KnowledgeBase, answers: Answers) -> dict[str, tuple[str, ...]]:
    """Return, by component, the chosen tasks that ask for it, in the order of the choices."""
    by_component: dict[str, tuple[str, ...]] = {}
    for task in _chosen_tasks(knowledge, answers):
        for key in knowledge.architectures.task_components.get(task, ()):
            by_component[key] = (*by_component.get(key, ()), task)
    return by_component


def _chosen_tasks(knowledge: KnowledgeBase, answers: Answers) -> list[str]:
    chosen = questionnaire.asked(knowledge, answers).get(TASKS)
    if not isinstance(chosen, list):
        return []
    return [task for task in choice_keys(knowledge.questions[TASKS]) or () if task in chosen]


def preference_check(
    knowledge: KnowledgeBase, answers: Answers, ranking: tuple[Placement, ...]
) -> PreferenceCheck | None:
    """Say whether the leader follows the stated preference, and else which option would.

    None without a preference that some architecture follows, and when no option is left.
    """
    preference = questionnaire.asked(knowledge, answers).get(APPROACH)
    followers = {
        key for key, option in knowledge.options.items() if preference in option.approaches
    }
    if not isinstance(preference, str) or not followers or not ranking:
        return None
    best = next((place for place in ranking if place.architecture in followers), None)
    return PreferenceCheck(
        preference=preference,
        agrees=best is ranking[0],
        best_with_preference=best.architecture if best else None,
        points_behind=ranking[0].score - best.score if best else None,
    )


def alternatives_for(knowledge: KnowledgeBase, answers: Answers) -> tuple[AppliedAlternative, ...]:
    """Return what else could be done in this case, in the order of the catalogue."""
    situation = questionnaire.situation_of(knowledge, answers)
    return tuple(
        AppliedAlternative(key=other.key, open=outcome is Outcome.OPEN)
        for other in knowledge.architectures.alternatives
        if (outcome := applies(other.applies, situation)) is not Outcome.NO
    )
