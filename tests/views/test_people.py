"""Inviting colleagues, and what those invited say of it."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from assessor.models import Assessment, AuditEntry, PrivateLink, Respondent
from assessor.workflow import inviting, issuing
from tests.advice.answers import situation
from tests.builders import (
    Response,
    client_of,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    says,
    stored,
    text_of,
)

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana", "role": "legal_compliance", "asked": "group:where", "days": "30"}


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment(situation())


@pytest.fixture
def owner(assessment: Assessment) -> Client:
    return owner_client(assessment)


def address(name: str, assessment: Assessment, *more: Any) -> str:
    return reverse(name, args=[assessment.pk, *more])


def invite(client: Client, assessment: Assessment, **fields: str) -> Response:
    """Send the form and go where it leads; return the page."""
    return client.post(address("people", assessment), ANA | fields, follow=True)


def link_on(response: Response) -> str:
    """Return the path of the private link that a page shows, or nothing."""
    found = re.search(r'id="invitation-link" readonly value="([^"]+)"', text_of(response))
    return "/" + html.unescape(found[1]).split("/", 3)[3] if found else ""


def opened(link: str) -> Client:
    """Return a browser that has opened a link."""
    client = Client()
    assert client.post(link).status_code == 302
    return client


def words_of(response: Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(response)))


# ---------------------------------------------------------------- inviting


def test_whoever_answers_alone_is_told_so(assessment: Assessment, owner: Client) -> None:
    shown = text_of(owner.get(address("people", assessment)))
    assert "So far you answer alone." in shown
    assert "<table" not in shown


def test_the_link_of_somebody_invited_opens_what_is_asked_of_them(
    assessment: Assessment, owner: Client
) -> None:
    page = invite(owner, assessment)
    colleague = opened(link_on(page))
    shown = text_of(colleague.get(address("hub", assessment)))
    assert "Dana asks you to take part." in shown
    assert colleague.get(address("step", assessment, "where")).status_code == 200
    assert colleague.get(address("step", assessment, "how")).status_code == 404


def test_the_text_to_send_names_who_asks_for_what_and_no_answer(
    assessment: Assessment, owner: Client
) -> None:
    page = invite(owner, assessment, message="You know the contracts.")
    text = html.unescape(text_of(page).split("<textarea")[1].split("</textarea>")[0])
    for words in ("Dear Ana,", "Dana asks you", "“Contract drafts”", "You know the contracts."):
        assert words in text
    assert text.count(link_on(page)) == 1
    assert "department" not in text


def form_key_on(page: Response) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', text_of(page))
    assert found
    return found[1]


def test_a_second_click_invites_nobody_else_and_shows_a_link_that_works(
    assessment: Assessment, owner: Client, settings: Settings
) -> None:
    settings.SENDS_MAIL = True
    sent = {
        "form_key": form_key_on(owner.get(address("people", assessment))),
        "email": "ana@example.org",
    }
    first, second = invite(owner, assessment, **sent), invite(owner, assessment, **sent)
    person = Respondent.objects.get(is_owner=False)
    assert len(mail.outbox) == 1
    for page in (first, second):
        colleague = opened(link_on(page))
        assert colleague.get(address("hub", assessment)).context["respondent"] == person
    assert link_on(first) != link_on(second)


def test_a_form_that_was_changed_and_sent_again_invites_somebody_else(
    assessment: Assessment, owner: Client
) -> None:
    form_key = form_key_on(owner.get(address("people", assessment)))
    for name in ("Ana", "Ben"):
        invite(owner, assessment, name=name, form_key=form_key)
    assert {person.name for person in Respondent.objects.filter(is_owner=False)} == {"Ana", "Ben"}


@pytest.mark.parametrize(
    "happened",
    [{"withdrawn_at": timezone.now()}, {"joined_at": timezone.now() - timedelta(minutes=11)}],
    ids=["withdrawn", "long ago"],
)
def test_what_is_no_second_click_any_more_invites_anew(
    assessment: Assessment, owner: Client, happened: dict[str, Any]
) -> None:
    form_key = form_key_on(owner.get(address("people", assessment)))
    invite(owner, assessment, form_key=form_key)
    Respondent.objects.filter(name="Ana").update(**happened)
    invite(owner, assessment, form_key=form_key)
    assert Respondent.objects.filter(name="Ana").count() == 2


def test_each_form_invites_somebody_even_where_the_name_is_left_open(
    assessment: Assessment, owner: Client
) -> None:
    for _ in range(2):
        form_key = form_key_on(owner.get(address("people", assessment)))
        invite(owner, assessment, name="", form_key=form_key)
    assert Respondent.objects.filter(is_owner=False).count() == 2


def test_markup_in_names_and_messages_is_shown_as_text(
    assessment: Assessment, owner: Client
) -> None:
    evil = "</textarea><script>alert(1)</script>"
    page = invite(owner, assessment, name=evil, message=evil, role="")
    assert "<script>alert" not in text_of(page)
    colleague = opened(link_on(page))
    for name in ("introduce", "hub"):
        assert "<script>alert" not in text_of(colleague.get(address(name, assessment)))


def test_the_link_is_shown_to_the_owner_alone_and_for_a_few_minutes(
    assessment: Assessment, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = invite(owner, assessment)
    cookie = owner.cookies["new_link_people"]
    assert (cookie["path"], cookie["max-age"]) == (address("people", assessment), 600)
    assert cookie["httponly"]
    assert link_on(owner.get(address("people", assessment))) == link_on(page)
    assert link_on(owner_client(assessment).get(address("people", assessment))) == ""
    later = timezone.now().timestamp() + 601
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert link_on(owner.get(address("people", assessment))) == ""


def test_a_link_that_stopped_working_is_not_shown_any_more(
    assessment: Assessment, owner: Client
) -> None:
    invite(owner, assessment)
    PrivateLink.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert link_on(owner.get(address("people", assessment)))
    person = Respondent.objects.get(name="Ana")
    inviting.withdraw(person, "owner", keep_answers=True)
    assert link_on(owner.get(address("people", assessment))) == ""


def test_the_link_of_another_assessment_is_not_shown(assessment: Assessment, owner: Client) -> None:
    other = make_assessment()
    elsewhere = owner_client(other)
    assert link_on(invite(elsewhere, other))
    owner.cookies["new_link_people"] = elsewhere.cookies["new_link_people"].value
    assert link_on(owner.get(address("people", assessment))) == ""


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"asked": ""}, "Choose which questions you ask"),
        ({"asked": "group:nowhere"}, "not one of the available choices"),
        ({"asked": "none"}, "Choose questions, or let them see, sign or decide"),
        ({"role": "king"}, "not one of the available choices"),
        ({"days": "9999"}, "not one of the available choices"),
        ({"email": "no address"}, "Enter a valid email address"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"message": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_wrong_invitation_is_refused_with_its_reason_and_what_was_typed(
    assessment: Assessment, owner: Client, wrong: dict[str, str], error: str
) -> None:
    before = database("sessions.Session")
    response = owner.post(address("people", assessment), ANA | {"message": "Why not"} | wrong)
    assert response.status_code == 422
    shown = text_of(response)
    assert "<title>Error: " in shown
    summary = shown.split('id="error-summary"')[1].split("</div>")[0]
    assert error in summary
    target = re.findall(r'href="#([^"]+)"', summary)
    assert len(target) == 1
    assert f'id="{target[0]}"' in shown
    assert "message" in wrong or "Why not" in shown
    assert database("sessions.Session") == before


def test_nobody_is_invited_by_a_form_that_comes_from_elsewhere(assessment: Assessment) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = owner_client(assessment).cookies
    assert strict.post(address("people", assessment), ANA).status_code == 403
    assert Respondent.objects.count() == 1


# ---------------------------------------------------------------- mail


@pytest.fixture
def _mails(settings: Any) -> None:
    settings.SENDS_MAIL = True


class Unreachable(EmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("ana@example.org refused")


def test_without_a_mail_server_nothing_is_sent(assessment: Assessment, owner: Client) -> None:
    page = invite(owner, assessment, email="ana@example.org")
    assert mail.outbox == []
    assert link_on(page)
    assert "was sent" not in text_of(page)
    assert Respondent.objects.get(name="Ana").email == "ana@example.org"


@pytest.mark.usefixtures("_mails")
def test_an_invitation_is_mailed_to_whom_it_is_for(assessment: Assessment, owner: Client) -> None:
    page = invite(owner, assessment, email="ana@example.org", message="Please")
    (sent,) = mail.outbox
    assert sent.to == ["ana@example.org"]
    assert link_on(page) in sent.body
    assert "Contract drafts" not in sent.subject
    assert "The invitation was sent to ana@example.org." in text_of(page)
    opened(link_on(page))


@pytest.mark.usefixtures("_mails")
def test_without_an_address_nothing_is_sent(assessment: Assessment, owner: Client) -> None:
    page = invite(owner, assessment)
    assert mail.outbox == []
    assert link_on(page)


@pytest.mark.usefixtures("_mails")
@pytest.mark.parametrize("step", ["inviting", "renewing"])
def test_when_the_mail_server_fails_the_link_is_there_to_be_sent_by_hand(
    assessment: Assessment,
    owner: Client,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    step: str,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"
    if step == "inviting":
        page = invite(owner, assessment, email="ana@example.org")
    else:
        person = invited(assessment, email="ana@example.org")
        page = owner.post(address("renew", assessment, person.pk), follow=True)
    assert "The mail could not be sent. Send the link below yourself." in text_of(page)
    opened(link_on(page))
    assert "An invitation could not be sent: ConnectionRefusedError" in caplog.text
    assert "ana@example.org" not in caplog.text


@pytest.mark.usefixtures("_mails")
def test_a_renewed_link_is_mailed_again(assessment: Assessment, owner: Client) -> None:
    person = invited(assessment, email="ana@example.org")
    page = owner.post(address("renew", assessment, person.pk), follow=True)
    assert link_on(page) in mail.outbox[0].body


# ---------------------------------------------------------------- the list


def test_everybody_is_listed_with_what_they_are_asked_and_how_far_they_are(
    assessment: Assessment, owner: Client
) -> None:
    says(invited(assessment, name="Ana", asked="group:where"), where_scope="enterprise")
    invited(assessment, name="Kim", role="finance", asked="none", may_sign=True)
    gone = invited(assessment, name="Lee")
    says(gone, where_scope="individual")
    inviting.withdraw(gone, "owner", keep_answers=False)
    words = words_of(owner.get(address("people", assessment)))
    assert "Where will AI be used? In progress 1 of" in words
    assert "Kim Finance No questions Signs Sees everything –" in words
    assert "Answers left out" in words


def test_a_link_that_has_ended_can_be_replaced(assessment: Assessment, owner: Client) -> None:
    person = invited(assessment)
    PrivateLink.objects.filter(respondent=person).update(expires_at=timezone.now())
    assert "Has ended" in text_of(owner.get(address("people", assessment)))
    page = owner.post(address("renew", assessment, person.pk), follow=True)
    assert "Has ended" not in text_of(page)
    opened(link_on(page))


@pytest.mark.parametrize("name", ["hub", "people", "check"])
def test_the_number_of_queries_does_not_grow_with_the_people(
    assessment: Assessment, owner: Client, django_assert_num_queries: Any, name: str
) -> None:
    says(invited(assessment), where_scope="enterprise")
    owner.get(address(name, assessment))  # from here on the edition is known
    with CaptureQueriesContext(connection) as one:
        owner.get(address(name, assessment))
    for number in range(4):
        says(invited(assessment, name=f"Nr {number}"), where_scope="individual")
    with django_assert_num_queries(len(one)):
        owner.get(address(name, assessment))


# ---------------------------------------------------------------- renewing and withdrawing


def test_a_new_link_is_shown_and_the_old_one_opens_nothing(
    assessment: Assessment, owner: Client
) -> None:
    old = link_on(invite(owner, assessment))
    browser = opened(old)
    person = Respondent.objects.get(name="Ana")
    new = link_on(owner.post(address("renew", assessment, person.pk), follow=True))
    assert new not in ("", old)
    assert Client().get(old).status_code == 404
    assert browser.get(address("hub", assessment)).status_code == 404
    opened(new)


def test_what_a_new_link_ends_is_said_before_it_is_made(
    assessment: Assessment, owner: Client
) -> None:
    person = invited(assessment, email="ana@example.org")
    where = address("renew", assessment, person.pk)
    listed = text_of(owner.get(address("people", assessment)))
    assert f'<a href="{where}">' in listed
    assert f'action="{where}"' not in listed
    before = database()
    shown = text_of(owner.get(where))
    assert "Make a new private link for Ana?" in shown
    assert "stops working at once, on all devices" in shown
    assert f'href="{address("people", assessment)}"' in shown
    assert "ana@example.org" not in shown
    assert database() == before


@pytest.mark.usefixtures("_mails")
@pytest.mark.parametrize("email", ["ana@example.org", ""])
def test_whom_a_new_link_is_mailed_to_is_said_before(
    assessment: Assessment, owner: Client, email: str
) -> None:
    person = invited(assessment, email=email)
    shown = text_of(owner.get(address("renew", assessment, person.pk)))
    assert ("is mailed to ana@example.org at once" in shown) == bool(email)
    assert ("to be sent on" in shown) == (not email)
    assert mail.outbox == []


def test_looking_at_the_withdrawal_withdraws_nothing(assessment: Assessment, owner: Client) -> None:
    person = invited(assessment)
    before = database()
    shown = text_of(owner.get(address("withdraw", assessment, person.pk)))
    assert "Withdraw the invitation of Ana?" in shown
    assert database() == before


@pytest.mark.parametrize(("choice", "counts"), [("keep", "enterprise"), ("leave_out", "function")])
def test_withdrawing_keeps_the_answers_or_leaves_them_out(
    assessment: Assessment, owner: Client, choice: str, counts: str
) -> None:
    person = invited(assessment, role="cio_cto")
    says(person, where_scope="enterprise")
    page = owner.post(address("withdraw", assessment, person.pk), {"answers": choice}, follow=True)
    assert "The invitation of Ana has ended." in text_of(page)
    assert stored(assessment)["where_scope"] == counts


@pytest.fixture
def happens_before_withdrawing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let something happen when a request has read who it is about, and is about to write."""

    def arrange(happens: Callable[..., Any], *of: Any, **more: Any) -> None:
        withdraw = inviting.withdraw

        def late(*arguments: Any, **named: Any) -> None:
            happens(*of, **more)
            withdraw(*arguments, **named)

        monkeypatch.setattr(inviting, "withdraw", late)

    return arrange


def test_an_invitation_that_is_withdrawn_at_the_same_moment_keeps_its_answers(
    assessment: Assessment, owner: Client, happens_before_withdrawing: Callable[..., None]
) -> None:
    person = invited(assessment)
    happens_before_withdrawing(inviting.withdraw, person, "owner", keep_answers=True)
    where = address("withdraw", assessment, person.pk)
    response = owner.post(where, {"answers": "leave_out"})
    assert response.status_code == 409
    assert "The invitation of Ana has ended already." in text_of(response)
    assert Respondent.objects.get(pk=person.pk).counts


def test_answers_that_are_submitted_at_the_same_moment_are_not_left_out(
    assessment: Assessment, owner: Client, happens_before_withdrawing: Callable[..., None]
) -> None:
    person = invited(assessment)
    happens_before_withdrawing(issuing.submit, owner_of(assessment))
    where = address("withdraw", assessment, person.pk)
    response = owner.post(where, {"answers": "leave_out"})
    assert response.status_code == 409
    assert "This assessment was already submitted" in text_of(response)
    assert Respondent.objects.get(pk=person.pk).withdrawn_at is None


@pytest.mark.parametrize("answers", ["", "burn"])
def test_withdrawing_needs_a_choice(assessment: Assessment, owner: Client, answers: str) -> None:
    person = invited(assessment)
    response = owner.post(address("withdraw", assessment, person.pk), {"answers": answers})
    assert response.status_code == 422
    assert 'href="#id_answers_0"' in text_of(response)
    assert Respondent.objects.get(pk=person.pk).withdrawn_at is None


def test_after_submission_withdrawing_asks_nothing_about_the_answers(
    assessment: Assessment, owner: Client
) -> None:
    person = invited(assessment)
    issuing.submit(owner_of(assessment))
    where = address("withdraw", assessment, person.pk)
    shown = text_of(owner.get(where))
    assert "It goes on counting" in shown
    assert 'name="answers"' not in shown
    assert owner.post(where, {"answers": "leave_out"})["Location"] == address("people", assessment)
    person.refresh_from_db()
    assert person.withdrawn_at
    assert person.counts


@pytest.mark.parametrize("name", ["renew", "withdraw"])
def test_what_was_done_in_another_tab_is_told(
    assessment: Assessment, owner: Client, name: str
) -> None:
    person = invited(assessment)
    inviting.withdraw(person, "owner", keep_answers=True)
    before = database("sessions.Session")
    where = address(name, assessment, person.pk)
    for response in (owner.get(where), owner.post(where, {"answers": "leave_out"})):
        assert response.status_code == 409
        assert "The invitation of Ana has ended already." in text_of(response)
    assert database("sessions.Session") == before


def test_nobody_withdraws_the_owner_or_the_people_of_another_assessment(
    assessment: Assessment, owner: Client
) -> None:
    others = [owner_of(assessment).pk, invited(make_assessment()).pk, 10**9]
    before = database()
    for pk in others:
        for name in ("renew", "withdraw"):
            where = address(name, assessment, pk)
            assert owner.get(where).status_code == 404
            assert owner.post(where, {"answers": "keep"}).status_code == 404
    assert database() == before


def test_what_is_done_with_invitations_is_written_down_without_names(
    assessment: Assessment, owner: Client
) -> None:
    invite(owner, assessment)
    person = Respondent.objects.get(name="Ana")
    owner.post(address("renew", assessment, person.pk))
    owner.post(address("withdraw", assessment, person.pk), {"answers": "keep"})
    entries = AuditEntry.objects.order_by("pk")
    assert list(entries.values_list("event", "actor", "subject")) == [
        (event, "owner", f"assessment {assessment.pk} respondent {person.pk}")
        for event in ("invitation.made", "link.renewed", "invitation.withdrawn")
    ]


# ---------------------------------------------------------------- those who were invited


@pytest.fixture
def nameless(assessment: Assessment) -> Client:
    """A browser of somebody who was invited without name and role."""
    return client_of(invited(assessment, name="", role=""))


def test_whoever_has_no_name_is_asked_who_they_are_first(
    assessment: Assessment, nameless: Client
) -> None:
    hub, me = address("hub", assessment), address("introduce", assessment)
    assert nameless.get(hub)["Location"] == me
    assert nameless.post(me, {"name": "Ana", "role": "finance"})["Location"] == hub
    assert "You take part as Ana, Finance." in words_of(nameless.get(hub))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name": ""}, "Enter your name"),
        ({"name": " \u200b\u2800"}, "Enter your name"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"role": ""}, "Choose your role"),
        ({"role": "king"}, "not one of the available choices"),
    ],
)
def test_a_wrong_introduction_is_refused_with_its_reason(
    assessment: Assessment, nameless: Client, wrong: dict[str, str], error: str
) -> None:
    data = {"name": "Ana", "role": "finance"} | wrong
    response = nameless.post(address("introduce", assessment), data)
    assert response.status_code == 422
    assert error in text_of(response)
    assert not Respondent.objects.filter(name="Ana").exists()


def test_whoever_has_a_role_from_the_owner_is_not_asked_for_it(assessment: Assessment) -> None:
    colleague = client_of(invited(assessment, role="finance"))
    me = address("introduce", assessment)
    assert 'name="role"' not in text_of(colleague.get(me))
    colleague.post(me, {"name": "Ana María", "role": "cio_cto"})
    assert Respondent.objects.get(is_owner=False).role == "finance"
    assert Respondent.objects.get(is_owner=False).name == "Ana María"


def test_whoever_has_said_who_they_are_does_not_say_so_again_once_it_is_submitted(
    assessment: Assessment,
) -> None:
    colleague, me = client_of(invited(assessment)), address("introduce", assessment)
    issuing.submit(owner_of(assessment))
    assert colleague.get(me)["Location"] == address("hub", assessment)
    assert colleague.post(me, {"name": "Zoe"}).status_code == 409
    assert Respondent.objects.get(is_owner=False).name == "Ana"


def test_the_owner_sees_who_has_finished(assessment: Assessment, owner: Client) -> None:
    person = invited(assessment)
    says(person, where_scope="enterprise")
    colleague = client_of(person)
    page = colleague.post(address("finish", assessment), follow=True)
    assert "The owner sees that you have finished." in text_of(page)
    assert "Finished" in text_of(owner.get(address("people", assessment)))
