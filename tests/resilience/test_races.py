"""Two tabs at the same moment, on a database in a file: nothing lost, nothing twice."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from assessor.knowledge import Answer
from assessor.models import Assessment, PrivateLink, Respondent
from assessor.workflow import drafts, inviting, issuing, reviewing
from assessor.workflow.drafts import PageSave, Withdrawn
from tests.advice.answers import situation
from tests.builders import (
    PageData,
    Response,
    invited,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    page_data,
    seen_by,
    step_url,
    stored,
)
from tests.resilience import session_wizard
from tests.resilience.figures import control, measured, rounds

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20
LONG = 1_000
LET_IT_WAIT = 0.5
"""Seconds in which the other one gets to the lock."""

Answered = list[Response]


DIFFERENT_PAGES, SAME_PAGE, DOUBLE_SUBMIT = (
    "race, different pages",
    "race, same page",
    "race, double submit",
)


def at_once(*requests: Callable[[], Response]) -> Answered:
    """Make all requests at the same moment, each with a database connection of its own."""
    together = threading.Barrier(len(requests))

    def make(request: Callable[[], Response]) -> Response:
        together.wait(timeout=30)
        try:
            return request()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(make, requests))


def sending(client: Client, address: str, data: PageData | None = None) -> Callable[[], Any]:
    return lambda: client.post(address, data or {})


def statuses(answered: Answered) -> list[int]:
    return sorted(response.status_code for response in answered)


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment(situation())


@pytest.fixture
def client(assessment: Assessment) -> Client:
    return owner_client(assessment)


def saving(
    client: Client, assessment: Assessment, page: str, **answers: Answer
) -> Callable[[], Any]:
    """Change some answers on a page that was rendered now."""
    data = page_data(assessment, page, {**stored(assessment), **answers}, action="later")
    return sending(client, step_url(assessment, page), data)


def revision_of(assessment: Assessment) -> int:
    return Assessment.objects.get(pk=assessment.pk).revision


def test_two_different_pages_are_both_saved(assessment: Assessment, client: Client) -> None:
    with measured(DIFFERENT_PAGES) as figure:
        for turn in range(rounds(ROUNDS, LONG)):
            change = {"opex_volume": turn, "why_success": f"turn {turn}"}
            before = revision_of(assessment)
            answered = at_once(
                saving(client, assessment, "what-opex", opex_volume=turn),
                saving(client, assessment, "why", why_success=f"turn {turn}"),
            )
            figure.rounds = turn + 1
            figure.acknowledged += statuses(answered).count(302)
            kept = stored(assessment)
            figure.lost += sum(kept[key] != value for key, value in change.items())
            assert statuses(answered) == [302, 302]
            assert kept == {**situation(), **change}
            assert revision_of(assessment) == before + 2


def test_two_questions_of_one_page_are_both_saved(assessment: Assessment, client: Client) -> None:
    for turn in range(ROUNDS):
        budget = ("low", "medium")[turn % 2]
        answered = at_once(
            saving(client, assessment, "what-opex", opex_volume=turn),
            saving(client, assessment, "what-opex", opex_budget=budget),
        )
        assert statuses(answered) == [302, 302]
        assert stored(assessment) == situation(opex_volume=turn, opex_budget=budget)


def test_of_two_answers_to_one_question_one_wins_and_the_other_is_told(
    assessment: Assessment, client: Client
) -> None:
    with measured(SAME_PAGE) as figure:
        for turn in range(rounds(ROUNDS, LONG)):
            volumes = (10_000 + turn, 20_000 + turn)
            before = revision_of(assessment)
            answered = at_once(
                *(saving(client, assessment, "what-opex", opex_volume=number) for number in volumes)
            )
            figure.rounds = turn + 1
            figure.acknowledged += statuses(answered).count(302)
            figure.lost += statuses(answered) == [302, 302]
            assert statuses(answered) == [302, 409]
            winner = volumes[[response.status_code for response in answered].index(302)]
            assert stored(assessment)["opex_volume"] == winner
            assert revision_of(assessment) == before + 1


def test_one_page_sent_many_times_is_saved_once(assessment: Assessment, client: Client) -> None:
    for turn in range(ROUNDS // 4):
        before = revision_of(assessment)
        requests = [saving(client, assessment, "what-opex", opex_volume=turn)] * 5
        assert statuses(at_once(*requests)) == [302] * 5
        assert revision_of(assessment) == before + 1


def test_a_double_click_on_submit_issues_one_report(assessment: Assessment, client: Client) -> None:
    with measured(DOUBLE_SUBMIT) as figure:
        for turn in range(rounds(ROUNDS, LONG)):
            reviewing.reopen(owner_of(assessment))
            requests = [sending(client, f"/a/{assessment.pk}/submit/")] * 2
            answered = at_once(*requests)
            figure.rounds = turn + 1
            figure.acknowledged += statuses(answered).count(302)
            assert statuses(answered) == [302, 302]
            assert assessment.reports.count() == turn + 1


def test_a_double_click_invites_notes_and_shares_once(
    assessment: Assessment, client: Client
) -> None:
    issuing.submit(owner_of(assessment))
    at = f"/a/{assessment.pk}"
    for turn in range(ROUNDS // 4):
        key, text = str(uuid.uuid4()), f"turn {turn}"
        invitation = {"form_key": key, "name": text, "asked": "all", "days": "7"}
        link = {"form_key": key, "label": text, "days": "7"}
        for form, sent in (
            ("people", invitation),
            ("share", link),
            ("question/where_scope/note", {"text": text}),
        ):
            answered = at_once(*[sending(client, f"{at}/{form}/", sent)] * 2)
            assert statuses(answered) == [302, 302]
        assert assessment.respondents.filter(is_owner=False).count() == turn + 1
        assert assessment.shared_links.count() == assessment.notes.count() == turn + 1


def test_a_wizard_that_keeps_answers_in_the_session_is_found_out(settings: Settings) -> None:
    settings.ROOT_URLCONF = session_wizard.__name__
    lost = twice = 0
    for _ in range(ROUNDS):
        client = Client()
        client.get("/wizard/")
        at_once(*[session_page(client, page) for page in ("one", "other")])
        lost += len({"one", "other"} - client.session["wizard_wizard"]["step_data"].keys())

        session_page(client, "one")()
        session_page(client, "other")()
        session_wizard.submitted.clear()
        at_once(*[session_page(client, "last")] * 2)
        twice += len(session_wizard.submitted) > 1
    assert lost
    assert twice
    for name in (DIFFERENT_PAGES, SAME_PAGE):
        control(name, f"{lost} of {ROUNDS} lost by a wizard in the session")
    control(DOUBLE_SUBMIT, f"{twice} of {ROUNDS} submitted twice by a wizard in the session")


def session_page(client: Client, page: str) -> Callable[[], Any]:
    return sending(client, "/wizard/", {"wizard-current_step": page, f"{page}-answer": "given"})


def test_a_save_and_a_submission_never_mix(assessment: Assessment, client: Client) -> None:
    """Either the report has the new answer, or the save was refused."""
    for turn in range(ROUNDS):
        reviewing.reopen(owner_of(assessment))
        before = stored(assessment)["opex_volume"]
        save, _submission = at_once(
            saving(client, assessment, "what-opex", opex_volume=1000 + turn),
            sending(client, f"/a/{assessment.pk}/submit/"),
        )
        report = assessment.reports.latest("number")
        volume = report.answers["opex_volume"]
        assert (save.status_code, volume) in {(302, 1000 + turn), (409, before)}
        assert stored(assessment)["opex_volume"] == volume


def test_a_double_click_on_start_starts_one_assessment() -> None:
    make_edition()
    for _ in range(ROUNDS):
        about = {
            "creation_key": str(uuid.uuid4()),
            "initiative": "Contract drafts",
            "organisation": "Northwind",
        }
        before = Assessment.objects.count()
        answered = at_once(*[sending(Client(), "/assessments/new/", about)] * 2)
        assert statuses(answered) == [302, 302]
        assert Assessment.objects.count() == before + 1
        assert len({response["Location"] for response in answered}) == 1


def test_one_browser_that_opens_two_links_at_once_keeps_at_least_the_last() -> None:
    """Both links work again when they are opened again: nothing is used up."""
    one, other = make_assessment(), make_assessment()
    client = owner_client(make_assessment())
    links = [f"/r/{PrivateLink.issue(owner_of(assessment))}/" for assessment in (one, other)]
    assert statuses(at_once(*[sending(client, link) for link in links])) == [302, 302]
    assert [client.post(link).status_code for link in links] == [302, 302]
    assert [client.get(f"/a/{a.pk}/").status_code for a in (one, other)] == [200, 200]


def test_many_writers_wait_for_each_other() -> None:
    """The database is never "locked"."""
    assessments = [make_assessment() for _ in range(8)]
    requests = [
        sending(
            owner_client(assessment),
            step_url(assessment, "where"),
            page_data(assessment, "where", situation()),
        )
        for assessment in assessments
    ]
    assert set(statuses(at_once(*requests))) == {302}
    assert all(stored(assessment) for assessment in assessments)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks about SQLite")
def test_the_database_of_these_tests_is_a_file_that_waits_for_the_disk() -> None:
    """In memory, all threads would share one connection, and no race could show."""
    assert Path(connection.settings_dict["NAME"]).is_file()
    with connection.cursor() as cursor:
        settings = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert settings == ["wal", 2, 20_000]


def test_a_save_that_waited_for_a_withdrawal_sees_it(assessment: Assessment) -> None:
    """What it read before it waited is not what counts, neither of the person nor else."""
    ana = invited(assessment)
    let_in = Respondent.objects.select_related("assessment").get(pk=ana.pk)
    page = PageSave(seen_by(ana), uuid.uuid4(), {"opex_volume": 4242})
    withdrawing = threading.Event()

    def withdraw() -> None:
        with transaction.atomic():
            inviting.withdraw(Respondent.objects.get(pk=ana.pk), "owner", keep_answers=True)
            withdrawing.set()
            time.sleep(LET_IT_WAIT)

    def save() -> None:
        withdrawing.wait(timeout=30)
        with pytest.raises(Withdrawn):
            drafts.save(let_in, page)

    at_once(withdraw, save)
    assert not ana.answers.exists()
