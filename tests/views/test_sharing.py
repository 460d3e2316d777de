"""Links that show the result to people who take no part."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessor.models import Assessment, SharedLink
from assessor.report import issued
from assessor.workflow import inviting, reviewing
from tests.advice.answers import situation
from tests.builders import (
    Response,
    client_of,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    submitted,
    text_of,
)

pytestmark = pytest.mark.django_db

AUDITORS = {"label": "Auditors", "days": "7"}


@pytest.fixture
def assessment() -> Assessment:
    return submitted().assessment


@pytest.fixture
def owner(assessment: Assessment) -> Client:
    return owner_client(assessment)


def address(name: str, assessment: Assessment, *more: Any) -> str:
    return reverse(name, args=[assessment.pk, *more])


def share(client: Client, assessment: Assessment, **fields: str) -> Response:
    return client.post(address("share", assessment), AUDITORS | fields, follow=True)


def link_on(response: Response) -> str:
    """Return the path of the link that a page shows, or nothing."""
    found = re.search(r'id="shared-link" readonly value="([^"]+)"', text_of(response))
    return "/" + html.unescape(found[1]).split("/", 3)[3] if found else ""


def reader_of(assessment: Assessment) -> Client:
    """Return a browser that has opened a link to the result."""
    client = Client()
    token = inviting.share(owner_of(assessment), "Auditors", days=7)
    client.post(reverse("redeem", args=[token]))
    return client


# ---------------------------------------------------------------- making links


def test_before_there_is_a_result_there_is_nothing_to_share() -> None:
    draft = make_assessment(situation())
    owner = owner_client(draft)
    shown = text_of(owner.get(address("share", draft)))
    assert "There is nothing to share yet." in shown
    assert 'name="label"' not in shown
    response = owner.post(address("share", draft), AUDITORS)
    assert response.status_code == 409
    assert "There is nothing to share yet." in text_of(response)
    assert not SharedLink.objects.exists()


def test_the_first_link_opens_the_result_for_whoever_has_it(
    assessment: Assessment, owner: Client
) -> None:
    assert "You have shared the result with nobody." in text_of(
        owner.get(address("share", assessment))
    )
    link = link_on(share(owner, assessment))
    reader = Client()
    assert "You can change nothing." in text_of(reader.get(link))
    page = reader.post(link, follow=True)
    assert page.redirect_chain[-1][0] == address("result", assessment)
    assert page.status_code == 200


def test_a_second_click_makes_one_link_and_shows_what_opens_it(
    assessment: Assessment, owner: Client
) -> None:
    found = re.search(
        r'name="form_key" value="([^"]+)"', text_of(owner.get(address("share", assessment)))
    )
    assert found
    lost, shown = (link_on(share(owner, assessment, form_key=found[1])) for _ in range(2))
    assert SharedLink.objects.count() == 1
    assert Client().get(shown).status_code == 200
    assert Client().get(lost).status_code == 404
    share(owner, assessment, form_key=found[1], label="The board")
    assert SharedLink.objects.count() == 2
    SharedLink.objects.update(revoked_at=timezone.now())
    share(owner, assessment, form_key=found[1])
    assert SharedLink.objects.filter(label="Auditors").count() == 2


def test_a_link_works_as_long_as_was_chosen(assessment: Assessment, owner: Client) -> None:
    share(owner, assessment, days="90")
    days = SharedLink.objects.get().expires_at - timezone.now()
    assert timedelta(days=89) < days < timedelta(days=90)


def test_the_link_is_shown_once_and_to_the_owner_alone(
    assessment: Assessment, owner: Client
) -> None:
    page = share(owner, assessment)
    cookie = owner.cookies["new_link_share"]
    assert (cookie["path"], cookie["max-age"]) == (address("share", assessment), 600)
    assert link_on(page)
    assert link_on(page).split("/")[2] not in repr(database())
    assert link_on(owner_client(assessment).get(address("share", assessment))) == ""
    del owner.cookies["new_link_share"]
    assert link_on(owner.get(address("share", assessment))) == ""


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"label": ""}, "Say for whom the link is"),
        ({"label": "\u200b"}, "Say for whom the link is"),
        ({"label": "x" * 121}, "at most 120 characters"),
        ({"days": ""}, "required"),
        ({"days": "8"}, "not one of the available choices"),
        ({"days": "-7"}, "not one of the available choices"),
    ],
)
def test_a_wrong_link_is_refused_with_its_reason(
    assessment: Assessment, owner: Client, wrong: dict[str, str], error: str
) -> None:
    response = owner.post(address("share", assessment), AUDITORS | wrong)
    assert response.status_code == 422
    assert "<title>Error: " in text_of(response)
    summary = text_of(response).split('id="error-summary"')[1].split("</div>")[0]
    assert error in summary
    assert f'href="#id_{next(iter(wrong))}"' in summary
    assert not SharedLink.objects.exists()


def test_markup_in_a_label_is_shown_as_text(assessment: Assessment, owner: Client) -> None:
    page = share(owner, assessment, label="<script>alert(1)</script>")
    assert "<script>alert" not in text_of(page)
    assert "&lt;script&gt;alert" in text_of(page)


# ---------------------------------------------------------------- the list


def test_every_link_is_listed_with_its_state(assessment: Assessment, owner: Client) -> None:
    labels = ["One", "Two", "Three"]
    for label in labels:
        inviting.share(owner_of(assessment), label, days=7)
    SharedLink.objects.filter(label="Two").update(expires_at=timezone.now())
    inviting.stop_sharing(owner_of(assessment), SharedLink.objects.get(label="Three"))
    shown = text_of(owner.get(address("share", assessment)))
    one, two, three = (shown.split(f">{label}</th>")[1].split("</tr>")[0] for label in labels)
    assert "Works<br>" in one
    assert "Has ended" in two
    assert "Withdrawn" in three
    where = address("stop_sharing", assessment, SharedLink.objects.get(label="One").pk)
    assert f'<a href="{where}">' in one
    assert ["<a " in row for row in (one, two, three)] == [True, False, False]
    assert not [row for row in (one, two, three) if "<form" in row]


def test_the_number_of_queries_does_not_grow_with_the_links(
    assessment: Assessment, owner: Client, django_assert_num_queries: Any
) -> None:
    inviting.share(owner_of(assessment), "One", days=7)
    with CaptureQueriesContext(connection) as one:
        owner.get(address("share", assessment))
    for number in range(5):
        inviting.share(owner_of(assessment), str(number), days=7)
    with django_assert_num_queries(len(one)):
        owner.get(address("share", assessment))


# ---------------------------------------------------------------- withdrawing


def test_a_link_that_is_withdrawn_opens_nothing_from_then_on(
    assessment: Assessment, owner: Client
) -> None:
    another = share(owner, assessment, label="Board")
    link = link_on(share(owner, assessment))
    reader = Client()
    reader.post(link)
    where = address("stop_sharing", assessment, SharedLink.objects.get(label="Auditors").pk)
    page = owner.post(where, follow=True)
    assert "The link for Auditors does not work any more." in text_of(page)
    assert link_on(page) == ""
    assert reader.get(address("result", assessment)).status_code == 404
    assert Client().get(link).status_code == 404
    assert Client().get(link_on(another)).status_code == 200
    assert owner.post(where)["Location"] == address("share", assessment)


def test_what_withdrawing_a_link_does_is_said_before_it_is_done(
    assessment: Assessment, owner: Client
) -> None:
    inviting.share(owner_of(assessment), "<b>Auditors</b>", days=7)
    link = SharedLink.objects.get()
    where = address("stop_sharing", assessment, link.pk)
    before = database("sessions.Session")
    shown = text_of(owner.get(where))
    assert "Withdraw the link for &lt;b&gt;Auditors&lt;/b&gt;?" in shown
    assert "The link stops working at once." in shown
    assert f'href="{address("share", assessment)}"' in shown
    assert database("sessions.Session") == before
    inviting.stop_sharing(owner_of(assessment), link)
    assert owner.get(where)["Location"] == address("share", assessment)


def test_nobody_withdraws_the_links_of_another_assessment(owner: Client) -> None:
    mine, other = Assessment.objects.get(), submitted().assessment
    inviting.share(owner_of(other), "Others", days=7)
    where = address("stop_sharing", mine, SharedLink.objects.get().pk)
    assert owner.get(where).status_code == 404
    assert owner.post(where).status_code == 404
    assert SharedLink.objects.get().revoked_at is None


# ---------------------------------------------------------------- what a reader may


def test_a_reader_reads_in_every_format_and_reaches_nothing_else(
    assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    reader = reader_of(assessment)
    formats = ("result", "report", "pdf", "word", "markdown", "decision", "data", "answers")
    for name in formats:
        assert reader.get(address(name, assessment)).status_code == 200, name
    for name in ("check", "people", "share", "export", "delete", "introduce", "end_links"):
        assert reader.get(address(name, assessment)).status_code == 404, name
    for name in ("make_link", "reopen", "submit", "finish", "save_what_if", "delete", "share"):
        assert reader.post(address(name, assessment)).status_code == 404, name


def test_the_result_offers_a_reader_nothing_that_only_the_owner_may(
    assessment: Assessment, owner: Client
) -> None:
    only_owner = ["reopen", "save_what_if", "hub"]
    shown = text_of(owner.get(address("result", assessment)))
    assert any(address(name, assessment) + '"' in shown for name in only_owner)
    shown = text_of(reader_of(assessment).get(address("result", assessment)))
    links = set(re.findall(r'(?:href|action|formaction|hx-post)="(/a/[^"?#]+)', shown))
    assert links == {
        address(name, assessment)
        for name in (
            *("pdf", "report", "word", "markdown", "decision", "data", "answers"),
            "what_if",
        )
    }


def test_a_reader_plays_what_if_and_cannot_keep_it(assessment: Assessment) -> None:
    reader = reader_of(assessment)
    response = reader.get(address("what_if", assessment), follow=True)
    assert response.status_code == 200
    assert "Save as a new assessment" not in text_of(response)


def test_while_answers_are_changed_a_reader_sees_the_report_issued_before(
    assessment: Assessment,
) -> None:
    reader = reader_of(assessment)
    reviewing.reopen(owner_of(assessment))
    shown = text_of(reader.get(address("result", assessment)))
    assert "report 1" in shown
    assert "/questions/" not in shown


# ---------------------------------------------------------------- my assessments


def row_of(client: Client, assessment: Assessment) -> str:
    """Return the row of an assessment in the list of a browser."""
    shown = text_of(client.get(reverse("assessments")))
    return next(row for row in shown.split("<tr>") if f"/a/{assessment.pk}/" in row)


def test_a_reader_s_list_leads_to_the_result_even_while_answers_are_changed(
    assessment: Assessment,
) -> None:
    reader = reader_of(assessment)
    reviewing.reopen(owner_of(assessment))
    row = row_of(reader, assessment)
    assert f'href="{address("result", assessment)}"' in row
    assert "Reads the result" in row


def test_the_list_of_somebody_invited_leads_to_their_own_page_after_submission_too(
    assessment: Assessment,
) -> None:
    colleague = client_of(invited(assessment, asked="group:where"))
    row = row_of(colleague, assessment)
    assert f'href="{address("hub", assessment)}"' in row
    assert "Invited" in row
    assert colleague.get(address("hub", assessment)).status_code == 200


def test_an_owner_who_opens_a_link_to_the_result_stays_the_owner(
    assessment: Assessment, owner: Client
) -> None:
    token = inviting.share(owner_of(assessment), "Auditors", days=7)
    owner.post(reverse("redeem", args=[token]))
    assert "Owner" in row_of(owner, assessment)
    assert owner.get(address("hub", assessment)).status_code == 200


@pytest.mark.parametrize("change", ["expires_at", "revoked_at"])
def test_what_is_not_shared_any_more_is_not_listed(assessment: Assessment, change: str) -> None:
    reader = reader_of(assessment)
    SharedLink.objects.update(**{change: timezone.now()})
    assert "There is none yet." in text_of(reader.get(reverse("assessments")))
