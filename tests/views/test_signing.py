"""Signing in the browser: what is shown, what is asked, and where a signature is seen again."""

import re
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from assessor.models import Assessment, Report, Respondent, Signature
from assessor.workflow import issuing, reviewing
from assessor.workflow.reviewing import Opinion
from tests.advice.answers import situation
from tests.builders import (
    Response,
    client_of,
    complete,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    submitted,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    return submitted(name="Dana", role="cio_cto")


@pytest.fixture
def ana(report: Report) -> Respondent:
    return invited(report.assessment, "Ana", "legal_compliance", Respondent.NONE, may_sign=True)


def url(report: Report, page: str = "sign/") -> str:
    return f"/a/{report.assessment_id}/{page}"


def words_of(response: Response) -> str:
    return " ".join(text_of(response).split())


def signature(report: Report, **fields: Any) -> dict[str, Any]:
    """Return what a browser sends for a page that shows this report."""
    return {"seen": report.suggestion_sha256, "opinion": "agree", "reason": ""} | fields


def sign(report: Report, person: Respondent, opinion: str = "agree", reason: str = "") -> Report:
    return reviewing.sign(person, Opinion(report.suggestion_sha256, opinion, reason))


# ---------------------------------------------------------------- what is shown


def test_the_page_shows_what_is_signed_and_leads_to_it(report: Report, ana: Respondent) -> None:
    shown = words_of(client_of(ana).get(url(report)))
    name = report.knowledge.options[report.leader].short_name
    assert f"“{name}” fits best" in shown
    assert "Report 1 of" in shown
    assert f'href="{url(report, "result/")}">the result' in shown
    assert f'href="{url(report, "report.pdf")}"' in shown
    assert "You sign as Ana." in shown
    assert "Nobody has signed yet." in shown


def test_the_title_names_no_architecture(report: Report, ana: Respondent) -> None:
    assert "<title>Sign – Assessor</title>" in words_of(client_of(ana).get(url(report)))


def test_the_page_shows_who_has_signed_and_what_they_said(report: Report, ana: Respondent) -> None:
    sign(report, owner_of(report.assessment), "conditions", "Only with <b>a contract</b>")
    shown = words_of(client_of(ana).get(url(report)))
    assert "Agrees with conditions" in shown
    assert "Only with &lt;b&gt;a contract&lt;/b&gt;" in shown


def test_the_gravest_risks_that_something_is_missing_against_can_be_accepted(
    report: Report, ana: Respondent
) -> None:
    shown = text_of(client_of(ana).get(url(report)))
    offered = re.findall(r'name="accepted_risks" value="(\w+)"', shown)
    residual = [risk["risk"] for risk in report.suggestion["risks"] if risk["not_in_place"]]
    assert offered == residual[:6] != []


def test_whoever_has_signed_is_told_and_finds_what_they_said(
    report: Report, ana: Respondent
) -> None:
    sign(report, ana, "disagree", "No contract yet")
    shown = words_of(client_of(ana).get(url(report)))
    assert "Signing again replaces that opinion in the next report" in shown
    assert re.search(r'value="disagree"[^>]* checked', shown)
    assert "No contract yet</textarea>" in shown


# ---------------------------------------------------------------- signing


def test_signing_issues_the_next_report_and_leads_to_the_result(
    report: Report, ana: Respondent
) -> None:
    visitor = client_of(ana)
    risk = report.suggestion["risks"][0]["risk"]
    data = signature(report, opinion="conditions", reason="A contract", accepted_risks=[risk])
    response = visitor.post(url(report), data)
    assert response["Location"] == url(report, "result/")
    shown = words_of(visitor.get(url(report, "result/")))
    assert "You have signed. Report 2 shows it." in shown
    panel = shown.split('id="decision"')[1].split("</section>")[0]
    for words in ("Ana", "Agrees with conditions", "A contract", "Legal, privacy or compliance"):
        assert words in panel
    assert report.suggestion["risks"][0]["label"] in panel


@pytest.mark.parametrize("opinion", ["conditions", "disagree"])
@pytest.mark.parametrize("reason", ["", "  \r\n "])
def test_conditions_and_disagreement_need_words(
    report: Report, ana: Respondent, opinion: str, reason: str
) -> None:
    data = signature(report, opinion=opinion, reason=reason)
    response = client_of(ana).post(url(report), data)
    assert response.status_code == 422
    assert '<a href="#id_reason">Say ' in text_of(response)
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"opinion": ""}, {"opinion": "maybe"}, {"accepted_risks": ["unheard_of"]}]
)
def test_what_nobody_offered_is_refused(
    report: Report, ana: Respondent, fields: dict[str, Any]
) -> None:
    response = client_of(ana).post(url(report), signature(report, **fields))
    assert response.status_code == 422
    assert 'role="alert"' in text_of(response)
    assert not Signature.objects.exists()


def test_an_owner_without_a_name_is_asked_for_it() -> None:
    report = submitted(name="")
    visitor = owner_client(report.assessment)
    refused = visitor.post(url(report), signature(report))
    assert (refused.status_code, "Enter your name" in text_of(refused)) == (422, True)
    visitor.post(url(report), signature(report, name="Dana"))
    assert Signature.objects.get().name == "Dana"


def test_whoever_has_not_said_who_they_are_is_asked_first(report: Report) -> None:
    nameless = invited(report.assessment, "", "", Respondent.NONE, may_sign=True)
    response = client_of(nameless).get(url(report))
    assert response["Location"] == url(report, "me/")


def test_a_double_click_signs_once(report: Report, ana: Respondent) -> None:
    visitor = client_of(ana)
    answers = [visitor.post(url(report), signature(report)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (Signature.objects.count(), Report.objects.count()) == (1, 2)


def test_after_the_commit_the_pdf_is_begun(
    report: Report,
    ana: Respondent,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    begun: list[Report] = []
    monkeypatch.setattr("assessor.jobs.tasks.make_pdf_soon", begun.append)
    visitor = client_of(ana)
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(url(report), signature(report))
        assert begun == []
    assert [made.number for made in begun] == [2]


# ---------------------------------------------------------------- too late


def test_a_suggestion_that_changed_meanwhile_is_not_signed(report: Report, ana: Respondent) -> None:
    owner = owner_of(report.assessment)
    reviewing.reopen(owner)
    complete(report.assessment, situation(where_scope="enterprise"))
    issuing.submit(owner)
    before = database("sessions.Session")
    response = client_of(ana).post(url(report), signature(report))
    assert response.status_code == 409
    assert "The suggestion has changed meanwhile" in text_of(response)
    assert not Signature.objects.exists()
    assert Report.objects.count() == len(before["assessor.Report"])


def test_a_page_that_does_not_say_what_it_showed_signs_nothing(
    report: Report, ana: Respondent
) -> None:
    assert client_of(ana).post(url(report), {"opinion": "agree"}).status_code == 400
    assert not Signature.objects.exists()


def test_a_draft_can_not_be_signed() -> None:
    assessment = make_assessment()
    visitor = owner_client(assessment)
    for ask in (visitor.get, partial(visitor.post, data={"seen": "x", "opinion": "agree"})):
        response = ask(f"/a/{assessment.pk}/sign/")
        assert response.status_code == 409
        assert "There is nothing to sign or to decide now" in text_of(response)


def test_what_was_decided_can_not_be_signed_or_taken_back(report: Report, ana: Respondent) -> None:
    Assessment.objects.update(status=Assessment.Status.APPROVED)
    for visitor, page in ((client_of(ana), "sign/"), (owner_client(report.assessment), "reopen/")):
        response = visitor.post(url(report, page), signature(report))
        assert response.status_code == 409
        assert "It has been decided" in text_of(response)
    assert Assessment.objects.get().status == "approved"


# ---------------------------------------------------------------- who, and how often


def test_only_the_owner_and_those_asked_to_sign(report: Report, ana: Respondent) -> None:
    colleague = invited(report.assessment, "Bo", "finance", Respondent.ALL, sees_all=True)
    decider = invited(report.assessment, "Vera", "cio_cto", Respondent.NONE, may_decide=True)
    reviewer = User.objects.create_user("reviewer", is_staff=True)
    codes = ["view_assessment", "review_assessment"]
    reviewer.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    staff = Client()
    staff.force_login(reviewer)
    for visitor in (client_of(colleague), client_of(decider), staff, Client()):
        assert visitor.get(url(report)).status_code == 404
        assert visitor.post(url(report), signature(report)).status_code == 404
    for visitor in (owner_client(report.assessment), client_of(ana)):
        assert visitor.get(url(report)).status_code == 200


def test_the_way_to_sign_is_shown_to_those_who_may_as_long_as_they_may(
    report: Report, ana: Respondent
) -> None:
    link = f'href="{url(report)}"'
    owner, visitor = owner_client(report.assessment), client_of(ana)
    other = client_of(invited(report.assessment, "Bo", "finance", sees_all=True))
    for page in ("", "result/"):
        assert link in text_of(owner.get(url(report, page)))
        assert link in text_of(visitor.get(url(report, page)))
        assert link not in text_of(other.get(url(report, page)))
    reviewing.reopen(owner_of(report.assessment))
    for page in ("", "result/"):
        assert link not in text_of(owner.get(url(report, page)))
        assert link not in text_of(visitor.get(url(report, page)))


@pytest.mark.parametrize(("where", "queries"), [("sign/", 4), ("result/", 4), ("", 6)])
def test_the_pages_take_the_same_queries_however_many_have_signed(
    report: Report, django_assert_num_queries: Any, where: str, queries: int
) -> None:
    visitor = owner_client(report.assessment)
    for names in (["Ana"], ["Bo", "Cy", "Di"]):
        for name in names:
            person = invited(report.assessment, name, "finance", Respondent.NONE, may_sign=True)
            sign(report, person)
        with django_assert_num_queries(queries):
            visitor.get(url(report, where))
