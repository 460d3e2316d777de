"""Four people about one initiative, each in a browser of their own, from invitation to approval."""

import io
import re
from itertools import product

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from assessor.advice.standing import standing
from assessor.advice.voices import Voice, working
from assessor.models import Assessment
from tests.advice.four_people import DEPARTMENT, LEGAL, SECURITY, four_people
from tests.browser.answering import choice, fill_page
from tests.browser.pages import STEPS
from tests.browser.visitor import Visitor, Visitors
from tests.builders import make_assessment
from tests.knowledge.editions import shipped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = {LEGAL: "Ana", SECURITY: "Sam", DEPARTMENT: "Kim"}


@pytest.fixture
def voices() -> dict[str, Voice]:
    return {voice.role: voice for voice in four_people()}


def the_owner(visitor: Visitor, voice: Voice) -> Assessment:
    return visitor.open(make_assessment(voice.answers, name="Dana", role=voice.role))


def invites(owner: Visitor, assessment: Assessment, role: str, **also: str) -> str:
    """Let the owner invite somebody; return the private link that the page shows."""
    owner.go("people", assessment.pk)
    owner.page.get_by_label("Name").fill(also.get("name", NAMES.get(role, "")))
    if role:
        owner.page.get_by_label("Role").select_option(role)
    owner.page.get_by_label("Which questions do you ask?").select_option(also.get("asked", "all"))
    for right in ("They sign the suggestion", "They approve, decline or ask for changes"):
        if right in also.values():
            owner.page.get_by_label(right).check()
    owner.press("Make the private link")
    return owner.page.get_by_label("Private link", exact=True).input_value()


def comes(visitor: Visitor, link: str) -> None:
    visitor.page.goto(link)
    visitor.goes_on("Open the assessment")


def answers_all(visitor: Visitor, voice: Voice) -> None:
    """Go through every page, answering what this person answers and leaving the rest empty."""
    visitor.page.get_by_role("link", name=re.compile("^Start with")).click()
    for page in STEPS:
        # A click waits for the next page to begin, and not for its questions.
        visitor.page.wait_for_url(f"**/{page}/")
        fill_page(visitor.page, voice.answers)
        visitor.goes_on("Save and continue")
    visitor.press("I have finished")
    expect(visitor.page.get_by_text("The owner sees that you have finished.")).to_be_visible()


def test_whoever_invites_right_after_starting_is_shown_the_link_of_that_person(
    visitors: Visitors,
) -> None:
    """The link of the owner is still shown on the hub, whose address covers that of the people."""
    owner, colleague = visitors(), visitors()
    assessment = the_owner(owner, Voice(key="", role="", is_owner=True, answers={}))
    owner.go("hub", assessment.pk)
    owner.press("Make a private link")
    comes(colleague, invites(owner, assessment, LEGAL))
    expect(colleague.page.get_by_text("You take part as Ana")).to_be_visible()


def test_an_owner_who_opens_the_link_of_somebody_else_is_asked_first(visitor: Visitor) -> None:
    assessment = the_owner(visitor, Voice(key="", role="", is_owner=True, answers={}))
    link = invites(visitor, assessment, LEGAL)
    visitor.page.goto(link)
    expect(visitor.page.get_by_text("In this browser you take part as Dana so far")).to_be_visible()
    visitor.follow("Stay Dana")
    expect(visitor.page.get_by_role("link", name="Invite and manage people")).to_be_visible()
    visitor.page.goto(link)
    visitor.goes_on("Open it as Ana")
    expect(visitor.page.get_by_text("You take part as Ana")).to_be_visible()


def effects_by_brute_force(voices: list[Voice]) -> dict[str, str]:
    """Return by question whether its dispute decides, by trying everything with other code."""
    now = working(shipped(), voices, {})
    disputed = {
        key: answers
        for key in shipped().questions
        if len(
            answers := list(
                {str(v.answers[key]): v.answers[key] for v in voices if key in v.answers}.values()
            )
        )
        > 1
    }

    def leader(**different: object) -> str | None:
        found = standing(shipped(), {**now.answers, **different}).leader  # type: ignore[dict-item]
        return found.key if found else None

    def decides(key: str) -> str:
        if any(leader(**{key: answer}) != leader() for answer in disputed[key]):
            return "decides"
        others = [other for other in disputed if other != key]
        for combination in product(*(disputed[other] for other in others)):
            chosen = dict(zip(others, combination, strict=True))
            if len({leader(**chosen, **{key: answer}) for answer in disputed[key]}) > 1:
                return "together"
        return "none"

    return {key: decides(key) for key in disputed}


def test_four_people_answer_disagree_sign_and_decide(
    visitors: Visitors, voices: dict[str, Voice]
) -> None:
    owner = visitors()
    assessment = the_owner(owner, next(each for each in voices.values() if each.is_owner))
    for number, role in enumerate(NAMES):
        colleague = visitors(javascript=number != 1)  # one of them without JavaScript
        comes(colleague, invites(owner, assessment, role))
        answers_all(colleague, voices[role])

    owner.go("hub", assessment.pk)
    for name in NAMES.values():
        row = owner.page.get_by_role("row", name=re.compile(name))
        expect(row.get_by_text("Finished")).to_be_visible()

    effects = effects_by_brute_force(four_people())
    deciding = {key for key, effect in effects.items() if effect == "decides"}
    idle = {key for key, effect in effects.items() if effect == "none"}
    assert deciding == {"where_capex", "spec_language"}
    assert idle == {"reg_residency"}

    owner.go("check", assessment.pk)
    says_which_talks_decide(owner, deciding, idle)
    owner.goes_on("See my recommendation")
    says_which_talks_decide(owner, deciding, idle)

    signs(visitors, owner, assessment)
    decides(visitors, owner, assessment)

    report = owner.page.request.get(f"/a/{assessment.pk}/report.pdf")
    text = text_of_pdf(report.body())
    disagreement = text[text.index("Settle these before signing") :]
    settle, skip = disagreement.split("These talks can be skipped", 1)
    for key in deciding:
        assert words(shipped().questions[key].text) in settle
    for key in idle:
        assert words(shipped().questions[key].text) in skip
        assert words(shipped().questions[key].text) not in settle
    assert "Agrees with conditions" in text
    assert "Only with a works council agreement" in text
    assert "Suggested “On-premises open model”, chosen “Platform in your cloud (BYOC)”" in text
    assert "We have the contract already" in text
    assert assessment.reports.count() == 3
    assert len({report.suggestion_sha256 for report in assessment.reports.all()}) == 1


def says_which_talks_decide(owner: Visitor, deciding: set[str], idle: set[str]) -> None:
    page = owner.page.get_by_role("region", name="Where you agree and where not")
    for heading, keys in (
        ("Settle these before signing", deciding),
        ("These talks can be skipped", idle),
    ):
        there = page.locator(f"h3:has-text('{heading}') ~ ul.disputes").first
        shown = there.locator("> li").all()
        texts = [item.inner_text() for item in shown]
        assert len(texts) == len(keys), (heading, texts)
        for key in keys:
            assert any(shipped().questions[key].text in text for text in texts)


def signs(visitors: Visitors, owner: Visitor, assessment: Assessment) -> None:
    """Let a member of the board be invited to sign, and sign with conditions."""
    link = invites(
        owner,
        assessment,
        "finance",
        name="Lee",
        asked="none",
        right="They sign the suggestion",
    )
    board = visitors(javascript=False)
    comes(board, link)
    board.go("sign", assessment.pk)
    board.page.get_by_label("I agree with conditions").check()
    board.page.get_by_label("Conditions or reason").fill("Only with a works council agreement")
    board.page.get_by_role("group", name=re.compile("Residual risks")).get_by_role(
        "checkbox"
    ).first.check()
    board.goes_on("Sign")
    expect(board.page.get_by_text("Only with a works council agreement").first).to_be_visible()


def decides(visitors: Visitors, owner: Visitor, assessment: Assessment) -> None:
    """Let the decider choose another architecture than suggested, and say why."""
    link = invites(
        owner,
        assessment,
        "cio_cto",
        name="Max",
        asked="none",
        right="They approve, decline or ask for changes",
    )
    decider = visitors()
    comes(decider, link)
    decider.go("decide", assessment.pk)
    decider.page.get_by_label("Approve", exact=True).check()
    decider.page.get_by_label(re.compile("for which architecture")).select_option("byoc_platform")
    decider.page.get_by_label("Reason").fill("We have the contract already")
    decider.press("Continue")
    decider.reads("Approve?")
    decider.goes_on("Approve")
    expect(decider.page.get_by_text("We have the contract already").first).to_be_visible()
    assessment.refresh_from_db()
    assert (assessment.status, assessment.chosen) == ("approved", "byoc_platform")


def text_of_pdf(content: bytes) -> str:
    return words("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def words(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- two at once


def test_two_people_at_once_on_the_same_question_overwrite_nothing(
    visitors: Visitors, voices: dict[str, Voice]
) -> None:
    owner = visitors()
    assessment = the_owner(owner, next(each for each in voices.values() if each.is_owner))
    legal = visitors()
    comes(legal, invites(owner, assessment, LEGAL, asked="group:what"))
    for visitor in (owner, legal):
        visitor.go("step", assessment.pk, "what-regulatory")
    choice(owner.page, "reg_residency", "region").check()
    choice(legal.page, "reg_residency", "own_premises").check()
    owner.goes_on("Save and continue")
    legal.goes_on("Save and continue")
    given = set(assessment.answers.filter(question="reg_residency").values_list("value", flat=True))
    assert given == {"region", "own_premises"}
    owner.go("check", assessment.pk)
    expect(owner.page.get_by_text("Answered by Ana").first).to_be_visible()


def test_a_double_click_writes_one_note(visitors: Visitors, voices: dict[str, Voice]) -> None:
    owner = visitors()
    assessment = the_owner(owner, next(each for each in voices.values() if each.is_owner))
    owner.go("question", assessment.pk, "reg_residency")
    owner.page.get_by_label("Your note or question").fill("Which region?")
    owner.page.get_by_role("button", name="Add the note").dblclick()
    expect(owner.page.get_by_text("Which region?")).to_be_visible()
    assert assessment.notes.count() == 1


# ---------------------------------------------------------------- before something ends


def test_without_javascript_whoever_ends_a_link_is_asked_first(
    visitors: Visitors, voices: dict[str, Voice]
) -> None:
    owner = visitors(javascript=False)
    assessment = the_owner(owner, next(each for each in voices.values() if each.is_owner))
    first = invites(owner, assessment, LEGAL)
    owner.go("people", assessment.pk)
    owner.follow("New link for Ana; the old one stops working")
    owner.follow("Keep the old one")
    comes(visitors(), first)
    owner.follow("New link for Ana; the old one stops working")
    owner.goes_on("Make the new link")
    second = owner.page.get_by_label("Private link", exact=True).input_value()
    assert second != first
    comes(visitors(), second)
