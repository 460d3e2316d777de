"""Files that people send: at most 1 MiB of each, in memory only, because they are confidential."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

LARGEST = 1024 * 1024
"""Bytes."""


class TooLarge(Exception):
    """A file larger than what is taken."""


class InMemory(FileUploadHandler):
    """Keeps the first bytes of a file and counts the rest, which Django reads and we forget."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
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


def sent_file(request: HttpRequest, name: str) -> bytes | None:
    """Return the content of a file that was sent; None where none was chosen. Raises TooLarge."""
    file = request.FILES.get(name)
    if file is None:
        return None
    if (file.size or 0) > LARGEST:
        raise TooLarge
    content: bytes = file.read()
    return content or None
