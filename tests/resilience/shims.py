"""Small libraries that stand between a process and the system, compiled where they are needed."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def compiled(name: str, directory: Path) -> Path:
    """Return the shared object of a shim; skips the test where there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler (gcc) to stand between the server and the disk")
    target = directory / f"{name}.so"
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(target), str(HERE / f"{name}.c")]
    subprocess.run([*command, "-ldl"], check=True)  # noqa: S603
    return target
