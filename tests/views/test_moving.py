"""The page on which the owner moves a draft to the newer edition."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from assessor.models import Assessment
from assessor.pages import pages_of
from tests.advice.answers import situation
from tests.builders import (
    another_edition,
    client_of,
    complete,
    invited,
    make_assessment,
    make_edition,
    owner_client,
    says,
    step_url,
    stored,
    submitted,
    text_of,
)
from tests.knowledge.editions import shipped

pytestmark = pytest.mark.django_db

WEAK = situation(how_small_model_evidence="not_good_enough")


@pytest.fixture
def assessment() -> Assessment:
    assessment = make_assessment(WEAK)
    another_edition("2027.1", not_good_enough="too_weak")
    return assessment


def address(assessment: Assessment) -> str:
    return f"/a/{assessment.pk}/edition/"


def sent(client: Client, assessment: Assessment, **different: Any) -> Any:
    data = {"edition": "2027.1", "revision": assessment.revision, **different}
    return client.post(address(assessment), data)


def version_of(assessment: Assessment) -> str:
    return Assessment.objects.get(pk=assessment.pk).edition.version


def test_the_hub_says_that_there_is_a_newer_edition(assessment: Assessment) -> None:
    shown = text_of(owner_client(assessment).get(f"/a/{assessment.pk}/"))
    assert "This assessment uses edition 2026.11.3; new ones start with edition 2027.1" in shown
    assert f'href="{address(assessment)}"' in shown


def test_the_hub_is_silent_where_there_is_none_or_nothing_to_move() -> None:
    current = make_assessment()
    done = submitted().assessment
    assert "newer edition" not in text_of(owner_client(current).get(f"/a/{current.pk}/"))
    another_edition("2027.1")
    assert "newer edition" not in text_of(owner_client(done).get(f"/a/{done.pk}/"))


def test_colleagues_are_not_offered_to_move(assessment: Assessment) -> None:
    colleague = client_of(invited(assessment))
    assert address(assessment) not in text_of(colleague.get(f"/a/{assessment.pk}/"))
    assert colleague.get(address(assessment)).status_code == 404
    assert sent(colleague, assessment).status_code == 404
    assert version_of(assessment) == shipped().version


def test_the_page_shows_what_changes_before_anything_does(assessment: Assessment) -> None:
    shown = text_of(owner_client(assessment).get(address(assessment)))
    assert "Move to edition 2027.1?" in shown
    assert "Answers that no longer fit" in shown
    assert shipped().questions["how_small_model_evidence"].text in shown
    assert "Foundation model" in shown or "foundation" in shown
    assert version_of(assessment) == shipped().version


def test_whose_answer_does_not_fit_is_named_where_several_answer(assessment: Assessment) -> None:
    make_edition()
    says(invited(assessment, name="Ana Heather"), how_small_model_evidence="not_good_enough")
    shown = text_of(owner_client(assessment).get(address(assessment)))
    assert "Ana Heather" in shown


def test_nothing_that_is_lost_is_named_where_all_is_taken_over() -> None:
    assessment = make_assessment(situation())
    another_edition("2027.1")
    shown = text_of(owner_client(assessment).get(address(assessment)))
    assert "All of them are taken over." in shown
    assert "Answers that no longer fit" not in shown


def test_who_was_asked_what_is_gone_is_named_and_told(assessment: Assessment) -> None:
    ana = invited(assessment, name="Ana Heather", asked="group:why")
    another_edition("2027.2", **{'"why"': '"wherefore"'})
    client, hers = owner_client(assessment), client_of(ana)
    group = next(each for each in shipped().question_bank.groups if each.key == "why")
    shown = unescape(text_of(client.get(address(assessment))))
    assert "Colleagues who are asked no questions any more" in shown
    assert f"Ana Heather<br>Asked now: {group.title}<br>Asked after moving: No questions" in shown
    assert "No questions are put to you" not in text_of(hers.get(f"/a/{assessment.pk}/"))
    assert sent(client, assessment, edition="2027.2").status_code == 302
    told = text_of(hers.get(f"/a/{assessment.pk}/"))
    assert "No questions are put to you at the moment." in told
    page = next(iter(pages_of(shipped())))
    assert hers.get(step_url(assessment, page)).status_code == 404


def test_nobody_is_named_where_all_are_asked_what_they_were(assessment: Assessment) -> None:
    invited(assessment, asked="group:how")
    shown = text_of(owner_client(assessment).get(address(assessment)))
    assert "Colleagues who are asked" not in shown


def test_moving_leads_back_to_the_hub(assessment: Assessment) -> None:
    client = owner_client(assessment)
    assert sent(client, assessment)["Location"] == f"/a/{assessment.pk}/"
    assert version_of(assessment) == "2027.1"
    shown = text_of(client.get(f"/a/{assessment.pk}/"))
    assert "The assessment uses edition 2027.1 now." in shown
    assert "how_small_model_evidence" not in stored(assessment)


@pytest.mark.parametrize(
    "different",
    [{"revision": 99}, {"revision": "x"}, {"revision": "²"}, {"edition": "2026"}, {"edition": ""}],
)
def test_what_was_not_seen_is_not_moved(assessment: Assessment, different: Any) -> None:
    response = sent(owner_client(assessment), assessment, **different)
    assert response.status_code == 409
    assert "Nothing was moved." in text_of(response)
    assert version_of(assessment) == shipped().version


def test_answers_that_changed_meanwhile_are_shown_first(assessment: Assessment) -> None:
    client = owner_client(assessment)
    complete(assessment, {"opex_volume": 5})
    assert sent(client, assessment).status_code == 409
    assert sent(client, Assessment.objects.get(pk=assessment.pk)).status_code == 302


def test_sending_the_form_twice_is_harmless(assessment: Assessment) -> None:
    client = owner_client(assessment)
    assert [sent(client, assessment).status_code for _ in range(2)] == [302, 302]


def test_what_was_submitted_meanwhile_is_not_moved() -> None:
    report = submitted()
    another_edition("2027.1")
    assessment = report.assessment
    client = owner_client(assessment)
    assert client.get(address(assessment)).status_code == 302
    assert sent(client, assessment).status_code == 409
    assert version_of(assessment) == shipped().version


def test_the_page_is_for_nobody_else(assessment: Assessment) -> None:
    assert Client().get(address(assessment)).status_code == 404


def test_how_often_the_page_asks(assessment: Assessment, django_assert_num_queries: Any) -> None:
    client = owner_client(assessment)
    client.get(address(assessment))
    with django_assert_num_queries(6):
        client.get(address(assessment))
