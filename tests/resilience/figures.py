"""How often a harness goes round, and the figure that it leaves behind.

In `make test` the rounds are few. `make resilience` asks for the long forms, whole or a share of
them: `make resilience SHARE=10` for a tenth.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.utils.text import slugify

from assessor.bootstrap import ROOT

SHARE = int(os.environ.get("RESILIENCE_SHARE", "0"))
"""Per cent of the long forms; 0 for the short ones."""

IS_LONG = SHARE > 0

RESULTS = Path(os.environ.get("RESILIENCE_RESULTS", ROOT / "var" / "resilience"))
"""Where the long forms leave their figures, one file each, the latest."""


def rounds(short: int, long: int) -> int:
    """Return how often to go round."""
    return max(1, long * SHARE // 100) if IS_LONG else short


@dataclass
class Figure:
    """What a harness has counted.

    ``rounds`` cycles or saves were made, of which ``acknowledged`` were answered as saved;
    ``lost`` of these were missing afterwards. ``control`` says what the broken variant lost,
    ``remarks`` what else was measured.
    """

    name: str
    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    seconds: float = 0
    control: str = ""
    remarks: list[str] = field(default_factory=list)
    measured: str = ""

    def __str__(self) -> str:
        more = "; ".join([*self.remarks, *([f"control: {self.control}"] if self.control else [])])
        return (
            f"{self.name}: {self.rounds} rounds, {self.acknowledged} acknowledged, "
            f"{self.lost} lost, {self.seconds:.0f} s" + (f" ({more})" if more else "")
        )


@contextmanager
def measured(name: str) -> Iterator[Figure]:
    """Give a figure to fill in; print it, and keep it where the long form was asked for."""
    figure = Figure(name)
    started = time.monotonic()
    try:
        yield figure
    finally:
        figure.seconds = round(time.monotonic() - started, 1)
        figure.measured = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        print(f"\n{figure}")  # noqa: T201
        if IS_LONG:
            RESULTS.mkdir(parents=True, exist_ok=True)
            _file_of(name).write_text(json.dumps(asdict(figure), indent=2) + "\n")


def control(name: str, lost: str) -> None:
    """Add to a figure what its broken variant did."""
    path = _file_of(name)
    if IS_LONG and path.exists():
        kept = json.loads(path.read_text())
        path.write_text(json.dumps({**kept, "control": lost}, indent=2) + "\n")


def _file_of(name: str) -> Path:
    return RESULTS / f"{slugify(name)}.json"
