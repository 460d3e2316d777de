"""What a report says about people."""

from datetime import UTC, datetime

from assessor.evidence import Remark, Voices
from assessor.report.disputes import remarks
from tests.knowledge.editions import shipped


def note(question: str) -> Remark:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Remark(question=question, name="Dana", at=at, text="So far", resolved=False)


def test_a_note_on_a_question_that_the_edition_does_not_have_is_still_read() -> None:
    """Such a report may have been issued before notes like it were left out."""
    voices = Voices(remarks=(note("long_gone"), note("where_scope")))
    texts = [remark.text_of_question for remark in remarks(shipped(), voices)]
    assert texts == [shipped().questions["where_scope"].text, "long_gone"]
