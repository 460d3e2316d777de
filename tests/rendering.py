"""Files without their content, for tests that ask who gets one and not what is in it."""

import pytest

from assessor.report import formats, issued
from assessor.views import result, sample


def render_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be empty: making one takes seconds."""
    for write in ("word_document", "markdown_report", "decision_record"):
        monkeypatch.setattr(formats, write, lambda _record: b"")
    monkeypatch.setattr(result, "report_html", lambda *_, **__: "")
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    monkeypatch.setattr(sample, "_pdf", lambda: b"%PDF-")
