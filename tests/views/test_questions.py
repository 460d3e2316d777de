"""The page of a question: everybody's answer, which counts, settling, history, notes."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from assessor.knowledge import UNKNOWN, Answer
from assessor.models import (
    AnswerChange,
    Assessment,
    AuditEntry,
    Note,
    Respondent,
    Settlement,
    knowledge_of,
)
from assessor.views.questions import MOST_CHANGES
from assessor.workflow import drafts, inviting, issuing, moving, noting, settling
from assessor.workflow.drafts import PageSave
from assessor.workflow.noting import Author
from tests.advice.answers import situation
from tests.builders import (
    Response,
    another_edition,
    client_of,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    says,
    step_url,
    text_of,
)

pytestmark = pytest.mark.django_db

KEY = "reg_ipr_leak"
"""For the owner of the data, then Legal. Its gravest answer rules architectures out."""

WORDS = {
    "minor": "Unpleasant, but we would cope",
    "serious": "Serious: lost business, contracts or reputation",
    "critical": "Critical: it could threaten the business",
}


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment(situation(reg_ipr_leak="minor"), role="cio_cto")


@pytest.fixture
def owner(assessment: Assessment) -> Respondent:
    return owner_of(assessment)


@pytest.fixture
def content(assessment: Assessment) -> Respondent:
    """Somebody who is best placed to answer, sees only their own, and says otherwise."""
    person = invited(assessment, name="Cleo", role="data_owner", asked="group:what")
    says(person, reg_ipr_leak="serious")
    return person


def url(assessment: Assessment, *more: object) -> str:
    return "".join(f"{part}/" for part in (f"/a/{assessment.pk}/question/{KEY}", *more))


def words_of(response: Response) -> str:
    return " ".join(text_of(response).split())


def shown_to(browser: Client, assessment: Assessment) -> str:
    return words_of(browser.get(url(assessment)))


def part(shown: str, name: str) -> str:
    """Return one section of the page."""
    _before, _name, after = shown.partition(f'id="{name}" aria-labelledby="{name}-title"')
    section, _end, _after = after.partition("</section>")
    return section


def counts(shown: str) -> str:
    return part(shown, "counts")


def rows(section: str) -> list[str]:
    return re.findall(r"<tr>(.*?)</tr>", section.split("<tbody>")[1])


def staff(*permissions: str) -> Client:
    user = User.objects.create_user("riley", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client()
    browser.force_login(user)
    return browser


def reviewer() -> Client:
    return staff("view_assessment", "review_assessment")


# ---------------------------------------------------------------- who says what, and what counts


def test_the_owner_sees_who_says_what_and_which_answer_counts(
    assessment: Assessment, content: Respondent
) -> None:
    invited(assessment, name="Fay", role="finance")
    shown = shown_to(owner_client(assessment), assessment)
    first, second = rows(part(shown, "answers"))
    assert "Cleo" in first
    assert "Owner of the data or content" in first
    assert WORDS["serious"] in first
    assert "Counts</span>" in first
    assert "Dana" in second
    assert WORDS["minor"] in second
    assert "Counts" not in second
    assert "No answer yet: Fay." in shown
    assert "Best placed to answer: Owner of the data or content; Legal" in shown
    assert "Cleo (Owner of the data or content), who is best placed" in counts(shown)


def test_a_colleague_sees_their_own_answer_and_nothing_of_others(
    assessment: Assessment, owner: Respondent, content: Respondent
) -> None:
    settling.settle(owner, KEY, "minor", "The board said so.")
    shown = shown_to(client_of(content), assessment)
    assert WORDS["serious"] in part(shown, "answers")
    assert WORDS["serious"] in part(shown, "history")
    for secret in (WORDS["minor"], "Dana", "The board said so.", 'id="counts"', 'id="settle"'):
        assert secret not in shown


def test_who_sees_everything_sees_it_here_and_settles_nothing(
    assessment: Assessment, content: Respondent
) -> None:
    insider = client_of(invited(assessment, name="Fay", asked="none", sees_all=True))
    shown = shown_to(insider, assessment)
    assert len(rows(part(shown, "answers"))) == 2
    assert 'id="settle"' not in shown
    assert "Restore" not in shown
    data = {"answer": '"serious"', "reason": "I say so"}
    assert insider.post(url(assessment, "settle"), data).status_code == 404
    assert insider.get(url(assessment, "unsettle")).status_code == 404


def test_staff_who_may_view_only_read(assessment: Assessment, content: Respondent) -> None:
    browser = staff("view_assessment")
    shown = shown_to(browser, assessment)
    assert len(rows(part(shown, "answers"))) == 2
    assert "<form" not in shown.split("<main")[1].split("</main>")[0]
    assert browser.post(url(assessment, "note"), {"text": "Hello"}).status_code == 404


def held_by_security(assessment: Assessment) -> Respondent:
    person = invited(assessment, name="Sam", role="security")
    says(person, reg_ipr_leak="critical")
    return person


def test_a_hard_constraint_is_named_with_what_it_rules_out(assessment: Assessment) -> None:
    held_by_security(assessment)
    (held,) = assessment.working().held
    shown = counts(shown_to(owner_client(assessment), assessment))
    assert WORDS["critical"] in shown.replace("&#x27;", "'")
    assert "This is the answer of Sam (Information security). It holds because" in shown
    for architecture in held.architectures:
        assert assessment.knowledge.options[architecture].short_name in shown
    assert "until Sam withdraws it" in shown


@pytest.mark.parametrize(
    ("own", "others", "why"),
    [
        (None, None, "Nobody has answered yet."),
        ("minor", None, "It is the only answer, from Dana."),
        (UNKNOWN, UNKNOWN, "Nobody knows yet."),
        ("minor", "minor", "All who know an answer say the same."),
        ("minor", "serious", "so the owner’s counts"),
        (None, "serious", "It is the only answer, from Fay."),
    ],
)
def test_why_an_answer_counts_is_said_in_words(
    assessment: Assessment, owner: Respondent, own: Answer, others: Answer, why: str
) -> None:
    person = invited(assessment, name="Fay", role="finance")
    says(owner, reg_ipr_leak=own)
    says(person, reg_ipr_leak=others)
    assert why in counts(shown_to(owner_client(assessment), assessment))


def test_several_in_one_role_are_told_who_comes_first(
    assessment: Assessment, content: Respondent
) -> None:
    says(invited(assessment, name="Dee", role="data_owner"), reg_ipr_leak="minor")
    assert "whoever was invited first counts" in shown_to(owner_client(assessment), assessment)


def test_an_answer_that_was_left_out_is_shown_as_such(
    assessment: Assessment, content: Respondent
) -> None:
    inviting.withdraw(content, "owner", keep_answers=False)
    shown = shown_to(owner_client(assessment), assessment)
    assert "Left out" in rows(part(shown, "answers"))[1]
    assert "It is the only answer, from Dana." in counts(shown)
    assert 'id="settle"' not in shown


def test_it_is_said_when_the_question_is_not_asked(assessment: Assessment) -> None:
    answer = "this question is not asked"
    browser = owner_client(assessment)
    assert answer not in shown_to(browser, assessment)
    shown = words_of(browser.get(f"/a/{assessment.pk}/question/policy_versions/"))
    assert answer not in shown
    says(owner_of(assessment), where_scope="individual")
    shown = words_of(browser.get(f"/a/{assessment.pk}/question/policy_versions/"))
    assert answer in shown


def test_the_page_leads_to_the_question_while_it_can_be_answered(
    assessment: Assessment, owner: Respondent
) -> None:
    link = f'href="{step_url(assessment, "what-regulatory")}#question-{KEY}"'
    assert link in shown_to(owner_client(assessment), assessment)
    issuing.submit(owner)
    shown = shown_to(owner_client(assessment), assessment)
    assert link not in shown
    assert "Its answers cannot be changed now." in shown


def test_the_title_names_no_answer(assessment: Assessment, content: Respondent) -> None:
    shown = shown_to(owner_client(assessment), assessment)
    title = shown.split("<title>")[1].split("</title>")[0]
    assert title.startswith("Answers and notes: How bad would it be")
    assert not any(words in title for words in WORDS.values())


# ---------------------------------------------------------------- settling


def sends_settlement(assessment: Assessment, answer: str, reason: str = "Agreed.") -> Response:
    data = {"answer": f'"{answer}"', "reason": reason}
    return owner_client(assessment).post(url(assessment, "settle"), data)


def test_a_settlement_counts_and_is_shown_with_its_reason(
    assessment: Assessment, content: Respondent
) -> None:
    response = sends_settlement(assessment, "minor", "Talked on Monday.\n<b>All agree.</b>")
    assert response["Location"] == url(assessment) + "#counts"
    assert Assessment.objects.get().given_answers()[KEY] == "minor"
    page = shown_to(response.client, assessment)
    assert "Settled, with your reason." in page
    shown = counts(page)
    assert WORDS["minor"] in shown
    assert "Dana settled the question on" in shown
    assert "Talked on Monday.<br>&lt;b&gt;All agree.&lt;/b&gt;" in shown


def test_every_answer_given_can_be_chosen_with_who_gives_it(
    assessment: Assessment, content: Respondent
) -> None:
    says(invited(assessment, name="Fay", role="finance"), reg_ipr_leak="minor")
    says(invited(assessment, name="Gil", role="finance"), reg_ipr_leak=UNKNOWN)
    shown = part(shown_to(owner_client(assessment), assessment), "settle")
    assert re.findall(r'type="radio" name="answer" value="&quot;(\w+)&quot;"', shown) == [
        "serious",
        "minor",
    ]
    assert "Dana (Owner · CIO / CTO or head of IT), Fay (Finance)" in shown


def test_a_settlement_needs_an_answer_and_a_reason(
    assessment: Assessment, content: Respondent
) -> None:
    response = owner_client(assessment).post(url(assessment, "settle"), {"reason": " \n "})
    assert response.status_code == 422
    summary = text_of(response).split('id="error-summary"')[1].split("</div>")[0]
    assert re.findall(r'href="#([^"]+)"', summary) == ["id_settle_answer_0", "id_settle_reason"]
    for target in ("id_settle_answer_0", "id_settle_reason"):
        assert f'id="{target}"' in text_of(response)
    assert not Settlement.objects.exists()


def test_what_was_written_is_kept_when_no_answer_was_chosen(
    assessment: Assessment, content: Respondent
) -> None:
    data = {"reason": "Because of the contract."}
    response = owner_client(assessment).post(url(assessment, "settle"), data)
    assert response.status_code == 422
    assert "Because of the contract.</textarea>" in text_of(response)


def test_an_answer_that_nobody_gives_any_more_settles_nothing_and_the_reason_is_kept(
    assessment: Assessment, content: Respondent
) -> None:
    says(content, reg_ipr_leak=UNKNOWN)
    response = sends_settlement(assessment, "serious", "Because of the contract.")
    assert response.status_code == 409
    assert "Nobody gives the answer that you chose any more" in text_of(response)
    assert "Because of the contract.</textarea>" in text_of(response)
    assert not Settlement.objects.exists()


def test_an_answer_that_is_changed_while_it_is_settled_settles_nothing(
    assessment: Assessment, content: Respondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = settling.settle

    def later(*args: Any) -> None:
        says(content, reg_ipr_leak="critical")
        settle(*args)

    monkeypatch.setattr(settling, "settle", later)
    response = sends_settlement(assessment, "serious", "Because of the contract.")
    assert response.status_code == 409
    assert "Because of the contract.</textarea>" in text_of(response)
    assert WORDS["critical"] in text_of(response)


def test_nothing_is_settled_once_the_assessment_is_submitted_and_the_reason_is_kept(
    assessment: Assessment, owner: Respondent, content: Respondent
) -> None:
    issuing.submit(owner)
    response = sends_settlement(assessment, "minor", "Because of the contract.")
    assert response.status_code == 409
    assert "The assessment was submitted meanwhile." in text_of(response)
    assert "Because of the contract.</textarea>" in text_of(response)
    assert not Settlement.objects.exists()


def test_a_hard_constraint_holds_over_a_settlement_until_it_is_withdrawn(
    assessment: Assessment,
) -> None:
    security = held_by_security(assessment)
    browser = sends_settlement(assessment, "minor", "The board accepts it.").client
    page = shown_to(browser, assessment)
    assert "Recorded, with your reason. It does not count yet" in page
    assert "Settled, with your reason." not in page
    shown = counts(page)
    assert "It holds because" in shown
    assert f"on “{WORDS['minor']}”. That counts only once Sam withdraws" in shown
    assert "The board accepts it." in shown
    says(security, reg_ipr_leak="serious")
    assert "Dana settled the question on" in counts(shown_to(browser, assessment))
    assert Assessment.objects.get().given_answers()[KEY] == "minor"


def test_there_is_nothing_to_settle_where_all_say_the_same(
    assessment: Assessment, content: Respondent
) -> None:
    says(content, reg_ipr_leak="minor")
    assert 'id="settle"' not in shown_to(owner_client(assessment), assessment)


def seen_on(response: Response) -> str:
    """Return the settlement that a page has shown, as its form sends it back."""
    field = re.search(r'name="seen"(?: value="([^"]*)")? id="id_settle_seen"', text_of(response))
    return (field and field[1]) or ""


def sends_from(page: Response, reason: str, answer: str = "minor") -> Response:
    """Settle with what the form on this page would send."""
    data = {"answer": f'"{answer}"', "reason": reason, "seen": seen_on(page)}
    return page.client.post(url(page.context["assessment"], "settle"), data)


def test_of_two_pages_that_settle_the_second_is_shown_both_and_overwrites_nothing(
    assessment: Assessment, content: Respondent
) -> None:
    page = owner_client(assessment).get(url(assessment))
    assert sends_from(page, "The board <b>said</b> so.").status_code == 302
    before = database("sessions.Session")

    response = sends_from(page, "Legal </textarea><b>said</b> so.", "serious")
    assert response.status_code == 409
    shown = part(words_of(response), "settle")
    theirs, yours = shown.split('class="conflict-side"')[1:]
    assert "Settled by Dana" in theirs
    assert WORDS["minor"] in theirs
    assert "The board &lt;b&gt;said&lt;/b&gt; so." in theirs
    assert WORDS["serious"] in yours
    assert "Legal &lt;/textarea&gt;&lt;b&gt;said&lt;/b&gt; so.</p>" in yours
    assert "&lt;b&gt;said&lt;/b&gt; so.</textarea>" in yours
    assert database("sessions.Session") == before

    again = sends_from(response, "Legal said so.", "serious")
    assert again.status_code == 302
    assert Settlement.objects.get().reason == "Legal said so."


def test_a_page_that_names_no_settlement_has_seen_none(
    assessment: Assessment, content: Respondent
) -> None:
    sends_settlement(assessment, "minor", "The board said so.")
    for seen in ({}, {"seen": "1"}, {"seen": "2026-11-26"}):
        data = {"answer": '"serious"', "reason": "Legal said so.", **seen}
        response = owner_client(assessment).post(url(assessment, "settle"), data)
        assert response.status_code == 409
        assert "Legal said so.</textarea>" in text_of(response)
    assert Settlement.objects.get().reason == "The board said so."


def test_a_settlement_that_was_taken_back_meanwhile_is_not_brought_back_unseen(
    assessment: Assessment, owner: Respondent, content: Respondent
) -> None:
    sends_settlement(assessment, "minor", "The board said so.")
    page = owner_client(assessment).get(url(assessment))
    settling.unsettle(owner, KEY, Settlement.objects.get().stamp)

    response = sends_from(page, "Legal said so.", "serious")
    assert response.status_code == 409
    assert "The settlement was taken back" in text_of(response)
    assert not Settlement.objects.exists()
    assert sends_from(response, "Legal said so.", "serious").status_code == 302
    assert Settlement.objects.get().reason == "Legal said so."


def test_a_second_click_settles_nothing_again(assessment: Assessment, content: Respondent) -> None:
    page = owner_client(assessment).get(url(assessment))
    assert sends_from(page, "Agreed.").status_code == 302
    before = database("sessions.Session")
    for _ in range(9):
        assert sends_from(page, "Agreed.").status_code == 302
    assert database("sessions.Session") == before
    assert AuditEntry.objects.filter(event="question.settled").count() == 1


def test_what_a_page_with_a_mistake_has_seen_stays_what_it_was(
    assessment: Assessment, content: Respondent
) -> None:
    """Settled meanwhile, it is noticed when the mended page is sent."""
    page = owner_client(assessment).get(url(assessment))
    sends_settlement(assessment, "minor", "The board said so.")
    mistaken = sends_from(page, "")
    assert mistaken.status_code == 422
    assert sends_from(mistaken, "Legal said so.").status_code == 409


def takes_back(page: Response) -> Response:
    """Press the button of a page that asks whether to take a settlement back."""
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', text_of(page))
    return page.client.post(url(page.context["assessment"], "unsettle"), {"seen": seen})


def test_a_settlement_is_taken_back_after_being_asked(
    assessment: Assessment, content: Respondent
) -> None:
    sends_settlement(assessment, "minor", "Talked on Monday.")
    browser = owner_client(assessment)
    assert f'href="{url(assessment, "unsettle")}"' in shown_to(browser, assessment)
    before = database("sessions.Session")
    page = browser.get(url(assessment, "unsettle"))
    assert "Talked on Monday." in text_of(page)
    assert database("sessions.Session") == before
    for _clicks in range(2):
        response = takes_back(page)
        assert response["Location"] == url(assessment) + "#counts"
    assert Assessment.objects.get().given_answers()[KEY] == "serious"
    assert AuditEntry.objects.filter(event="question.opened").count() == 1


def test_a_reason_that_the_page_has_not_shown_is_not_deleted(
    assessment: Assessment, content: Respondent
) -> None:
    sends_settlement(assessment, "minor", "Talked on Monday.")
    browser = owner_client(assessment)
    page = browser.get(url(assessment, "unsettle"))
    sends_from(browser.get(url(assessment)), "The board said so.")

    response = takes_back(page)
    assert response.status_code == 409
    assert "Nothing was changed" in text_of(response)
    assert "The board said so." in text_of(response)
    assert Settlement.objects.get().reason == "The board said so."
    assert takes_back(response).status_code == 302
    assert not Settlement.objects.exists()


def test_a_settlement_stays_once_the_assessment_is_submitted(
    assessment: Assessment, owner: Respondent, content: Respondent
) -> None:
    sends_settlement(assessment, "minor")
    issuing.submit(owner)
    browser = owner_client(assessment)
    assert browser.get(url(assessment, "unsettle")).status_code == 302
    assert browser.post(url(assessment, "unsettle")).status_code == 409
    assert Settlement.objects.exists()


# ---------------------------------------------------------------- history


def restoring(person: Respondent, revision: int | None = None, seen: int | None = None) -> Any:
    """Return what the button beside an earlier answer sends; the first answer with nothing said."""
    own = person.changes.filter(question=KEY)
    return {
        "revision": own[0].revision if revision is None else revision,
        "seen": person.answers.get(question=KEY).revision if seen is None else seen,
    }


def value_of(person: Respondent) -> Answer | None:
    value: Answer | None = person.answers.get(question=KEY).value
    return value


def test_the_history_tells_who_changed_what_from_what(
    assessment: Assessment, content: Respondent
) -> None:
    says(content, reg_ipr_leak="critical")
    first, second, third = rows(part(shown_to(owner_client(assessment), assessment), "history"))
    assert "Cleo" in first
    assert first.index(WORDS["serious"]) < first.index("Critical: it could threaten")
    assert "Cleo" in second
    assert second.index("No answer") < second.index(WORDS["serious"])
    assert "Dana" in third


def test_an_earlier_answer_comes_back_and_that_is_in_the_history_too(
    assessment: Assessment, content: Respondent
) -> None:
    says(content, reg_ipr_leak="critical")
    browser = client_of(content)
    form = part(shown_to(browser, assessment), "history").split("<form")[1]
    sent = dict(re.findall(r'name="(revision|seen)" value="(\d+)"', form))
    assert sent == {name: str(value) for name, value in restoring(content).items()}
    response = browser.post(url(assessment, "restore"), sent)
    assert response["Location"] == url(assessment) + "#history"
    assert value_of(content) == "serious"
    shown = shown_to(browser, assessment)
    assert "Your earlier answer is back." in shown
    assert len(rows(part(shown, "history"))) == 3


def test_only_ones_own_answers_come_back(
    assessment: Assessment, owner: Respondent, content: Respondent
) -> None:
    says(content, reg_ipr_leak="critical")
    browser = owner_client(assessment)
    assert "Restore" not in shown_to(browser, assessment)
    theirs = content.changes.filter(question=KEY)[0].revision
    response = browser.post(url(assessment, "restore"), restoring(owner, revision=theirs))
    assert response.status_code == 404
    assert value_of(owner) == "minor"


def test_who_is_not_asked_the_question_brings_nothing_back(
    assessment: Assessment, content: Respondent
) -> None:
    says(content, reg_ipr_leak="critical")
    Respondent.objects.filter(pk=content.pk).update(asked="group:where", sees_all=True)
    browser = client_of(content)
    assert "Restore" not in shown_to(browser, assessment)
    assert browser.post(url(assessment, "restore"), restoring(content)).status_code == 404


def test_an_answer_that_was_changed_meanwhile_is_not_overwritten(
    assessment: Assessment, content: Respondent
) -> None:
    says(content, reg_ipr_leak="critical")
    sent = restoring(content)
    says(content, reg_ipr_leak="minor")
    response = client_of(content).post(url(assessment, "restore"), sent)
    assert response.status_code == 409
    assert "It was not overwritten" in text_of(response)
    assert value_of(content) == "minor"


def test_nothing_comes_back_once_the_assessment_is_submitted(
    assessment: Assessment, owner: Respondent, content: Respondent
) -> None:
    says(content, reg_ipr_leak="critical")
    issuing.submit(owner)
    browser = client_of(content)
    assert "Restore" not in shown_to(browser, assessment)
    assert browser.post(url(assessment, "restore"), restoring(content)).status_code == 409
    assert value_of(content) == "critical"


@pytest.fixture
def moved() -> Assessment:
    """Return an assessment with an answer that its edition does not have any more."""
    assessment = make_assessment(situation(how_small_model_evidence="not_good_enough"))
    says(invited(assessment), how_small_model_evidence="not_good_enough")
    another_edition("2027.1", not_good_enough="too_weak")
    assessment.refresh_from_db()
    return moving.move(owner_of(assessment), "2027.1", assessment.revision)


EVIDENCE = "question/how_small_model_evidence/"


def test_an_answer_of_before_a_move_stands_in_the_history_as_it_was_stored(
    moved: Assessment,
) -> None:
    shown = words_of(owner_client(moved).get(f"/a/{moved.pk}/{EVIDENCE}"))
    assert part(shown, "history").count("not_good_enough") == 4


def test_an_answer_that_the_edition_does_not_take_comes_not_back(moved: Assessment) -> None:
    browser = owner_client(moved)
    assert "Restore" not in text_of(browser.get(f"/a/{moved.pk}/{EVIDENCE}"))
    response = browser.post(
        f"/a/{moved.pk}/{EVIDENCE}restore/", {"revision": 1, "seen": moved.revision}
    )
    assert response.status_code == 409
    assert "The questions have changed" in text_of(response)
    assert browser.get(f"/a/{moved.pk}/check/").status_code == 200


@pytest.mark.parametrize("sent", [{}, {"revision": "x", "seen": "0"}, {"seen": "99999"}])
def test_a_page_that_was_tampered_with_brings_nothing_back(
    assessment: Assessment, content: Respondent, sent: dict[str, str]
) -> None:
    says(content, reg_ipr_leak="critical")
    data = sent if len(sent) != 1 else restoring(content) | sent
    assert client_of(content).post(url(assessment, "restore"), data).status_code == 400
    assert value_of(content) == "critical"


def test_a_long_history_has_several_pages(assessment: Assessment, owner: Respondent) -> None:
    for number in range(MOST_CHANGES):
        says(owner, reg_ipr_leak=("serious", "critical")[number % 2])
    browser = owner_client(assessment)
    assert len(rows(part(shown_to(browser, assessment), "history"))) == MOST_CHANGES
    older = words_of(browser.get(url(assessment), {"page": "2"}))
    (oldest,) = rows(part(older, "history"))
    assert oldest.index("No answer") < oldest.index(WORDS["minor"])
    for wrong in ("0", "x", "99"):
        assert browser.get(url(assessment), {"page": wrong}).status_code == 200


# ---------------------------------------------------------------- notes


def writes(browser: Client, assessment: Assessment, **data: str) -> Note:
    browser.post(url(assessment, "note"), data)
    return Note.objects.latest("pk")


def test_a_note_is_written_answered_resolved_and_opened_again(
    assessment: Assessment, content: Respondent
) -> None:
    thread = writes(client_of(content), assessment, text="Which law?", in_report="on")
    assert (thread.author, thread.author_name, thread.in_report) == (content, "Cleo", True)
    browser = owner_client(assessment)
    response = browser.post(url(assessment, "note", thread.pk, "reply"), {"text": "Ours."})
    assert response["Location"] == f"{url(assessment)}#note-{thread.pk}"
    shown = part(shown_to(browser, assessment), "notes")
    assert shown.index("Which law?") < shown.index("Ours.")
    assert "Cleo · Owner of the data or content" in shown
    assert "printed in the report" in shown
    browser.post(url(assessment, "note", thread.pk, "resolve"))
    shown = part(shown_to(client_of(content), assessment), "notes")
    assert f'<details class="card" id="note-{thread.pk}"' in shown
    assert "resolved by Dana" in shown
    browser.post(url(assessment, "note", thread.pk, "reopen"))
    assert f'<article class="card" id="note-{thread.pk}"' in shown_to(browser, assessment)


def test_the_oldest_thread_stands_first(assessment: Assessment, owner: Respondent) -> None:
    first, second = (
        noting.write(assessment, Author("Dana", owner), KEY, text, in_report=False)
        for text in ("First", "Second")
    )
    noting.reply(first, Author("Dana", owner), "A late reply")
    noting.write(assessment, Author("Dana", owner), "where_scope", "Elsewhere", in_report=False)
    shown = part(shown_to(owner_client(assessment), assessment), "notes")
    assert re.findall(r'id="note-(\d+)"', shown) == [str(first.pk), str(second.pk)]
    assert "Elsewhere" not in shown


def test_staff_who_review_write_by_their_name(assessment: Assessment) -> None:
    browser = reviewer()
    thread = writes(browser, assessment, text="Who checked this?")
    assert (thread.author, thread.author_name) == (None, "riley")
    shown = part(shown_to(owner_client(assessment), assessment), "notes")
    assert "riley · Reviewer" in shown
    browser.post(url(assessment, "note", thread.pk, "resolve"))
    assert Note.objects.get().resolved_by == "riley"


def test_a_note_is_plain_text(assessment: Assessment) -> None:
    writes(owner_client(assessment), assessment, text="<script>x</script>\nhttps://example.org")
    shown = part(shown_to(owner_client(assessment), assessment), "notes")
    assert "&lt;script&gt;x&lt;/script&gt;<br>https://example.org</p>" in shown


@pytest.mark.parametrize("text", ["", " \u200b\r\n", "x" * 2001])
def test_a_note_that_is_empty_or_too_long_comes_back(assessment: Assessment, text: str) -> None:
    response = owner_client(assessment).post(url(assessment, "note"), {"text": text})
    assert response.status_code == 422
    assert 'href="#id_note_text"' in text_of(response)
    assert text.strip("\u200b\r\n ") in text_of(response)
    assert not Note.objects.exists()


def test_a_note_may_have_two_thousand_characters_in_lines(assessment: Assessment) -> None:
    text = "\r\n".join(["x" * 999, "y" * 1000])
    assert len(writes(owner_client(assessment), assessment, text=text).text) == 2000


def test_an_empty_reply_comes_back_where_it_was_written(
    assessment: Assessment, owner: Respondent
) -> None:
    thread = noting.write(assessment, Author("Dana", owner), KEY, "Which?", in_report=False)
    noting.resolve(thread, Author("Dana", owner))
    response = owner_client(assessment).post(url(assessment, "note", thread.pk, "reply"))
    assert response.status_code == 422
    field = f"id_reply_{thread.pk}_text"
    assert f'href="#{field}"' in text_of(response)
    assert f'id="{field}"' in text_of(response)
    assert f'id="note-{thread.pk}" open>' in text_of(response)


@pytest.mark.parametrize("step", ["reply", "resolve", "reopen"])
def test_only_a_thread_of_this_question_is_answered_or_closed(
    assessment: Assessment, owner: Respondent, step: str
) -> None:
    author = Author("Dana", owner)
    thread = noting.write(assessment, author, KEY, "Which?", in_report=False)
    elsewhere = [
        noting.reply(thread, author, "This one."),
        noting.write(assessment, author, "where_scope", "Which?", in_report=False),
        noting.write(make_assessment(), author, KEY, "Which?", in_report=False),
    ]
    browser = owner_client(assessment)
    before = database("sessions.Session")
    for note in elsewhere:
        sent = browser.post(url(assessment, "note", note.pk, step), {"text": "Mine"})
        assert sent.status_code == 404
    assert browser.post(url(assessment, "note", 10**30, step)).status_code == 404
    assert database("sessions.Session") == before


# ---------------------------------------------------------------- beside the question itself


def beside(browser: Client, assessment: Assessment) -> str:
    """Return what stands below the question on its page of the wizard."""
    shown = words_of(browser.get(step_url(assessment, "what-regulatory")))
    return shown.split(f'id="question-{KEY}"')[1].split("</fieldset>")[0]


def test_a_question_leads_to_its_page_and_counts_what_is_there(
    assessment: Assessment, owner: Respondent, content: Respondent
) -> None:
    for text in ("One", "Two", "Three"):
        thread = noting.write(assessment, Author("Dana", owner), KEY, text, in_report=False)
    noting.reply(thread, Author("Dana", owner), "And a reply")
    noting.resolve(thread, Author("Dana", owner))
    shown = beside(owner_client(assessment), assessment)
    assert f'href="{url(assessment)}"' in shown
    assert "2 open notes" in shown
    assert "1 other answer" in shown
    assert f"<li>Cleo (Owner of the data or content): {WORDS['serious']}</li>" in shown


def test_who_sees_only_their_own_is_told_of_notes_and_not_of_answers(
    assessment: Assessment, owner: Respondent, content: Respondent
) -> None:
    noting.write(assessment, Author("Dana", owner), KEY, "One", in_report=False)
    shown = beside(client_of(content), assessment)
    assert "1 open note" in shown
    assert "other answer" not in shown
    assert "Dana" not in shown


def test_who_answers_and_sees_everything_is_told_what_others_say(
    assessment: Assessment, content: Respondent
) -> None:
    insider = invited(assessment, name="Fay", role="finance", sees_all=True)
    shown = beside(client_of(insider), assessment)
    assert "2 other answers" in shown
    assert f"<li>Dana (Owner · CIO / CTO or head of IT): {WORDS['minor']}</li>" in shown


# ---------------------------------------------------------------- how often the database is asked


def crowd(assessment: Assessment, people: int, changes: int) -> None:
    """Let many people be asked, each of whom has changed their answer often and writes a note."""
    start = datetime(2026, 11, 25, tzinfo=UTC)
    for number in range(people):
        person = invited(assessment, name=f"Person {number}", role="finance")
        page = PageSave({}, uuid.uuid4(), {KEY: ("minor", "serious")[number % 2]})
        drafts.save(person, page)
        AnswerChange.objects.bulk_create(
            AnswerChange(
                assessment=assessment,
                respondent=person,
                question=KEY,
                value=("serious", "critical")[change % 2],
                revision=1000 + change,
                saved_at=start + timedelta(minutes=change),
                form=uuid.uuid4(),
            )
            for change in range(changes)
        )
        thread = noting.write(assessment, Author(person.name, person), KEY, "Why?", in_report=False)
        noting.reply(thread, Author(person.name, person), "Because.")


@pytest.mark.parametrize(("people", "changes"), [(2, 3), (30, 100)], ids=["few", "many"])
def test_the_page_asks_the_database_as_often_for_many_people_as_for_few(
    django_assert_num_queries: Any, people: int, changes: int
) -> None:
    assessment = make_assessment(situation(reg_ipr_leak="minor"))
    knowledge_of(assessment.edition_id)  # Read once per process.
    crowd(assessment, people, changes)
    settling.settle(owner_of(assessment), KEY, "serious", "Agreed.")
    browser = owner_client(assessment)
    # Session, private link, answers, people, settlements, changes, notes.
    with django_assert_num_queries(7):
        assert browser.get(url(assessment)).status_code == 200
    colleague = client_of(Respondent.objects.get(name="Person 1"))
    with django_assert_num_queries(6):  # and no settlements
        assert colleague.get(url(assessment)).status_code == 200


def test_who_writes_more_than_a_report_prints_is_told_so_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assessor.workflow.noting.MOST_PRINTED", 250)
    assessment = make_assessment()
    owner = owner_client(assessment)
    note = reverse("note", args=[assessment.pk, "where_scope"])
    assert owner.post(note, {"text": "Since when?", "in_report": "on"}).status_code == 302
    thread = assessment.notes.get()
    reply = reverse("reply", args=[assessment.pk, "where_scope", thread.pk])
    for address, sent in (
        (note, {"text": "z" * 190, "in_report": "on"}),
        (reply, {"text": "z" * 190}),
    ):
        response = owner.post(address, sent)
        assert response.status_code == 422
        assert "The notes in the report are as long together as they may be." in text_of(response)
        assert "z" * 190 in text_of(response)
    assert assessment.notes.count() == 1
    assert owner.post(note, {"text": "z" * 190}).status_code == 302
