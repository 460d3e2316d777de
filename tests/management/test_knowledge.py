"""Loading an edition, and checking its files."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessor.advice.proof import Finding, Part, Proof
from assessor.knowledge import KnowledgeBase, read_document
from assessor.management.commands import knowledge as command
from assessor.management.editions import COMMAND
from assessor.models import AuditEntry, Edition
from assessor.workflow import publishing
from tests.advice.proof.planting import proven
from tests.knowledge.editions import FOLDER, Document, change, document, shipped
from tests.workflow.test_publishing import later

pytestmark = pytest.mark.django_db


WRONG = Proof(
    parts=(
        Part.of(
            "Conditions",
            ["exact"] * 2,
            [
                Finding("error", "question_bank.yaml", "questions (x).show_if", "never holds"),
                Finding("error", "controls.yaml", "risks (y).applies", "never holds"),
                Finding("note", "controls.yaml", "risks (z).applies", "always holds"),
            ],
        ),
    ),
    witnesses={},
)


def run(action: str, *folder: Path, verbosity: int = 1) -> str:
    output = StringIO()
    call_command("knowledge", action, *map(str, folder), stdout=output, verbosity=verbosity)
    return output.getvalue().strip()


def refusal(action: str) -> str:
    with pytest.raises(CommandError) as refused:
        run(action)
    return str(refused.value)


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch) -> Document:
    """The edition that the folder holds, as plain values that a test may change.

    Reading real files and proving take seconds; few tests below do. This one counts as proven.
    """
    edition = document()
    monkeypatch.setattr(command, "read_folder", lambda _folder: read_document(edition))
    monkeypatch.setattr(command, "prove", lambda _knowledge: proven())
    return edition


@pytest.fixture
def proofs(edition: Document, monkeypatch: pytest.MonkeyPatch) -> list[KnowledgeBase]:
    """The editions that were proven, and found wrong; the edition is that of the folder."""
    proofs: list[KnowledgeBase] = []

    def prove(knowledge: KnowledgeBase) -> Proof:
        proofs.append(knowledge)
        return WRONG

    monkeypatch.setattr(command, "prove", prove)
    return proofs


def test_loading_stores_the_edition_with_its_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "prove", lambda _knowledge: proven())
    assert run("load", FOLDER) == f"Edition {shipped().version} loaded."
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


# ---------------------------------------------------------------- the proof


@pytest.mark.usefixtures("proofs")
def test_an_edition_with_an_error_is_not_loaded() -> None:
    assert refusal("load") == (
        "This edition cannot be used, 2 to mend:\n"
        "question_bank.yaml: questions (x).show_if: never holds [exact]\n"
        "controls.yaml: risks (y).applies: never holds [exact]"
    )
    assert not Edition.objects.exists()


@pytest.mark.usefixtures("proofs")
def test_checking_lists_the_same_errors() -> None:
    assert refusal("check") == refusal("load")


def test_an_edition_that_is_stored_is_not_proven_again(
    edition: Document, proofs: list[KnowledgeBase]
) -> None:
    Edition.objects.create(
        version=shipped().version, sha256=shipped().sha256, document=shipped().document
    )
    assert run("load") == f"Edition {shipped().version} is loaded already."
    change(edition, "question_bank/meta/unknown_label", "Not known yet")
    assert "with other content" in refusal("load")
    assert proofs == []


@pytest.mark.usefixtures("edition")
def test_checking_says_what_was_examined_and_stores_nothing() -> None:
    said = run("check").splitlines()
    assert said[0] == f"Edition {shipped().version}"
    for part in proven().parts:
        (line,) = [each for each in said if each.startswith(f"  {part.title}: ")]
        assert all(f"{count} ({method})" in line for method, count in part.examined.items())
    for note in proven().notes:
        assert f"  {note}" in said
    assert said[-2:] == [
        "Nothing to mend.",
        f"Edition {shipped().version} can be loaded ({shipped().sha256}).",
    ]
    assert not Edition.objects.exists()


@pytest.mark.usefixtures("edition")
def test_checking_names_the_answers_that_each_lead_hangs_on() -> None:
    said = run("check").splitlines()
    witness = proven().witnesses["self_hosted_on_prem"]
    (line,) = [each for each in said if each.startswith("  self_hosted_on_prem (")]
    assert f"({witness.lead:.1f} points ahead): " in line
    named = [pair.partition("=")[0] for pair in line.partition(": ")[2].split()]
    assert named == list(witness.decisive)


@pytest.mark.usefixtures("edition")
def test_checking_in_full_names_every_answer() -> None:
    said = run("check", verbosity=2).splitlines()
    witness = proven().witnesses["self_hosted_on_prem"]
    (line,) = [each for each in said if each.startswith("  self_hosted_on_prem (")]
    named = [pair.partition("=")[0] for pair in line.partition(": ")[2].split()]
    assert named == list(witness.answers)


def test_without_a_folder_the_shipped_edition_is_checked() -> None:
    assert f"Edition {shipped().version} can be loaded ({shipped().sha256})." in run("check")


# ---------------------------------------------------------------- what cannot be read


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


def test_what_is_loaded_is_in_the_log(edition: Document) -> None:
    run("load")
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor) == ("edition.published", "command")
    assert entry.subject == f"edition {shipped().version}"


def test_an_older_edition_does_not_come_into_force(edition: Document) -> None:
    """The product brings its own at each start, which may be older than an organisation's."""
    publishing.publish_at_once(later("2027.5"), COMMAND)
    assert "older than the current one, 2027.5: not loaded" in run("load")
    assert Edition.objects.current().version == "2027.5"
