"""Files that people send: at most 1 MiB of each, in memory only, because they are confidential.

One at a time, except where a view says otherwise: settings allow for as many as any view takes.
"""

from io import BytesIO
from typing import Any

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

LARGEST = 1024 * 1024
"""Bytes."""


class TooLarge(Exception):
    """A file larger than what is taken."""


class InMemory(FileUploadHandler):
    """Keeps the first bytes of a file and counts the rest, which Django reads and we forget."""

    most = 1
    _count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with a file. Raises TooManyFilesSent."""
        self._count += 1
        if self._count > self.most:
            raise TooManyFilesSent
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= LARGEST:
            self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file; its size is that of what was sent, whatever was kept."""
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept,
            self.field_name,
            self.file_name or "",
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )


class SeveralInMemory(InMemory):
    """The same for a view that takes the files of an edition."""

    most = 10


def sent_file(request: HttpRequest, name: str) -> bytes | None:
    """Return the content of a file that was sent; None where none was chosen. Raises TooLarge."""
    file = request.FILES.get(name)
    if file is None:
        return None
    if (file.size or 0) > LARGEST:
        raise TooLarge
    content: bytes = file.read()
    return content or None


def sent_files(request: HttpRequest, name: str) -> list[tuple[str, bytes]]:
    """Return every file that was sent, by name. Raises TooLarge."""
    files = [file for file in request.FILES.getlist(name) if file.name]
    if any((file.size or 0) > LARGEST for file in files):
        raise TooLarge
    return [(file.name or "", file.read()) for file in files]
