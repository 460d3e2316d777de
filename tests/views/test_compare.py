"""Two or three assessments side by side."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils.html import escape

from assessor.access import Decider
from assessor.models import Assessment, PrivateLink, Report, Respondent, SharedLink
from assessor.workflow import drafts, issuing, reviewing
from assessor.workflow.drafts import Origin, Start
from assessor.workflow.reviewing import Decision
from tests.advice.answers import situation, without
from tests.builders import (
    another_edition,
    client_of,
    complete,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    says,
    submitted,
    text_of,
)

pytestmark = pytest.mark.django_db


def browser_of(*assessments: Assessment) -> Client:
    """Return a browser in which the owner of all of them has opened their links."""
    client = Client()
    for assessment in assessments:
        client.post(f"/r/{PrivateLink.issue(owner_of(assessment))}/")
    return client


def side_by_side(*reports: Report, everything: bool = False) -> str:
    assessments = [report.assessment for report in reports]
    query = "&".join(f"id={assessment.pk}" for assessment in assessments)
    response = browser_of(*assessments).get(f"/compare/?{query}{'&all=1' * everything}")
    assert response.status_code == 200
    return text_of(response)


def row(page: str, label: str) -> list[str]:
    """Return what the cells of a row say, without markup."""
    found = re.search(
        rf'<th scope="row">{re.escape(label)}(?: <span[^>]*>Differs</span>)?</th>(.*?)</tr>',
        page,
        re.DOTALL,
    )
    assert found, label
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


SCOPE = "Who will use this AI, and how widely?"


@pytest.fixture
def report() -> Report:
    return submitted(situation())


@pytest.fixture
def other() -> Report:
    return submitted(
        situation(where_scope="enterprise", spec_language=1), initiative="Invoice reading"
    )


# ---------------------------------------------------------------- what differs


def test_the_recommendations_stand_side_by_side(report: Report, other: Report) -> None:
    page = side_by_side(report, other)
    names = [each.knowledge.options[each.leader].short_name for each in (report, other)]
    assert row(page, "First") == names
    assert row(page, "Fit of 100") == [f"{each.score:.0f}" for each in (report, other)]
    assert len(set(names)) == 2
    assert "They come to different results." in page


def test_only_what_differs_is_shown_unless_all_is_asked_for(report: Report, other: Report) -> None:
    page = side_by_side(report, other)
    assert row(page, SCOPE) == [
        "One department or one business function",
        "Several departments, or built into the applications the business runs on",
    ]
    alike = report.knowledge.questions["reg_residency"].text
    assert alike not in page
    everything = side_by_side(report, other, everything=True)
    assert len(set(row(everything, alike))) == 1
    assert everything.index(SCOPE) < everything.index(
        report.knowledge.questions["where_capex"].text
    )


def test_criteria_are_shown_with_their_levels_and_weights(report: Report, other: Report) -> None:
    label = report.knowledge.criteria["situation"].label
    mine, theirs = row(side_by_side(report, other), label)
    assert re.fullmatch(r"Mid-market / one function weight [\d.]+\s%", mine)
    assert re.fullmatch(r"Enterprise weight [\d.]+\s%", theirs)


def test_options_are_shown_with_their_places_or_as_ruled_out(report: Report, other: Report) -> None:
    page = side_by_side(report, other, everything=True)
    for key, option in report.knowledge.options.items():
        for each, said in zip((report, other), row(page, option.short_name), strict=True):
            places = [place.architecture for place in each.as_suggestion.ranking]
            if key in places:
                assert said.startswith(f"Place {places.index(key) + 1} with ")
            else:
                assert said == "Ruled out"


def test_the_same_answers_differ_in_nothing(report: Report) -> None:
    page = side_by_side(report, submitted(situation(), initiative="Again"))
    assert "They come to the same result: “" in page
    assert re.search(r"\s0 of \d+ answers differ", page)
    assert "Differs" not in page
    assert SCOPE not in page


def test_against_one_without_answers_none_is_counted_as_different(report: Report) -> None:
    empty = make_assessment(initiative="Empty")
    browser = browser_of(report.assessment, empty)
    page = text_of(browser.get(f"/compare/?a={report.assessment_id}&b={empty.pk}"))
    said = " ".join(page.split())
    assert "There are no two results yet." in said
    assert "B: “Empty” has no result yet: it has not been submitted. It has no answers yet." in said
    assert "answers differ" not in said
    assert "can be compared" not in said


def test_costs_people_dates_and_editions_are_compared(report: Report) -> None:
    assessment = make_assessment(
        without(situation(), "where_scope"), initiative="Together", role="cio_cto"
    )
    says(invited(assessment), where_scope="function")
    other = issuing.submit(owner_of(assessment))
    page = side_by_side(report, other)
    assert all("central" in cell for cell in row(page, "USD a year"))
    assert row(page, "Answered by") == [
        "Dana",
        "Dana (CIO / CTO or head of IT) Ana (Legal, privacy or compliance)",
    ]
    assert row(page, "Issued") == [f"{each.issued_at:%-d %B %Y}" for each in (report, other)]
    assert row(page, "Edition of questions and rules") == [report.knowledge.version] * 2


def test_a_question_that_only_one_was_asked_says_so(report: Report) -> None:
    page = side_by_side(report, submitted(situation(where_scope="individual")))
    assert "Not asked" in row(page, report.knowledge.questions["policy_versions"].text)


def test_what_was_decided_is_shown_where_anything_was(report: Report, other: Report) -> None:
    assert "Decision" not in side_by_side(report, other)
    decider = Decider(report.assessment, "Robin", "Board", "user 1")
    decision = Decision(report.suggestion_sha256, "approved", "Fine", report.leader)
    reviewing.decide(decider, decision)
    name = report.knowledge.options[report.leader].short_name
    assert row(side_by_side(report, other), "Decision") == [f"Approved: {name}", "Not decided yet"]


def test_markup_in_names_and_answers_is_shown_as_text(report: Report) -> None:
    evil = submitted(
        situation(why_success="<svg onload=x>"), initiative="<b>B</b>", name="<i>D</i>"
    )
    page = side_by_side(report, evil)
    for text in ("<svg onload", "<b>B", "<i>D"):
        assert text not in page
        assert escape(text) in page


# ---------------------------------------------------------------- other editions


def test_a_question_that_one_edition_does_not_have_says_so(report: Report) -> None:
    edition = another_edition(drift_upkeep="upkeep")
    answers = without(situation(upkeep="shared"), "drift_upkeep")
    page = side_by_side(report, submitted(answers, edition=edition))
    assert "different editions of the questions and rules: " in page
    cells = row(page, report.knowledge.questions["drift_upkeep"].text)
    assert cells[1] == "Not part of edition 2027.1"
    assert cells[0] != cells[1]
    assert SCOPE not in page


# ---------------------------------------------------------------- reports and drafts


def test_two_reports_of_one_assessment_can_be_compared(report: Report) -> None:
    assessment = report.assessment
    reviewing.reopen(owner_of(assessment))
    complete(assessment, {"where_scope": "enterprise"})
    issuing.submit(owner_of(assessment))
    browser = owner_client(assessment)
    page = text_of(browser.get(f"/compare/?a={assessment.pk}:1&b={assessment.pk}:2"))
    assert len(set(row(page, SCOPE))) == 2
    assert "A: report 1 of “Contract drafts”" in page
    latest = text_of(browser.get(f"/compare/?a={assessment.pk}:1&b={assessment.pk}"))
    assert row(latest, SCOPE) == row(page, SCOPE)
    for number in ("3", "0", "-1", "x", "²", "9" * 30):
        address = f"/compare/?a={assessment.pk}:1&b={assessment.pk}:{number}"
        assert browser.get(address).status_code == 404


def test_without_a_result_the_answers_so_far_are_compared(report: Report) -> None:
    draft = make_assessment({"where_scope": "enterprise"}, initiative="Draft")
    browser = browser_of(report.assessment, draft)
    page = text_of(browser.get(f"/compare/?a={report.assessment_id}&b={draft.pk}"))
    assert row(page, "First")[1] == "No result yet"
    assert len(set(row(page, SCOPE))) == 2
    assert "has not been submitted" in page
    assert 'id="criteria"' not in page


def test_a_link_to_the_result_shows_no_answers_of_a_draft(report: Report) -> None:
    draft = make_assessment(situation(where_scope="enterprise"), initiative="Draft")
    browser = owner_client(report.assessment)
    browser.post(f"/r/{SharedLink.lasting(30, assessment=draft, label='Board').with_new_token()}/")
    page = text_of(browser.get(f"/compare/?a={report.assessment_id}&b={draft.pk}"))
    assert row(page, SCOPE)[1] == "No answer"
    assert "Several departments" not in page
    assert row(page, "Answered by")[1] == "–"


# ---------------------------------------------------------------- who may, and which


def test_all_of_them_have_to_be_readable(report: Report, other: Report) -> None:
    address = f"/compare/?a={report.assessment_id}&b={other.assessment_id}"
    for browser in (Client(), owner_client(report.assessment), owner_client(other.assessment)):
        assert browser.get(address).status_code == 404
    assert browser_of(report.assessment, other.assessment).get(address).status_code == 200


def test_a_colleague_who_sees_only_their_part_compares_nothing(
    report: Report, other: Report
) -> None:
    assessment = make_assessment(situation())
    ana = invited(assessment, asked="group:where")
    issuing.submit(owner_of(assessment))
    browser = client_of(ana)
    browser.post(f"/r/{PrivateLink.issue(owner_of(other.assessment))}/")
    address = f"/compare/?a={assessment.pk}&b={other.assessment_id}"
    assert browser.get(address).status_code == 404
    Respondent.objects.filter(pk=ana.pk).update(sees_all=True)
    assert browser.get(address).status_code == 200


def test_staff_who_may_view_assessments_compare_any(report: Report, other: Report) -> None:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_assessment"))
    browser = Client()
    browser.force_login(user)
    address = f"/compare/?a={report.assessment_id}&b={other.assessment_id}"
    assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    ("count", "status", "said"),
    [
        (0, 200, "Tick two or three of them."),
        (1, 422, "Choose one more to compare it with."),
        (4, 422, "Choose at most three."),
    ],
)
def test_two_or_three_have_to_be_chosen(count: int, status: int, said: str) -> None:
    assessments = [make_assessment() for _ in range(count)]
    query = "&".join(f"id={assessment.pk}" for assessment in assessments)
    response = browser_of(*assessments).get(f"/compare/?{query}")
    assert response.status_code == status
    assert said in text_of(response)
    assert ("<title>Error:" in text_of(response)) == (status == 422)


def test_the_same_one_twice_is_one(report: Report) -> None:
    response = owner_client(report.assessment).get(
        f"/compare/?id={report.assessment_id}&id={report.assessment_id}"
    )
    assert response.status_code == 422


@pytest.mark.parametrize("key", ["x", "%00", "1", "{}", "a:b:c", "x" * 5000])
def test_what_is_no_key_is_not_found(report: Report, key: str) -> None:
    browser = owner_client(report.assessment)
    assert browser.get(f"/compare/?a={report.assessment_id}&b={key}").status_code == 404


def test_looking_changes_nothing_and_names_nothing_in_the_title(
    report: Report, other: Report
) -> None:
    browser = browser_of(report.assessment, other.assessment)
    before = database()
    page = text_of(browser.get(f"/compare/?a={report.assessment_id}&b={other.assessment_id}"))
    assert "<title>Compare assessments – Assessor</title>" in page
    assert database() == before


# ---------------------------------------------------------------- copies


def test_the_hub_of_a_copy_leads_to_the_comparison_when_both_can_be_read(report: Report) -> None:
    start = Start(uuid.uuid4(), "Copy", "Northwind")
    owner, _token = drafts.start_from(Origin(report.assessment, report), start, report.answers)
    address = f"/compare/?a={report.assessment_id}:1&amp;b={owner.assessment_id}"
    hub = f"/a/{owner.assessment_id}/"
    assert address not in text_of(client_of(owner).get(hub))
    both = browser_of(report.assessment, owner.assessment)
    assert address in text_of(both.get(hub))
    assert both.get(address.replace("&amp;", "&")).status_code == 200
    PrivateLink.objects.filter(respondent__assessment=report.assessment).delete()
    assert address not in text_of(both.get(hub))


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize("people", [0, 3])
def test_comparing_asks_as_often_whoever_took_part(
    django_assert_num_queries: Any, people: int
) -> None:
    assessments = [make_assessment(situation(), initiative=name) for name in "abc"]
    for number in range(people):
        says(invited(assessments[0], f"P{number}"), where_scope="enterprise")
    issuing.submit(owner_of(assessments[0]))
    issuing.submit(owner_of(assessments[1]))
    browser = browser_of(*assessments)
    address = "/compare/?" + "&".join(f"id={each.pk}" for each in assessments)
    browser.get(address)
    # The session; each link and latest report; people, answers and settlements of the draft.
    with django_assert_num_queries(1 + 3 * 2 + 2):
        browser.get(address)
