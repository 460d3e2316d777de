"""What can be known about the containers without building them; `make container-test` does that."""

import configparser
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from assessor import bootstrap
from assessor.bootstrap import LIBRARIES, ROOT, UV_REQUIREMENT
from tests.containers.dockerfile import Stage, is_ignored, stages

OPERATIONS = ROOT / "docs" / "operations"
SYSTEMD = OPERATIONS / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))


@pytest.fixture
def last() -> Stage:
    return stages()[-1]


@pytest.fixture
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return content


def every_run() -> str:
    return "\n".join(value for stage in stages() for value in stage.values("RUN"))


# ---------------------------------------------------------------- the image


def test_it_runs_as_nobody_special(last: Stage) -> None:
    (user,) = last.values("USER")
    assert int(user) > 0
    assert f"--uid {user}" in "".join(last.values("RUN"))
    instructions = [step.instruction for step in last.steps]
    assert instructions.index("USER") > instructions.index("RUN")


def test_it_has_the_libraries_that_the_product_asks_for() -> None:
    for library in LIBRARIES:
        assert library.packages.debian in every_run()


def test_the_libraries_are_installed_by_the_same_tool_as_everywhere() -> None:
    assert UV_REQUIREMENT in every_run()
    assert "sync --frozen --no-dev" in every_run()


@pytest.mark.parametrize("chosen", ["", "sentry", "sentry opentelemetry"])
def test_it_can_be_built_with_what_not_everybody_wants(chosen: str) -> None:
    (build,) = [stage for stage in stages() if stage.values("ARG")]
    assert build.values("ARG") == ['EXTRAS=""']
    (sync,) = [each for each in build.values("RUN") if " sync " in each]
    said = subprocess.run(  # noqa: S603
        ["sh", "-ec", sync.replace("/opt/uv/bin/uv", "echo")],  # noqa: S607
        env={"EXTRAS": chosen},
        capture_output=True,
        text=True,
        check=True,
    )
    groups = re.findall(r"--group=(\S+)", said.stdout)
    assert groups == chosen.split()
    assert set(groups) <= set(bootstrap.EXTRAS)


def test_its_python_is_fixed_and_new_enough() -> None:
    found = set(re.findall(r"python(3\.\d+)", every_run()))
    assert len(found) == 1
    assert tuple(map(int, found.pop().split("."))) >= bootstrap.OLDEST_PYTHON


def test_what_builds_it_is_not_in_it(last: Stage) -> None:
    assert last.values("COPY") == ["--from=build /app /app"]
    assert "/opt/uv" not in "".join(last.values("RUN"))


def test_its_health_is_asked_for_without_anything_else(last: Stage) -> None:
    (check,) = last.values("HEALTHCHECK")
    command = json.loads(check[check.index("[") :])
    assert command[0] == "python"
    assert "/healthz" in command[-1]


def test_what_is_private_or_not_needed_stays_out() -> None:
    for name in (".git", ".env", "var/secret_key", "tests/lives.py", "assessor/__pycache__/x.pyc"):
        assert is_ignored(Path(name)), name
    for name in ("manage.py", "uv.lock", "assessor/jobs/tasks.py", "static/vendor", "fixtures/a"):
        assert not is_ignored(Path(name)), name


# ---------------------------------------------------------------- all of them


def test_every_process_of_ours_can_write_to_its_data_alone(compose: dict[str, Any]) -> None:
    ours = {name: each for name, each in compose["services"].items() if name != "database"}
    assert set(ours) == {"prepare", "web", "worker"}
    for each in compose["services"].values():
        assert each["read_only"] is True
        assert each["security_opt"] == ["no-new-privileges:true"]
    for each in ours.values():
        assert each["cap_drop"] == ["ALL"]
        assert each["volumes"] == ["var:/app/var", "${BACKUPS:-backups}:/backups"]
        assert "privileged" not in each


def test_it_can_back_up_the_database_to_a_volume(compose: dict[str, Any], last: Stage) -> None:
    (client,) = re.findall(r"postgresql-client-(\d+)", every_run())
    assert compose["services"]["database"]["image"].startswith(f"postgres:{client}-")
    assert "backups" in compose["volumes"]
    # A new volume takes its owner from the image.
    made = "".join(last.values("RUN")).partition("install --directory --owner assessor")[2]
    assert made.split()[-2:] == ["/app/var", "/backups"]


def test_only_the_pages_are_reached_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, each in services.items() if "ports" in each] == ["web"]
    assert services["web"]["ports"][0].startswith("127.0.0.1:")
    # So that it starts without PUBLIC_URL too: who may come in is said by the port above.
    assert "--in-container" in services["web"]["command"]


def test_the_port_inside_is_the_one_that_is_reached_and_asked_for_health(
    compose: dict[str, Any], last: Stage
) -> None:
    """What .env says is meant for a machine, and must not move the server away from both."""
    for service in ("prepare", "web", "worker"):
        port = compose["services"][service]["environment"]["PORT"]
        assert compose["services"]["web"]["ports"] == [f"127.0.0.1:${{HTTP_PORT:-8000}}:{port}"]
        assert f"http://127.0.0.1:{port}/healthz" in last.values("HEALTHCHECK")[0]
        assert compose["services"][service]["environment"]["VAR_DIR"] == last.values("VOLUME")[0]


def test_nothing_is_told_to_run_twice_that_has_a_port(compose: dict[str, Any]) -> None:
    guides = [ROOT / "compose.yaml", ROOT / "README.md", *OPERATIONS.glob("*.md")]
    told = re.findall(r"--scale (\w+)=", "".join(map(Path.read_text, guides)))
    assert told
    assert [name for name in told if "ports" in compose["services"][name]] == []


def test_the_old_version_is_stopped_before_the_database_is_migrated() -> None:
    blocks = re.findall(r"```\n(.*?)```", (OPERATIONS / "upgrade.md").read_text(), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        stopped = re.search(r" stop .*web .*worker", block)
        started = re.search(r" start | up -d", block)
        assert stopped
        assert started
        assert stopped.start() < started.start()


def test_work_is_left_to_the_worker(compose: dict[str, Any]) -> None:
    assert "--no-worker" in compose["services"]["web"]["command"]
    assert compose["services"]["worker"]["command"][-1] == "worker"


def test_no_secret_is_written_down() -> None:
    text = (ROOT / ".env.example").read_text()
    for name in ("POSTGRES_PASSWORD", "SECRET_KEY", "METRICS_TOKEN"):
        assert re.search(rf"^(# )?{name}=$", text, re.MULTILINE), name


def test_every_variable_of_the_example_is_explained() -> None:
    explained = (ROOT / "README.md").read_text() + (ROOT / "compose.yaml").read_text()
    names = re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(names) > 5
    assert [name for name in names if name not in explained] == []


def test_the_example_means_the_same_to_a_shell(tmp_path: Path) -> None:
    """Else whoever reads it with a shell gets another database, without an error."""
    example = (ROOT / ".env.example").read_text()
    filled = tmp_path / "filled.env"
    filled.write_text(re.sub(r"^# (?=[A-Z_]+=)", "", example, flags=re.MULTILINE))
    done = subprocess.run(  # noqa: S603
        ["sh", "-euc", f"set -a; . {filled}; env -0"],  # noqa: S607
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    found = dict(each.split("=", 1) for each in done.stdout.split("\0") if each)
    for name, value in re.findall(r"^([A-Z_]+)=(.*)$", filled.read_text(), re.MULTILINE):
        assert found[name] == value.strip("'"), name


# ---------------------------------------------------------------- systemd


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_units_are_hardened_and_start_what_there_is(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    service = parser["Service"]
    assert service["User"] == "assessor"
    for name, value in {
        "ProtectSystem": "strict",
        "NoNewPrivileges": "true",
        "PrivateTmp": "true",
        "ProtectHome": "true",
        "CapabilityBoundingSet": "",
    }.items():
        assert service[name] == value
    assert service["EnvironmentFile"] == "/etc/assessor.env"
    command = service["ExecStart"].split()
    assert command[0].endswith("/.venv/bin/python")
    assert (ROOT / "assessor" / "management" / "commands" / f"{command[2]}.py").exists()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_who_is_told_to_stop_tells_the_processes_that_work_for_it(unit: Path) -> None:
    """With the process that makes PDFs stopped at once, those in hand could not be made."""
    text = unit.read_text()
    assert ("\nKillMode=mixed\n" in text) == ("\nRestart=always\n" in text)


def test_no_unit_is_hardened_less_than_another() -> None:
    def hardening(unit: Path) -> str:
        return unit.read_text().partition("StateDirectory=")[2].partition("[Install]")[0].strip()

    assert len(UNITS) == 3
    assert len(set(map(hardening, UNITS))) == 1


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="NOT TESTED: there is no systemd")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    units = []
    for unit in sorted([*UNITS, *SYSTEMD.glob("*.timer")]):
        units.append(tmp_path / unit.name)
        units[-1].write_text(unit.read_text().replace("/srv/assessor/.venv", sys.prefix))
    done = subprocess.run(  # noqa: S603
        ["systemd-analyze", "verify", *map(str, units)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    # What it says of other units of this machine is not ours.
    assert [line for line in done.stderr.splitlines() if "assessor-" in line] == []


def test_a_backup_is_made_every_night_where_it_may_write() -> None:
    (timer,) = SYSTEMD.glob("*.timer")
    assert re.search(r"^OnCalendar=\*-\*-\* \d\d:\d\d$", timer.read_text(), re.MULTILINE)
    backup = timer.with_suffix(".service").read_text()
    (folder,) = re.findall(r"^ExecStart=.* manage.py backup --to (\S+)", backup, re.MULTILINE)
    assert f"\nReadWritePaths=-{folder}\n" in backup
    assert f" {folder}\n" in (OPERATIONS / "deploy.md").read_text()


def test_the_data_of_the_service_are_made_where_it_may_write_and_nowhere_else() -> None:
    guide = (OPERATIONS / "deploy.md").read_text().partition("## With systemd")[2]
    block = guide.split("```")[1]
    (folder,) = re.findall(r"^# VAR_DIR=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert folder == f"/var/lib/{re.findall('StateDirectory=(.*)', UNITS[0].read_text())[0]}"
    assert f"{folder}/administrator-password" in block
    assert " make install\n" in block
    assert "make setup" not in block


@pytest.fixture
def told_systemd(tmp_path: Path) -> list[str]:
    """What assessor-manage asks systemd-run for."""
    pretended = tmp_path / "systemd-run"
    pretended.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    pretended.chmod(0o755)
    done = subprocess.run(  # noqa: S603
        [SYSTEMD / "assessor-manage", "restore", "/mnt/a file.zip", "--yes"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_a_command_has_the_environment_and_the_user_of_the_service(told_systemd: list[str]) -> None:
    service = (SYSTEMD / "assessor-web.service").read_text()
    asked = [each.split("=", 1)[1] for each in told_systemd if each.startswith("--property=")]
    assert any(each.startswith("EnvironmentFile=") for each in asked)
    assert [each for each in asked if f"\n{each}\n" not in service] == []
    assert "--uid=assessor" in told_systemd
    command = told_systemd[told_systemd.index("/srv/assessor/.venv/bin/python") :]
    assert command[1:] == ["manage.py", "restore", "/mnt/a file.zip", "--yes"]


@pytest.mark.parametrize("guide", sorted(OPERATIONS.glob("*.md")), ids=lambda guide: guide.stem)
def test_operators_are_never_led_to_an_empty_database(guide: Path) -> None:
    """A bare manage.py has no variables, and a shell reads an environment file in its own way."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", guide.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    assert [line for line in lines if line.startswith("manage.py")] == []
    assert [line for line in lines if re.search(r"(^|\s)(\.|source) \S*env\b", line)] == []


def test_the_image_and_the_project_ask_for_the_same_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={bootstrap.dotted(bootstrap.OLDEST_PYTHON)}"
