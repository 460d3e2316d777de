"""Drafts of editions on the command line: upload, compare, publish, discard, download."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from assessor.advice import examination
from assessor.knowledge.archive import packed, read_upload
from assessor.management.commands import knowledge as command
from assessor.models import AuditEntry, Edition, EditionDraft, Rerun
from assessor.workflow import publishing, rerunning
from tests.advice.proof.planting import proven
from tests.builders import make_edition, submitted
from tests.knowledge.editions import FOLDER, change, shipped
from tests.workflow.test_publishing import KIM, later, seen

pytestmark = pytest.mark.django_db

LEADER = "small_llm_vpc_private_cloud"
GRADE = {f"architectures/architectures/{LEADER}/fit/volume/grades/medium": 0}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what can be read as proven."""
    monkeypatch.setattr(examination, "prove", lambda _knowledge: proven())
    make_edition()


def run(*arguments: str | Path, yes: bool = False, to: Path | None = None) -> str:
    output = StringIO()
    call_command("knowledge", *map(str, arguments), yes=yes, to=to, stdout=output)
    return output.getvalue().strip()


def refusal(*arguments: str | Path, yes: bool = False) -> str:
    with pytest.raises(CommandError) as refused:
        run(*arguments, yes=yes)
    return str(refused.value)


def drafted(version: str = "2026.12", /, **changes: Any) -> EditionDraft:
    return publishing.upload(later(version, **changes), [], KIM)


@pytest.mark.parametrize("kind", ["zip", "json"])
def test_a_file_becomes_a_draft(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"edition.{kind}"
    file.write_bytes(packed(later().document, kind))
    said = run("upload", file)
    draft = EditionDraft.objects.get()
    assert said.endswith(f"Edition 2026.12 is stored as draft {draft.pk}.")
    assert (draft.knowledge, draft.uploaded_by) == (later(), "command")
    assert AuditEntry.objects.get().actor == "command"


def test_a_folder_becomes_a_draft(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.yaml"):
        text = path.read_text("utf-8").replace('"2026.11.3"', '"2026.12"')
        (tmp_path / path.name).write_text(text)
    (tmp_path / "notes.txt").write_text("not of the edition")
    run("upload", tmp_path)
    assert EditionDraft.objects.get().version == "2026.12"


def test_settings_alone_are_put_over_the_current_edition(tmp_path: Path) -> None:
    file = tmp_path / "organisation.yaml"
    file.write_text(yaml.safe_dump({"name": "Northwind", "help": {"where_scope": "Ask Kim."}}))
    run("upload", file)
    run("publish", yes=True)
    assert Edition.objects.current().version == "2026.11.3+northwind.1"
    run("upload", file)
    draft = EditionDraft.objects.get(state="open")
    assert draft.version == "2026.11.3+northwind.2"
    assert draft.knowledge.questions["where_scope"].help.count("Ask Kim.") == 1


def test_what_is_wrong_is_listed_and_nothing_is_stored(tmp_path: Path) -> None:
    content = later().document
    change(content, "controls/controls/ai_register/owner", "nobody")
    file = tmp_path / "edition.zip"
    file.write_bytes(packed(content, "zip"))
    assert "1 to mend:\ncontrols.yaml: controls (ai_register).owner" in refusal("upload", file)
    (tmp_path / "organisation.yaml").write_text("{name: '', colour: x}")
    assert "organisation.yaml: colour" in refusal("upload", tmp_path / "organisation.yaml")
    assert "no file or folder" in refusal("upload", tmp_path / "gone.zip")
    assert not EditionDraft.objects.exists()


def test_the_difference_is_printed_with_what_was_and_what_is() -> None:
    drafted(**{"question_bank/questions/where_scope/text": "Who is it for?"})
    said = run("diff")
    assert said.startswith("Edition 2026.12 against 2026.11.3")
    assert f"- {shipped().questions['where_scope'].text}" in said
    assert "+ Who is it for?" in said


def test_the_effects_are_worked_out_to_the_end_and_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rerunning, "CHUNK", 2)
    reports = [submitted() for _ in range(3)]
    drafted(**GRADE)
    said = run("effects")
    assert said.startswith("3 worked out, 3 get another suggestion.")
    assert f"3: {LEADER} → small_llm_third_party_cloud" in said
    assert "is graded 0 instead of 4" in said
    assert all(str(report.assessment_id) in said for report in reports)
    assert "2 of about 3" in capsys.readouterr().err
    submitted()
    assert run("effects").startswith("4 worked out")


def test_interrupted_it_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerunning, "CHUNK", 2)
    for _ in range(3):
        submitted()
    draft = drafted(**GRADE)
    rerunning.start(draft, "user 7")
    rerunning.go_on(draft)
    started = Rerun.objects.get().started_at
    assert run("effects").startswith("3 worked out")
    assert Rerun.objects.get().started_at == started


def test_publishing_and_discarding_ask_for_a_yes() -> None:
    draft = drafted()
    for action in ("publish", "discard"):
        assert f"Add --yes to {action}" in refusal(action)
    assert EditionDraft.objects.get().is_open
    assert "is discarded" in run("discard", str(draft.pk), yes=True)
    assert EditionDraft.objects.get().document is None


def test_publishing_makes_it_current() -> None:
    drafted()
    assert run("publish", "2026.12", yes=True).startswith("Edition 2026.12 is published")
    assert Edition.objects.current().version == "2026.12"


def test_an_earlier_version_is_not_published() -> None:
    drafted("2026.11.1")
    assert "cannot be published" in refusal("publish", yes=True)


def test_which_draft_is_meant_must_be_clear() -> None:
    assert refusal("diff") == "There is no draft."
    one, other = drafted("2026.12"), drafted("2027.1")
    said = refusal("diff")
    assert f"{one.pk}: 2026.12" in said
    assert f"{other.pk}: 2027.1" in said
    assert run("diff", "2027.1").startswith("Edition 2027.1")
    assert run("diff", str(one.pk)).startswith("Edition 2026.12")
    unknown = str(other.pk + 1)
    assert refusal("diff", unknown) == f"There is no draft “{unknown}”."


@pytest.mark.parametrize("kind", ["zip", "json"])
def test_an_edition_is_written_so_that_it_comes_back_the_same(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"edition.{kind}"
    assert shipped().sha256 in run("download", shipped().version, to=file)
    assert read_upload({file.name: file.read_bytes()}).sha256 == shipped().sha256
    assert "There are: 2026.11.3" in refusal_of_download("1", file)
    assert "--to edition.zip" in refusal_of_download(shipped().version, tmp_path / "edition.txt")


def refusal_of_download(version: str, to: Path) -> str:
    with pytest.raises(CommandError) as refused:
        run("download", version, to=to)
    return str(refused.value)


def test_an_update_does_not_end_the_settings_of_the_organisation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The product brings a new edition with it, which is loaded when it is set up."""
    (tmp_path / "organisation.yaml").write_text("{name: Northwind}")
    run("upload", tmp_path / "organisation.yaml")
    run("publish", yes=True)
    monkeypatch.setattr(command, "prove", lambda _knowledge: proven())
    monkeypatch.setattr(command, "read_folder", lambda _folder: later())
    assert "stored as draft" in run("load")
    assert Edition.objects.current().version == "2026.11.3+northwind.1"
    assert "stored as a draft before" in run("load")
    assert EditionDraft.objects.get(state="open").version == "2026.12"
    assert seen() == Edition.objects.current().sha256
