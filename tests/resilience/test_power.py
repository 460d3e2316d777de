"""Power loss: what was never handed to the disk is gone, what was promised is not (R2).

The database lies on a file system of its own in a file, and the file is copied right after the
server was killed: then what only the kernel's memory knew is missing in the copy.
"""

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.resilience.figures import control, measured, rounds
from tests.resilience.installation import Installation, Servers
from tests.resilience.writers import Promise, writing

NAME = "power loss"
WRITERS = 4


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Return the image of an empty file system; skips where none can be mounted."""
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("needs root and mkfs.ext4 to mount a file system of its own")
    image = tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    command("mkfs.ext4", "-q", str(image))
    try:
        with mounted(image, tmp_path / "probe"):
            pass
    except subprocess.CalledProcessError:
        pytest.skip("needs a loop device to mount a file system of its own")
    return image


def command(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603


@contextmanager
def mounted(image: Path, where: Path) -> Iterator[Path]:
    where.mkdir(exist_ok=True)
    command("mount", "-o", "loop", str(image), str(where))
    try:
        yield where
    finally:
        command("umount", str(where))


def cut_off(
    seeded: Installation, servers: Servers, disk: Path, fault: str = ""
) -> tuple[list[Promise], list[Promise]]:
    """Save until the power is cut; return what was promised, and what of it is missing."""
    after = disk.with_name("after")
    with mounted(disk, disk.with_name("mounted")) as place:
        shutil.rmtree(place / "var", ignore_errors=True)
        installation = seeded.copy(place / "var")
        os.sync()
        with (
            servers.serving(installation, fault) as server,
            writing(installation.people(WRITERS)) as outcome,
        ):
            while not outcome.promises:
                time.sleep(0.01)
            time.sleep(random.uniform(0.05, 0.4))  # noqa: S311
            server.kill()
            shutil.copyfile(disk, after)
    with mounted(after, disk.with_name("probe")) as place:
        found = Installation(place / "var", seeded.writers)
        return outcome.promises, found.missing(outcome.promises)


def test_what_was_saved_survives_a_power_cut(
    seeded: Installation, servers: Servers, disk: Path
) -> None:
    with measured(NAME) as figure:
        for turn in range(rounds(short=3, long=500)):
            promises, missing = cut_off(seeded, servers, disk)
            figure.rounds = turn + 1
            figure.acknowledged += len(promises)
            figure.lost += len(missing)
    assert figure.acknowledged > figure.rounds
    assert figure.lost == 0


def test_a_server_that_does_not_wait_for_the_disk_is_found_out(
    seeded: Installation, servers: Servers, disk: Path
) -> None:
    promised = lost = 0
    for _ in range(rounds(short=3, long=20)):
        promises, missing = cut_off(seeded, servers, disk, "trust_the_disk_cache")
        promised += len(promises)
        lost += len(missing)
    control(NAME, f"{lost} of {promised} lost with synchronous=NORMAL")
    assert lost
