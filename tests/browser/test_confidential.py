"""Markup that people type stays text in every browser, and what they type stays off the record."""

import json
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from assessor.access import Decider
from assessor.models import Assessment, PrivateLink, Respondent
from assessor.models.people import Link
from assessor.workflow import inviting, issuing, noting, reviewing, settling
from assessor.workflow.noting import Author
from assessor.workflow.reviewing import Decision, Opinion
from tests.browser.golden import golden
from tests.browser.visitor import SECRET, Visitor, Visitors
from tests.builders import invited, make_assessment, owner_of, says

pytestmark = pytest.mark.browser

MARK = "Zq7markq7Z"
"""Stands in everything that is typed here, and nowhere else."""

NAME = f"{MARK}\"'><img src=x onerror=window.pwned=1><b hx-get=/help/ hx-trigger=load>"
TEXT = (
    f"{MARK}</textarea></title></script><script>window.pwned=1</script><svg onload=pwned=1>"
    "<style>@import url(/evil)</style><base href=//evil.example><iframe src=javascript:pwned=1>"
    "<meta http-equiv=refresh content=0;url=//evil.example> javascript:alert(1) {{ 7|add:7 }}"
    '" autofocus onfocus="alert(1)" <a href="javascript:alert(2)" ping=/evil>x</a> <!-- ]]>'
)


def full_of_markup() -> Assessment:
    """Return an assessment with markup in every text that anybody can type."""
    answers = dict(golden("mid_market_full").answers) | {"why_success": TEXT}
    assessment = make_assessment(answers, initiative=NAME, organisation=NAME, name=NAME)
    owner = owner_of(assessment)
    says(
        invited(assessment, name=NAME, message=TEXT),
        where_capex="substantial",
        where_scope="individual",
    )
    settling.settle(owner, "where_scope", answers["where_scope"], TEXT)
    for in_report in (True, False):
        thread = noting.write(
            assessment, Author(NAME, owner), "where_capex", TEXT, in_report=in_report
        )
        noting.reply(thread, Author(NAME, owner), TEXT)
    issuing.submit(owner)
    inviting.share(owner, NAME, days=7)
    seen = assessment.reports.latest("number").suggestion_sha256
    lee = invited(assessment, name=NAME, role="finance", asked="none", may_sign=True)
    reviewing.sign(lee, Opinion(seen, "conditions", TEXT))
    return Assessment.objects.get(pk=assessment.pk)


def look(visitor: Visitor, name: str, *arguments: object) -> None:
    """Open a page and wait until nothing is loading; nothing typed may have come to life."""
    visitor.go(name, *arguments)
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.evaluate("typeof window.pwned") == "undefined", name
    assert visitor.page.locator("img[src=x], svg[onload], iframe, base, [ping]").count() == 0, name


def kept_in(visitor: Visitor) -> str:
    """Return what the browser keeps."""
    script = "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])"
    return str(visitor.page.evaluate(script)) + json.dumps(visitor.context.cookies(), default=str)


def without_private_link(address: str) -> str:
    """Return an address without the token of the link that it is, which belongs there."""
    return SECRET.sub("", urlsplit(address).path) + urlsplit(address).query


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every token of a link that is made from now on."""
    made: list[str] = []
    with_new_token = Link.with_new_token

    def noted(link: Link) -> str:
        made.append(with_new_token(link))
        return made[-1]

    monkeypatch.setattr(Link, "with_new_token", noted)
    return made


Open = Callable[[Visitor, Assessment], None]


def as_owner(visitor: Visitor, assessment: Assessment) -> None:
    visitor.open_as(owner_of(assessment))
    for name in ("hub", "people", "share", "result", "report", "delete", "duplicate", "sign"):
        look(visitor, name, assessment.pk)
    look(visitor, "question", assessment.pk, "where_capex")
    look(visitor, "question", assessment.pk, "where_scope")
    look(visitor, "assessments")
    reviewing.reopen(owner_of(assessment))
    look(visitor, "step", assessment.pk, "why")
    look(visitor, "check", assessment.pk)


def as_colleague(visitor: Visitor, assessment: Assessment) -> None:
    person = invited(assessment, name=NAME, message=TEXT, sees_all=True, may_decide=True)
    visitor.look_at_link(person)
    look(visitor, "redeem", PrivateLink.issue(person))
    visitor.open_as(person)
    for name in ("hub", "result", "decide"):
        look(visitor, name, assessment.pk)
    look(visitor, "question", assessment.pk, "where_capex")


def as_reader(visitor: Visitor, assessment: Assessment) -> None:
    look(visitor, "redeem", inviting.share(owner_of(assessment), NAME, days=7))
    visitor.goes_on("Open the assessment")
    look(visitor, "result", assessment.pk)
    look(visitor, "assessments")


def as_administrator(visitor: Visitor, assessment: Assessment) -> None:
    report = assessment.reports.latest("number")
    decider = Decider(assessment, NAME, NAME, "user 1")
    other = report.as_suggestion.ranking[1].architecture
    reviewing.decide(decider, Decision(report.suggestion_sha256, "approved", TEXT, other))
    visitor.sign_in(User.objects.create_superuser("admin", first_name=NAME[:150]))
    for name in ("assessment", "report", "auditentry"):
        look(visitor, f"admin:assessor_{name}_changelist")
    look(visitor, "admin:assessor_assessment_change", assessment.pk)
    look(visitor, "admin:assessor_report_change", report.pk)
    for name in ("result", "report"):
        look(visitor, name, assessment.pk)
    for name in ("portfolio", "due"):
        look(visitor, name)


@pytest.mark.parametrize(
    "visit", [as_owner, as_colleague, as_reader, as_administrator], ids=lambda visit: visit.__name__
)
def test_markup_stays_text_and_nothing_typed_leaves_the_pages(
    visitors: Visitors, visit: Open, tokens: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    visitor, assessment = visitors(), full_of_markup()
    with caplog.at_level(logging.DEBUG):
        visit(visitor, assessment)
    assert MARK in visitor.page.content()
    assert len(visitor.addresses) > 10
    assert [address for address in visitor.addresses if MARK in address] == []
    assert MARK not in kept_in(visitor)
    assert not SECRET.search(kept_in(visitor))
    assert [line for line in caplog.messages if MARK in line or SECRET.search(line)] == []
    assert tokens
    elsewhere = [*caplog.messages, kept_in(visitor), *map(without_private_link, visitor.addresses)]
    assert [token for token in tokens if any(token in text for text in elsewhere)] == []


def test_markup_that_comes_to_life_is_noticed(visitor: Visitor) -> None:
    """The control: what is found when a page is not as careful."""
    visitor.go("help")
    with visitor.unwatched():
        visitor.page.evaluate(
            "document.querySelector('main').innerHTML ="
            " `<img src=x onerror='pwned = 2'><p style='color: red'>`; window.pwned = 1"
        )
        visitor.page.evaluate("setTimeout(() => alert(1), 0)")
        visitor.page.wait_for_timeout(200)
        assert any(complaint.startswith("dialog: ") for complaint in visitor.complaints)
        for refused in ("style-src-attr", "script-src-attr"):
            assert any(f"CSP violation: {refused}" in each for each in visitor.complaints)
    assert visitor.page.evaluate("window.pwned") == 1
    assert visitor.page.locator("img[src=x], svg[onload], iframe, base, [ping]").count() == 1


def test_a_private_link_that_is_told_is_noticed(visitor: Visitor) -> None:
    person: Respondent = owner_of(make_assessment())
    address = reverse("redeem", args=[PrivateLink.issue(person)])
    visitor.go("help")
    with visitor.unwatched():
        visitor.page.evaluate("(address) => fetch(address).then((got) => got.text())", address)
        assert any("outside the address bar" in complaint for complaint in visitor.complaints)
        visitor.page.goto(reverse("sign_in", query={"next": address}))
        assert any("in another address" in complaint for complaint in visitor.complaints)
