"""Deciding in the browser: in two steps, with warnings, and what everybody sees afterwards."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from assessor import demos
from assessor.access import Decider
from assessor.models import Assessment, Report, Respondent, Review
from assessor.workflow import issuing, reviewing
from assessor.workflow.reviewing import Decision, Opinion
from tests.advice.answers import situation
from tests.builders import (
    Response,
    client_of,
    complete,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    submitted,
    text_of,
)
from tests.knowledge.editions import shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    return submitted(name="Dana", role="cio_cto")


@pytest.fixture
def vera(report: Report) -> Respondent:
    return invited(report.assessment, "Vera", "dept_head", Respondent.NONE, may_decide=True)


@pytest.fixture
def visitor(vera: Respondent) -> Client:
    return client_of(vera)


def url(report: Report, page: str = "decide/") -> str:
    return f"/a/{report.assessment_id}/{page}"


def words_of(response: Response) -> str:
    return " ".join(text_of(response).split())


def decision(report: Report, step: str = "approved", **fields: Any) -> dict[str, Any]:
    """Return what a browser sends for a page that shows this report."""
    chosen = report.leader or "none"
    return {"seen": report.suggestion_sha256, "step": step, "chosen": chosen, "reason": ""} | fields


def decided(report: Report, step: str = "approved", reason: str = "", chosen: str = "") -> Report:
    by = Decider(report.assessment, "Vera", "Sponsor", "user 1")
    return reviewing.decide(by, Decision(report.suggestion_sha256, step, reason, chosen))


def changes_requested(report: Report, reason: str = "Ask Legal") -> None:
    by = Decider(report.assessment, "Vera", "Sponsor", "user 1")
    reviewing.request_changes(by, Decision(report.suggestion_sha256, "changes", reason))


def second_best(report: Report) -> str:
    key: str = report.suggestion["ranking"][1]["architecture"]
    return key


def name_of(report: Report, key: str) -> str:
    return report.knowledge.options[key].short_name


def status() -> str:
    return Assessment.objects.get().status


def panel(visitor: Client, report: Report, query: str = "") -> str:
    shown = words_of(visitor.get(url(report, f"result/{query}")))
    return shown.split('aria-labelledby="decision"')[1].split("</section>")[0]


def reviewer(*codes: str) -> Client:
    user = User.objects.create_user(f"staff{len(codes)}", is_staff=True, first_name="Rea")
    user.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


# ---------------------------------------------------------------- the form


def test_the_suggested_architecture_is_first_and_those_ruled_out_are_marked(
    report: Report, visitor: Client
) -> None:
    shown = text_of(visitor.get(url(report)))
    select = shown.split('id="id_chosen"')[1].split("</select>")[0]
    offered = re.findall(r'<option value="(\w+)"', select)
    ranked = [place["architecture"] for place in report.suggestion["ranking"]]
    assert offered[: len(ranked)] == ranked
    assert set(offered) == set(report.knowledge.options)
    assert select.count("(as suggested)") == 1
    assert select.count("(ruled out)") == len(offered) - len(ranked) > 0
    assert f'value="{report.leader}" selected' in select


def test_the_page_warns_of_disagreement_and_of_missing_signatures(
    report: Report, visitor: Client
) -> None:
    assert "Before you decide" not in text_of(visitor.get(url(report)))
    ana = invited(report.assessment, "Ana", "finance", Respondent.NONE, may_sign=True)
    invited(report.assessment, "Bo", "finance", Respondent.NONE, may_sign=True)
    reviewing.sign(ana, Opinion(report.suggestion_sha256, "disagree", "Too dear"))
    shown = words_of(visitor.get(url(report)))
    assert "Ana disagrees." in shown
    assert "Bo is asked to sign and has not signed yet." in shown
    visitor.post(url(report), decision(report, confirmed="yes"))
    assert status() == "approved"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"step": ""}, "Choose what you decide"),
        ({"step": "submitted"}, "Select a valid choice"),
        ({"step": "changes"}, "Say what has to change"),
        ({"step": "declined"}, "Say why you decline"),
        ({"chosen": "byoc_platform"}, "Say why this one is chosen"),
        ({"chosen": "air_gapped"}, "Say why this one is chosen"),
        ({"chosen": ""}, "Choose an architecture"),
        ({"chosen": "none", "reason": "Later"}, "Select a valid choice"),
    ],
)
@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
def test_what_is_missing_is_asked_for(
    report: Report,
    visitor: Client,
    fields: dict[str, str],
    error: str,
    confirmed: dict[str, str],
) -> None:
    response = visitor.post(url(report), decision(report) | fields | confirmed)
    assert response.status_code == 422
    assert error in text_of(response)
    assert status() == "submitted"


# ---------------------------------------------------------------- the second step


def test_nothing_happens_before_it_is_confirmed(report: Report, visitor: Client) -> None:
    data = decision(report, chosen=second_best(report), reason="It is <i>there</i>\nalready")
    shown = text_of(visitor.post(url(report), data))
    assert "This cannot be undone. A copy can be started." in shown
    assert name_of(report, second_best(report)) in shown
    assert "It is &lt;i&gt;there&lt;/i&gt;<br>already" in shown
    assert (status(), Report.objects.count()) == ("submitted", 1)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
    sent = {name: hidden[name] for name in ("seen", "step", "chosen")}
    visitor.post(url(report), sent | {"reason": data["reason"], "confirmed": "yes"})
    assessment = Assessment.objects.get()
    assert (assessment.status, assessment.chosen) == ("approved", second_best(report))
    assert assessment.chosen_because == "It is <i>there</i>\nalready"


def test_back_from_the_second_step_leads_to_what_was_entered(
    report: Report, visitor: Client
) -> None:
    data = decision(report, "declined", reason="Too early", confirmed="no")
    response = visitor.post(url(report), data)
    assert response.status_code == 200
    assert "Too early</textarea>" in text_of(response)
    assert status() == "submitted"


def test_approving_leads_to_the_result_and_begins_the_pdf(
    report: Report,
    visitor: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    begun: list[Report] = []
    monkeypatch.setattr("assessor.jobs.tasks.make_pdf_soon", begun.append)
    with django_capture_on_commit_callbacks(execute=True):
        response = visitor.post(url(report), decision(report, confirmed="yes"))
    assert response["Location"] == url(report, "result/")
    assert [made.number for made in begun] == [2]
    shown = panel(visitor, report)
    assert f"Chosen as suggested: “{name_of(report, report.leader)}”." in shown
    assert "Approved by Vera" in shown


@pytest.mark.parametrize("step", ["approved", "changes", "declined"])
def test_a_double_click_decides_once(report: Report, visitor: Client, step: str) -> None:
    data = decision(report, step, reason="Because", confirmed="yes")
    answers = [visitor.post(url(report), data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Review.objects.filter(step=step).count() == 1


def test_whoever_decides_second_is_told_that_it_has_been_decided(
    report: Report, visitor: Client
) -> None:
    decided(report, "declined", "Too early")
    for confirmed in ({}, {"confirmed": "yes"}):
        response = visitor.post(url(report), decision(report) | confirmed)
        assert response.status_code == 409
        assert "It has been decided" in text_of(response)
    assert status() == "declined"


def test_a_suggestion_that_changed_meanwhile_is_not_decided_on(
    report: Report, visitor: Client
) -> None:
    reviewing.reopen(owner_of(report.assessment))
    complete(report.assessment, situation(where_scope="enterprise"))
    issuing.submit(owner_of(report.assessment))
    response = visitor.post(url(report), decision(report, confirmed="yes"))
    assert response.status_code == 409
    assert "The suggestion has changed meanwhile" in text_of(response)
    assert status() == "submitted"


def test_a_draft_can_not_be_decided_on() -> None:
    assessment = make_assessment()
    vera = invited(assessment, "Vera", "finance", Respondent.NONE, may_decide=True)
    for data in ({}, {"seen": "x", "confirmed": "yes"}):
        response = client_of(vera).post(f"/a/{assessment.pk}/decide/", data)
        assert response.status_code == 409


def test_where_nothing_is_left_approving_none_for_now_needs_a_reason() -> None:
    found = demos.every(shipped()).values()
    report = submitted(next(demo.answers for demo in found if demo.expect.leader is None))
    vera = invited(report.assessment, "Vera", "finance", Respondent.NONE, may_decide=True)
    visitor = client_of(vera)
    refused = visitor.post(url(report), decision(report))
    assert (refused.status_code, "Say why none" in text_of(refused)) == (422, True)
    data = decision(report, reason="Find a partner first", confirmed="yes")
    visitor.post(url(report), data)
    shown = panel(visitor, report)
    assert "No architecture is chosen for now, because:" in shown
    assert "Find a partner first" in shown


# ---------------------------------------------------------------- what everybody sees afterwards


def test_another_choice_stands_out_on_the_result(report: Report) -> None:
    decided(report, "approved", "The GPUs are there", second_best(report))
    shown = panel(owner_client(report.assessment), report)
    suggested, chosen = name_of(report, report.leader), name_of(report, second_best(report))
    assert f"Suggested “{suggested}”, chosen “{chosen}”, because:" in shown
    assert shown.count("The GPUs are there") == 1
    assert "The answers rule" not in shown


def test_a_choice_against_the_answers_says_so(report: Report) -> None:
    out = report.suggestion["excluded"][0]["architecture"]
    decided(report, "approved", "We want it", out)
    shown = panel(owner_client(report.assessment), report)
    assert f"The answers rule “{name_of(report, out)}” out." in shown


def test_an_older_report_shows_what_it_says_and_that_there_is_a_newer_one(report: Report) -> None:
    decided(report, "approved", "The GPUs are there", second_best(report))
    shown = panel(owner_client(report.assessment), report, "?report=1")
    assert "The GPUs are there" not in shown
    assert "Report 2 is newer" in shown
    assert "Approved" in shown


@pytest.mark.parametrize("step", ["approved", "declined"])
def test_what_was_decided_is_locked_and_can_be_started_anew(report: Report, step: str) -> None:
    decided(report, step, "Enough", report.leader)
    owner = owner_client(report.assessment)
    for page in ("", "result/"):
        shown = text_of(owner.get(url(report, page)))
        assert "Vera" in shown
        assert "The assessment is locked" in shown
        assert f'href="{url(report, "duplicate/")}">Start a new revision' in shown
        assert "/reopen/" not in shown
        assert url(report, "sign/") not in shown
        assert url(report, "decide/") not in shown


def test_requested_changes_stand_on_the_hubs_until_the_next_submission(report: Report) -> None:
    colleague = client_of(invited(report.assessment, "Bo", "finance", Respondent.ALL))
    owner = owner_client(report.assessment)
    changes_requested(report, "Ask <b>Legal</b>")
    for visitor in (owner, colleague):
        shown = words_of(visitor.get(url(report, "")))
        banner = shown.split('id="changes-title"')[1].split("</section>")[0]
        assert "Vera, Sponsor" in banner
        assert "Ask &lt;b&gt;Legal&lt;/b&gt;" in banner
    assert f'href="{url(report, "check/")}"' in text_of(owner.get(url(report, "")))
    issuing.submit(owner_of(report.assessment))
    for visitor in (owner, colleague):
        assert "changes-title" not in text_of(visitor.get(url(report, "")))


def test_the_result_says_who_requested_changes_and_why(report: Report) -> None:
    changes_requested(report, "Ask Legal")
    shown = panel(owner_client(report.assessment), report)
    assert "Changes requested" in shown
    assert "Vera, Sponsor" in shown
    assert "Ask Legal" in shown


def test_the_hub_lists_every_report_with_what_it_marks(report: Report) -> None:
    reviewing.sign(owner_of(report.assessment), Opinion(report.suggestion_sha256, "agree"))
    decided(report, "declined", "Too early")
    shown = words_of(owner_client(report.assessment).get(url(report, "")))
    listed = re.findall(r"\?report=(\d)\">Report \d of [^<]+</a>: ([^<]+?) </li>", shown)
    assert listed == [
        ("3", "declined by Vera"),
        ("2", "signed by Dana"),
        ("1", "submitted by Dana"),
    ]


# ---------------------------------------------------------------- who, and how often


def test_those_asked_to_decide_and_staff_who_review_may(report: Report, visitor: Client) -> None:
    staff = reviewer("view_assessment", "review_assessment")
    link = f'href="{url(report)}"'
    for client in (visitor, staff):
        assert client.get(url(report)).status_code == 200
        assert link in text_of(client.get(url(report, "result/")))
    signatory = invited(report.assessment, "Ana", "finance", Respondent.NONE, may_sign=True)
    others = (
        owner_client(report.assessment),
        client_of(signatory),
        reviewer("view_assessment"),
        Client(),
    )
    for client in others:
        assert client.get(url(report)).status_code == 404
        assert client.post(url(report), decision(report, confirmed="yes")).status_code == 404
    assert link not in text_of(others[0].get(url(report, "result/")))


def test_staff_decide_under_their_name(report: Report) -> None:
    staff = reviewer("view_assessment", "review_assessment")
    staff.post(url(report), decision(report, "declined", reason="Too early", confirmed="yes"))
    assert Review.objects.latest("pk").name == "Rea"


def test_whoever_has_not_said_who_they_are_is_asked_first(report: Report) -> None:
    nameless = invited(report.assessment, "", "", Respondent.NONE, may_decide=True)
    assert client_of(nameless).get(url(report))["Location"] == url(report, "me/")


def test_the_title_names_no_architecture(report: Report, visitor: Client) -> None:
    for response in (visitor.get(url(report)), visitor.post(url(report), decision(report))):
        title = re.findall("<title>(.*?)</title>", text_of(response))
        assert title in (["Decide – Assessor"], ["Confirm your decision – Assessor"])


@pytest.mark.parametrize("people", [1, 4])
def test_the_page_takes_the_same_queries_however_many_take_part(
    report: Report, visitor: Client, django_assert_num_queries: Any, people: int
) -> None:
    for number in range(people):
        person = invited(report.assessment, f"Ana {number}", "finance", may_sign=True)
        reviewing.sign(person, Opinion(report.suggestion_sha256, "agree"))
    with django_assert_num_queries(6):
        visitor.get(url(report))
