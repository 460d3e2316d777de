"""Loading an edition, and checking its files."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessor.knowledge import read_document
from assessor.management.commands import knowledge as command
from assessor.models import Edition
from tests.knowledge.editions import FOLDER, Document, change, document, shipped

pytestmark = pytest.mark.django_db


def run(action: str, folder: Path = FOLDER) -> str:
    output = StringIO()
    call_command("knowledge", action, str(folder), stdout=output)
    return output.getvalue().strip()


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch) -> Document:
    """The edition that the folder holds, as plain values that a test may change.

    Reading real files takes seconds; two tests below do.
    """
    edition = document()
    monkeypatch.setattr(command, "read_folder", lambda _folder: read_document(edition))
    return edition


def test_loading_stores_the_edition_with_its_hash() -> None:
    assert run("load") == f"Edition {shipped().version} loaded."
    stored = Edition.objects.get()
    assert (stored.version, stored.sha256) == (shipped().version, shipped().sha256)
    assert stored.document == shipped().document


@pytest.mark.usefixtures("edition")
def test_loading_the_same_edition_again_changes_nothing() -> None:
    run("load")
    before = Edition.objects.values().get()
    assert run("load") == f"Edition {shipped().version} is loaded already."
    assert Edition.objects.values().get() == before


def test_other_content_under_the_same_version_is_refused(edition: Document) -> None:
    run("load")
    change(edition, "question_bank/meta/unknown_label", "Not known yet")
    with pytest.raises(CommandError, match="give the new content a new content_version"):
        run("load")
    assert Edition.objects.get().sha256 == shipped().sha256


def test_other_content_under_a_new_version_becomes_the_current_edition(edition: Document) -> None:
    run("load")
    for file in ("question_bank", "architectures", "controls", "estimates"):
        change(edition, f"{file}/meta/content_version", "2027.1")
    assert run("load") == "Edition 2027.1 loaded."
    assert Edition.objects.current().version == "2027.1"
    assert Edition.objects.count() == 2


@pytest.mark.usefixtures("edition")
def test_checking_stores_nothing() -> None:
    said = run("check")
    assert said == f"Edition {shipped().version} can be loaded ({shipped().sha256})."
    assert not Edition.objects.exists()


def test_an_edition_that_cannot_be_used_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "edition"))
    (folder / "controls.yaml").write_text("meta: {colour: red}\n")
    with pytest.raises(CommandError) as error:
        run("load", folder)
    assert "controls.yaml: meta.colour: unknown key" in str(error.value)
    assert not Edition.objects.exists()


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"question_bank\.yaml: the file is missing"):
        run("load", tmp_path)
