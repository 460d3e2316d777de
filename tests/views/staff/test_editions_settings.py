"""The settings of the organisation: a form that makes a draft of a derived edition."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from assessor.models import Edition, EditionDraft
from assessor.report import issued
from assessor.report.document import report_html
from assessor.report.record import record_of
from assessor.workflow import moving, publishing
from tests.builders import (
    PageData,
    Response,
    make_assessment,
    make_edition,
    owner_client,
    submitted,
    text_of,
)
from tests.knowledge.editions import shipped
from tests.views.staff.editors import content_editor, draft_of, examine_here
from tests.workflow.test_publishing import KIM, seen

pytestmark = pytest.mark.django_db

ADDRESS = "/staff/editions/settings/"


@pytest.fixture(autouse=True)
def _examined_here(monkeypatch: pytest.MonkeyPatch) -> None:
    examine_here(monkeypatch)


@pytest.fixture
def editor() -> Client:
    make_edition()
    return content_editor()


def form_of(client: Client, address: str = ADDRESS) -> PageData:
    """Return what a browser would send of the form as it is shown."""
    page = client.get(address).context
    form = page["form"]
    values = {name: form[name].value() for name in form.fields}
    filled = {name: value for name, value in values.items() if value not in (None, "")}
    return {**filled, "seen": page["over"].seen}


def send(client: Client, address: str = ADDRESS, **different: Any) -> Response:
    return client.post(address, {**form_of(client, address), "name": "Northwind", **different})


def published(client: Client, **different: Any) -> Edition:
    """Return the edition that these settings become."""
    assert send(client, **different).status_code == 302
    draft = EditionDraft.objects.get(state="open")
    return publishing.publish(draft, KIM, seen())


def test_settings_published_meanwhile_are_shown_beside_those_that_were_typed(
    editor: Client,
) -> None:
    before = form_of(editor)
    published(editor, **{"help-where_scope": "Ask <b>Kim</b> in doubt."})
    typed = {**before, "name": "Northwind", "help-where_scope": "Ask Riley in doubt."}
    for sent in (typed, {**typed, "name": ""}):
        response = editor.post(ADDRESS, sent)
        assert response.status_code == 409
        (field,) = re.findall(r"Set now.*?</section>", text_of(response), re.DOTALL)
        assert "Ask &lt;b&gt;Kim&lt;/b&gt; in doubt." in field
        assert "Ask Riley in doubt." in field
        assert not EditionDraft.objects.filter(state="open").exists()
    again = {**typed, "seen": response.context["over"].seen}
    assert editor.post(ADDRESS, again).status_code == 302
    organisation = EditionDraft.objects.get(state="open").knowledge.organisation
    assert organisation
    assert organisation.settings.help == {"where_scope": "Ask Riley in doubt."}


def test_before_the_first_edition_there_is_nothing_to_set() -> None:
    assert content_editor().get(ADDRESS)["Location"] == reverse("upload_edition")


def test_the_form_starts_with_what_the_edition_says(editor: Client) -> None:
    values = form_of(editor)
    assert values["label-opex_budget-low"] == "Up to about 1,000 a month"
    assert values["up_to-opex_budget-medium"] == 10_000
    assert (values["medium_from"], values["high_from"]) == (100_000_000, 2_000_000_000)
    assert "up_to-opex_budget-large" not in values
    assert "up_to-where_capex-small" not in values


def test_a_name_alone_makes_a_draft_that_says_the_same(editor: Client) -> None:
    response = send(editor)
    draft = EditionDraft.objects.get()
    assert response["Location"] == reverse("edition_draft", args=[draft.pk])
    assert draft.version == "2026.11.3+northwind.1"
    organisation = draft.knowledge.organisation
    assert organisation
    assert organisation.settings.model_dump(exclude_unset=True) == {
        "name": "Northwind",
        "paper": "a4",
    }


def test_what_is_set_is_in_force_in_the_draft(editor: Client) -> None:
    send(
        editor,
        **{
            "paper": "letter",
            "code": "EUR",
            "usd": "1.1",
            "as_of": "2026-11-20",
            "label-opex_budget-low": "Up to 2,000 euros",
            "up_to-opex_budget-low": "2000",
            "medium_from": "1000",
            "help-where_scope": "Ask Kim.",
        },
    )
    knowledge = EditionDraft.objects.get().knowledge
    assert knowledge.estimates
    assert knowledge.estimates.budget.up_to_usd_per_month["low"] == 2200
    assert knowledge.questions["where_scope"].help.endswith(" Ask Kim.")
    shown = text_of(editor.get(reverse("edition_draft", args=[EditionDraft.objects.get().pk])))
    assert "Up to 2,000 euros" in shown
    assert "Of Northwind, over edition 2026.11.3" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Enter the name of the organisation"),
        ({"code": "EUR"}, "Give currency, worth and day together"),
        ({"code": "euro", "usd": "1", "as_of": "2026-11-20"}, "at most 3 characters"),
        ({"code": "eur", "usd": "1", "as_of": "2026-11-20"}, "three capital letters"),
        ({"code": "EUR", "usd": "nan", "as_of": "2026-11-20"}, "Enter a number"),
        ({"label-opex_budget-low": ""}, "Enter the words of every choice"),
        ({"help-where_scope": "x" * 501}, "at most 500 characters"),
        ({"paper": "a3"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(editor: Client, wrong: Any, said: str) -> None:
    response = send(editor, **wrong)
    assert response.status_code == 422
    assert said in text_of(response)
    assert not EditionDraft.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"up_to-opex_budget-low": "20000"}, "must rise"),
        ({"medium_from": "9", "high_from": "8"}, "medium_from"),
    ],
)
def test_what_the_edition_has_no_place_for_is_a_finding(
    editor: Client, wrong: Any, said: str
) -> None:
    response = send(editor, **wrong)
    assert response.status_code == 422
    assert "1 thing to mend" in text_of(response)
    assert said in text_of(response).replace("<wbr>", "")
    assert not EditionDraft.objects.exists()


def test_settings_are_changed_over_the_same_base_and_counted(editor: Client) -> None:
    published(editor, **{"help-where_scope": "Ask Kim."})
    assert form_of(editor)["help-where_scope"] == "Ask Kim."
    second = published(editor, **{"help-where_scope": "", "name": "Northwind"})
    assert second.version == "2026.11.3+northwind.2"
    assert second.knowledge.questions["where_scope"].help == shipped().questions["where_scope"].help
    assert second.knowledge.base_sha256 == shipped().sha256


def test_results_that_are_pinned_stay_reproducible(editor: Client) -> None:
    report = submitted()
    published(editor, medium_from="1000", high_from="2000")
    again = submitted()
    report.refresh_from_db()
    assert report.edition.knowledge == shipped()
    assert again.edition.version == "2026.11.3+northwind.1"
    levels = [each.as_suggestion.levels["volume"] for each in (report, again)]
    assert levels == ["medium", "high"]


def test_an_edition_without_the_settings_says_that_they_would_end(editor: Client) -> None:
    published(editor)
    draft = draft_of("2026.12")
    for name in ("edition_draft", "publish_edition"):
        shown = text_of(editor.get(reverse(name, args=[draft.pk])))
        assert "once it is published they are gone" in shown
        assert f'href="{ADDRESS}?over={draft.pk}"' in shown


def test_settings_can_be_put_over_a_draft(editor: Client) -> None:
    published(editor, **{"help-where_scope": "Ask Kim."})
    draft = draft_of("2026.12")
    over = f"{ADDRESS}?over={draft.pk}"
    assert "They lie over edition 2026.12" in text_of(editor.get(over))
    send(editor, over)
    derived = EditionDraft.objects.get(version="2026.12+northwind.1")
    assert derived.knowledge.questions["where_scope"].help.endswith(" Ask Kim.")
    shown = text_of(editor.get(reverse("edition_draft", args=[derived.pk])))
    assert "they are gone" not in shown


@pytest.mark.parametrize("over", ["x", "99", "-1", "1" * 40, "²"])
def test_over_what_there_is_not_nothing_is_set(editor: Client, over: str) -> None:
    assert editor.get(f"{ADDRESS}?over={over}").status_code == 404


# ---------------------------------------------------------------- where settings show


def test_a_new_assessment_starts_with_the_name_of_the_organisation(editor: Client) -> None:
    published(editor, name="Northwind & Sons")
    shown = text_of(Client().get(reverse("new")))
    assert re.search(r'name="organisation"[^>]*value="Northwind &amp; Sons"', shown) or re.search(
        r'value="Northwind &amp; Sons"[^>]*name="organisation"', shown
    )


@pytest.mark.parametrize(("paper", "other"), [("letter", "a4"), ("a4", "letter")])
def test_the_pdf_is_on_the_paper_of_the_organisation(
    editor: Client, monkeypatch: pytest.MonkeyPatch, paper: str, other: str
) -> None:

    published(editor, paper=paper)
    report = submitted()
    asked: list[str] = []

    def pdf_for(_record: object, on: str, _file: object) -> bytes:
        asked.append(on)
        return b"%PDF"

    monkeypatch.setattr(issued, "pdf_for", pdf_for)
    client = owner_client(report.assessment)
    client.get(f"/a/{report.assessment_id}/report.pdf")
    client.get(f"/a/{report.assessment_id}/report.pdf?paper={other}")
    assert asked == [paper, other]
    shown = text_of(client.get(f"/a/{report.assessment_id}/result/"))
    assert f"paper={other}" in shown
    assert f"paper={paper}" not in shown


def test_a_draft_can_be_moved_to_an_edition_with_settings(editor: Client) -> None:
    assessment = make_assessment()
    published(editor)
    edition = moving.newer(assessment)
    assert edition
    assert edition.version == "2026.11.3+northwind.1"


# ---------------------------------------------------------------- the logo and the language


def picture(form: str = "PNG", size: tuple[int, int] = (40, 12)) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", size, "navy").save(file, form)
    return named(f"logo.{form.lower()}", file.getvalue())


def test_the_logo_stands_on_the_first_page_of_the_report(editor: Client) -> None:
    published(editor, logo=picture())
    html = report_html(record_of(submitted()))
    assert '<img src="data:image/png;base64,iVBOR' in html
    assert 'alt="Northwind"' in html


def test_the_logo_stays_until_it_is_replaced_or_taken_away(editor: Client) -> None:
    published(editor, logo=picture())
    assert "The logo there is" in editor.get(ADDRESS).content.decode()
    kept = published(editor, code="EUR", usd="1.1", as_of="2026-11-20").knowledge.organisation
    assert kept
    assert kept.settings.logo
    gone = published(editor, without_logo="on").knowledge.organisation
    assert gone
    assert gone.settings.logo is None


def test_the_difference_between_editions_shows_no_picture_as_text(editor: Client) -> None:
    assert send(editor, logo=picture()).status_code == 302
    draft = EditionDraft.objects.get()
    assert "iVBOR" not in text_of(editor.get(reverse("edition_draft", args=[draft.pk])))


UNUSABLE: dict[str, tuple[Any, str]] = {
    "another format": (lambda: picture("JPEG"), "Choose a picture in PNG format"),
    "too wide": (lambda: picture(size=(2001, 1)), "at most 2000 pixels"),
    "too heavy": (lambda: padded(picture(), 64 * 1024 + 1), "at most 64 KiB"),
    "damaged": (lambda: named("logo.png", b"\x89PNG\r\n\x1a\nnothing"), "an undamaged one"),
    "a drawing": (lambda: named("logo.svg", b"<svg/>"), "an undamaged one"),
    "empty": (lambda: named("logo.png", b""), "This file is empty"),
}


@pytest.mark.parametrize(("logo", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_picture_that_cannot_be_used_is_refused(editor: Client, logo: Any, said: str) -> None:
    response = send(editor, logo=logo())
    assert response.status_code == 422
    assert said in text_of(response)


def named(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def padded(file: SimpleUploadedFile, size: int) -> SimpleUploadedFile:
    return named("logo.png", file.read().ljust(size, b"\0"))


def test_the_language_can_be_chosen_where_there_are_several(editor: Client, settings: Any) -> None:
    assert "language" not in form_of(editor)
    settings.LANGUAGES = [("de", "Deutsch"), ("en", "English")]
    before = record_of(submitted())
    published(editor, language="de")
    assert '<html lang="de">' in report_html(record_of(submitted()))
    with translation.override("de"):
        assert '<html lang="en">' in report_html(before)
