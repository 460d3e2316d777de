"""The pages for those who own the content: upload, look, publish, discard, download."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessor.advice import examination
from assessor.advice.proof import prove
from assessor.knowledge.archive import read_upload
from assessor.models import AuditEntry, Edition, EditionDraft
from assessor.report.children import Places
from assessor.views.staff import editions_checking
from assessor.workflow import publishing
from assessor.workflow.publishing import Editor
from tests.builders import Response, another_edition, make_edition, submitted, text_of
from tests.knowledge.editions import FOLDER, change, shipped
from tests.views.staff.editors import (
    content_editor,
    draft_of,
    examine_here,
    file_of,
    signed_in,
)
from tests.workflow.test_publishing import KIM, later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _examined_here(monkeypatch: pytest.MonkeyPatch) -> None:
    examine_here(monkeypatch)


@pytest.fixture
def editor() -> Client:
    make_edition()
    return content_editor()


def sent(client: Client, *files: Any) -> Response:
    return client.post(reverse("upload_edition"), {"files": list(files)})


def address(name: str, *arguments: object) -> str:
    return reverse(name, args=list(arguments))


# ---------------------------------------------------------------- who may


ADDRESSES = [
    "/staff/editions/",
    "/staff/editions/upload/",
    "/staff/editions/settings/",
    "/staff/editions/{edition}/",
    "/staff/editions/{edition}/edition.zip",
    "/staff/editions/drafts/{draft}/",
    "/staff/editions/drafts/{draft}/edition.json",
    "/staff/editions/drafts/{draft}/effects/",
    "/staff/editions/drafts/{draft}/publish/",
    "/staff/editions/drafts/{draft}/discard/",
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_only_content_editors_learn_what_there_is(path: str) -> None:
    edition, draft = make_edition(), draft_of()
    full = path.format(edition=edition.pk, draft=draft.pk)
    reviewer = User.objects.create_user("reviewer", is_staff=True)
    reviewer.groups.add(Group.objects.get(name="Reviewer"))
    for client in (Client(), signed_in(reviewer)):
        assert client.get(full).status_code == 404
        assert client.post(full).status_code in {404, 405}
    assert content_editor().get(full).status_code == 200
    assert EditionDraft.objects.get().is_open


# ---------------------------------------------------------------- uploading


@pytest.mark.parametrize("kind", ["zip", "json"])
def test_a_good_edition_becomes_a_draft(editor: Client, kind: str) -> None:
    response = sent(editor, file_of(later().document, kind))
    draft = EditionDraft.objects.get()
    assert response["Location"] == address("edition_draft", draft.pk)
    assert draft.knowledge == later()
    assert draft.uploaded_by == "Kim Content"
    assert "Draft 2026.12 is stored." in text_of(editor.get(response["Location"]))


def test_the_yaml_files_are_taken_as_they_are(editor: Client) -> None:
    files = [
        SimpleUploadedFile(path.name, path.read_bytes().replace(b'"2026.11.3"', b'"2026.12"'))
        for path in FOLDER.glob("*.yaml")
    ]
    assert len(files) == 5
    assert sent(editor, *files).status_code == 302
    assert EditionDraft.objects.get().version == "2026.12"


def test_a_planted_defect_is_refused_with_its_place_and_nothing_is_stored(editor: Client) -> None:
    content = later().document
    change(content, "controls/controls/ai_register/owner", "nobody")
    response = sent(editor, file_of(content))
    assert response.status_code == 422
    shown = text_of(response)
    assert "1 thing to mend" in shown
    assert "Nothing was stored." in shown
    for words in ("controls.yaml", "controls (ai_<wbr>register).<wbr>owner", "nobody"):
        assert words in shown or words.replace("<wbr>", "") in shown
    assert not EditionDraft.objects.exists()
    assert not AuditEntry.objects.filter(event__startswith="edition.").exists()


def test_a_rule_that_can_never_fire_is_refused_too(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = later().document
    both = ("individual", "function")
    never = [{"question": "where_scope", "op": "eq", "value": value} for value in both]
    change(content, "architectures/knockout_rules/no_team/when", never)
    monkeypatch.setattr(examination, "prove", prove)
    response = sent(editor, file_of(content))
    assert response.status_code == 422
    assert "no_team" in text_of(response)
    assert not EditionDraft.objects.exists()


def test_the_current_edition_sent_again_is_refused(editor: Client) -> None:
    response = sent(editor, file_of(shipped().document))
    assert response.status_code == 422
    assert "Edition 2026.11.3 is published already" in text_of(response)


@pytest.mark.parametrize(
    "files",
    [
        [],
        [SimpleUploadedFile("x.zip", b"no zip")],
        [SimpleUploadedFile("x.exe", b"MZ")],
        [SimpleUploadedFile("a.yaml", b"{}"), SimpleUploadedFile("a.yaml", b"{}")],
        [SimpleUploadedFile("controls.yaml", b"a: &x 1")],
    ],
    ids=["nothing", "no zip", "strange", "twice", "one file"],
)
def test_what_is_no_edition_is_refused_with_words(editor: Client, files: list[Any]) -> None:
    response = sent(editor, *files)
    assert response.status_code == 422
    assert "There is a problem" in text_of(response)
    assert not EditionDraft.objects.exists()


def test_a_large_file_is_refused(editor: Client) -> None:
    response = sent(editor, SimpleUploadedFile("x.zip", b"x" * (1024 * 1024 + 1)))
    assert response.status_code == 413
    assert "larger than 1 MB" in text_of(response)


def test_more_files_than_an_edition_has_are_refused(editor: Client) -> None:
    many = [SimpleUploadedFile(f"{number}.yaml", b"{}") for number in range(11)]
    assert sent(editor, *many).status_code == 400
    assert not EditionDraft.objects.exists()


def test_an_edition_whose_proof_does_not_end_is_refused(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_arguments: object) -> None:
        raise editions_checking.TooMuch

    monkeypatch.setattr(editions_checking, "_run", too_much)
    response = sent(editor, file_of(later().document))
    assert response.status_code == 422
    assert "took too long" in text_of(response)


def test_whoever_comes_while_another_edition_is_checked_may_come_again(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_arguments: object) -> None:
        raise editions_checking.Busy

    monkeypatch.setattr(editions_checking, "_run", busy)
    response = sent(editor, file_of(later().document))
    assert response.status_code == 503
    assert "Another edition is being checked" in text_of(response)
    assert not EditionDraft.objects.exists()


def test_nobody_uploads_by_a_form_that_comes_from_elsewhere(editor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert sent(strict, file_of(later().document)).status_code == 403
    assert not EditionDraft.objects.exists()


def test_where_files_are_sent_elsewhere_one_is_still_the_most(editor: Client) -> None:
    two = [SimpleUploadedFile("a.pdf", b"a"), SimpleUploadedFile("b.pdf", b"b")]
    assert editor.post(reverse("verify"), {"file": two}).status_code == 400


# ---------------------------------------------------------------- looking


def test_the_list_says_what_is_current_what_is_a_draft_and_what_was_discarded(
    editor: Client,
) -> None:
    draft_of("2026.12")
    publishing.discard(draft_of("2027.1"), KIM)
    shown = text_of(editor.get("/staff/editions/"))
    assert "New assessments start with edition 2026.11.3" in shown
    for version in ("2026.11.3", "2026.12", "2027.1"):
        assert version in shown


def test_a_draft_shows_what_differs_from_the_current_edition(editor: Client) -> None:
    grade = "architectures/architectures/byoc_platform/fit/volume/grades/low"
    draft = draft_of(
        **{
            grade: 0,
            "question_bank/questions/where_scope/text": "Who is it for?",
            "controls/controls/ai_register/title": "Write it down",
        }
    )
    shown = text_of(editor.get(address("edition_draft", draft.pk)))
    for words in (
        "Who is it for?",
        shipped().questions["where_scope"].text,
        "Write it down",
        "Transaction volume: Low",
        "0 (unsuitable)",
        "Grades of the architectures",
    ):
        assert words in shown


def test_conditions_are_shown_as_sentences(editor: Client) -> None:
    when = [{"question": "where_dev_team", "op": "in", "value": ["none", "partner"]}]
    draft = draft_of(**{"architectures/knockout_rules/no_team/when": when})
    shown = text_of(editor.get(address("edition_draft", draft.pk)))
    assert "“Who could build and run it?” is one of “Nobody; we would only switch" in shown


def test_a_draft_that_says_the_same_says_so(editor: Client) -> None:
    draft = draft_of()
    shown = text_of(editor.get(address("edition_draft", draft.pk)))
    assert "Version, dates and notes" in shown
    assert "Questions</strong>" not in shown


def test_a_version_that_cannot_follow_is_said_on_the_draft_and_not_published(
    editor: Client,
) -> None:
    draft = draft_of("2026.11.1")
    page, form = (address(name, draft.pk) for name in ("edition_draft", "publish_edition"))
    for path in (page, form):
        assert "It cannot be published" in text_of(editor.get(path))
    assert f'href="{form}"' not in text_of(editor.get(page))
    response = editor.post(form, {"seen": shipped().sha256})
    assert response.status_code == 409
    assert EditionDraft.objects.get().is_open


def test_a_published_edition_shows_what_it_changed_and_by_whom(editor: Client) -> None:
    draft = draft_of(**{"question_bank/questions/where_scope/text": "Who is it for?"})
    edition = publishing.publish(draft, KIM, shipped().sha256)
    assert editor.get(address("edition_draft", draft.pk))["Location"] == address(
        "edition", edition.pk
    )
    shown = text_of(editor.get(address("edition", edition.pk)))
    assert "Who is it for?" in shown
    assert "by Kim Content" in shown
    assert edition.sha256[:8] in shown.replace("<wbr>", "")


def test_hostile_words_in_an_edition_stay_words(editor: Client) -> None:
    draft = draft_of(**{"question_bank/questions/where_scope/text": "<script>alert(1)</script>"})
    assert "<script>alert" not in text_of(editor.get(address("edition_draft", draft.pk)))


# ---------------------------------------------------------------- publishing and discarding


def test_publishing_is_asked_for_first(editor: Client) -> None:
    draft = draft_of()
    shown = text_of(editor.get(address("publish_edition", draft.pk)))
    assert "Publish edition 2026.12?" in shown
    assert "Nobody can take it back" in shown
    assert f'value="{shipped().sha256}"' in shown
    assert Edition.objects.count() == 1


def test_publishing_makes_it_current(editor: Client) -> None:
    draft = draft_of()
    response = editor.post(address("publish_edition", draft.pk), {"seen": shipped().sha256})
    assert response["Location"] == address("edition", Edition.objects.current().pk)
    assert Edition.objects.current().version == "2026.12"
    assert EditionDraft.objects.get().closed_by == "Kim Content"


def test_two_editors_at_once_are_told(editor: Client) -> None:
    one, other = draft_of("2026.12"), draft_of("2027.1")
    publishing.publish(one, KIM, shipped().sha256)
    response = editor.post(address("publish_edition", other.pk), {"seen": shipped().sha256})
    assert response.status_code == 409
    shown = text_of(response)
    assert "Another edition was published meanwhile" in shown
    assert f'value="{Edition.objects.current().sha256}"' in shown
    assert Edition.objects.current().version == "2026.12"


@pytest.mark.parametrize("name", ["publish_edition", "discard_edition"])
@pytest.mark.parametrize("end", ["published", "discarded"])
def test_what_somebody_else_has_ended_is_not_ended_again(
    editor: Client, name: str, end: str
) -> None:
    draft = draft_of()
    if end == "published":
        publishing.publish(draft, KIM, shipped().sha256)
    else:
        publishing.discard(draft, KIM)
    response = editor.post(address(name, draft.pk), {"seen": shipped().sha256})
    assert response.status_code == 409
    assert f"This draft was {end} meanwhile" in text_of(response)
    assert "By Kim Content" in text_of(response)
    assert editor.get(address(name, draft.pk)).status_code == 302


def test_a_draft_that_is_ended_at_the_same_moment_is_not_discarded_again(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, discard = draft_of(), publishing.discard

    def late(found: EditionDraft, by: Editor) -> None:
        publishing.publish(draft, KIM, shipped().sha256)
        discard(found, by)

    monkeypatch.setattr(publishing, "discard", late)
    response = editor.post(address("discard_edition", draft.pk))
    assert response.status_code == 409
    assert "This draft was published meanwhile" in text_of(response)
    assert Edition.objects.current().version == draft.version


def test_a_version_that_is_published_by_another_way_is_not_published_again(editor: Client) -> None:
    draft, other = draft_of("2026.12"), another_edition("2026.12", why_success="why_goal")
    response = editor.post(address("publish_edition", draft.pk), {"seen": other.sha256})
    assert response.status_code == 409
    assert "Edition 2026.12 is published already" in text_of(response)
    assert EditionDraft.objects.get().is_open


def test_a_version_that_is_none_is_refused_with_what_one_is(editor: Client) -> None:
    response = sent(editor, file_of(later("spring").document))
    assert response.status_code == 422
    assert "“spring” is no version. Write one such as 2026.12" in text_of(response)
    assert not EditionDraft.objects.exists()


def test_discarding_is_asked_for_first(editor: Client) -> None:
    draft = draft_of()
    form = address("discard_edition", draft.pk)
    assert "deleted for good" in text_of(editor.get(form))
    assert EditionDraft.objects.get().is_open
    assert editor.post(form)["Location"] == "/staff/editions/"
    assert EditionDraft.objects.get().document is None
    shown = text_of(editor.get(address("edition_draft", draft.pk)))
    assert "What it said is gone." in shown


def test_what_there_is_not_is_not_found(editor: Client) -> None:
    gone = draft_of()
    publishing.discard(gone, KIM)
    for path in (
        "/staff/editions/99/",
        "/staff/editions/99/edition.zip",
        f"/staff/editions/{Edition.objects.get().pk}/edition.exe",
        "/staff/editions/drafts/99/",
        "/staff/editions/drafts/99/publish/",
        "/staff/editions/drafts/99/effects/",
        f"/staff/editions/drafts/{gone.pk}/edition.zip",
    ):
        assert editor.get(path).status_code == 404


# ---------------------------------------------------------------- downloading


@pytest.mark.parametrize("kind", ["zip", "json"])
def test_what_is_downloaded_comes_back_with_the_same_hash(editor: Client, kind: str) -> None:
    edition, draft = another_edition("2026.12"), draft_of("2027.1")
    for name, of in (("download_edition", edition), ("download_draft", draft)):
        where = address(name, of.pk, kind)
        assert editor.head(where).status_code == 200  # which takes nothing along
        assert editor.post(where).status_code == 405
        response = editor.get(where)
        assert f'filename="edition-{of.version}.{kind}"' in response["Content-Disposition"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert read_upload({f"x.{kind}": response.content}).sha256 == of.sha256
    events = AuditEntry.objects.filter(event="edition.downloaded").order_by("pk")
    assert [entry.subject for entry in events] == ["edition 2026.12", "edition 2027.1"]


# ---------------------------------------------------------------- however many there are


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_asks_the_same_however_many_editions_there_are(
    editor: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        draft = draft_of(f"2026.12.{number}")
        current = publishing.current()
        assert current
        publishing.publish(draft, KIM, current.sha256)
        draft_of(f"2027.1.{number}")
        publishing.discard(draft_of(f"2028.1.{number}"), KIM)
    with django_assert_num_queries(8):
        editor.get("/staff/editions/")


@pytest.mark.parametrize("count", [0, 3])
def test_a_draft_asks_the_same_however_much_was_submitted(
    editor: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        submitted()
    draft = draft_of()
    path = address("edition_draft", draft.pk)
    editor.get(path)
    with django_assert_num_queries(7):
        editor.get(path)


# ---------------------------------------------------------------- in a process of its own


def test_an_edition_is_examined_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    content = later().document
    change(content, "controls/controls/ai_register/owner", "nobody")
    examined = editions_checking.files({"x.zip": file_of(content).read()})
    assert [str(error) for error in examined.errors] == [
        "controls.yaml: controls (ai_register).owner: no role 'nobody'"
    ]
    good = editions_checking.files({"x.zip": file_of(later().document).read()})
    assert good.knowledge == later()
    monkeypatch.setattr(editions_checking, "PLACES", Places(0))
    with pytest.raises(editions_checking.Busy):
        editions_checking.files({})
