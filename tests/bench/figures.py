"""One table of what was measured, each beside a reference of the same run."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median


@dataclass(frozen=True)
class Figure:
    """``ratio`` is ``value`` by ``reference``; with an ``aim`` it may be no more than that."""

    what: str
    value: str
    reference: str = ""
    ratio: float | None = None
    aim: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        if self.aim is None or self.ratio is None:
            return (self.what, self.value, self.reference, ratio, "", "")
        verdict = "met" if self.ratio <= self.aim else "MISSED"
        return (self.what, self.value, self.reference, ratio, f"≤ {self.aim:g}", verdict)


Job = Callable[[], object]

DEPTHS = 128
"""So many calls fill one of the pieces, of 16 KiB, in which Python has memory for calls.

It asks the system for every call that begins a piece, and gives it back as the call ends. What
happens to call most just there takes half as long again, so all depths are measured alike.
"""

HEADS = ("What", "Measured", "Reference", "Ratio", "Aim", "")


def compared(
    what: str, value: float, reference: float, to: str, aim: float | None = None
) -> Figure:
    """Return how many milliseconds (given in seconds) it takes beside a reference."""
    ratio = value / reference
    return Figure(what, f"{1000 * value:.2f} ms", f"{1000 * reference:.2f} ms {to}", ratio, aim)


def compared_in_turn(
    what: str,
    taken: Sequence[float],
    reference: Sequence[float],
    to: str,
    aim: float | None = None,
) -> Figure:
    """Return the same of what was timed side by side, in rounds: the ratio is that of most rounds.

    A machine changes its pace between rounds more than within one. The medians of each by itself
    can be of rounds of another pace, and then their ratio says more of that than of the jobs.
    """
    ratio = median(own / other for own, other in zip(taken, reference, strict=True))
    return replace(compared(what, median(taken), median(reference), to, aim), ratio=ratio)


def table(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield the lines of a table that is Markdown and can be read as it is."""
    rows = [HEADS, *(figure.cells for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    for number, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"| {' | '.join('-' * width for width in widths)} |"


def side_by_side(jobs: dict[str, Callable[[], Job]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of processor time of each job in each round, all of them done in turn.

    Each is made ready first, which does not count. What else the machine does meets all alike;
    waiting for the disk is left out. Each round calls them from another depth, see DEPTHS.
    """
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, ready in jobs.items():
            job = ready()
            start = time.process_time()
            _called_from(turn * 7 % DEPTHS, job)
            if turn:
                times[name].append(time.process_time() - start)
    return times


def _called_from(depth: int, job: Job) -> None:
    if depth:
        _called_from(depth - 1, job)
    else:
        job()
