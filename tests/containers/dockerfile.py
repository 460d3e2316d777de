"""The Dockerfile as stages of steps."""

import shlex
from dataclasses import dataclass, field
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

from dockerfile_parse import DockerfileParser

from assessor.bootstrap import ROOT

FILE = ROOT / "Dockerfile"


@dataclass(frozen=True)
class Step:
    """One instruction, such as RUN, and what it says."""

    instruction: str
    value: str


@dataclass
class Stage:
    """``base``: another stage, or an image."""

    base: str
    name: str
    steps: list[Step] = field(default_factory=list)

    def values(self, instruction: str) -> list[str]:
        return [step.value for step in self.steps if step.instruction == instruction]


def stages() -> list[Stage]:
    """Return the stages in their order; the last one is what is run."""
    parser = DockerfileParser(fileobj=BytesIO(FILE.read_bytes()), env_replace=False)
    found: list[Stage] = []
    for each in parser.structure:
        instruction, value = each["instruction"], each["value"]
        if instruction == "COMMENT":
            continue
        if instruction == "FROM":
            base, _as, name = value.partition(" AS ")
            found.append(Stage(base, name))
        else:
            found[-1].steps.append(Step(instruction, value))
    return found


def variables(stage: Stage) -> dict[str, str]:
    pairs = (pair for value in stage.values("ENV") for pair in shlex.split(value))
    return dict(pair.split("=", 1) for pair in pairs)


def is_ignored(path: Path) -> bool:
    """Say whether .dockerignore keeps a path, relative to the project, out of the image."""
    patterns = (ROOT / ".dockerignore").read_text().split()
    return any(_matches(path, pattern) for pattern in patterns)


def _matches(path: Path, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return any(fnmatch(part, pattern[3:]) for part in path.parts)
    return fnmatch(path.parts[0], pattern)
