"""The figures are printed as a table, by a command of its own."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from assessor.bootstrap import ROOT
from tests.resilience.figures import Figure


def test_every_figure_that_was_left_is_a_row(tmp_path: Path) -> None:
    for name in ("power loss", "kill -9"):
        figure = Figure(name, 1000, 5755, 0, 1323.4, "70 lost", ["quick", "sound"], "today")
        (tmp_path / f"{name}.json").write_text(json.dumps(asdict(figure)))
    done = subprocess.run(
        [sys.executable, "-m", "tests.resilience.report"],
        cwd=ROOT,
        env={"RESILIENCE_RESULTS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[2:] == [
        f"| {name} | 1,000 | 5,755 | 0 | 1,323 | 70 lost | quick; sound | today |"
        for name in ("kill -9", "power loss")
    ]
