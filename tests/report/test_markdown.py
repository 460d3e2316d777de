"""Reports as Markdown, as decision records and as lines for a terminal."""

import datetime
import re
from functools import cache

import pytest
import yaml
from markdown_it import MarkdownIt

from assessor.report import markdown
from assessor.report.formats import decision_record, markdown_report, summary
from assessor.report.parsing import parsed
from assessor.report.record import Record
from assessor.templatetags.report_tags import soft_breaks
from tests.report import hostile
from tests.report.records import (
    CASES,
    FOUR_UNKNOWN,
    NOTHING_IS_LEFT,
    ONE_IS_LEFT,
    record,
)
from tests.report.rendered import document, words

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(text: str) -> str:
    """Return Markdown as a reader's program shows it: HTML."""
    return str(READER.render(text))


@cache
def report() -> str:
    return markdown_report(record()).decode()


def test_the_whole_report_is_there_in_its_own_words() -> None:
    html = shown(report())
    for heading in re.findall(r"<h[123][^>]*>(.*?)</h", document(record())):
        if heading != "Contents":
            assert words(heading) in words(html)
    assert words(html).count("Small model, private cloud") > 10


def test_tables_are_tables_and_pairs_are_lists() -> None:
    text = report()
    assert "| Option | Fit of 100 |" in text
    assert "- **Team**: 2 to 5 people part time" in text
    assert shown(text).count("<table>") > 8


def test_every_row_of_a_table_has_the_same_number_of_cells() -> None:
    for table in re.findall(r"(?:^\|.*\|\n?)+", report(), re.MULTILINE):
        lengths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(lengths) == 1, table


def test_an_option_is_named_beside_each_of_its_reasons() -> None:
    rows = [line for line in report().splitlines() if line.startswith("| **Air-gapped** |")]
    assert len({row.split("|")[2] for row in rows}) > 1


def test_the_markdown_holds_no_html_but_line_breaks_in_cells() -> None:
    assert set(re.findall(r"(?<!\\)<[a-z/][^>]*>", report())) - {"<br>"} == set(
        re.findall(r"<https?://[^>]*>", report())
    )


@pytest.mark.parametrize("text", [hostile.MARKUP, hostile.MARKDOWN, hostile.LONG_WORD])
@pytest.mark.parametrize("write", [markdown_report, decision_record])
def test_what_people_type_comes_out_as_text(write: object, text: str) -> None:
    issued = record(
        answers={"why_success": text[:600]}, initiative=text, organisation=text, prepared_by=text
    )
    html = shown(write(issued).decode())  # type: ignore[operator]
    seen = words(html)
    assert hostile.as_read(text) in seen
    assert hostile.as_read(text[:600]) in seen
    assert "evil.example" not in "".join(re.findall(r"<(?:a|img)[^>]*>", html))
    assert "<script" not in html


@pytest.mark.parametrize("text", hostile.ALL.values(), ids=hostile.ALL)
def test_a_text_alone_in_a_paragraph_is_nothing_but_a_paragraph(text: str) -> None:
    written = markdown.written(parsed(f"<body><p>{soft_breaks(text)}</p></body>"))
    assert re.fullmatch(r"<p>[^<]*</p>\n", shown(written)), written
    assert words(shown(written)) == hostile.as_read(text)


def test_lists_inside_lists_and_numbers_keep_their_shape() -> None:
    html = "<ol><li><p>a</p><ul><li>b</li></ul></li><li>c<br>d</li></ol>"
    assert markdown.written(parsed(html)) == "1. a\n   - b\n2. c\\\n   d\n"


def test_only_links_out_of_the_document_stay_links() -> None:
    html = '<p><a href="#x">in</a> <a href="https://a.example/?b=<c>">out</a></p>'
    assert markdown.written(parsed(html)) == "in [out](<https://a.example/?b=%3Cc%3E>)\n"


# ---------------------------------------------------------------- the decision record

MADR = [
    "Context and Problem Statement",
    "Decision Drivers",
    "Considered Options",
    "Decision Outcome",
    "Pros and Cons of the Options",
    "More Information",
]


def decided(case: str, **about: object) -> str:
    return decision_record(record(case, **about)).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("case", sorted(CASES)[::4])
def test_a_decision_record_has_the_headings_of_its_format_in_their_order(case: str) -> None:
    assert re.findall(r"^## (.*)$", decided(case), re.MULTILINE) == MADR


def test_a_decision_record_says_what_is_chosen_and_why() -> None:
    outcome = decided("mid_market_full").split("## Decision Outcome")[1]
    assert "Chosen option: “Small model, private cloud”, because\n" in outcome
    assert "\n- Good: Full control over model" in outcome
    assert "\n- Bad: " in outcome
    assert outcome.index("### Consequences") < outcome.index("### Confirmation")


def test_every_option_was_considered() -> None:
    considered = decided("mid_market_full").split("## Considered Options")[1].split("##")[0]
    assert considered.count("\n- ") == len(record().knowledge.options)


def test_where_nothing_is_left_nothing_is_chosen() -> None:
    assert "Chosen option" not in decided(NOTHING_IS_LEFT)
    assert "Each of the 13 architectures is ruled out" in decided(NOTHING_IS_LEFT)


def test_a_decision_is_proposed_until_somebody_decides() -> None:
    _, about, _ = decided("mid_market_full", initiative="a\n---\nstatus: accepted").split(
        "---\n", 2
    )
    date = datetime.date(2026, 11, 22).isoformat()
    assert yaml.safe_load(about) == {"status": "proposed", "date": date}


# ---------------------------------------------------------------- the terminal


@pytest.mark.parametrize("case", sorted(CASES)[::3])
def test_a_summary_fits_a_terminal(case: str) -> None:
    lines = summary(record(case)).splitlines()
    assert max(map(len, lines)) < 80
    assert len(lines) > 20
    assert not re.search(r"\*\*|\\|<", "".join(lines))


@cache
def with_unknowns() -> str:
    return summary(record(FOUR_UNKNOWN))


def flat(issued: Record) -> str:
    return " ".join(summary(issued).split())


def test_a_summary_starts_with_the_status_and_names_every_option() -> None:
    said = flat(record(FOUR_UNKNOWN))
    assert said.startswith("Finely balanced Suggestion: ")
    for option in record().knowledge.options.values():
        assert option.short_name in said


@pytest.mark.parametrize(
    "heading",
    [
        "Options compared",
        "Ruled out, and why",
        "Why this one",
        "How sure this is",
        "What would change this",
        "Find out next",
        "Conditions",
        "Cost and footprint",
        "Gravest risks",
    ],
)
def test_a_summary_has_what_the_report_has_first(heading: str) -> None:
    assert f"\n{heading}\n{'-' * len(heading)}\n" in with_unknowns()


def test_a_summary_says_which_constraints_decide() -> None:
    assert flat(record(ONE_IS_LEFT)).startswith("Forced by your answers Suggestion: ")
    said = flat(record(NOTHING_IS_LEFT))
    assert "What your answers rule out" in said
    assert "Your answer: - Who could build and run it? Nobody" in said


def test_no_text_can_steer_a_terminal() -> None:
    said = summary(record(answers={"why_success": hostile.CONTROLS}, initiative=hostile.CONTROLS))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said)
