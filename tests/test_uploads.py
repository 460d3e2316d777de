"""What people send: in memory only, and no more of it than is needed."""

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from assessor.uploads import LARGEST, SeveralInMemory, TooLarge, sent_file, sent_files


def request(**files: Any) -> HttpRequest:
    return RequestFactory().post("/", files)


def sent(content: bytes) -> bytes | None:
    return sent_file(request(file=SimpleUploadedFile("x.pdf", content)), "file")


def test_a_file_comes_as_it_was_sent() -> None:
    for content in (b"x", bytes(range(256)) * 999, b"y" * LARGEST):
        assert sent(content) == content


@pytest.mark.parametrize("size", [LARGEST + 1, 3 * LARGEST])
def test_a_larger_file_is_refused(size: int) -> None:
    with pytest.raises(TooLarge):
        sent(bytes(size))


def test_of_a_larger_file_little_is_kept_and_nothing_on_disk() -> None:
    received = request(file=SimpleUploadedFile("x.pdf", bytes(5 * LARGEST))).FILES["file"]
    assert isinstance(received, UploadedFile)
    assert received.size == 5 * LARGEST
    assert len(received.read()) <= LARGEST + received.DEFAULT_CHUNK_SIZE
    assert isinstance(received.file, BytesIO)


def test_an_empty_file_and_no_file_are_the_same() -> None:
    assert sent(b"") is None
    assert sent_file(request(), "file") is None
    assert sent_file(request(file="text"), "file") is None


def test_more_than_one_file_is_refused() -> None:
    two = {name: SimpleUploadedFile("x", b"x") for name in ("file", "other")}
    with pytest.raises(SuspiciousOperation):
        _ = request(**two).FILES


def test_where_a_view_takes_several_it_takes_as_many_as_an_edition_has() -> None:
    def with_files(number: int) -> HttpRequest:
        files = [SimpleUploadedFile(f"{each}.yaml", b"x") for each in range(number)]
        asked = request(files=files)
        asked.upload_handlers = [SeveralInMemory(asked)]
        return asked

    assert sent_files(with_files(10), "files")[9] == ("9.yaml", b"x")
    with pytest.raises(SuspiciousOperation):
        sent_files(with_files(11), "files")


def test_of_several_files_none_may_be_too_large() -> None:
    files = [SimpleUploadedFile("a", b"x"), SimpleUploadedFile("b", bytes(LARGEST + 1))]
    asked = request(files=files)
    asked.upload_handlers = [SeveralInMemory(asked)]
    with pytest.raises(TooLarge):
        sent_files(asked, "files")
