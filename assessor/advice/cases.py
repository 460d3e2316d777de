"""One case of an estimate: which end of every range counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assessor.knowledge.costs import Knob
from assessor.knowledge.quantities import Bound, Range

End = Literal["favourable", "central", "unfavourable"]

MORE_IS_BETTER: frozenset[Knob] = frozenset(
    {"cached_share", "derate", "peak_share", "tokens_per_second"}
)
"""Cost and footprint fall when these rise."""


@dataclass(frozen=True)
class Case:
    """One end for every assumption, and another for those named in ``instead``."""

    end: End = "central"
    instead: Mapping[Knob, End] = field(default_factory=dict)

    def bound(self, knob: Knob) -> Bound:
        """Return which value of the range of an assumption counts."""
        end = self.instead.get(knob, self.end)
        if end == "central":
            return "central"
        return "low" if (end == "favourable") == (knob not in MORE_IS_BETTER) else "high"

    def take(self, knob: Knob, values: Range) -> float:
        """Return the value that counts."""
        return values.at(self.bound(knob))


FAVOURABLE, CENTRAL, UNFAVOURABLE = Case("favourable"), Case("central"), Case("unfavourable")
