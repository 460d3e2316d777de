"""When an entry applies: always, or when any of its clauses holds."""

from typing import Annotated, Literal, assert_never

from pydantic import Discriminator, Tag

from assessor.knowledge.conditions import Clause, Fact, Outcome, Situation, any_holds


class Always(Fact):
    always: Literal[True]


class AnyOf(Fact):
    any: tuple[Clause, ...]


def _applicability(value: object) -> str | None:
    for kind in ("always", "any"):
        if (isinstance(value, dict) and kind in value) or hasattr(value, kind):
            return kind
    return None


Applicability = Annotated[
    Annotated[Always, Tag("always")] | Annotated[AnyOf, Tag("any")],
    Discriminator(
        _applicability,
        custom_error_type="applicability",
        custom_error_message="Write {always: true} or {any: [clause, …]}",
    ),
]

ALWAYS = Always(always=True)


def applies(applicability: Applicability, situation: Situation) -> Outcome:
    """Return whether an entry applies; OPEN where that hangs on an answer not known yet."""
    match applicability:
        case Always():
            return Outcome.YES
        case AnyOf(any=clauses):
            return any_holds(clauses, situation)
        case _:
            assert_never(applicability)
