"""The report as HTML: complete, the same every time, and free of other people's markup."""

import dataclasses
import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string

from assessor.advice import Suggestion
from assessor.report.document import report_html
from assessor.report.reading import read
from assessor.report.record import Record
from tests.report.records import CASES, FOUR_UNKNOWN, ONE_FITS, record

MARKUP = '<script>alert(1)</script>{{7*7}}<img src=x onerror="a()">'


def document(issued: Record) -> str:
    return report_html(issued, stylesheets=["report.css"])


def page(issued: Record) -> str:
    assessment = {"pk": "6e8ff8c0-0000-4000-8000-000000000000", "is_draft": False}
    context = {"reading": read(issued), "assessment": assessment, "may_edit": True}
    return render_to_string("result/result.html", context)


def words(markup: str) -> str:
    """Return what a person reads, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


Render = Callable[[Record], str]
both = pytest.mark.parametrize("render", [page, document])


@both
@pytest.mark.parametrize("case", CASES)
def test_every_worked_case_says_its_answer_and_every_reason(render: Render, case: str) -> None:
    issued = record(case)
    said = words(render(issued))
    assert read(issued).heading in said
    for exclusion in issued.suggestion.excluded:
        assert " ".join(exclusion.reason.split()) in said
    for gate in issued.suggestion.gates:
        assert gate.message in said


@both
@pytest.mark.parametrize("case", CASES)
def test_every_link_within_leads_somewhere_and_no_id_is_given_twice(
    render: Render, case: str
) -> None:
    markup = render(record(case))
    ids = re.findall(r'\sid="([^"]+)"', markup)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]+)"', markup))
    assert targets <= set(ids)


@both
def test_what_people_type_is_never_markup(render: Render) -> None:
    markup = render(
        record(
            answers={"why_success": MARKUP},
            initiative=MARKUP,
            organisation=MARKUP,
            prepared_by=MARKUP,
        )
    )
    assert "<script>alert" not in markup
    assert "<img" not in markup
    assert "{{7*7}}" in markup
    assert "&lt;script&gt;" in markup


@both
@pytest.mark.parametrize("case", CASES)
def test_a_strict_policy_finds_nothing_inline(render: Render, case: str) -> None:
    markup = render(record(case))
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", markup)


@both
def test_a_word_without_end_may_break(render: Render) -> None:
    markup = render(record(answers={"why_success": "x" * 100}))
    assert f"{'x' * 40}<wbr>{'x' * 40}<wbr>{'x' * 20}" in markup


def test_new_lines_become_paragraphs_of_which_there_are_at_most_200() -> None:
    markup = document(record(answers={"why_success": "\n".join(["a"] * 300)}))
    assert markup.count("<p>a</p>") == 200


def test_the_first_page_can_stand_alone() -> None:
    issued = record(answers={"why_success": "One day instead of five"})
    first = words(document(issued).split("</section>")[0])
    for part in (
        "Contract drafts", "Northwind", "prepared by Dana", "Report 2", "22 November 2026",
        "Fits best", "“Small model, private cloud” fits best", "It scores 97 of 100.",
        "Decision asked for:", "Three reasons", "Conditions", "Ruled out", "Air-gapped",
        "One day instead of five", "Sign-off", "Agree", "With conditions", "Disagree",
        "Prepared from your answers by fixed rules", "not legal advice", "no AI was used",
        f"Edition {issued.suggestion.edition}", "checksum 3f9a3f9a3f9a3f9a",
    ):  # fmt: skip
        assert part in first


def test_what_is_not_known_is_said_and_what_it_could_still_rule_out() -> None:
    said = words(document(record(FOUR_UNKNOWN)))
    assert "4 answers are not known yet." in said
    assert (
        "the answer to “Where may this information be processed?” is "
        "“Only on equipment on our own premises”" in said
    )


def test_a_suggestion_that_was_never_issued_says_so() -> None:
    draft = dataclasses.replace(record(), number=None, issued_at=None, sha256=None, organisation="")
    markup = document(draft)
    assert "Not issued" in markup
    assert "checksum" not in markup
    assert "None" not in words(markup.split("</section>")[0])


def test_a_database_that_forgets_the_order_of_keys_changes_nothing() -> None:
    issued = record(FOUR_UNKNOWN)
    stored = json.loads(json.dumps(issued.suggestion.model_dump(mode="json"), sort_keys=True))
    answers = dict(sorted(issued.answers.items()))
    reread = dataclasses.replace(
        issued, suggestion=Suggestion.model_validate(stored), answers=answers
    )
    assert document(reread) == document(issued)


def test_the_time_of_rendering_is_not_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = document(record(ONE_FITS))
    monkeypatch.setattr("django.utils.timezone.now", _no_clock)
    assert document(record(ONE_FITS)) == before


def _no_clock(*_: Any) -> None:
    raise AssertionError("a report does not ask what time it is")


def test_only_the_print_view_leads_back_to_the_result() -> None:
    assert "Back to the result" not in document(record())
    shown = report_html(record(), stylesheets=[], back="/a/1/result/")
    assert '<a href="/a/1/result/">Back to the result</a>' in shown
