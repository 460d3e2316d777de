"""On what kind of file system a folder is, as far as the system tells."""

from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
"""Of Linux; see proc_pid_mountinfo(5)."""

NETWORK = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "lustre", "nfs", "nfs4"}
    | {"ncpfs", "smb2", "smb3", "smbfs", "virtiofs"}
)
"""Their locks cannot be relied upon, so that two processes can corrupt a SQLite database."""

IN_MEMORY = frozenset({"ramfs", "tmpfs"})
IN_CONTAINER = frozenset({"aufs", "overlay"})


def type_of(folder: Path, mounts: Path = MOUNTS) -> str:
    """Return the type of the file system a folder is on, nothing where that is not known."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return ""
    found = dict(map(_mount, lines))  # of two mounts at one place the later one counts
    resolved = folder.resolve()
    return next((found[path] for path in (resolved, *resolved.parents) if path in found), "")


def _mount(line: str) -> tuple[Path, str]:
    """Return where something is mounted, and its type."""
    about, _separator, kind = line.partition(" - ")
    escaped = about.split()[4]
    return Path(escaped.encode().decode("unicode_escape")), kind.split()[0]
