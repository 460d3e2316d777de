"""What a deployment may look like: every refusal, and what it says to do."""

import os
import re
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from assessor import bootstrap, deployment
from tests.knowledge.editions import ROOT

LONG_KEY = "k" * 50


# ---------------------------------------------------------------- the secret key


def test_a_secret_key_is_generated_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    key = deployment.local_secret_key(folder)
    assert len(key) >= deployment.SECRET_KEY_LENGTH
    assert deployment.local_secret_key(folder) == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_every_installation_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = {deployment.local_secret_key(tmp_path / name) for name in "abc"}
    assert len(keys) == 3


def test_two_processes_that_start_first_have_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter([("quick", 0.1), ("slow", 0.5)])

    def key(_length: int) -> str:
        made, seconds = next(keys)
        time.sleep(seconds)
        return made

    monkeypatch.setattr("secrets.token_urlsafe", key)
    with ThreadPoolExecutor() as pool:
        assert set(pool.map(deployment.local_secret_key, [tmp_path] * 2)) == {"quick"}
    assert deployment.local_secret_key(tmp_path) == "quick"


def test_a_key_that_could_not_be_written_is_made_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch(0o600)
    assert len(deployment.local_secret_key(tmp_path)) >= deployment.SECRET_KEY_LENGTH


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    deployment.local_secret_key(tmp_path)
    (tmp_path / "secret_key").chmod(mode)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        deployment.local_secret_key(tmp_path)


# ---------------------------------------------------------------- the public address


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://assess.example.org", "assess.example.org"),
        ("https://assess.example.org:8443/sub", "assess.example.org"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
    ],
)
def test_an_installation_answers_to_its_own_name_and_to_this_machine(url: str, host: str) -> None:
    hosts = deployment.public_hosts(url)
    assert set(hosts) == {host, "127.0.0.1", "localhost", "::1"}


@pytest.mark.parametrize("url", ["", "assess.example.org", "https://", "/"])
def test_an_address_without_a_host_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"for example https://assess\.example\.org"):
        deployment.public_hosts(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:9000"])
def test_on_this_machine_anything_goes(url: str) -> None:
    assert not deployment.is_public(url)
    deployment.refuse_unsafe(public_url=url, debug=True, secret_key=LONG_KEY[:5])


SAFE: dict[str, Any] = {
    "public_url": "https://assess.example.org",
    "debug": False,
    "secret_key": LONG_KEY,
}


def test_a_public_installation_that_is_safe_may_start() -> None:
    deployment.refuse_unsafe(**SAFE)


@pytest.mark.parametrize(
    ("different", "reason"),
    [
        ({"public_url": "http://assess.example.org"}, "must start with https://"),
        ({"public_url": "http://192.168.1.5:8000"}, "must start with https://"),
        ({"debug": True}, "unset DEBUG"),
        ({"secret_key": "k" * 49}, "at least 50 random characters"),
        ({"secret_key": "django-insecure" + LONG_KEY}, "SECRET_KEY"),
    ],
)
def test_a_public_installation_that_is_unsafe_may_not(
    different: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=reason):
        deployment.refuse_unsafe(**{**SAFE, **different})


# ---------------------------------------------------------------- the settings, in a fresh process


def settings_say(expression: str, var: Path, **environment: str) -> str:
    """Return what an expression over the settings comes to in a process of its own."""
    code = f"from assessor.settings import *; print({expression})"
    done = run("-c", code, **{"VAR_DIR": str(var), **environment})
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with an environment of its own."""
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "abc", "Write a number from 1 to 65535."),
        ("KEEP_DRAFTS_DAYS", "abc", "Write a whole number, 0 for ever."),
        ("LIMIT_SAVES", "foo", "0 for no limit."),
        ("PUBLIC_URL", "http://assess.example.org", "must start with https://"),
        ("SESSION_DAYS", "abc", "Write a whole number from 1 on."),
        ("CONN_MAX_AGE", "-1", "Write a whole number from 0 on."),
        ("REQUIRE_TWO_FACTOR", "ture", "Write true or false."),
        ("TIME_ZONE", "Mars", "such as Europe/Berlin."),
        ("TRUSTED_PROXY", "proxy", "such as 127.0.0.1, not its name."),
    ],
)
def test_a_wrong_setting_is_one_sentence_on_the_command_line(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    environment = {"VAR_DIR": str(tmp_path), name: value}
    refused = run("manage.py", "upgrade", **environment)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"{name} is ")
    assert refused.stderr.endswith(f"{said}\n")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["DATABASE_URL", "EMAIL_URL"])
def test_an_address_that_cannot_be_read_is_refused_without_its_password(
    tmp_path: Path, name: str
) -> None:
    refused = run("manage.py", "check", VAR_DIR=str(tmp_path), **{name: "oracle://me:s3cret@host"})
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"{name} cannot be read. Write ")
    assert refused.stderr.count("\n") == 1
    assert "s3cret" not in refused.stderr


def test_a_wrong_setting_can_be_traced(tmp_path: Path) -> None:
    refused = run("manage.py", "upgrade", "--traceback", VAR_DIR=str(tmp_path), PORT="abc")
    assert refused.stderr.startswith("Traceback")


def test_figures_and_reports_to_others_are_off_unless_they_are_set(tmp_path: Path) -> None:
    said = settings_say(
        "METRICS_TOKEN, SENTRY_DSN, [m for m in MIDDLEWARE if 'tracing' in m]", tmp_path
    )
    assert said == "[]"
    otel = settings_say("MIDDLEWARE[1]", tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")
    assert otel == "assessor.observation.tracing.trace"


def test_without_any_configuration_the_product_is_safe(tmp_path: Path) -> None:
    said = settings_say("DEBUG, PUBLIC_URL, len(SECRET_KEY) >= 50", tmp_path / "var")
    assert said == "False http://127.0.0.1:8000 True"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    """Env files are full of them."""
    table = (ROOT / "README.md").read_text().partition("| variable |")[2].partition("\n\n")[0]
    names = set(re.findall(r"`([A-Z_]+)`", "".join(re.findall(r"^\|[^|]*", table, re.MULTILINE))))
    assert {"DATABASE_URL", "EMAIL_URL", "SESSION_DAYS", "STATIC_ROOT", "PORT"} < names
    every = "[(name, value) for name, value in sorted(globals().items()) if name.isupper()]"
    empty = dict.fromkeys(names - {"VAR_DIR"}, "")
    assert settings_say(every, tmp_path, **empty) == settings_say(every, tmp_path)


def test_an_empty_data_folder_is_the_usual_one_to_the_settings_and_to_the_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", "")
    assert settings_say("VAR_DIR", tmp_path, VAR_DIR="") == str(ROOT / "var")
    assert bootstrap.data_folder() == ROOT / "var"


def test_over_https_cookies_are_bound_to_the_host_and_to_https(tmp_path: Path) -> None:
    said = settings_say(
        "SESSION_COOKIE_NAME, SESSION_COOKIE_SECURE, CSRF_COOKIE_NAME, CSRF_COOKIE_SECURE",
        tmp_path,
        PUBLIC_URL="https://assess.example.org/",
    )
    assert said == "__Host-sessionid True __Host-csrftoken True"


def test_on_this_machine_cookies_have_names_of_their_own(tmp_path: Path) -> None:
    said = settings_say("SESSION_COOKIE_NAME, CSRF_COOKIE_NAME", tmp_path)
    assert said == "assessor_sessionid assessor_csrftoken"


def test_a_public_address_without_https_does_not_start(tmp_path: Path) -> None:
    said = settings_say("1", tmp_path, PUBLIC_URL="http://assess.example.org")
    assert "must start with https://" in said


def test_sqlite_waits_for_the_disk_and_for_other_writers(tmp_path: Path) -> None:
    options = settings_say("DATABASES['default']['OPTIONS']", tmp_path)
    for part in ("'IMMEDIATE'", "'timeout': 20", "journal_mode=WAL", "synchronous=FULL"):
        assert part in options
