"""Legal dates and questions for counsel."""

from datetime import UTC, datetime

from assessor.report.law import Law, law
from assessor.report.record import Record
from tests.report.records import NOTHING_IS_LEFT, record
from tests.report.rendered import Render, both, document, words

LARGE = "enterprise_full"


def calendar(issued: Record) -> Law:
    found = law(issued)
    assert found is not None
    return found


def test_dates_are_seen_from_the_day_of_the_report() -> None:
    begun = {date.topic: date.has_begun for date in calendar(record(LARGE)).dates}
    assert begun["Registration"] is True
    assert begun["High-risk systems, Annex III (stand-alone uses)"] is False


def test_a_duty_applies_on_its_very_first_day() -> None:
    first_day = datetime(2027, 12, 2, 0, 0, tzinfo=UTC)
    dates = calendar(record(LARGE, issued_at=first_day)).dates
    assert all(date.has_begun for date in dates)


def test_without_a_day_of_issue_nothing_is_said_to_have_begun() -> None:
    dates = calendar(record(LARGE, issued_at=None)).dates
    assert {date.has_begun for date in dates} == {None}


def test_each_source_is_listed_once_and_found_by_its_number() -> None:
    found = calendar(record(LARGE))
    assert len({source.title for source in found.sources}) == len(found.sources)
    for date, duty in zip(found.dates, record(LARGE).suggestion.calendar, strict=True):
        assert found.sources[date.source - 1].url == duty.source_url


def test_why_a_date_matters_leaves_out_what_every_date_has_in_common() -> None:
    for date in calendar(record(LARGE)).dates:
        for ground in date.grounds:
            assert ground.text != "True of every use of AI"
            assert ground.answer is None or ground.answer.question != "reg_jurisdiction"


@both
def test_dates_certainty_questions_and_the_disclaimer_are_said(render: Render) -> None:
    said = words(render(record(LARGE)))
    assert "Already applies since 2 August 2026 EU AI Act Art. 49 Registration Details open" in said
    assert "From 2 December 2027" in said
    assert "Questions for counsel" in said
    assert "Preparation for professional advice, not legal advice." in said


def test_without_a_day_of_issue_only_the_dates_are_said() -> None:
    said = words(document(record(LARGE, issued_at=None, number=None)))
    assert "Already applies" not in said
    assert "2 August 2026 EU AI Act Art. 49" in said


@both
def test_a_law_without_articles_has_no_word_for_them(render: Render) -> None:
    said = words(render(record(LARGE, {"reg_jurisdiction": ["us"]})))
    assert "Federal Trade Commission Act, section 5 No unfair or deceptive conduct" in said


@both
def test_where_no_date_matters_that_is_said_and_the_questions_stay(render: Render) -> None:
    said = words(render(record(NOTHING_IS_LEFT)))
    assert "None of the dates in this edition matters to your answers." in said
    assert "Which regulators' rules apply to our field instead?" in said
