"""Whatever is wrong with an edition is said with its file, the path in it, and the reason."""

import shutil
from pathlib import Path

import pytest

from assessor.knowledge import KnowledgeBase, KnowledgeError, read_document, read_folder
from assessor.knowledge.reading import FILES, LARGEST_FILE, Finding, parsed
from tests.knowledge.editions import FOLDER, GONE, Document, change, changed, document

QUESTION = "question_bank/questions/where_scope"
GRADES = "architectures/architectures/enterprise_vpc_foundation/fit/opex/grades"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped edition whose files may be changed."""
    return Path(shutil.copytree(FOLDER, tmp_path / "edition"))


def finding(folder: Path) -> Finding:
    with pytest.raises(KnowledgeError) as refused:
        read_folder(folder)
    (only,) = refused.value.findings
    return only


def findings(edition: Document) -> list[Finding]:
    with pytest.raises(KnowledgeError) as refused:
        read_document(edition)
    return refused.value.findings


# ---------------------------------------------------------------- a good edition


def test_the_shipped_edition_can_be_read(knowledge: KnowledgeBase) -> None:
    assert knowledge.version == "2026.11.3"


def test_an_edition_survives_being_stored_as_json(knowledge: KnowledgeBase) -> None:
    again = read_document(document())
    assert again == knowledge
    assert again.sha256 == knowledge.sha256


# ---------------------------------------------------------------- files that are not an edition


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    # The other files are emptied: reading them first would only cost time.
    for other in FILES:
        (folder / f"{other}.yaml").write_text("{}", "utf-8")
    (folder / f"{name}.yaml").unlink()
    assert finding(folder) == Finding(f"{name}.yaml", "", "the file is missing")


def test_a_file_may_have_a_mebibyte() -> None:
    assert parsed("x.yaml", b"a: 1".ljust(1024 * 1024)) == {"a": 1}
    with pytest.raises(KnowledgeError, match="larger than 1 MiB"):
        parsed("x.yaml", b"a: 1".ljust(1024 * 1024 + 1))


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    (folder / "question_bank.yaml").write_bytes(b" " * (LARGEST_FILE + 1))
    assert finding(folder) == Finding("question_bank.yaml", "", "the file is larger than 1 MiB")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("meta: &shared 1\ngroups: *shared\n", "line 2", "aliases (*name) are not allowed"),
        ("meta: 1\nmeta: 2\n", "line 2", "the key 'meta' is given twice"),
        ("meta: {language: en, language: de}\n", "line 1", "the key 'language' is given twice"),
        ("meta: [1, 2\n", "line 2", "expected ',' or ']'"),
        ("meta: 1\n---\nmeta: 2\n", "line 2", "another document"),
        ("meta: !!python/object/apply:os.getcwd []\n", "line 1", "constructor for the tag"),
        ("meta: \0\n", "", "not YAML"),
        ("[" * 101, "line 1", "more than 100 levels in each other"),
        ("{a: " * 200_000, "line 1", "more than 100 levels in each other"),
        ("- " * 500_000, "line 1", "more than 100 levels in each other"),
        ("? " * 500_000, "line 1", "more than 100 levels in each other"),
    ],
    ids=[
        "alias",
        "key twice",
        "nested key twice",
        "syntax",
        "two documents",
        "code",
        "control character",
        "lists too deep",
        "mappings too deep",
        "lines too deep",
        "keys too deep",
    ],
)
def test_yaml_that_is_not_plain_data_is_refused(
    folder: Path, text: str, line: str, reason: str
) -> None:
    (folder / "question_bank.yaml").write_text(text, "utf-8")
    found = finding(folder)
    assert (found.file, found.path) == ("question_bank.yaml", line)
    assert reason in found.reason


@pytest.mark.parametrize(
    "text",
    ["? [a, b]\n: c\n", "as_of: 2026-02-30\n", "order: !!int first\n", "required: !!bool maybe\n"],
    ids=["a list as key", "a day that does not exist", "not a number", "not a truth value"],
)
def test_yaml_values_that_cannot_be_built_are_refused(folder: Path, text: str) -> None:
    (folder / "question_bank.yaml").write_text(text, "utf-8")
    assert finding(folder).file == "question_bank.yaml"


def test_bytes_that_are_not_utf_8_are_refused(folder: Path) -> None:
    (folder / "question_bank.yaml").write_bytes("meta: é".encode("latin-1"))
    found = finding(folder)
    assert found.file == "question_bank.yaml"
    assert "utf-8" in found.reason


# ---------------------------------------------------------------- values of the wrong shape


@pytest.mark.parametrize(
    ("path", "value", "found_at", "reason"),
    [
        (f"{QUESTION}/colour", "red", "questions.0.single.colour", "unknown key"),
        (f"{QUESTION}/help", GONE, "questions.0.single.help", "Field required"),
        (f"{QUESTION}/order", "first", "questions.0.single.order", "valid integer"),
        (f"{QUESTION}/type", "matrix", "questions.0", "'matrix'"),
        (
            "question_bank/stop_gates/classified/when/0/op",
            "like",
            "stop_gates.1.when.0.op",
            "'not_contains_any'",
        ),
        (f"{GRADES}/low", 5, "architectures.0.fit.opex.grades.low", "less than or equal to 4"),
        (f"{GRADES}/low", "2", "architectures.0.fit.opex.grades.low", "valid integer"),
        ("golden_cases", [], "", "dictionary"),
        ("controls/meta/schema_version", 2, "meta.schema_version", "should be 1"),
    ],
)
def test_a_value_of_the_wrong_shape_is_named(
    path: str, value: object, found_at: str, reason: str
) -> None:
    (found,) = findings(changed(path, value))
    assert (found.file, found.path) == (f"{path.partition('/')[0]}.yaml", found_at)
    assert reason in found.reason


def test_everything_that_is_wrong_is_listed() -> None:
    edition = changed(f"{QUESTION}/colour", "red")
    change(edition, f"{GRADES}/low", 5)
    change(edition, "controls/meta/schema_version", 2)
    assert [found.file for found in findings(edition)] == [
        "question_bank.yaml",
        "architectures.yaml",
        "controls.yaml",
    ]


def test_an_error_reads_as_file_path_reason() -> None:
    with pytest.raises(KnowledgeError) as refused:
        read_document(changed(f"{QUESTION}/colour", "red"))
    assert str(refused.value) == "question_bank.yaml: questions.0.single.colour: unknown key"
