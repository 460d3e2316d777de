"""What the answers say about use: how much, how large, by how many people, and where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from assessor.advice.sizes import request_sizes
from assessor.knowledge.conditions import UNKNOWN, Answers, Outcome, Situation, all_hold
from assessor.knowledge.costs import EstimateModel, Knob
from assessor.knowledge.quantities import Basis, Figure, Range
from assessor.knowledge.question_bank import TASKS, NumberQuestion
from assessor.knowledge.schema import KnowledgeBase

Origin = Literal["answer", "dont_know", "not_asked", "edition"]
"""Where an assumption comes from; ``edition``: it is the same for everybody."""


@dataclass(frozen=True)
class Stated:
    """A range, whether an answer stands behind it, and why it is as wide as it is."""

    values: Range
    origin: Origin
    basis: Basis
    source: str


@dataclass(frozen=True)
class Demand:
    """Requests are per month, tokens per request, factors of electricity per kWh."""

    requests: Stated
    tokens_in: Stated
    tokens_out: Stated
    users: Stated
    kg_co2e_per_kwh: Stated
    water_l_per_kwh: Stated


def demand_of(knowledge: KnowledgeBase, estimates: EstimateModel, answers: Answers) -> Demand:
    """Return what the answers that count say about use; assumptions stand in for the others."""
    tokens_in, tokens_out = _tokens(knowledge, estimates, answers)
    carbon, water = _electricity(estimates, answers)
    return Demand(
        requests=_requests(knowledge, estimates, answers),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        users=_users(estimates, answers),
        kg_co2e_per_kwh=carbon,
        water_l_per_kwh=water,
    )


def _requests(knowledge: KnowledgeBase, estimates: EstimateModel, answers: Answers) -> Stated:
    """Return the range around the stated number, or what stands in for it when there is none.

    That is what the people who use it come to, or all suggested numbers where they bound nothing.
    """
    key = estimates.questions.requests
    answer, origin = answers.get(key), _origin(answers, key)
    if isinstance(answer, int):
        return _around(estimates.parameters.request_accuracy, answer)
    if by_people := _by_people(estimates, answers, origin):
        return by_people
    question = knowledge.questions[key]
    suggested = question.number.suggested if isinstance(question, NumberQuestion) else (0,)
    return _instead(estimates, "requests", _spread(suggested), origin)


def _by_people(estimates: EstimateModel, answers: Answers, origin: Origin) -> Stated | None:
    """Return people x uses x days; None where their number is not known, or others ask as well.

    Nobody at all means that machines ask.
    """
    found, people = estimates.requests_by_people, answers.get(estimates.questions.users)
    if found is None or not isinstance(people, int) or people == 0:
        return None
    for habit in found.habits:
        if all_hold(habit.when, Situation(answers)) is Outcome.YES:
            uses = _product(habit.uses_per_day, found.working_days)
            values = _product(_times(estimates.parameters.user_accuracy, people), uses)
            source = f"{found.unanswered} {habit.uses_per_day.source} {found.working_days.source}"
            return Stated(values, origin, habit.uses_per_day.basis, source)
    return None


def _tokens(
    knowledge: KnowledgeBase, estimates: EstimateModel, answers: Answers
) -> tuple[Stated, Stated]:
    """Return tokens in and out of the largest chosen task, or the spread over all tasks."""
    origin, accuracy = _origin(answers, TASKS), estimates.parameters.token_accuracy
    sizes = request_sizes(knowledge, answers.get(TASKS)) or request_sizes(knowledge, UNKNOWN)
    spreads = (
        _spread([size.tokens_in for size in sizes]),
        _spread([size.tokens_out for size in sizes]),
    )
    source = accuracy.source if origin == "answer" else estimates.labels["tokens"].unanswered
    tokens_in, tokens_out = (
        Stated(_product(spread, accuracy), origin, accuracy.basis, source) for spread in spreads
    )
    return tokens_in, tokens_out


def _users(estimates: EstimateModel, answers: Answers) -> Stated:
    """Return the range around the stated number, or that of scope and size of the organisation."""
    key = estimates.questions.users
    answer = answers.get(key)
    if isinstance(answer, int):
        return _around(estimates.parameters.user_accuracy, answer)
    scope = answers.get(estimates.questions.scope)
    size = answers.get(estimates.questions.organisation_size)
    bands = [
        band
        for at_scope, sizes in estimates.users.items()
        for at_size, band in sizes.items()
        if scope in {at_scope, None, UNKNOWN} and size in {at_size, None, UNKNOWN}
    ]
    return _instead(estimates, "users", _over(bands), _origin(answers, key))


def _electricity(estimates: EstimateModel, answers: Answers) -> tuple[Stated, Stated]:
    """Return carbon and water per kWh over all places named."""
    key = estimates.questions.place
    answer = answers.get(key)
    names = answer if isinstance(answer, list) else [estimates.unknown_place]
    places = [estimates.places[name] for name in names]
    carbon = [place.kg_co2e_per_kwh for place in places]
    water = [place.water_l_per_kwh for place in places]
    if isinstance(answer, list):
        return _named(carbon), _named(water)
    origin = _origin(answers, key)
    return (
        _instead(estimates, "grid_carbon", _over(carbon), origin),
        _instead(estimates, "grid_water", _over(water), origin),
    )


def _around(accuracy: Figure, answer: int) -> Stated:
    """Return the range around a number that somebody stated."""
    return Stated(_times(accuracy, answer), "answer", accuracy.basis, accuracy.source)


def _named(figures: Sequence[Figure]) -> Stated:
    """Return the range over figures that an answer named."""
    sources = dict.fromkeys(figure.source for figure in figures)
    return Stated(_over(figures), "answer", figures[0].basis, " ".join(sources))


def _instead(estimates: EstimateModel, key: Knob, values: Range, origin: Origin) -> Stated:
    """Return what stands in for an answer that nobody gave."""
    return Stated(values, origin, "assumption", estimates.labels[key].unanswered)


def _origin(answers: Answers, key: str) -> Origin:
    if key not in answers:
        return "not_asked"
    return "dont_know" if answers[key] == UNKNOWN else "answer"


def _over(ranges: Iterable[Range]) -> Range:
    """Return least, median and greatest of several ranges."""
    listed = list(ranges)
    return Range(
        low=min(values.low for values in listed),
        central=median(values.central for values in listed),
        high=max(values.high for values in listed),
    )


def _spread(numbers: Iterable[float]) -> Range:
    listed = list(numbers)
    return Range(low=min(listed), central=median(listed), high=max(listed))


def _times(values: Range, factor: float) -> Range:
    return Range(
        low=values.low * factor, central=values.central * factor, high=values.high * factor
    )


def _product(left: Range, right: Range) -> Range:
    return Range(
        low=left.low * right.low,
        central=left.central * right.central,
        high=left.high * right.high,
    )
