"""Editions as files: what is taken away comes back the same, and what is hostile is refused."""

import json
import stat
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest

from assessor.knowledge import KnowledgeError, read_document
from assessor.knowledge.archive import FORMATS, as_yaml, packed, read_upload, unpacked
from assessor.knowledge.reading import LARGEST_FILE, NAMES
from tests.knowledge.editions import FOLDER, RELEASED, document, shipped

SHIPPED_NAMES = ("question_bank", "architectures", "controls", "golden_cases", "estimates")


def zip_of(files: Mapping[str, bytes], **more: Any) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in more.items():
                setattr(entry, attribute, value)
            archive.writestr(entry, content)
    return buffer.getvalue()


def refusal(files: Mapping[str, bytes]) -> str:
    with pytest.raises(KnowledgeError) as refused:
        read_upload(files)
    return str(refused.value)


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("kind", FORMATS)
def test_the_shipped_edition_comes_back_with_the_same_hash(kind: str) -> None:
    content = packed(shipped().document, kind)
    assert read_upload({f"any name.{kind}": content}).sha256 == shipped().sha256


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("path", sorted(RELEASED.glob("*.json")), ids=lambda path: path.stem)
def test_every_released_edition_comes_back_with_the_same_hash(path: Any, kind: str) -> None:
    edition = read_document(json.loads(path.read_text("utf-8")))
    assert read_upload({f"x.{kind}": packed(edition.document, kind)}).sha256 == edition.sha256


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_edition_gives_the_same_bytes(kind: str) -> None:
    assert packed(document(), kind) == packed(document(), kind)


def test_a_zip_says_nothing_of_when_it_was_made_and_can_be_read_by_people() -> None:
    content = packed({"question_bank": {"text": "Für wen?", "more": ["a"] * 2}}, "zip")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        (entry,) = archive.infolist()
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert stat.S_IMODE(entry.external_attr >> 16) == 0o644
        assert archive.read(entry).decode() == "text: Für wen?\nmore:\n- a\n- a\n"


def test_the_files_of_the_folder_are_taken_as_they_are() -> None:
    files = {f"{name}.yaml": (FOLDER / f"{name}.yaml").read_bytes() for name in SHIPPED_NAMES}
    assert read_upload(files).sha256 == shipped().sha256
    assert read_upload({"edition.ZIP": zip_of(files)}).sha256 == shipped().sha256


def test_text_that_looks_like_something_else_stays_text() -> None:
    values = ["2026-11-22", "no", "1e3", "0x10", "~", "a: b", "é\n", "12:30", "=", "'", ""]
    again = read_yaml(as_yaml(values))
    assert again == values


def read_yaml(text: str) -> Any:
    import yaml  # noqa: PLC0415

    return yaml.safe_load(text)


# ---------------------------------------------------------------- what is refused


def test_what_is_missing_and_what_is_strange_is_named_together() -> None:
    assert refusal({"question_bank.yaml": b"{}", "notes.yaml": b"{}"}).splitlines() == [
        "notes.yaml: not a file of an edition",
        "architectures.yaml: the file is missing",
        "controls.yaml: the file is missing",
        "golden_cases.yaml: the file is missing",
    ]


def test_every_broken_file_is_named() -> None:
    said = refusal(dict.fromkeys(NAMES, b"a: [b"))
    assert [line.partition(":")[0] for line in said.splitlines()] == list(NAMES)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"no zip at all", zip_of({"a": b"b"})[:-9], b"\0" * 999]
)
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    assert refusal({"x.zip": content}) == "x.zip: not a ZIP file that can be read"


def test_a_zip_that_was_damaged_is_refused() -> None:
    content = bytearray(zip_of({"question_bank.yaml": bytes(range(256)) * 40}))
    content[60] ^= 0xFF
    assert "not a ZIP file that can be read" in refusal({"x.zip": bytes(content)})


@pytest.mark.parametrize(
    "name",
    ["../question_bank.yaml", "/etc/passwd", "a/question_bank.yaml", "a\\b.yaml", "C:x.yaml", "a/"],
)
def test_a_zip_with_folders_or_paths_is_refused(name: str) -> None:
    assert "without a folder" in refusal({"x.zip": zip_of({name: b""})})


def test_a_link_in_a_zip_is_refused() -> None:
    link = zip_of(
        {"question_bank.yaml": b"/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16
    )
    assert refusal({"x.zip": link}) == "x.zip: question_bank.yaml: not a plain file"


def test_a_locked_zip_is_refused() -> None:
    content = bytearray(zip_of({"question_bank.yaml": b"{}"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    assert "is locked with a password" in refusal({"x.zip": bytes(content)})


def test_a_zip_that_is_packed_in_an_unusual_way_is_refused() -> None:
    packed = zip_of({"question_bank.yaml": b"{}"}, compress_type=zipfile.ZIP_LZMA)
    assert "is packed in an unusual way" in refusal({"x.zip": packed})


def test_too_many_files_in_a_zip_are_refused() -> None:
    ten = zip_of({f"{number}.yaml": b"" for number in range(10)})
    assert "more than 10 files" not in refusal({"x.zip": ten})
    many = zip_of({f"{number}.yaml": b"" for number in range(11)})
    assert refusal({"x.zip": many}) == "x.zip: more than 10 files"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("question_bank.yaml", "a: 1")
        archive.writestr("question_bank.yaml", "a: 2")
    assert "is there twice" in refusal({"x.zip": buffer.getvalue()})


def test_a_file_that_would_unpack_to_more_than_is_allowed_is_refused_before_it_is() -> None:
    bomb = zip_of({"question_bank.yaml": bytes(LARGEST_FILE + 1)})
    assert len(bomb) < 5000
    assert "larger than 1 MiB" in refusal({"x.zip": bomb})


def test_a_file_that_lies_about_its_size_is_not_unpacked_further() -> None:
    content = bytearray(zip_of({"question_bank.yaml": bytes(50 * LARGEST_FILE)}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (100).to_bytes(4, "little")
    try:
        files = unpacked("x.zip", bytes(content))
    except KnowledgeError:
        return
    assert sum(map(len, files.values())) <= LARGEST_FILE + 1


def test_what_json_itself_does_not_know_is_named() -> None:
    assert refusal({"x.json": b'{"a": NaN}'}) == "x.json: not JSON: NaN is no number"


def test_of_a_key_that_json_gives_twice_neither_is_taken() -> None:
    whole = packed(document(), "json").decode()
    twice = whole.replace('"meta": {', '"meta": {"language": "de",', 1)
    assert read_upload({"x.json": whole.encode()}).version == shipped().version
    assert refusal({"x.json": twice.encode()}) == "x.json: not JSON: a key is given twice"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'{"a": NaN}', b"\xff", b"[" * 100_000, b'{"surprise": {}}']
)
def test_json_that_is_no_edition_is_refused(content: bytes) -> None:
    assert refusal({"x.json": content})
