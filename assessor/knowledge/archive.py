"""An edition as one file: a ZIP of its YAML files, or JSON. Both give back the same hash.

A ZIP that comes from elsewhere is unpacked in memory, a file at a time, and never to a path.
"""

import json
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import yaml

from assessor.knowledge.reading import (
    LARGEST_FILE,
    Finding,
    KnowledgeError,
    read_files,
    read_json,
)
from assessor.knowledge.schema import KnowledgeBase

MOST_FILES = 10
NOT_A_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What reading a file raises that is none, or a broken one."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""In place of a time: the same edition gives the same bytes."""

LINE = 100
FORMATS = ("zip", "json")


def read_upload(files: Mapping[str, bytes]) -> KnowledgeBase:
    """Read an edition from what was sent: one ZIP, one JSON file, or the YAML files.

    Raises KnowledgeError.
    """
    if len(files) == 1:
        ((name, content),) = files.items()
        if name.lower().endswith(".zip"):
            return read_files(unpacked(name, content))
        if name.lower().endswith(".json"):
            return read_json(name, content)
    return read_files(files)


# ---------------------------------------------------------------- ZIP files from elsewhere


def unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """Return the files in a ZIP by name. Raises KnowledgeError for anything but plain files."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            findings = [Finding(name, *found) for found in _refusals(archive.infolist())]
            files = {} if findings else dict(_contents(archive))
    except NOT_A_ZIP:
        findings = [Finding(name, "", "not a ZIP file that can be read")]
    if findings:
        raise KnowledgeError(findings)
    return files


def _refusals(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, str]]:
    """Yield what keeps a ZIP from being unpacked, told from its table of contents alone."""
    if len(entries) > MOST_FILES:
        yield "", f"more than {MOST_FILES} files"
        return
    names = [entry.filename for entry in entries]
    for entry in entries:
        if names.count(entry.filename) > 1:
            yield entry.filename, "is there twice"
        if reason := _refusal(entry):
            yield entry.filename, reason


def _refusal(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if any(mark in entry.filename for mark in ("/", "\\", ":", "\0")):
        return "put the files into the ZIP without a folder"
    if kind not in {0, stat.S_IFREG}:
        return "not a plain file"
    if entry.flag_bits & ENCRYPTED:
        return "is locked with a password"
    if entry.compress_type not in METHODS:
        return "is packed in an unusual way"
    if entry.file_size > LARGEST_FILE:
        return "the file is larger than 1 MiB"
    return ""


def _contents(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield each file, and never more of it than is looked at, whatever the table says."""
    for entry in archive.infolist():
        with archive.open(entry) as file:
            yield entry.filename, file.read(LARGEST_FILE + 1)


# ---------------------------------------------------------------- editions to take away


def packed(document: Mapping[str, Any], kind: str) -> bytes:
    """Return an edition as a file of one of the FORMATS; the same edition gives the same bytes."""
    return _zip(document) if kind == "zip" else _json(document)


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _zip(document: Mapping[str, Any]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in document.items():
            entry = zipfile.ZipInfo(f"{name}.yaml", FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, as_yaml(content))
    return buffer.getvalue()


class _WithoutAliases(yaml.CSafeDumper):
    """Writes out what occurs twice: aliases are refused when an edition is read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(content: Any) -> str:
    """Return plain values as a YAML file for people."""
    return yaml.dump(
        content, Dumper=_WithoutAliases, allow_unicode=True, sort_keys=False, width=LINE
    )
