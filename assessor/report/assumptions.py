"""The assumptions behind the estimates, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.advice.assumptions import Assumption
from assessor.advice.demand import Origin
from assessor.advice.estimates import Estimates, OptionEstimate
from assessor.knowledge.costs import Knob
from assessor.knowledge.quantities import Basis
from assessor.report.figures import about, span
from assessor.report.record import Record

ORIGINS: dict[Origin, Promise] = {
    "answer": gettext_lazy("Your answer"),
    "dont_know": gettext_lazy("Assumed: your answer is not known yet"),
    "not_asked": gettext_lazy("Assumed: nobody was asked"),
}

BASES: dict[Basis, Promise] = {
    "fact": gettext_lazy("Edition: published figure"),
    "assumption": gettext_lazy("Edition: assumption"),
    "judgement": gettext_lazy("Edition: judgement"),
}


@dataclass(frozen=True)
class Assumed:
    """One assumption: its range and its central value, as written."""

    label: str
    unit: str
    span: str
    central: str
    origin: str
    source: str


@dataclass(frozen=True)
class AssumptionGroup:
    """The assumptions behind every option, or behind the one named."""

    heading: str
    assumptions: tuple[Assumed, ...]


def groups(
    record: Record, found: Estimates, options: Iterable[OptionEstimate]
) -> tuple[AssumptionGroup, ...]:
    """Return every assumption: first those behind all options."""
    names = {key: option.short_name for key, option in record.knowledge.options.items()}
    own = (
        AssumptionGroup(names[option.architecture], _assumed(option.assumptions))
        for option in options
    )
    return (AssumptionGroup(_("Every option"), _assumed(found.assumptions)), *own)


def assumption(among: Iterable[Assumption], key: Knob) -> Assumption:
    """Return the assumption of this name."""
    return next(found for found in among if found.key == key)


def _assumed(assumptions: Iterable[Assumption]) -> tuple[Assumed, ...]:
    return tuple(
        Assumed(
            label=each.label,
            unit=each.unit,
            span=span(each.values.low, each.values.high),
            central=about(each.values.central),
            origin=str(_origin(each)),
            source=each.source,
        )
        for each in assumptions
    )


def _origin(found: Assumption) -> Promise:
    if found.origin == "edition":
        return BASES[found.basis]
    return ORIGINS[found.origin]
