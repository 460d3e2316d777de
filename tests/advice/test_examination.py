"""An edition that somebody sends: refused with everything to be mended, or a document."""

from typing import Any

import pytest

from assessor.advice.examination import examine_files, examine_settings
from assessor.knowledge.archive import packed
from tests.knowledge.editions import change, changed, document, shipped


def files(content: dict[str, Any]) -> dict[str, bytes]:
    return {"edition.json": packed(content, "json")}


def test_the_shipped_edition_has_nothing_to_mend() -> None:
    examined = examine_files(files(document()))
    assert examined.errors == ()
    assert examined.knowledge.sha256 == shipped().sha256
    assert [note.path for note in examined.notes]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("question_bank/questions/where_scope/colour", "red",
         "question_bank.yaml: questions.0.single.colour: unknown key"),
        ("controls/controls/ai_register/owner", "nobody",
         "controls.yaml: controls (ai_register).owner: no role 'nobody'"),
        ("question_bank/questions/how_deadline/show_if",
         [{"question": "where_scope", "op": "eq", "value": "individual"},
          {"question": "where_scope", "op": "eq", "value": "function"}],
         "question_bank.yaml: questions (how_deadline).show_if: "),
    ],
)  # fmt: skip
def test_a_planted_defect_is_named_with_file_and_place(path: str, value: Any, said: str) -> None:
    """Of a form that is wrong, of a name that means nothing, of a rule that cannot be meant."""
    examined = examine_files(files(changed(path, value)))
    assert examined.document is None
    assert any(str(error).startswith(said) for error in examined.errors), examined.errors


def test_settings_are_examined_as_the_edition_that_they_make() -> None:
    examined = examine_settings(document(), {"name": "Northwind", "paper": "letter"}, 1)
    assert examined.errors == ()
    assert examined.knowledge.version == "2026.11.3+northwind.1"


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ({"name": "Northwind", "help": {"gone": "x"}}, "settings.help.gone"),
        ({"name": ""}, "name"),
        ({"colour": "x"}, "name"),
    ],
)
def test_settings_that_cannot_be_are_named(wanted: dict[str, Any], place: str) -> None:
    examined = examine_settings(document(), wanted, 1)
    assert examined.document is None
    assert place in [error.path for error in examined.errors]
    assert {error.file for error in examined.errors} == {"organisation.yaml"}


def test_settings_do_not_hide_a_defect_of_the_edition() -> None:
    content = document()
    change(content, "golden_cases/cases/0/expect/leader", "byoc_platform")
    examined = examine_settings(content, {"name": "Northwind"}, 1)
    assert "golden_cases.yaml" in {error.file for error in examined.errors}
