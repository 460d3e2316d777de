"""Small PDFs to read, good and hostile, made without rendering anything."""

import zlib
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from assessor.report import report_file

PLAIN: dict[str, Any] = {"object_stream_mode": pikepdf.ObjectStreamMode.disable}


def carrying(content: bytes, name: str = report_file.NAME, **options: Any) -> bytes:
    """Return a PDF of one empty page that carries a file; ``options`` are those of saving."""
    document = empty()
    document.attachments[name] = content
    return saved(document, **options)


def empty() -> Pdf:
    document = Pdf.new()
    document.add_blank_page()
    return document


def saved(document: Pdf, **options: Any) -> bytes:
    file = BytesIO()
    document.save(file, **options)
    return file.getvalue()


def bomb(size: int) -> bytes:
    """Return a small PDF whose enclosed file unpacks to so many bytes."""
    document = empty()
    document.attachments[report_file.NAME] = b"x"
    names = document.Root.Names.EmbeddedFiles.Names
    names[1].EF.F.write(zlib.compress(bytes(size)), filter=Name.FlateDecode)
    return saved(document)


def circular_names() -> bytes:
    """Return a PDF whose tree of files leads back to its root."""
    document = empty()
    tree = document.make_indirect(Dictionary())
    tree.Kids = Array([tree])
    document.Root.Names = Dictionary(EmbeddedFiles=tree)
    return saved(document)


def deep(levels: int) -> bytes:
    """Return a PDF with arrays in arrays."""
    return b"%PDF-1.7\n1 0 obj\n" + b"[" * levels + b"]" * levels + b"\nendobj\n%%EOF"


def circular_references() -> bytes:
    """Return a PDF in which objects refer to each other, and so do its tables of contents."""
    return (
        b"%PDF-1.7\n1 0 obj\n2 0 R\nendobj\n2 0 obj\n1 0 R\nendobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000030 00000 n \n"
        b"trailer\n<</Size 3/Root 1 0 R/Prev 51>>\nstartxref\n51\n%%EOF"
    )
