"""Carry out the steps of the Dockerfile where there is no container engine, and start the result.

    python -m tests.containers.build

As root with debootstrap: in a bare Debian, as the image's user, on a read-only file system with a
volume, by the image's own command. Elsewhere: the same installation in a fresh virtual environment
with this machine's libraries. Needs the network.
"""

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from assessor.bootstrap import ROOT, UV_REQUIREMENT
from tests.containers.dockerfile import Stage, is_ignored, stages, variables
from tests.resilience.installation import free_port

MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PASSED_ON = ("PIP_", "UV_", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
PORT = free_port()
PATIENCE = 300


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(*command: str | Path, **options: object) -> None:
    subprocess.run(command, check=True, **options)  # type: ignore[call-overload]  # noqa: S603


# ---------------------------------------------------------------- in a bare Debian


class Images:
    """Directories that stand where images would: the base once, and each stage."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built: dict[str, Path] = {}

    def build(self, stage: Stage) -> Path:
        """Return the root of a stage, with all its steps carried out."""
        root = self._folder / (stage.name or "image")
        run("cp", "--archive", "--reflink=auto", self._base(stage.base), root)
        directory = Path("/")
        for step in stage.steps:
            say(f"[{stage.name or 'image'}] {step.instruction} {step.value}")
            match step.instruction:
                case "WORKDIR":
                    directory = Path(step.value)
                    (root / step.value.lstrip("/")).mkdir(parents=True, exist_ok=True)
                case "RUN":
                    self._run(root, self._directory(stage, directory), step.value)
                case "COPY":
                    self._copy(root, self._directory(stage, directory), step.value)
                case _:
                    pass  # For when it is started: see started().
        self._built[stage.name] = root
        return root

    def _directory(self, stage: Stage, own: Path) -> Path:
        """Return the working directory; a stage that names none has that of its base."""
        if own != Path("/"):
            return own
        bases = [each for each in stages() if each.name == stage.base]
        return Path(bases[0].values("WORKDIR")[-1]) if bases else own

    def _base(self, name: str) -> Path:
        return self._built.get(name) or self._debian(name)

    def _debian(self, image: str) -> Path:
        suite = image.removeprefix("debian:").removesuffix("-slim")
        root = self._folder / suite
        if not root.exists():
            say(f"A bare Debian {suite}")
            run("debootstrap", "--variant=minbase", suite, root, MIRROR, stdout=subprocess.DEVNULL)
            shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
        return root

    def _run(self, root: Path, directory: Path, value: str) -> None:
        script = f"cd {shlex.quote(str(directory))} && {value}"
        with mounted(root):
            run("chroot", root, "sh", "-ec", script, env=build_environment(root))

    def _copy(self, root: Path, directory: Path, value: str) -> None:
        *sources, target = shlex.split(value)
        to = root / str(directory / target).lstrip("/")
        if sources[0].startswith("--from="):
            origin = self._built[sources.pop(0).removeprefix("--from=")]
            to.mkdir(parents=True, exist_ok=True)
            for source in sources:
                run("cp", "--archive", f"{origin}{source}/.", to)
            return
        for source in sources:
            copy_context(source, to)


def copy_context(source: str, to: Path) -> None:
    """Copy what .dockerignore lets in, as `docker build` sends it."""
    tracked = subprocess.run(  # noqa: S603
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", source],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, tracked.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and not is_ignored(Path(name)):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to / name)


def build_environment(root: Path) -> dict[str, str]:
    """Return how this machine reaches package indexes, in there."""
    passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    passed.pop("PIP_FIND_LINKS", None)
    if CERTIFICATES.exists():
        own = root / "tmp" / "certificates.crt"
        shutil.copy(CERTIFICATES, own)
        passed |= dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE"), "/tmp/certificates.crt")  # noqa: S108
    return {**passed, "PATH": PATH, "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}


@contextlib.contextmanager
def mounted(root: Path) -> Iterator[None]:
    """Give a directory what every container has."""
    run("mount", "--bind", "/proc", root / "proc")
    run("mount", "--bind", "/dev", root / "dev")
    try:
        yield
    finally:
        run("umount", root / "dev")
        run("umount", root / "proc")


def start_script(root: Path, volume: Path, user: str, command: str) -> str:
    """Return what makes the directory a container, in namespaces of its own, and starts it."""
    place = shlex.quote(str(root))
    # By its whole path: the image's own PATH has nothing for administrators.
    become = f"{shutil.which('chroot')} --userspec={user}:{user} {place}"
    return f"""set -e
mount --bind {place} {place}
mount -t proc proc {place}/proc
mount --bind /dev {place}/dev
mount -t tmpfs -o mode=1777 memory {place}/dev/shm
mount -t tmpfs -o mode=1777 memory {place}/tmp
mount --bind {shlex.quote(str(volume))} {place}/app/var
mount -o remount,bind,ro {place}
cd {place}
exec {become} sh -c {shlex.quote("cd /app && " + command)}
"""  # noqa: S108


@contextlib.contextmanager
def started(root: Path, volume: Path, command: str, **more: str) -> Iterator[None]:
    """Start a command as the image would, without any right to write outside of its volume."""
    last = stages()[-1]
    (user,) = last.values("USER")
    os.chown(volume, int(user), int(user))
    environment = {"PATH": PATH, "HOME": "/app/var", **variables(last), **more}
    script = start_script(root, volume, user, command)
    with subprocess.Popen(  # noqa: S603
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script],  # noqa: S607
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            yield
        finally:
            # The group, because what became another user does not end with its parent.
            os.killpg(process.pid, signal.SIGKILL)


def in_debian(folder: Path) -> None:
    """Build and start the image; raise where something does not hold."""
    images = Images(folder)
    roots = [images.build(stage) for stage in stages()]
    volume = folder / "volume"
    volume.mkdir(mode=0o700)
    (command,) = stages()[-1].values("CMD")
    _sh, _c, script = json.loads(command)
    probe = "touch /app/x /usr/x 2>/dev/null; ls /app/x /usr/x 2>/dev/null; id -u; "
    written = folder / "volume" / "probe"
    with started(roots[-1], volume, f"({probe}) > /app/var/probe; {script}", PORT=str(PORT)):
        answered()
        looked_at()
    uid = written.read_text().split()
    assert uid == stages()[-1].values("USER"), f"It could write, or was somebody else: {uid}"
    assert (volume / "assessor.sqlite3").exists()
    assert not (volume / "static").exists(), "The static files are not those of the image"


# ---------------------------------------------------------------- in a virtual environment


def in_virtual_environment(folder: Path) -> None:
    """Do what the steps come to with this machine's Python and libraries."""
    say("Not root, or no debootstrap: the same installation in a virtual environment")
    app = folder / "app"
    copy_context(".", app)
    run(sys.executable, "-m", "venv", folder / "uv")
    run(folder / "uv" / "bin" / "pip", "install", "--quiet", UV_REQUIREMENT)
    sync = ("sync", "--frozen", "--no-dev", "--quiet", "--python", sys.executable)
    run(folder / "uv" / "bin" / "uv", *sync, cwd=app, env=outside(os.environ))
    python = app / ".venv" / "bin" / "python"
    environment = {**outside(os.environ), "VAR_DIR": str(folder / "var"), "PORT": str(PORT)}
    run(python, "-m", "assessor.bootstrap", "prepare", cwd=app, env=environment)
    server = [str(python), "manage.py", "serve"]
    with subprocess.Popen(server, cwd=app, env=environment) as process:  # noqa: S603
        try:
            answered()
            looked_at()
        finally:
            process.terminate()


def outside(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that knows of no virtual environment."""
    return {name: value for name, value in environment.items() if name != "VIRTUAL_ENV"}


# ---------------------------------------------------------------- is it there?


def answered() -> None:
    """Wait until it says that it is well."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=30):
                return
        except (OSError, urllib.error.URLError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def looked_at() -> None:
    """Ask for a page, a static file and a PDF: what takes templates, storage and libraries."""
    for path, start in (("/", b"<!DOCTYPE html>"), ("/sample/report.pdf", b"%PDF-")):
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=PATIENCE) as response:
            content = response.read()
        assert content.lstrip()[: len(start)].lower() == start.lower(), f"{path}: {content[:80]!r}"
        say(f"{path}: {len(content)} bytes")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="assessor-image-", dir="/var/tmp") as name:
        if os.geteuid() == 0 and shutil.which("debootstrap"):
            in_debian(Path(name))
        else:
            in_virtual_environment(Path(name))
    say("The steps work: it was built, started as its own user on a read-only system, and answers.")


if __name__ == "__main__":
    main()
