"""What if: other answers are looked at without a trace, or become an assessment of their own."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from assessor.advice import advise
from assessor.advice.hinges import hinges
from assessor.knowledge import Answer
from assessor.knowledge.question_bank import MultiQuestion, NumberQuestion, RankedQuestion
from assessor.models import NAME_LENGTH, Assessment, Report
from assessor.workflow import drafts, issuing, moving, reviewing
from assessor.workflow.erasing import erase
from tests.builders import (
    Response,
    another_edition,
    controls,
    database,
    make_assessment,
    owner_client,
    owner_of,
    stored,
    submitted,
    text_of,
)
from tests.report.records import CASES, FOUR_UNKNOWN, ONE_FITS

pytestmark = pytest.mark.django_db

PRIVATE = "Small model, private cloud"
LIVE = {"HX-Request": "true"}


@pytest.fixture
def report() -> Report:
    return submitted(CASES[ONE_FITS])


@pytest.fixture
def visitor(report: Report) -> Client:
    return owner_client(report.assessment)


def url(report: Report, page: str = "") -> str:
    return f"/a/{report.assessment_id}/what-if/{page}"


def data(report: Report, **changes: Answer) -> dict[str, Any]:
    """Return what a browser sends for the controls as the result page shows them."""
    keys = hinges(report.answers, report.as_suggestion)
    assert set(changes) <= set(keys)
    answers = {**report.answers, **changes}
    sent: dict[str, Any] = {"creation_key": str(uuid.uuid4())}
    for key in keys:
        sent |= controls(report.knowledge.questions[key], answers[key])
    return sent


def words(response: Response) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(response)).split())


# ---------------------------------------------------------------- on the result page


def test_the_result_page_has_the_answers_it_hangs_on_as_controls(
    report: Report, visitor: Client
) -> None:
    shown = text_of(visitor.get(f"/a/{report.assessment_id}/result/"))
    assert f'<form method="post" action="{url(report)}"' in shown
    for key in hinges(report.answers, report.as_suggestion):
        assert f'data-question="{key}"' in shown
    assert shown.count("data-question=") == 5
    assert "In the report: Ordinary internal information" in shown
    assert f'formaction="{url(report, "save/")}"' in shown


@pytest.mark.parametrize("case", [*CASES])
def test_every_worked_case_shows_its_answers_in_the_controls(case: str) -> None:
    report = submitted(CASES[case])
    visitor = owner_client(report.assessment)
    shown = text_of(visitor.post(url(report), data(report)))
    assert "These are the answers in the report." in shown
    for key in hinges(report.answers, report.as_suggestion):
        question, answer = report.knowledge.questions[key], report.answers[key]
        card = re.search(rf'data-question="{key}".*?(?=data-question=|</form>)', shown, re.DOTALL)
        assert card
        if isinstance(question, NumberQuestion) and isinstance(answer, int):
            assert f'value="{answer}"' in card[0]
        elif isinstance(question, MultiQuestion | RankedQuestion) and isinstance(answer, list):
            for choice in answer:
                assert re.search(rf'value="{choice}"[^>]* (checked|selected)', card[0])
        else:
            assert re.search(rf'value="{answer}"[^>]* (checked|selected)', card[0])


def test_an_earlier_report_is_compared_with_itself(report: Report, visitor: Client) -> None:
    owner = owner_of(report.assessment)
    reviewing.reopen(owner)
    drafts.save(
        owner, drafts.PageSave({"how_deadline": 1}, uuid.uuid4(), {"how_deadline": "1_to_3m"})
    )
    issuing.submit(owner)
    shown = text_of(visitor.get(f"/a/{report.assessment_id}/result/?report=1"))
    assert f'action="{url(report)}?report=1"' in shown
    reply = words(visitor.post(url(report, "?report=1"), data(report)))
    assert "report 1" in reply
    assert "These are the answers in the report." in reply


# ---------------------------------------------------------------- looking


def test_the_button_shows_old_and_new_and_the_reason(report: Report, visitor: Client) -> None:
    response = visitor.post(url(report), data(report, how_deadline="under_1m"))
    shown = words(response)
    assert response.status_code == 200
    assert "97 → 90 of 100. “Small model as a service” now leads." in shown
    assert f"First {PRIVATE} Small model as a service" in shown
    assert "Status Clear Fairly clear" in shown
    assert "Fit of 100 97 90" in shown
    assert "Lead in points 6.6 4.2" in shown
    assert f"Newly ruled out: “{PRIVATE}”. You need a first version within a month." in shown
    assert "Nothing was saved." in shown
    assert 'value="under_1m" selected' in text_of(response)


def test_the_live_reply_is_the_same_words_alone(report: Report, visitor: Client) -> None:
    sent = data(report, how_deadline="under_1m")
    live = text_of(visitor.post(url(report), sent, headers=LIVE))
    assert live.strip().startswith('<div id="what-if-reply">')
    assert live.count("data-announce") == 1
    assert live.strip() in text_of(visitor.post(url(report), sent))


def test_looking_writes_nothing(report: Report, visitor: Client) -> None:
    before = database()
    for headers in ({}, LIVE):
        for changes in ({}, {"how_deadline": "under_1m"}, {"reg_data": ["classified"]}):
            visitor.post(url(report), data(report, **changes), headers=headers)
        visitor.post(url(report), {}, headers=headers)
        visitor.post(url(report), data(report) | {"where_org_size": "micro"}, headers=headers)
    assert database() == before


def test_only_the_answers_shown_can_be_changed(report: Report, visitor: Client) -> None:
    """Others that somebody sends along are not looked at."""
    sent = data(report) | {"reg_residency": "air_gapped", "how_tasks": ["act"]}
    assert "These are the answers in the report." in words(visitor.post(url(report), sent))


def test_it_needs_the_token_of_its_form(report: Report) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = owner_client(report.assessment).cookies
    assert strict.post(url(report), data(report)).status_code == 403
    assert strict.post(url(report, "save/"), data(report)).status_code == 403


def test_its_address_alone_leads_to_the_result(report: Report, visitor: Client) -> None:
    there = f"/a/{report.assessment_id}/result/"
    assert visitor.get(url(report))["Location"] == f"{there}#what-if"
    assert visitor.get(url(report, "?report=1"))["Location"] == f"{there}?report=1#what-if"


def test_before_the_first_report_there_is_nothing_to_ask(visitor: Client) -> None:
    assessment = make_assessment()
    browser = owner_client(assessment)
    for page in ("", "save/"):
        response = browser.post(f"/a/{assessment.pk}/what-if/{page}", {})
        assert response["Location"] == f"/a/{assessment.pk}/"


def test_staff_may_look_and_not_save(report: Report) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_assessment"))
    staff = Client()
    staff.force_login(reader)
    response = staff.post(url(report), data(report, how_deadline="under_1m"))
    assert "now leads" in text_of(response)
    assert "Save as a new assessment" not in text_of(response)
    assert staff.post(url(report, "save/"), data(report)).status_code == 404


def test_questions_hidden_by_another_answer_are_told_to_the_page() -> None:
    report = submitted(CASES["field_language_many_examples"])
    visitor = owner_client(report.assessment)
    sent = data(report, where_scope="individual")
    shown = visitor.post(url(report), sent, headers=LIVE)["HX-Trigger"]
    assert '"how_small_model_evidence": false' in shown
    assert '"reg_data": true' in shown


# ---------------------------------------------------------------- what cannot be


@pytest.mark.parametrize("page", ["", "save/"])
@pytest.mark.parametrize(
    ("case", "field", "sent", "message"),
    [
        (FOUR_UNKNOWN, "opex_volume", "many", "Enter a whole number of requests per month"),
        (FOUR_UNKNOWN, "opex_volume", "9" * 19, "Enter a number between"),
        (FOUR_UNKNOWN, "opex_volume", "", "Enter a number, or say that you don’t know yet"),
        (ONE_FITS, "how_deadline", "yesterday", "Select a valid choice"),
        (ONE_FITS, "how_deadline", "", "Select an answer to “When must people"),
        (ONE_FITS, "reg_data", [], "Choose at least one: “What kinds of information"),
        (ONE_FITS, "reg_data", ["internal", "dont_know"], "cannot be combined"),
        (ONE_FITS, "reg_data", ["state_secrets"], "Select a valid choice"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_happens(
    page: str, case: str, field: str, sent: Any, message: str
) -> None:
    report = submitted(CASES[case])
    visitor = owner_client(report.assessment)
    before = database()
    posted = {**data(report), field: sent}
    posted.pop(f"{field}-unknown", None)
    response = visitor.post(url(report, page), posted)
    shown = text_of(response)
    assert response.status_code == 422
    assert "<title>Error: What if" in shown
    assert "Not recomputed: there is a problem" in shown
    assert shown.count(message) == 2, "in the summary and beside the control"
    assert "<table" not in shown
    assert database() == before


def test_a_wrong_answer_is_told_live_as_well() -> None:
    report = submitted(CASES[FOUR_UNKNOWN])
    sent = {**data(report), "opex_volume": "many"}
    response = owner_client(report.assessment).post(url(report), sent, headers=LIVE)
    assert response.status_code == 422
    assert '<a href="#id_opex_volume">' in text_of(response)


# ---------------------------------------------------------------- saving as a new assessment


def save(report: Report, visitor: Client, sent: dict[str, Any]) -> Assessment:
    response = visitor.post(url(report, "save/"), sent)
    assert response.status_code == 302, text_of(response)
    return Assessment.objects.get(pk=response["Location"].split("/")[2])


def test_saving_starts_a_draft_with_the_answers_of_the_report_and_the_changes(
    report: Report, visitor: Client
) -> None:
    before = stored(report.assessment)
    made = save(report, visitor, data(report, how_deadline="under_1m"))
    assert made.is_draft
    assert stored(made) == {**report.answers, "how_deadline": "under_1m"}
    assert made.edition == report.edition
    assert (made.initiative, made.organisation) == ("Contract drafts, variant 1", "Northwind")
    assert owner_of(made).name == "Dana"
    assert set(made.changes.values_list("revision", flat=True)) == {1}
    assert stored(report.assessment) == before
    report.assessment.refresh_from_db()
    assert not report.assessment.is_draft


def test_a_variant_of_a_report_from_before_a_move_uses_the_edition_of_the_report(
    report: Report, visitor: Client
) -> None:
    reviewing.reopen(owner_of(report.assessment))
    another_edition("2027.1", how_deadline="how_urgent")
    moving.move(owner_of(report.assessment), "2027.1", report.assessment.revision)
    made = save(report, visitor, data(report, how_deadline="under_1m"))
    assert made.edition == report.edition
    assert stored(made)["how_deadline"] == "under_1m"
    assert (made.origin, made.origin_report) == (report.assessment, report.number)
    browser = owner_client(made)
    assert "new ones start with edition 2027.1" in text_of(browser.get(f"/a/{made.pk}/"))
    assert browser.get(f"/a/{made.pk}/check/").status_code == 200


def test_submitting_it_gives_the_result_that_was_shown(report: Report, visitor: Client) -> None:
    made = save(report, visitor, data(report, how_deadline="under_1m"))
    issued = issuing.submit(owner_of(made))
    expected = advise(report.knowledge, {**report.answers, "how_deadline": "under_1m"})
    assert (issued.leader, issued.status) == (expected.leader, expected.status)


def test_it_takes_the_answers_of_the_report_not_those_changed_since(
    report: Report, visitor: Client
) -> None:
    owner = owner_of(report.assessment)
    reviewing.reopen(owner)
    page = drafts.PageSave({"how_deadline": 1}, uuid.uuid4(), {"how_deadline": "over_6m"})
    drafts.save(owner, page)
    assert stored(save(report, visitor, data(report))) == report.answers


def test_its_hub_says_where_it_comes_from_and_shows_its_private_link(
    report: Report, visitor: Client
) -> None:
    response = visitor.post(url(report, "save/"), data(report), follow=True)
    shown = words(response)
    assert "This is a new assessment, with your changes." in shown
    assert "Started from report 1 of “Contract drafts”." in shown
    assert "Keep your private link" in shown
    assert f'href="/a/{report.assessment_id}/result/?report=1"' in text_of(response)


def test_its_private_link_opens_it_and_not_where_it_comes_from(
    report: Report, visitor: Client
) -> None:
    response = visitor.post(url(report, "save/"), data(report), follow=True)
    token = re.search(r"/r/([\w-]+)/", text_of(response))
    assert token
    colleague = Client()
    hub = text_of(colleague.post(f"/r/{token[1]}/", follow=True))
    assert "Started from report 1 of “Contract drafts”." in hub
    assert str(report.assessment_id) not in hub
    assert colleague.get(f"/a/{report.assessment_id}/result/").status_code == 404


def test_an_assessment_of_its_own_says_nothing_of_the_kind(report: Report, visitor: Client) -> None:
    assert "Started from" not in text_of(visitor.get(f"/a/{report.assessment_id}/"))


def test_the_second_click_opens_the_same_assessment(report: Report, visitor: Client) -> None:
    sent = data(report, how_deadline="under_1m")
    assert save(report, visitor, sent) == save(report, visitor, sent)
    assert Assessment.objects.count() == 2


def test_other_answers_from_the_same_page_are_another_assessment(
    report: Report, visitor: Client
) -> None:
    sent = data(report, how_deadline="under_1m")
    first = save(report, visitor, sent)
    second = save(report, visitor, sent | {"how_deadline": "over_6m"})
    assert (first.initiative, second.initiative) == (
        "Contract drafts, variant 1",
        "Contract drafts, variant 2",
    )
    assert stored(second)["how_deadline"] == "over_6m"


def test_the_same_answers_sent_much_later_are_another_assessment(
    report: Report, visitor: Client
) -> None:
    sent = data(report, how_deadline="under_1m")
    first = save(report, visitor, sent)
    Assessment.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert save(report, visitor, sent) != first


def test_a_long_name_leaves_room_for_the_number() -> None:
    report = submitted(CASES[ONE_FITS], initiative="x" * NAME_LENGTH)
    made = save(report, owner_client(report.assessment), data(report))
    assert made.initiative.endswith("x, variant 1")
    assert len(made.initiative) == NAME_LENGTH


def test_deleting_where_it_comes_from_leaves_it_alone(report: Report, visitor: Client) -> None:
    made = save(report, visitor, data(report))
    erase(report.assessment, "owner")
    made.refresh_from_db()
    assert made.origin is None
    assert "Started from" not in text_of(visitor.get(f"/a/{made.pk}/"))


# ---------------------------------------------------------------- queries

KNOWN = 3
"""Session, private link with its assessment, report: what the result page asks as well."""


@pytest.mark.parametrize("headers", [{}, LIVE], ids=["page", "live"])
def test_looking_asks_no_more_than_the_result_page(
    report: Report, visitor: Client, django_assert_num_queries: Any, headers: dict[str, str]
) -> None:
    visitor.post(url(report), data(report))
    with django_assert_num_queries(KNOWN):
        visitor.post(url(report), data(report, how_deadline="under_1m"), headers=headers)


def test_saving_takes_as_many_queries_whatever_there_is(
    report: Report, visitor: Client, django_assert_max_num_queries: Any
) -> None:
    save(report, visitor, data(report))
    with django_assert_max_num_queries(33):
        visitor.post(url(report, "save/"), data(report, how_deadline="under_1m"))


def test_the_hub_of_a_variant_asks_also_for_its_origin(
    report: Report, visitor: Client, django_assert_num_queries: Any
) -> None:
    made = save(report, visitor, data(report))
    visitor.get(f"/a/{made.pk}/")
    # Who takes part, the reports, the last step, the origin, whether it may be read, and whether
    # there is a newer edition.
    with django_assert_num_queries(KNOWN + 6):
        visitor.get(f"/a/{made.pk}/")
