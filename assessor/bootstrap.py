"""Everything between a fresh clone and a running product, with Python alone.

``python3 -m assessor.bootstrap setup`` prepares ``make run``; ``test-setup`` prepares
``make test``, which also needs the development tools and a browser. ``install`` leaves the data
to ``prepare``, which a service runs with its own environment. This runs before anything
is installed, so it imports the standard library only, and it must stay readable to a Python
that is too old, which is to be told so instead of failing on the syntax.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "uv.lock"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
VENV_STAMP = VENV / ".synced"
OLDEST_PYTHON = (3, 11)
# Fixed, so that what installs the locked dependencies is as repeatable as they are.
UV_REQUIREMENT = "uv==0.13.9"
# Groups of pyproject.toml that an installation may want; the development tools include them.
EXTRAS = ("sentry", "opentelemetry")
SHIPPED_EDITION = Path("fixtures", "knowledge", "2026.11")


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do about it."""


def variables() -> dict[str, str]:
    """Return the environment. A variable that is empty, as in env files, counts as not set."""
    return {name: value for name, value in os.environ.items() if value}


def say(line: str) -> None:
    """Write one line at once, also when the output is a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command that must succeed, showing what it prints."""
    environment = {**os.environ, **(env or {})}
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise SetupError(f"This failed: {' '.join(map(str, command))}")


def attempt(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail, keeping what it prints."""
    try:
        return subprocess.run(  # noqa: S603
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 1, stdout=str(error))


def succeeds(*command: str | Path) -> bool:
    """Say whether a command can be run and ends well."""
    return attempt(*command).returncode == 0


# --- Python ------------------------------------------------------------------------------


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old, naming how to choose another."""
    if tuple(version[:2]) < OLDEST_PYTHON:
        wanted, found = dotted(OLDEST_PYTHON), dotted(version[:2])
        raise SetupError(
            f"Assessor needs Python {wanted} or newer, and this is Python {found}. "
            "Name another one with: make run PYTHON=python3.12"
        )


def dotted(version: Iterable[int]) -> str:
    """Write a version as people do."""
    return ".".join(map(str, version))


# --- System packages ---------------------------------------------------------------------


@dataclass(frozen=True)
class Packages:
    """What one missing thing is called on each system."""

    debian: str
    fedora: str
    alpine: str
    macos: str


@dataclass(frozen=True)
class Library:
    """A shared library the PDF writer loads, by its file names on Linux and macOS."""

    linux: str
    macos: str
    packages: Packages


# libpango brings GLib, HarfBuzz and fontconfig with it; no font, because ours are shipped.
_PANGO = Packages("libpango-1.0-0", "pango", "pango", "pango")
LIBRARIES = (
    Library("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", _PANGO),
    Library("libpango-1.0.so.0", "libpango-1.0.dylib", _PANGO),
    Library("libharfbuzz.so.0", "libharfbuzz.0.dylib", _PANGO),
    Library("libfontconfig.so.1", "libfontconfig.1.dylib", _PANGO),
    Library(
        "libpangoft2-1.0.so.0",
        "libpangoft2-1.0.dylib",
        Packages("libpangoft2-1.0-0", "pango", "pango", "pango"),
    ),
    Library(
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset.0.dylib",
        Packages("libharfbuzz-subset0", "harfbuzz", "harfbuzz-subset", "harfbuzz"),
    ),
)


def install_commands(wanted: Iterable[Packages]) -> list[str]:
    """Return one line for each system, saying how to install what is wanted."""
    wanted = list(wanted)

    def names(system: str) -> str:
        return " ".join(dict.fromkeys(getattr(packages, system) for packages in wanted))

    return [
        f"  Debian, Ubuntu:  sudo apt-get install {names('debian')}",
        f"  Fedora:          sudo dnf install {names('fedora')}",
        f"  Alpine:          sudo apk add {names('alpine')}",
        f"  macOS:           brew install {names('macos')}",
    ]


def apt_get() -> list[str] | None:
    """Return the start of an apt-get command that may install packages, or None."""
    if shutil.which("apt-get") is None:
        return None
    # A second apt-get, such as the daily upgrade, is waited for instead of failed upon.
    command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    command += ["-o", "DPkg::Lock::Timeout=300"]
    if os.geteuid() == 0:
        return command
    if succeeds("sudo", "-n", "true"):
        return ["sudo", "-n", *command]
    return None


def apt_install(packages: Iterable[str]) -> bool:
    """Install Debian packages where that is allowed, and say whether it was done."""
    apt = apt_get()
    if apt is None:
        return False
    names = list(dict.fromkeys(packages))
    say(f"Installing system packages with apt-get: {' '.join(names)}")
    install = [*apt, "install", "--yes", "--no-install-recommends", *names]
    done = attempt(*install)
    # The package lists of a fresh or long unused machine are missing or out of date.
    if done.returncode and succeeds(*apt, "update"):
        done = attempt(*install)
    if done.returncode:
        say(done.stdout.strip())
    return done.returncode == 0


def loads(name: str) -> bool:
    """Say whether a shared library can be loaded by this name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_libraries(
    can_load: Callable[[str], bool] = loads, system: str = sys.platform
) -> list[Library]:
    """Return the libraries of the PDF writer that this machine lacks."""
    return [one for one in LIBRARIES if not can_load(file_name(one, system))]


def file_name(library: Library, system: str = sys.platform) -> str:
    """Return what the library is called on a system."""
    return library.macos if system == "darwin" else library.linux


def ensure_libraries() -> None:
    """Install what the PDF needs, or say what is missing: all but the PDF works without."""
    missing = missing_libraries()
    if missing and apt_install(library.packages.debian for library in missing):
        missing = missing_libraries()
    if missing:
        for line in explain_missing(missing):
            say(line)


def explain_missing(missing: list[Library]) -> list[str]:
    """Return the lines that name the missing libraries and how to get them."""
    names = ", ".join(file_name(library) for library in missing)
    return [
        f"No PDF on this machine yet, everything else works. Missing: {names}",
        "Install them and start again:",
        *install_commands(library.packages for library in missing),
    ]


# --- Virtual environment and dependencies ------------------------------------------------


def ensure_venv() -> None:
    """Create ``.venv``, anew when its Python has gone or was replaced by another version."""
    if venv_is_sound():
        return
    uv = installed_uv()
    if uv is None:
        ensure_venv_module()
    say("Creating the virtual environment in .venv")
    if uv:
        run(uv, "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, VENV)
    else:
        run(sys.executable, "-m", "venv", "--clear", VENV)


def venv_is_sound() -> bool:
    """Say whether the Python in ``.venv`` is new enough and still has its packages."""
    code = "import os, site, sys; sys.exit(sys.version_info < {} or not os.path.isdir({}))"
    return succeeds(VENV_PYTHON, "-c", code.format(OLDEST_PYTHON, "site.getsitepackages()[0]"))


def ensure_venv_module() -> None:
    """Install what a bare Debian leaves out of Python, or say how to."""
    if has_venv_module():
        return
    package = f"python{dotted(sys.version_info[:2])}-venv"
    if apt_install([package]) and has_venv_module():
        return
    commands = install_commands([Packages(package, "python3", "python3", "python3")])
    raise SetupError(
        "\n".join(["This Python lacks its venv module. Install it and start again:", *commands])
    )


def has_venv_module() -> bool:
    """Say whether this Python can create a virtual environment with pip in it."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def digest_of(*files: Path) -> str:
    """Return one digest of the names and contents of files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def installed_groups(stamp: str) -> set[str]:
    """Return the groups that a stamp names besides what everybody needs."""
    return set(stamp.split()[1:]) & {"dev", *EXTRAS}


def ensure_dependencies(groups: Iterable[str] = ()) -> None:
    """Install the locked dependencies, unless the stamp says that they are there.

    Groups that were installed before are kept, and brought to the versions of a new lock too.
    """
    digest = digest_of(LOCK)
    stamp = VENV_STAMP.read_text() if VENV_STAMP.exists() else ""
    had = installed_groups(stamp)
    wanted = sorted(had.union(groups))
    if stamp.startswith(digest) and had.issuperset(wanted):
        return
    uv = installed_uv() or own_uv()
    say("Installing the locked dependencies" + (f" with {', '.join(wanted)}" if wanted else ""))
    run(*sync_command(uv, wanted), env={"UV_PROJECT_ENVIRONMENT": str(VENV)})
    VENV_STAMP.write_text(" ".join([digest, *wanted]))


def sync_command(uv: str, groups: Sequence[str]) -> list[str]:
    """Return the command that installs the locked dependencies.

    Inexact, because an exact sync would remove pip and uv again.
    """
    command = [uv, "sync", "--quiet", "--frozen", "--inexact", "--python", str(VENV_PYTHON)]
    named = [f"--group={group}" for group in groups]
    return [*command, *named] if "dev" in groups else [*command, *named, "--no-dev"]


def installed_uv() -> str | None:
    """Return the uv of this machine, if there is one that runs."""
    found = shutil.which("uv")
    return found if found and succeeds(found, "--version") else None


def own_uv() -> str:
    """Return the uv in ``.venv``, brought there by pip when it is not."""
    own = VENV / "bin" / "uv"
    if not succeeds(own, "--version"):
        say("Bringing uv into .venv")
        pip = (VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, UV_REQUIREMENT)
    return str(own)


# --- A browser for the tests -------------------------------------------------------------

# What steers the browser is a Node.js that a minimal system cannot start.
DRIVER_PACKAGE, DRIVER_LIBRARY = "libatomic1", "libatomic.so.1"
# Chromium without its own windows: the tests with a browser take a third of the processor time.
HEADLESS = "chromium-headless-shell"
BROWSER_COMMANDS = (
    HEADLESS,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
BROWSER_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PLAYWRIGHT_PATTERNS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def find_browser() -> str | None:
    """Return the Chromium that browser tests drive, or None.

    ``CHROMIUM`` names it; otherwise the usual places and Playwright's own download. Only one
    that starts counts: Ubuntu's package leaves a stub in the usual place.
    """
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*BROWSER_COMMANDS, *BROWSER_APPLICATIONS, *downloaded()]
    for candidate in candidates:
        found = shutil.which(candidate)
        if found and succeeds(found, "--version"):
            return found
    return None


def downloaded() -> list[str]:
    """Return the browsers Playwright has downloaded, newest first."""
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    default = Path.home() / caches / "ms-playwright"
    folder = Path(variables().get("PLAYWRIGHT_BROWSERS_PATH", default))
    found = [path for pattern in PLAYWRIGHT_PATTERNS for path in folder.glob(pattern)]
    return [str(path) for path in sorted(found, key=lambda path: path.stat().st_mtime)[::-1]]


def has_chromium_package(release: dict[str, str]) -> bool:
    """Say whether ``chromium`` is a real package: Ubuntu and its kin only point to a snap."""
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    return "debian" in family and "ubuntu" not in family


def os_release() -> dict[str, str]:
    """Return what the system says about itself, nothing where it does not."""
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def ensure_browser() -> None:
    """Find or fetch a browser; without one the browser tests are skipped, loudly."""
    if sys.platform == "linux" and not loads(DRIVER_LIBRARY):
        apt_install([DRIVER_PACKAGE])
    if has_chromium_package(os_release()) and not os.environ.get("CHROMIUM"):
        install_browser()
    if not find_browser():
        download_browser()
    if not find_browser():
        say("!!! NO BROWSER: the browser tests are SKIPPED. Install Chromium or set CHROMIUM.")


def install_browser() -> None:
    """Install Chromium without windows; a release that has none has the whole browser."""
    if not (shutil.which(HEADLESS) or apt_install([HEADLESS]) or find_browser()):
        apt_install(["chromium"])


def download_browser() -> None:
    """Let Playwright download its Chromium, with its libraries where they may be installed."""
    libraries = ["--with-deps"] if apt_get() else []
    say("Downloading Chromium" + (" and installing its libraries" if libraries else ""))
    done = attempt(VENV_PYTHON, "-m", "playwright", "install", *libraries, "chromium")
    if done.returncode:
        reasons = [line for line in done.stdout.splitlines() if "error" in line.lower()]
        say(f"The download failed. {' '.join(reasons[:1])}")


# --- The product -------------------------------------------------------------------------


def prepare() -> None:
    """Bring the database, the knowledge base, the static files and the administrator up to date.

    Every step keeps what is there, so this runs before each start.
    """
    data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    manage("upgrade", "--verbosity", "0")
    manage("knowledge", "load", str(SHIPPED_EDITION))
    collect_static_files()
    manage("first_administrator")


def collect_static_files() -> None:
    """Collect and compress what browsers load, unless nothing has changed: it takes seconds.

    Where STATIC_ROOT is set, that was done before: an image comes with them.
    """
    if "STATIC_ROOT" in variables():
        return
    manifest, stamp = data_folder() / "static" / "staticfiles.json", data_folder() / "static.stamp"
    sources = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    digest = digest_of(LOCK, *sources)
    if manifest.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    say("Collecting the static files")
    manage("collectstatic", "--noinput", "--verbosity", "0")
    stamp.write_text(digest)


def data_folder() -> Path:
    """Return the folder of everything that is not code."""
    return Path(variables().get("VAR_DIR", ROOT / "var"))


def manage(*arguments: str) -> None:
    """Run one of Django's management commands with the Python of ``.venv``."""
    run(VENV_PYTHON, "manage.py", *arguments)


def install(groups: Iterable[str] = ()) -> None:
    """Install all that runs, and touch no data."""
    ensure_venv()
    ensure_dependencies(groups)
    ensure_libraries()


def set_up() -> None:
    """Do everything that ``make run`` needs."""
    install()
    prepare()


def set_up_tests() -> None:
    """Do everything that ``make test`` needs."""
    install(["dev"])
    ensure_browser()
    prepare()


TASKS: dict[str, Callable[[], None]] = {
    "install": install,
    **{extra: partial(install, [extra]) for extra in EXTRAS},
    "setup": set_up,
    "test-setup": set_up_tests,
    "prepare": prepare,
}


def main(arguments: list[str]) -> int:
    """Run the task named on the command line; a failure is one message, never a traceback."""
    parser = argparse.ArgumentParser(prog="assessor.bootstrap", description=__doc__)
    parser.add_argument("task", choices=TASKS)
    task = parser.parse_args(arguments).task
    try:
        check_python(sys.version_info[:3])
        TASKS[task]()
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
