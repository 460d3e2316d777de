"""One assessment: its hub, checking the answers, submitting, reopening."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from assessor.knowledge import UNKNOWN
from assessor.models import Assessment, AuditEntry, GivenAnswer, PrivateLink, Report
from assessor.workflow import drafts, issuing, reviewing
from assessor.workflow.drafts import PageSave
from tests.advice.answers import situation, without
from tests.builders import (
    Response,
    client_of,
    complete,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    seen_now,
    step_url,
    stored,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment()


@pytest.fixture
def visitor(assessment: Assessment) -> Client:
    return owner_client(assessment)


def words_of(response: Response) -> str:
    return " ".join(text_of(response).split())


def hub(assessment: Assessment, visitor: Client) -> str:
    return words_of(visitor.get(f"/a/{assessment.pk}/"))


def check(assessment: Assessment, visitor: Client) -> str:
    return words_of(visitor.get(f"/a/{assessment.pk}/check/"))


# ---------------------------------------------------------------- the hub


def test_a_new_assessment_has_every_page_to_do(assessment: Assessment, visitor: Client) -> None:
    shown = hub(assessment, visitor)
    assert shown.count("Not started") == 6
    assert "0 of 30 questions answered." in shown
    assert "Cannot start yet" in shown
    for page in ("where", "how", "what-regulatory", "what-governance", "what-opex", "why"):
        assert f'href="{step_url(assessment, page)}"' in shown


def test_a_page_with_some_answers_is_in_progress_and_says_when_it_was_saved(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment, {"where_scope": "function", "where_org_size": "mid"})
    GivenAnswer.objects.update(saved_at=datetime(2026, 11, 20, 10, 42, tzinfo=UTC))
    shown = hub(assessment, visitor)
    assert "In progress, 2 of 7" in shown
    assert "Saved 20 November, 10:42" in shown
    assert "Answers missing" in shown


def test_a_decision_is_not_taken_for_a_save(assessment: Assessment, visitor: Client) -> None:
    complete(assessment, {"where_scope": "function"})
    GivenAnswer.objects.update(saved_at=datetime(2026, 11, 20, 10, 42, tzinfo=UTC))
    decided_at = datetime(2026, 11, 27, tzinfo=UTC)
    Assessment.objects.update(status="changes", updated_at=decided_at)
    assert "Last saved 20 November, 10:42." in hub(assessment, visitor)
    assert "Last changed 27 Nov 2026, 00:00" in words_of(visitor.get("/assessments/"))


def test_a_page_is_complete_when_nothing_required_is_missing(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    shown = hub(assessment, visitor)
    assert shown.count("Completed") == 6
    assert "Ready" in shown


def test_an_answer_taken_back_makes_its_page_incomplete(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    page = PageSave(seen_now(assessment), uuid.uuid4(), {"where_scope": None})
    drafts.save(owner_of(assessment), page)
    assert hub(assessment, visitor).count("Completed") == 5


def test_not_knowing_yet_completes_a_page(assessment: Assessment, visitor: Client) -> None:
    complete(assessment, situation(why_priorities=UNKNOWN))
    assert hub(assessment, visitor).count("Completed") == 6


def test_questions_that_are_not_asked_are_not_counted(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment, situation(where_scope="individual"))
    shown = hub(assessment, visitor)
    answered, asked = re.search(r"(\d+) of (\d+) questions answered", shown).groups()  # type: ignore[union-attr]
    assert (int(answered), int(asked)) == (len(situation()) - 3, 30)


def test_the_hub_says_how_many_architectures_are_ruled_out(
    assessment: Assessment, visitor: Client
) -> None:
    assert "rule out" not in hub(assessment, visitor)
    complete(assessment, {"where_dev_team": "none"})
    assert re.search(
        r"Your answers so far rule out \d+ of 13 architectures", hub(assessment, visitor)
    )


def test_the_hub_leads_to_the_reports_issued_so_far(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    issuing.submit(owner_of(assessment))
    reviewing.reopen(owner_of(assessment))
    assert "Report 1 of" in hub(assessment, visitor)


def test_the_hub_of_a_submitted_assessment_offers_no_page_to_change(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    issuing.submit(owner_of(assessment))
    shown = hub(assessment, visitor)
    assert "/questions/" not in shown
    assert f'href="/a/{assessment.pk}/result/"' in shown


def test_staff_who_only_read_are_led_to_the_result(assessment: Assessment) -> None:
    reviewer = Client()
    reviewer.force_login(User.objects.create_superuser("reviewer"))
    response = reviewer.get(f"/a/{assessment.pk}/")
    assert response["Location"] == f"/a/{assessment.pk}/result/"


# ---------------------------------------------------------------- checking the answers


def test_pages_with_missing_answers_stand_first(assessment: Assessment, visitor: Client) -> None:
    complete(assessment, without(situation(), "where_capex", "opex_volume"))
    shown = check(assessment, visitor)
    banner = shown.split('id="missing-title"')[1].split("</section>")[0]
    assert re.findall(r'href="([^"]+)"', banner) == [
        f"{step_url(assessment, 'where')}?next=check",
        f"{step_url(assessment, 'what-opex')}?next=check",
    ]
    assert "See my recommendation</button>" not in shown


def test_submitting_too_early_leads_to_each_missing_answer(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment, without(situation(), "where_capex", "opex_volume"))
    refused = text_of(visitor.post(f"/a/{assessment.pk}/submit/"))
    summary = refused.split('id="error-summary"')[1].split("</div>")[0]
    assert re.findall(r'href="([^"]+)"', summary) == [
        f"{step_url(assessment, 'where')}?next=check#question-where_capex",
        f"{step_url(assessment, 'what-opex')}?next=check#question-opex_volume",
    ]


def test_every_answer_is_shown_in_words_with_a_way_to_change_it(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    shown = check(assessment, visitor)
    assert "One department or one business function" in shown
    assert "5 (Ours alone)" in shown
    assert "200,000 requests per month" in shown
    for key in situation():
        assert f"?next=check#question-{key}" in shown
    assert "See my recommendation</button>" in shown


def test_optional_questions_may_stay_without_an_answer(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    shown = check(assessment, visitor)
    assert "Not answered" in shown
    assert "error-summary" not in shown


def test_answers_not_known_yet_are_counted(assessment: Assessment, visitor: Client) -> None:
    complete(assessment, situation(opex_volume=UNKNOWN, where_capex=UNKNOWN))
    shown = check(assessment, visitor)
    assert "2 answers are not known yet" in shown
    assert shown.count("Not known yet</span>") == 2


def test_questions_that_are_not_asked_are_not_shown(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment, situation(where_scope="individual"))
    assert "#question-policy_versions" not in check(assessment, visitor)


def test_markup_in_an_answer_is_shown_as_text(assessment: Assessment, visitor: Client) -> None:
    complete(assessment, situation(why_success="<b>bold</b>\nsecond line"))
    assert "&lt;b&gt;bold&lt;/b&gt;<br>second line" in check(assessment, visitor)


def test_checking_a_submitted_assessment_leads_to_its_result(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    issuing.submit(owner_of(assessment))
    response = visitor.get(f"/a/{assessment.pk}/check/")
    assert response["Location"] == f"/a/{assessment.pk}/result/"


# ---------------------------------------------------------------- submitting and reopening


def test_submitting_issues_a_report_and_leads_to_the_result(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    response = visitor.post(f"/a/{assessment.pk}/submit/")
    assert response["Location"] == f"/a/{assessment.pk}/result/"
    assert Report.objects.get().assessment == assessment


def test_submitting_with_missing_answers_says_which(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment, without(situation(), "where_capex"))
    response = visitor.post(f"/a/{assessment.pk}/submit/")
    assert response.status_code == 422
    assert "#question-where_capex" in words_of(response)
    assert not Report.objects.exists()


def test_a_double_click_on_submit_gives_one_report(assessment: Assessment, visitor: Client) -> None:
    complete(assessment)
    answers = [visitor.post(f"/a/{assessment.pk}/submit/") for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {f"/a/{assessment.pk}/result/"}
    assert Report.objects.count() == 1


def test_looking_at_the_address_of_submitting_submits_nothing(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    before = database()
    for name in ("submit", "reopen", "link"):
        assert visitor.get(f"/a/{assessment.pk}/{name}/").status_code == 405
        assert visitor.head(f"/a/{assessment.pk}/{name}/").status_code == 405
    assert database() == before


def test_after_reopening_answers_can_be_changed_and_submitted_again(
    assessment: Assessment, visitor: Client
) -> None:
    complete(assessment)
    visitor.post(f"/a/{assessment.pk}/submit/")
    first = Report.objects.values().get()
    response = visitor.post(f"/a/{assessment.pk}/reopen/")
    assert response["Location"] == f"/a/{assessment.pk}/"
    assert "You can change answers now." in hub(assessment, visitor)
    complete(assessment, {"where_scope": "enterprise"})
    visitor.post(f"/a/{assessment.pk}/submit/")
    assert Report.objects.values().get(number=1) == first
    assert Report.objects.get(number=2).answers["where_scope"] == "enterprise"


def test_a_double_click_on_reopen_reopens_once(assessment: Assessment, visitor: Client) -> None:
    complete(assessment)
    visitor.post(f"/a/{assessment.pk}/submit/")
    assert [visitor.post(f"/a/{assessment.pk}/reopen/").status_code for _ in range(2)] == [302, 302]
    assert Assessment.objects.get().is_draft
    assert stored(assessment) == situation()


def test_after_the_commit_the_pdf_is_begun(
    assessment: Assessment,
    visitor: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    begun: list[Report] = []
    monkeypatch.setattr("assessor.jobs.tasks.make_pdf_soon", begun.append)
    complete(assessment)
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(f"/a/{assessment.pk}/submit/")
        assert begun == []
    assert begun == [Report.objects.get()]


# ---------------------------------------------------------------- the owner's own links


def page(browser: Client, assessment: Assessment, name: str = "hub") -> int:
    return browser.get(reverse(name, args=[assessment.pk])).status_code


def test_owners_end_a_link_of_theirs_that_leaked_and_go_on_where_they_are(
    assessment: Assessment, visitor: Client
) -> None:
    leaked = PrivateLink.issue(owner_of(assessment))
    finder, elsewhere = Client(), owner_client(assessment)
    finder.post(f"/r/{leaked}/")
    colleague = client_of(invited(assessment, name="Ana", role="legal"))
    asked = visitor.get(reverse("end_links", args=[assessment.pk]))
    assert "stops working at once" in words_of(asked)
    assert page(finder, assessment) == 200
    ended = visitor.post(reverse("end_links", args=[assessment.pk]), follow=True)
    assert "Your other links do not work any more." in words_of(ended)
    (new,) = re.findall(r"/r/([\w-]{43})/", text_of(ended))
    assert [page(each, assessment) for each in (finder, elsewhere)] == [404, 404]
    assert Client().post(f"/r/{leaked}/").status_code == 404
    assert [page(each, assessment) for each in (visitor, colleague)] == [200, 200]
    assert Client().post(f"/r/{new}/").status_code == 302
    last = AuditEntry.objects.latest("pk")
    assert (last.event, last.actor) == ("link.renewed", "owner")


def test_an_account_that_found_the_link_loses_the_assessment_and_the_owners_keeps_it(
    assessment: Assessment,
) -> None:
    leaked = PrivateLink.issue(owner_of(assessment))
    finder, owner = Client(), Client()
    finder.force_login(User.objects.create_user("eve"))
    owner.force_login(User.objects.create_user("dana"))
    for browser in (finder, owner):
        browser.post(f"/r/{leaked}/")
    owner.post(reverse("end_links", args=[assessment.pk]))
    finder.post(f"/r/{leaked}/")
    assert page(finder, assessment) == 404
    again = Client()
    again.force_login(User.objects.get(username="dana"))
    assert page(again, assessment) == 200


def test_the_hub_offers_to_end_other_links(assessment: Assessment, visitor: Client) -> None:
    assert f'href="{reverse("end_links", args=[assessment.pk])}"' in hub(assessment, visitor)
