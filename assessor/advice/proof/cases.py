"""The worked cases come out as they are written down.

Scores to one decimal; shares within 0.05, because they are drawn, and so a status that such a
difference in the share would change is not held against a case.
"""

from collections.abc import Iterable, Iterator, Mapping

from assessor.advice.confidence import DRAWS
from assessor.advice.eligibility import Exclusion, exclusions
from assessor.advice.levels import Plausible
from assessor.advice.proof.findings import EXACT, Finding, Part, search
from assessor.advice.questionnaire import AnswerError
from assessor.advice.scoring import Placement, ranking, weights
from assessor.advice.status import status
from assessor.advice.suggestion import Suggestion, advise
from assessor.knowledge.cases import GoldenCase
from assessor.knowledge.conditions import Situation
from assessor.knowledge.findings import CASES
from assessor.knowledge.overlay import base_of
from assessor.knowledge.reading import read_document
from assessor.knowledge.schema import KnowledgeBase

SHARE_MARGIN = 0.05
SHARES = ("robust_near_weights", "robust_any_weights")

Compared = tuple[str, object, object]
"""What is compared, what the case expects, what comes out."""


def part(knowledge: KnowledgeBase) -> Part:
    """Work every case out again; those of the edition itself where settings lie over it."""
    if knowledge.organisation is not None:
        knowledge = read_document(base_of(knowledge.document))
    cases = knowledge.golden_cases.cases
    found = [finding for case in cases for finding in differences(knowledge, case)]
    return Part.of("Worked cases", [EXACT] * len(cases), found)


def differences(knowledge: KnowledgeBase, case: GoldenCase) -> Iterator[Finding]:
    """Yield everything that a case expects and that does not come out."""
    path = f"cases ({case.key})"
    try:
        compared = list(_answered(knowledge, case) if case.answers else _row(knowledge, case))
    except AnswerError as error:
        yield Finding("error", CASES, f"{path}.answers", str(error))
        return
    for what, expected, found in compared:
        if expected != found:
            reason = f"expects {expected!r}, but {found!r} comes out"
            method = search(f"{DRAWS:,} draws") if what in SHARES else EXACT
            yield Finding("error", CASES, f"{path}.expect.{what}", reason, method)


def _answered(knowledge: KnowledgeBase, case: GoldenCase) -> Iterator[Compared]:
    found = advise(knowledge, case.answers)
    expect, second = case.expect, found.ranking[1:2]
    yield "leader", expect.leader, found.leader
    yield "score", expect.score, _rounded(found.ranking, 0)
    yield "runner_up", expect.runner_up, second[0].architecture if second else None
    yield "runner_up_score", expect.runner_up_score, _rounded(found.ranking, 1)
    yield from _by_key("levels", expect.levels, found.levels)
    yield from _by_key("excluded", _sorted(expect.excluded), _sorted(_rules(found.excluded)))
    yield from _confidence(case, found)


def _by_key(
    what: str, expected: Mapping[str, object], found: Mapping[str, object]
) -> Iterator[Compared]:
    for key in sorted({*expected, *found}):
        yield f"{what}.{key}", expected.get(key), found.get(key)


def _rules(excluded: Iterable[Exclusion]) -> dict[str, set[str]]:
    rules: dict[str, set[str]] = {}
    for out in excluded:
        rules.setdefault(out.architecture, set()).add(out.rule)
    return rules


def _sorted(rules: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {key: sorted(each) for key, each in rules.items()}


def _confidence(case: GoldenCase, found: Suggestion) -> Iterator[Compared]:
    words = _possible_words(found)
    expected = case.expect.status
    yield "status", expected, expected if expected in words else found.status
    sure = found.confidence
    if sure is None:
        return
    expected_shares = (case.expect.robust_near_weights, case.expect.robust_any_weights)
    drawn_shares = (sure.near_priorities, sure.any_priorities)
    for what, share, drawn in zip(SHARES, expected_shares, drawn_shares, strict=True):
        if share is not None:
            near = drawn is not None and abs(share - drawn) <= SHARE_MARGIN + 1e-9
            yield what, share, share if near else drawn


def _possible_words(found: Suggestion) -> set[str]:
    """Return the status, and what it would be with a share a little lower or higher."""
    sure = found.confidence
    if sure is None or sure.near_priorities is None:
        return {found.status}
    shares = (sure.near_priorities + margin for margin in (-SHARE_MARGIN, 0, SHARE_MARGIN))
    return {
        status(found.ranking, found.gaps, sure.model_copy(update={"near_priorities": share}))
        for share in shares
    }


def _row(knowledge: KnowledgeBase, case: GoldenCase) -> Iterator[Compared]:
    """Work out a case of which only the levels of the six columns are known."""
    plausible = {key: Plausible(frozenset({level})) for key, level in case.levels.items()}
    out = {
        reason.architecture
        for reason in exclusions(knowledge, Situation(), plausible)
        if isinstance(reason, Exclusion)
    }
    left = [option for key, option in knowledge.options.items() if key not in out]
    levels = {key: [level] for key, level in case.levels.items()}
    places = ranking(left, levels, weights(knowledge, levels))
    yield "leader", case.expect.leader, places[0].architecture if places else None
    yield "score", case.expect.score, _rounded(places, 0)
    yield "runner_up_score", case.expect.runner_up_score, _rounded(places, 1)


def _rounded(places: tuple[Placement, ...], position: int) -> float | None:
    return round(places[position].score, 1) if position < len(places) else None
