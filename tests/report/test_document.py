"""The report as HTML: complete, the same every time, and free of other people's markup."""

import dataclasses
import json
import re
from typing import Any

import pytest
from django.template.loader import render_to_string

from assessor.advice import Suggestion
from assessor.report.document import report_html
from assessor.report.reading import read
from tests.report.records import CASES, FOUR_UNKNOWN, NOTHING_IS_LEFT, ONE_FITS, record
from tests.report.rendered import Render, both, document, words
from tests.report.shown import part, with_suggestion

MARKUP = '<script>alert(1)</script>{{7*7}}<img src=x onerror="a()">'


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


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("report/_disputes.html", {"disputes": [{"sides": [{"words": ["people's", "a < b"]}]}]}),
        ("report/_ignored.html", {"reading": {"ignored": [{"words": ["people's", "a < b"]}]}}),
    ],
)
def test_an_answer_of_several_words_is_escaped_once(template: str, context: Any) -> None:
    assert "people's; a < b" in words(render_to_string(template, context))


@pytest.mark.parametrize("deciding", [[], [{}]])
def test_those_above_are_only_spoken_of_where_there_are_some(deciding: list[Any]) -> None:
    together = {"disputes": [{}, {}], "joint": [{}, {}], "deciding": deciding, "several": 3}
    said = words(render_to_string("report/_together.html", {"together": together}))
    assert "some of them together" in said
    assert ("one of those above" in said) == bool(deciding)


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
    for expected in (
        "Contract drafts", "Northwind", "prepared by Dana", "Report 2", "22 November 2026",
        "Clear", "“Small model, private cloud” fits best",
        "The result is clear. It scores 97 of 100.",
        "Decision asked for:", "Three reasons", "Conditions", "Ruled out", "Air-gapped",
        "What would change this", "One day instead of five", "Sign-off", "Agree", "With conditions",
        "Disagree",
        "Prepared from your answers by fixed rules", "not legal advice", "no AI was used",
        f"Edition {issued.suggestion.edition}", "checksum 3f9a3f9a3f9a3f9a",
    ):  # fmt: skip
        assert expected in first


@pytest.mark.parametrize(
    ("case", "status", "lead"),
    [
        (NOTHING_IS_LEFT, "Nothing fits", "Each of the 13 architectures is ruled out"),
        ("enterprise_air_gap", "Forced by your answers", "so the constraints decide"),
        (ONE_FITS, "Clear", "The result is clear. It scores 97 of 100."),
        (
            "many_departments_versions", "Fairly clear",
            "The result is fairly clear, though not beyond doubt. It scores",
        ),
        (
            FOUR_UNKNOWN, "Finely balanced",
            ("Two options are finely balanced: “Small model, private cloud” with 91 of 100 and "
            "“Foundation model + document look-up” with 85. Answers not known yet can turn the "
            "order round, so find them out first."),
        ),
        (
            "mid_market_health_general", "Finely balanced",
            "It takes little to turn the order round, so look at both.",
        ),
        (
            "field_language_many_examples", "Finely balanced",
            "A difference this small means nothing",
        ),
    ],
)  # fmt: skip
def test_the_status_is_a_word_and_the_lead_explains_it(case: str, status: str, lead: str) -> None:
    issued = record(case)
    assert part("status", issued) == status
    assert lead in part("lead", issued)


@pytest.mark.parametrize(
    ("status", "equal", "word"),
    [
        ("not_computed", (), "Fits best"),
        ("not_computed", ("small_llm_third_party_cloud",), "Practically equal"),
        ("fairly_clear", ("small_llm_third_party_cloud",), "Practically equal"),
        ("fit_with_gaps", (), "Fits with gaps"),
    ],
)
def test_a_status_from_before_and_equal_options_keep_their_words(
    status: str, equal: tuple[str, ...], word: str
) -> None:
    issued = with_suggestion(record(), status=status, practically_equal=equal)
    assert part("status", issued) == word


@both
def test_what_an_earlier_version_did_not_compute_is_left_out(render: Render) -> None:
    before = with_suggestion(
        record(FOUR_UNKNOWN),
        status="not_computed",
        confidence=None,
        changes=None,
        unknowns=(),
        preference=None,
        alternatives=(),
    )
    markup = render(before)
    for section in ("sure", "changes", "alternatives"):
        assert f'id="{section}"' not in markup
        assert f'href="#{section}"' not in markup
    said = words(markup)
    assert "“Small model, private cloud” fits best" in said
    assert "Each of these was counted as every answer it can have." in said


@both
def test_a_close_second_is_shown_before_the_reasons(render: Render) -> None:
    said = words(render(record("mid_market_health_general")))
    assert "What may decide between them" in said
    assert "The first two side by side" not in said


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
    assert "checksum 3" not in markup
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
