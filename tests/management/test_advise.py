"""The engine without a browser."""

import json
import os
import re
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from assessor.advice import Suggestion, advise
from assessor.knowledge import UNKNOWN, Answer
from assessor.management.commands import advise as command
from assessor.report import pdf
from tests.advice.answers import situation, without
from tests.builders import make_edition
from tests.knowledge.editions import ROOT, changed, shipped

pytestmark = pytest.mark.django_db

GOLDEN = {case.key: case for case in shipped().golden_cases.cases if case.answers}


@pytest.fixture(autouse=True)
def _loaded() -> None:
    make_edition()


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def run(content: str | bytes, *options: Any) -> str:
        file = tmp_path / "answers"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        output = StringIO()
        call_command("advise", str(file), *options, stdout=output)
        return output.getvalue()

    return run


@pytest.fixture
def refused(run: Any) -> Any:
    def refused(content: str | bytes, *options: Any) -> str:
        with pytest.raises(CommandError) as error:
            run(content, *options)
        assert error.value.returncode == 2
        return str(error.value)

    return refused


def suggested(answers: dict[str, Answer]) -> Any:
    return json.loads(json.dumps(advise(shipped(), answers).model_dump(mode="json")))


# ---------------------------------------------------------------- one suggestion


def test_the_json_is_the_suggestion(run: Any) -> None:
    assert json.loads(run(json.dumps(situation()), "--json")) == suggested(situation())


def test_the_json_has_what_scripts_are_promised(run: Any) -> None:
    said = json.loads(run(json.dumps(situation()), "--json"))
    assert {"edition", "status", "leader", "ranking", "excluded", "levels"} <= set(said)
    assert said["version"] == 1
    assert said["edition"] == shipped().version
    assert said["leader"] == said["ranking"][0]["architecture"]
    for place in said["ranking"]:
        assert sum(place["contributions"].values()) == pytest.approx(place["score"])
    for out in said["excluded"]:
        assert {"architecture", "rule", "reason", "answers"} <= set(out)


def test_every_key_of_the_json_is_documented_and_no_other() -> None:
    documented = (ROOT / "docs" / "advise.md").read_text("utf-8").split("## The JSON")[1]
    rows = re.findall(r"^\| (`.+?) \|", documented, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(Suggestion.model_fields)


def test_the_schema_is_kept_as_it_is_generated() -> None:
    output = StringIO()
    call_command("advise", "--schema", stdout=output)
    assert output.getvalue() == (ROOT / "docs" / "advise.schema.json").read_text("utf-8")


@pytest.mark.parametrize("key", GOLDEN)
def test_every_worked_case_follows_the_schema(key: str) -> None:
    schema = json.loads((ROOT / "docs" / "advise.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    validator.validate(suggested(dict(GOLDEN[key].answers)))


def test_the_schema_refuses_what_is_not_in_it() -> None:
    schema = json.loads((ROOT / "docs" / "advise.schema.json").read_text("utf-8"))
    surplus = {**suggested(situation()), "verdict": "yes"}
    with pytest.raises(jsonschema.ValidationError, match="verdict"):
        jsonschema.validate(surplus, schema)


def test_without_a_file_one_is_asked_for() -> None:
    with pytest.raises(CommandError, match="Name a file of answers") as error:
        call_command("advise")
    assert error.value.returncode == 2


def test_a_level_is_one_key_or_a_list_of_plausible_ones(run: Any) -> None:
    said = json.loads(run(json.dumps(situation(where_capex=UNKNOWN)), "--json"))
    assert said["levels"]["situation"] == "function"
    assert isinstance(said["levels"]["team_capex"], list)
    assert said["not_known"] == ["where_capex"]


def test_yaml_and_json_say_the_same(run: Any) -> None:
    yaml = (ROOT / "tests" / "scenarios" / "base.yaml").read_text("utf-8")
    assert run(yaml, "--json") == run(json.dumps(situation()), "--json")


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_may_be_indented_as_its_writer_likes(run: Any, indent: Any) -> None:
    assert json.loads(run(json.dumps(situation(), indent=indent), "--json"))["leader"]


def test_json_may_escape_any_character(run: Any) -> None:
    answers = situation(why_success="\N{PARTY POPPER} “quoted” \\ / \t")
    assert json.loads(run(json.dumps(answers), "--json")) == suggested(answers)


def test_a_file_may_start_with_a_byte_order_mark(run: Any) -> None:
    assert run(b"\xef\xbb\xbf" + json.dumps(situation()).encode(), "--json")


def flat(lines: str) -> str:
    """Return lines that were broken for a terminal as one."""
    return " ".join(lines.split())


def test_in_words_the_suggestion_and_every_option_are_named(run: Any) -> None:
    said = flat(
        run(json.dumps(situation(where_dev_team="none", how_point_solution="yes_evaluated")))
    )
    assert f"Suggestion: {shipped().options['cots_saas_function'].name}" in said
    for option in shipped().options.values():
        assert option.short_name in said


def test_in_words_it_is_said_when_nothing_is_left(run: Any) -> None:
    said = run(json.dumps(situation(where_dev_team="none")))
    assert "No architecture is left under these answers." in said


def test_in_words_answers_that_do_not_count_are_named(run: Any) -> None:
    said = run(json.dumps(situation(where_scope="individual")))
    assert "Not asked, so its answer does not count: policy_versions" in said


def test_in_words_required_questions_left_out_are_named_and_nothing_is_said_to_be_settled(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    said = flat(run('{"where_scope": "function"}'))
    assert f"- how_tasks: {shipped().questions['how_tasks'].text}" in said
    assert "- where_scope:" not in said
    assert "- where_users:" not in said
    assert "25 required questions have no answer. What they ask about is not weighed" in said
    assert "settle" not in said
    assert capsys.readouterr().err == ""


def test_in_words_one_required_question_left_out_is_named(run: Any) -> None:
    said = flat(run(json.dumps(without(situation(), "opex_volume"))))
    assert f"- opex_volume: {shipped().questions['opex_volume'].text}" in said
    assert "1 required question has no answer. What it asks about is not weighed" in said


def test_in_words_nothing_is_said_to_be_left_out_when_it_is_not(run: Any) -> None:
    said = flat(run(json.dumps(situation())))
    assert "Your answers settle everything that is weighed." in said
    assert "without an answer" not in said


def test_beside_json_required_questions_left_out_are_named_on_standard_error(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = without(situation(), "opex_volume", "how_tasks", "where_users")
    assert json.loads(run(json.dumps(answers), "--json")) == suggested(answers)
    assert capsys.readouterr().err == (
        "Required questions without an answer, so not weighed: how_tasks, opex_volume.\n"
    )
    assert json.loads(run(json.dumps(situation()), "--json"))
    assert capsys.readouterr().err == ""


def test_no_answer_at_all_is_a_situation_too(run: Any) -> None:
    assert json.loads(run("{}", "--json"))["levels"] == {}


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(json.dumps(situation()).encode())))
    output = StringIO()
    call_command("advise", "-", "--json", stdout=output)
    assert json.loads(output.getvalue())["leader"] == suggested(situation())["leader"]


# ---------------------------------------------------------------- the report


@pytest.fixture
def _quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the PDF is asked where the report is tested."""
    monkeypatch.setattr(pdf, "unsaved_pdf", lambda *_: b"%PDF-")


@pytest.mark.usefixtures("_quick_pdf")
def test_the_report_is_written_beside_the_suggestion(run: Any, tmp_path: Path) -> None:
    said = run(json.dumps(situation()), "--json", "--pdf", tmp_path / "report.pdf")
    assert json.loads(said)["leader"]
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF-"


@pytest.mark.usefixtures("_quick_pdf")
def test_a_report_that_cannot_be_written_is_said(run: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="The report was not written"):
        run("{}", "--pdf", tmp_path / "no-such-folder" / "report.pdf")


def test_a_report_that_cannot_be_made_here_is_said(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise pdf.PdfError("Pango is missing")

    monkeypatch.setattr(pdf, "unsaved_pdf", fail)
    with pytest.raises(CommandError, match="Pango is missing"):
        run("{}", "--pdf", tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()


# ---------------------------------------------------------------- what is refused


def test_an_unknown_question_is_named_with_the_known_ones(refused: Any) -> None:
    message = refused('{"where_scop": "function"}')
    assert message.startswith("where_scop: no such question.")
    assert "where_scope, where_org_size" in message


@pytest.mark.parametrize(
    ("key", "answer", "allowed"),
    [
        ("where_scope", "everywhere", "individual, function, enterprise"),
        ("where_scope", UNKNOWN, "individual, function, enterprise"),
        ("where_scope", ["function"], "individual, function, enterprise"),
        ("where_scope", None, "individual, function, enterprise"),
        ("where_dev_team", True, f"(or {UNKNOWN})"),
        ("how_tasks", "draft", "a list of"),
        ("how_tasks", [], "a list of"),
        ("how_tasks", ["draft", "draft"], "more than once"),
        ("how_tasks", ["nope"], "answer_docs"),
        ("how_tasks", [["draft"]], "answer_docs"),
        ("how_tasks", {"draft": 1}, "a list of"),
        ("reg_sector", ["none", "finance"], "cannot be combined"),
        ("spec_language", 6, "between 1 and 5"),
        ("spec_language", "5", "is not a whole number"),
        ("spec_language", 2.5, "is not a whole number"),
        ("spec_language", True, "is not a whole number"),
        ("opex_volume", -1, "between 0 and 1000000000"),
        ("opex_volume", 10**30, "between 0 and 1000000000"),
        ("opex_volume", float("nan"), "is not a whole number"),
        ("opex_volume", float("inf"), "is not a whole number"),
        ("why_priorities", ["low_cost"] * 2, "more than once"),
        ("why_success", 5, "text of at most 600 characters"),
        ("why_success", "x" * 601, "text of at most 600 characters"),
    ],
)
def test_an_answer_that_is_not_allowed_is_named_with_what_is(
    refused: Any, key: str, answer: Any, allowed: str
) -> None:
    message = refused(json.dumps({key: answer}))
    assert message.startswith(f"{key}: ")
    assert allowed in message


def test_too_many_priorities_are_refused(refused: Any) -> None:
    keys = [choice.key for choice in shipped().questions["why_priorities"].choices][:4]  # type: ignore[union-attr]
    assert "more than 3 choices" in refused(json.dumps({"why_priorities": keys}))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "5",
        '"text"',
        "{",
        "a: b: c",
        "1: 2",
        "? [a, b]\n: c",
        "? {a: b}\n: c",
        "{where_scope: function, where_scope: enterprise}",
        '{"where_scope": "function", "where_scope": "enterprise"}',
        "a: &x [*x]",
        "a: !!python/object/apply:os.system [ls]",
        "a: 2026-13-01",
        f"a: {'9' * 5000}",
        "a: !!binary '*'",
        "[" * 1000,
        "a: \x00",
        b"\xff\xfe\x00",
        b"where_scope: caf\xe9",
    ],
    ids=lambda content: repr(content)[:40],
)
def test_what_is_no_mapping_of_answers_is_refused(refused: Any, content: str | bytes) -> None:
    assert refused(content)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(CommandError, match="Cannot read") as error:
            call_command("advise", str(path))
        assert error.value.returncode == 2


# ---------------------------------------------------------------- editions


def test_an_edition_can_be_named(run: Any) -> None:
    said = json.loads(run(json.dumps(situation()), "--json", "--edition", shipped().version))
    assert said["edition"] == shipped().version


def test_without_a_name_the_edition_loaded_last_is_used(run: Any) -> None:
    edition = changed("question_bank/meta/content_version", "2027.1")
    for file in ("architectures", "controls", "estimates"):
        edition[file]["meta"]["content_version"] = "2027.1"
    make_edition(edition)
    assert json.loads(run("{}", "--json"))["edition"] == "2027.1"
    older = json.loads(run("{}", "--json", "--edition", shipped().version))
    assert older["edition"] == shipped().version


def test_an_edition_that_is_not_there_is_refused(
    refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "read_folder", lambda _folder: shipped())
    assert refused("{}", "--edition", "1999.1") == "There is no edition 1999.1 here."


# ---------------------------------------------------------------- many at once


def lines(*answers: Any) -> str:
    return "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in answers)


def test_a_batch_gives_a_result_a_line_in_the_same_order(run: Any) -> None:
    cases = [situation(), situation(where_dev_team="none"), {}]
    results = [json.loads(line) for line in run(lines(*cases), "--batch").splitlines()]
    assert results == [suggested(case) for case in cases]


def test_in_a_batch_a_refused_line_stands_in_its_place(tmp_path: Path) -> None:
    file, output = tmp_path / "answers", StringIO()
    twice = '{"where_scope": "function", "where_scope": "enterprise"}'
    odd = ["not json", "[]", {"nope": 1}, twice, '{"opex_volume": NaN}', "[" * 50_000]
    file.write_text(lines({}, *odd, situation()))
    with pytest.raises(CommandError, match=r"^Refused lines: 6\.$") as error:
        call_command("advise", str(file), "--batch", stdout=output)
    assert error.value.returncode == 2
    results = [json.loads(line) for line in output.getvalue().splitlines()]
    assert ["error" in result for result in results] == [False, *[True] * 6, False]
    assert results[3]["error"].startswith("nope: no such question.")
    assert results[-1] == suggested(situation())


def test_in_a_batch_a_line_that_is_not_utf8_is_refused_like_any_other(tmp_path: Path) -> None:
    file, output = tmp_path / "answers", StringIO()
    file.write_bytes(b'{"why_success": "caf\xe9"}\n{}\n')
    with pytest.raises(CommandError) as error:
        call_command("advise", str(file), "--batch", stdout=output)
    assert error.value.returncode == 2
    results = [json.loads(line) for line in output.getvalue().splitlines()]
    assert ["error" in result for result in results] == [True, False]


def test_in_a_batch_each_result_that_lacks_an_answer_is_named_on_standard_error(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = without(situation(), "opex_volume")
    assert len(run(lines(situation(), lacking), "--batch").splitlines()) == 2
    assert capsys.readouterr().err == (
        "Result 2. Required questions without an answer, so not weighed: opex_volume.\n"
    )


def test_empty_lines_of_a_batch_are_skipped(run: Any) -> None:
    assert len(run("\n{}\n\n  \n{}", "--batch").splitlines()) == 2


def test_an_empty_batch_is_done_at_once(run: Any) -> None:
    assert run("", "--batch") == ""


# ---------------------------------------------------------------- in a process of its own


def test_every_worked_case_comes_out_of_one_batch_where_no_database_is(tmp_path: Path) -> None:
    """With one line that is refused, which stands in its place and decides the exit code."""
    done = subprocess.run(
        [sys.executable, "manage.py", "advise", "-", "--batch"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none"},
        input=lines(*(case.answers for case in GOLDEN.values()), {"where_scope": "everywhere"}),
        capture_output=True,
        text=True,
        check=False,
    )
    *results, refused = [json.loads(line) for line in done.stdout.splitlines()]
    for case, result in zip(GOLDEN.values(), results, strict=True):
        scores = [round(place["score"], 1) for place in result["ranking"]]
        expected = [case.expect.score, case.expect.runner_up_score]
        assert result["leader"] == case.expect.leader, case.key
        assert scores[:2] == [score for score in expected if score is not None], case.key
    assert refused["error"].startswith("where_scope: 'everywhere' is not one of")
    assert (done.returncode, done.stderr) == (2, "CommandError: Refused lines: 1.\n")
