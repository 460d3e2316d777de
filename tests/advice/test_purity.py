import subprocess
import sys

from tests.knowledge.editions import ROOT

REPORT = "import sys, assessor.advice; print('\\n'.join(sys.modules))"


def test_the_advice_can_be_used_without_django() -> None:
    """In a fresh interpreter: in this one Django is loaded already."""
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", REPORT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {module.partition(".")[0] for module in run.stdout.split()}
    assert "assessor" in loaded
    assert not loaded & {"django", "formtools", "weasyprint"}
