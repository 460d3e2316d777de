"""The set-up, on pretended machines: nothing here installs, downloads or asks the network."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from assessor import bootstrap
from assessor.bootstrap import LIBRARIES, Library, SetupError


class Machine:
    """A pretended machine: remembers each command, and fails those that hold a given word."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.failing: list[str] = []

    def attempt(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        line = " ".join(map(str, command))
        self.commands.append(line)
        failed = any(word in line for word in self.failing)
        return subprocess.CompletedProcess(command, int(failed), stdout="E: it went wrong\n")

    def run(self, *command: str | Path, env: dict[str, str] | None = None) -> None:
        if self.attempt(*command).returncode:
            raise SetupError(f"This failed: {command}")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    pretended = Machine()
    monkeypatch.setattr(bootstrap, "attempt", pretended.attempt)
    monkeypatch.setattr(bootstrap, "run", pretended.run)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    installs(monkeypatch, "apt-get")
    return pretended


def installs(monkeypatch: pytest.MonkeyPatch, *programs: str) -> None:
    """Let exactly these programs be on the PATH."""
    found = {program: f"/usr/bin/{program}" for program in programs}
    monkeypatch.setattr(shutil, "which", found.get)


# --- Python


def test_python_3_11_is_new_enough() -> None:
    bootstrap.check_python((3, 11, 0))


def test_an_older_python_is_refused_with_the_way_to_name_another() -> None:
    with pytest.raises(SetupError, match=r"needs Python 3\.11 .* Python 3\.9\. .*PYTHON=python3"):
        bootstrap.check_python((3, 9, 2))


def test_an_older_python_can_read_the_script_that_refuses_it() -> None:
    ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 7))


def test_the_script_runs_without_any_installed_package() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "assessor.bootstrap", "--help"],
        cwd=bootstrap.ROOT,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_failure_is_one_message_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise SetupError("Install this and start again.")

    monkeypatch.setitem(bootstrap.TASKS, "setup", fail)
    assert bootstrap.main(["setup"]) == 1
    assert capsys.readouterr().err == "Install this and start again.\n"


def test_a_command_that_fails_is_named() -> None:
    with pytest.raises(SetupError, match=r"This failed: .* -c raise SystemExit\(3\)"):
        bootstrap.run(sys.executable, "-c", "raise SystemExit(3)")


def test_a_command_that_is_not_there_does_not_succeed() -> None:
    assert not bootstrap.succeeds("/nowhere/no-such-program")


# --- System libraries


def test_a_library_that_is_not_there_does_not_load() -> None:
    assert not bootstrap.loads("libno-such-library.so.0")


def test_nothing_is_missing_where_every_library_loads() -> None:
    assert bootstrap.missing_libraries(can_load=lambda name: True) == []


def test_libraries_have_other_file_names_on_macos() -> None:
    def is_dylib(name: str) -> bool:
        return name.endswith(".dylib")

    assert bootstrap.missing_libraries(can_load=is_dylib, system="darwin") == []
    assert bootstrap.missing_libraries(can_load=is_dylib, system="linux") == list(LIBRARIES)


@pytest.mark.parametrize(
    ("missing", "debian", "fedora", "alpine", "macos"),
    [
        (LIBRARIES[0], "libpango-1.0-0", "pango", "pango", "pango"),
        (LIBRARIES[4], "libpangoft2-1.0-0", "pango", "pango", "pango"),
        (LIBRARIES[5], "libharfbuzz-subset0", "harfbuzz", "harfbuzz-subset", "harfbuzz"),
    ],
)
def test_a_missing_library_is_named_with_the_command_of_each_system(
    missing: Library, debian: str, fedora: str, alpine: str, macos: str
) -> None:
    lines = "\n".join(bootstrap.explain_missing([missing]))
    assert bootstrap.file_name(missing) in lines
    assert f"sudo apt-get install {debian}\n" in lines
    assert f"sudo dnf install {fedora}\n" in lines
    assert f"sudo apk add {alpine}\n" in lines
    assert lines.endswith(f"brew install {macos}")


def test_a_package_that_brings_several_libraries_is_named_once() -> None:
    lines = bootstrap.explain_missing(list(LIBRARIES))
    assert lines[2].split()[-3:] == ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
    assert lines[3].endswith("dnf install pango harfbuzz")


def test_missing_libraries_are_installed_after_one_line_that_says_so(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        bootstrap,
        "missing_libraries",
        lambda: [] if machine.commands else list(LIBRARIES),
    )
    bootstrap.ensure_libraries()
    packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    assert capsys.readouterr().out == f"Installing system packages with apt-get: {packages}\n"
    assert len(machine.commands) == 1
    assert machine.commands[0].endswith(f"install --yes --no-install-recommends {packages}")


def test_the_set_up_goes_on_without_libraries_that_cannot_be_installed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installs(monkeypatch)
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda: list(LIBRARIES))
    bootstrap.ensure_libraries()
    assert machine.commands == []
    assert capsys.readouterr().out.startswith("No PDF on this machine yet, everything else works.")


# --- apt-get


def test_apt_get_is_used_directly_by_root(machine: Machine) -> None:
    command = bootstrap.apt_get()
    assert command
    assert command[0] == "env"


def test_apt_get_is_used_through_sudo_that_asks_no_password(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    command = bootstrap.apt_get()
    assert command
    assert command[:2] == ["sudo", "-n"]


def test_apt_get_is_left_alone_where_sudo_would_ask_for_a_password(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.failing = ["sudo"]
    assert bootstrap.apt_get() is None
    assert bootstrap.apt_install(["chromium"]) is False


def test_old_package_lists_are_updated_and_the_installation_tried_again(machine: Machine) -> None:
    machine.failing = ["install"]
    assert bootstrap.apt_install(["chromium"]) is False
    assert [line.split()[6] for line in machine.commands] == ["install", "update", "install"]


def test_a_failed_installation_shows_what_apt_get_said(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.failing = ["apt-get"]
    bootstrap.apt_install(["chromium"])
    assert capsys.readouterr().out.endswith("E: it went wrong\n")


# --- Virtual environment and dependencies


@pytest.fixture
def no_venv(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(bootstrap, "venv_is_sound", lambda: False)
    monkeypatch.setattr(bootstrap, "has_venv_module", lambda: True)
    return machine


def test_a_sound_virtual_environment_is_kept(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "venv_is_sound", lambda: True)
    bootstrap.ensure_venv()
    assert machine.commands == []


def test_a_virtual_environment_whose_python_has_gone_is_not_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "python"
    gone.symlink_to(tmp_path / "removed")
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", gone)
    assert not bootstrap.venv_is_sound()


def test_the_running_virtual_environment_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", Path(sys.executable))
    assert bootstrap.venv_is_sound()


def test_python_creates_the_virtual_environment(no_venv: Machine) -> None:
    bootstrap.ensure_venv()
    assert no_venv.commands == [f"{sys.executable} -m venv --clear {bootstrap.VENV}"]


def test_uv_creates_it_where_there_is_one_so_that_no_package_is_needed(
    no_venv: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    installs(monkeypatch, "uv")
    monkeypatch.setattr(bootstrap, "has_venv_module", lambda: False)
    bootstrap.ensure_venv()
    assert no_venv.commands[-1].startswith("/usr/bin/uv venv")


def test_a_missing_venv_module_is_installed_for_the_running_python(
    no_venv: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "has_venv_module", lambda: bool(no_venv.commands))
    bootstrap.ensure_venv()
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert no_venv.commands[0].endswith(f" python{version}-venv")


def test_a_missing_venv_module_that_cannot_be_installed_is_named(
    no_venv: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    installs(monkeypatch)
    monkeypatch.setattr(bootstrap, "has_venv_module", lambda: False)
    with pytest.raises(
        SetupError, match=r"(?s)lacks its venv module.*sudo apt-get install python3"
    ):
        bootstrap.ensure_venv()


@pytest.fixture
def stamp(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(bootstrap, "VENV_STAMP", tmp_path / ".synced")
    return tmp_path / ".synced"


def syncs(machine: Machine) -> list[str]:
    return [line.partition("--python ")[2] for line in machine.commands if " sync " in line]


def test_running_and_testing_in_turn_installs_each_once(machine: Machine, stamp: Path) -> None:
    for groups in ([], ["dev"], [], ["dev"]):
        bootstrap.ensure_dependencies(groups)
    python = bootstrap.VENV_PYTHON
    assert syncs(machine) == [f"{python} --no-dev", f"{python} --group=dev"]
    assert all("--frozen --inexact" in line for line in machine.commands if " sync " in line)


def test_what_was_installed_besides_is_brought_to_a_new_lock_too(
    machine: Machine, stamp: Path
) -> None:
    stamp.write_text("older sentry")
    bootstrap.ensure_dependencies()
    assert syncs(machine) == [f"{bootstrap.VENV_PYTHON} --group=sentry --no-dev"]
    bootstrap.ensure_dependencies(["opentelemetry"])
    assert syncs(machine)[1:] == [
        f"{bootstrap.VENV_PYTHON} --group=opentelemetry --group=sentry --no-dev"
    ]
    bootstrap.ensure_dependencies(["sentry"])
    assert len(syncs(machine)) == 2


@pytest.mark.parametrize("extra", bootstrap.EXTRAS)
def test_what_not_everybody_wants_is_a_group_and_a_make_target(extra: str) -> None:
    project = tomllib.loads((bootstrap.ROOT / "pyproject.toml").read_text())
    assert extra in project["dependency-groups"]
    assert extra in bootstrap.TASKS
    assert f"make {extra}" in (bootstrap.ROOT / "docs" / "operations" / "monitor.md").read_text()
    done = subprocess.run(  # noqa: S603
        ["make", "--dry-run", "--no-print-directory", extra],  # noqa: S607
        cwd=bootstrap.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().endswith(f" -m assessor.bootstrap {extra}")


def test_cleaning_up_removes_all_that_can_be_made_again() -> None:
    ignored = set((bootstrap.ROOT / ".gitignore").read_text().replace("/\n", "\n").split())
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "clean"],  # noqa: S607
        cwd=bootstrap.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    removed = set(done.stdout.replace("\\\n", " ").split()) - {"rm", "-rf"}
    assert removed == ignored - {"var", ".env", "__pycache__", "*.pyc"}


def test_a_failed_installation_leaves_no_stamp(machine: Machine, stamp: Path) -> None:
    machine.failing = [" sync "]
    with pytest.raises(SetupError):
        bootstrap.ensure_dependencies()
    assert not stamp.exists()


def test_pip_brings_a_fixed_uv_where_there_is_none(machine: Machine) -> None:
    machine.failing = ["uv --version"]
    assert bootstrap.own_uv() == str(bootstrap.VENV / "bin" / "uv")
    assert machine.commands[-1].endswith(f" {bootstrap.UV_REQUIREMENT}")


# --- A browser for the tests


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], str]:
    """Return a way to put a program on an otherwise empty PATH, ending with a given code."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(bootstrap, "BROWSER_APPLICATIONS", ())

    def put(name: str, code: int) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\nexit {code}\n")
        path.chmod(0o755)
        return str(path)

    return put


def test_an_installed_browser_is_found(program: Callable[[str, int], str]) -> None:
    google = program("google-chrome", 0)
    assert bootstrap.find_browser() == google


def test_a_stub_that_only_points_to_a_snap_is_passed_over(
    program: Callable[[str, int], str],
) -> None:
    program("chromium-browser", 1)
    assert bootstrap.find_browser() is None


def test_a_browser_that_playwright_downloaded_is_found(
    program: Callable[[str, int], str],
) -> None:
    downloaded = program("downloads/chromium-1255/chrome-linux64/chrome", 0)
    assert bootstrap.find_browser() == downloaded


def test_the_browser_named_in_the_environment_comes_first(
    program: Callable[[str, int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program("chromium", 0)
    named = program("my-browser", 0)
    monkeypatch.setenv("CHROMIUM", named)
    assert bootstrap.find_browser() == named


def test_a_wrong_name_in_the_environment_is_not_replaced_by_another_browser(
    program: Callable[[str, int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program("chromium", 0)
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert bootstrap.find_browser() is None


@pytest.mark.parametrize(
    ("release", "real"),
    [
        ({"ID": "debian"}, True),
        ({"ID": "raspbian", "ID_LIKE": "debian"}, True),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, False),
        ({"ID": "zorin", "ID_LIKE": "ubuntu debian"}, False),
        ({"ID": "fedora"}, False),
        ({}, False),
    ],
)
def test_only_debian_itself_has_a_browser_in_its_package(
    release: dict[str, str], *, real: bool
) -> None:
    assert bootstrap.has_chromium_package(release) is real


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ({"ID": "debian"}, "install --yes --no-install-recommends chromium-headless-shell"),
        ({"ID": "ubuntu"}, "playwright install --with-deps chromium"),
    ],
)
def test_a_missing_browser_is_fetched_in_the_way_of_the_system(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    release: dict[str, str],
    command: str,
) -> None:
    monkeypatch.setattr(bootstrap, "os_release", lambda: release)
    monkeypatch.setattr(bootstrap, "loads", lambda name: True)
    monkeypatch.setattr(
        bootstrap, "find_browser", lambda: "/usr/bin/chromium" if machine.commands else None
    )
    bootstrap.ensure_browser()
    assert len(machine.commands) == 1
    assert machine.commands[0].endswith(command)


def test_a_release_without_a_browser_for_tests_gets_the_whole_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "os_release", lambda: {"ID": "debian"})
    monkeypatch.setattr(bootstrap, "find_browser", lambda: None)
    machine.failing = [bootstrap.HEADLESS]
    bootstrap.install_browser()
    assert machine.commands[-1].endswith("install --yes --no-install-recommends chromium")


@pytest.mark.parametrize("found", ["headless", "named", "elsewhere"])
def test_a_browser_that_is_there_is_left_alone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, found: str
) -> None:
    debian = {} if found == "elsewhere" else {"ID": "debian"}
    monkeypatch.setattr(bootstrap, "os_release", lambda: debian)
    if found == "named":
        monkeypatch.setenv("CHROMIUM", "/usr/bin/chromium")
    if found == "headless":
        monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "loads", lambda name: True)
    monkeypatch.setattr(bootstrap, "find_browser", lambda: "/usr/bin/chromium")
    bootstrap.ensure_browser()
    assert machine.commands == []


def test_the_library_that_steers_the_browser_is_installed_where_it_is_missing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "loads", lambda name: False)
    monkeypatch.setattr(bootstrap, "find_browser", lambda: "/usr/bin/chromium")
    bootstrap.ensure_browser()
    assert machine.commands[0].endswith(" libatomic1")


def test_a_browser_that_cannot_be_had_is_a_loud_line(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "find_browser", lambda: None)
    machine.failing = ["install"]
    bootstrap.ensure_browser()
    assert "!!! NO BROWSER: the browser tests are SKIPPED." in capsys.readouterr().out


# --- The product


@pytest.fixture
def data_folder(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


def steps(machine: Machine) -> list[str]:
    return [line.split("manage.py ")[1].split()[0] for line in machine.commands]


def test_the_product_is_prepared_in_an_order_in_which_each_step_finds_what_it_needs(
    machine: Machine, data_folder: Path
) -> None:
    bootstrap.prepare()
    assert steps(machine) == ["upgrade", "knowledge", "collectstatic", "first_administrator"]
    assert data_folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("task", "more"),
    [
        ("install", []),
        ("sentry", []),
        ("setup", ["prepare"]),
        ("test-setup", ["browser", "prepare"]),
    ],
)
def test_only_the_tests_need_a_browser_and_an_installation_for_a_service_has_no_data(
    monkeypatch: pytest.MonkeyPatch, task: str, more: list[str]
) -> None:
    done: list[str] = []
    for step in ("venv", "dependencies", "libraries", "browser"):
        monkeypatch.setattr(bootstrap, f"ensure_{step}", lambda *_, step=step: done.append(step))
    monkeypatch.setattr(bootstrap, "prepare", lambda: done.append("prepare"))
    assert bootstrap.main([task]) == 0
    assert done == ["venv", "dependencies", "libraries", *more]


def test_static_files_are_collected_again_only_when_they_have_changed(
    machine: Machine, data_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    style = tmp_path / "static" / "style.css"
    manifest = data_folder / "static" / "staticfiles.json"
    for path in (style, manifest):
        path.parent.mkdir(parents=True)
        path.write_text("first")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)

    bootstrap.collect_static_files()
    bootstrap.collect_static_files()
    assert len(machine.commands) == 1

    style.write_text("second")
    bootstrap.collect_static_files()
    assert len(machine.commands) == 2

    manifest.unlink()
    bootstrap.collect_static_files()
    assert len(machine.commands) == 3


def test_the_shipped_edition_is_there() -> None:
    assert (bootstrap.ROOT / bootstrap.SHIPPED_EDITION).is_dir()


def test_everything_that_is_installed_is_locked_with_its_hash() -> None:
    lock = tomllib.loads((bootstrap.ROOT / "uv.lock").read_text())
    fetched = [each for each in lock["package"] if "registry" in each["source"]]
    ours = [each["name"] for each in lock["package"] if each not in fetched]
    assert ours == ["assessor"]
    for package in fetched:
        assert package["version"], package["name"]
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]
