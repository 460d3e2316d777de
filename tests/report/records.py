"""Records to make reports from: the worked cases of the edition, and changes of them."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assessor.advice import advise
from assessor.knowledge import Answer
from assessor.report.record import Record
from tests.knowledge.editions import shipped

CASES: dict[str, dict[str, Answer]] = {
    case.key: dict(case.answers) for case in shipped().golden_cases.cases if case.answers
}

ONE_FITS = "mid_market_full"
TWO_ARE_EQUAL = "field_language_many_examples"
ONE_IS_LEFT = "enterprise_air_gap"
NOTHING_IS_LEFT = "no_team_no_product"
FOUR_UNKNOWN = "mid_market_four_unknowns"


def record(
    case: str = ONE_FITS, answers: Mapping[str, Answer] | None = None, **about: Any
) -> Record:
    """Return what a report of this worked case is made from, with these answers changed."""
    given = {**CASES[case], **(answers or {})}
    issued = Record(
        initiative="Contract drafts",
        organisation="Northwind",
        answers=given,
        suggestion=advise(shipped(), given),
        knowledge=shipped(),
        prepared_by="Dana",
        number=2,
        issued_at=datetime(2026, 11, 22, 10, 42, tzinfo=UTC),
        sha256="3f9a" * 16,
    )
    return dataclasses.replace(issued, **about)
