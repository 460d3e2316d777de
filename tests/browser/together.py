"""The pages of several people: inviting, answering together, signing, deciding, sharing."""

from collections.abc import Callable

from django.urls import reverse

from assessor.access import Decider
from assessor.knowledge import Answer
from assessor.models import Assessment, Respondent, Review, Signature
from assessor.workflow import inviting, issuing, noting, reviewing, settling
from assessor.workflow.noting import Author
from assessor.workflow.reviewing import Decision, Opinion
from tests.advice.four_people import DEPARTMENT, LEGAL, SECURITY, four_people
from tests.browser.visitor import Visitor
from tests.builders import invited, make_assessment, owner_of, says, submitted

Open = Callable[[Visitor], None]

NAMES = {LEGAL: "Ana", SECURITY: "Sam", DEPARTMENT: "Kim"}


def four() -> Assessment:
    """Return an assessment that four people have answered, and disagree on."""
    owner, *others = four_people()
    assessment = make_assessment(owner.answers, name="Dana", role=owner.role)
    for voice in others:
        says(invited(assessment, name=NAMES[voice.role], role=voice.role), **voice.answers)
    return Assessment.objects.get(pk=assessment.pk)


def named(assessment: Assessment, name: str) -> Respondent:
    return assessment.respondents.get(name=name)


def owned(name: str, *more: str) -> Open:
    """Return how the owner of an assessment of four opens a page of it."""

    def open_page(visitor: Visitor) -> None:
        visitor.go(name, visitor.open(four()).pk, *more)

    return open_page


def nobody_invited(visitor: Visitor) -> None:
    visitor.go("people", visitor.open(make_assessment()).pk)


def new_invitation(visitor: Visitor) -> None:
    visitor.go("people", visitor.open(four()).pk)
    visitor.page.get_by_label("Which questions do you ask?").select_option("all")
    visitor.press("Make the private link")
    visitor.page.get_by_label("A text to send it with").wait_for()


def invitation_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    visitor.go("people", visitor.open(four()).pk)
    visitor.page.get_by_label("Which questions do you ask?").select_option("none")
    visitor.press("Make the private link")
    visitor.page.get_by_role("alert").wait_for()


def withdrawal(visitor: Visitor) -> None:
    assessment = visitor.open(four())
    visitor.go("withdraw", assessment.pk, named(assessment, "Ana").pk)


def renewal(visitor: Visitor) -> None:
    assessment = visitor.open(four())
    visitor.go("people", assessment.pk)
    visitor.follow("New link for Ana; the old one stops working")
    visitor.reads("Make a new private link for Ana?")


def invitation(visitor: Visitor) -> None:
    visitor.look_at_link(invited(four(), message="You know the contracts."))


def introduction(visitor: Visitor) -> None:
    visitor.open_as(invited(four(), name="", role=""))


def colleague(visitor: Visitor) -> None:
    assessment = four()
    person = invited(assessment, asked="group:what", message="You know the contracts.")
    says(person, reg_residency="region")
    visitor.open_as(person)


def colleague_of_the_result(visitor: Visitor) -> None:
    assessment = submitted_by_four()
    visitor.open_as(invited(assessment, name="Lee", asked="none", may_sign=True))


def submitted_by_four() -> Assessment:
    assessment = four()
    issuing.submit(owner_of(assessment))
    return Assessment.objects.get(pk=assessment.pk)


def result(visitor: Visitor) -> None:
    visitor.go("result", visitor.open(submitted_by_four()).pk)


def signed_by_lee() -> Assessment:
    assessment = submitted_by_four()
    lee = invited(assessment, name="Lee", role="finance", asked="none", may_sign=True)
    sha256 = assessment.reports.latest("number").suggestion_sha256
    opinion = Signature.Opinion.CONDITIONS
    reviewing.sign(lee, Opinion(sha256, opinion, "Only with a works council agreement"))
    return Assessment.objects.get(pk=assessment.pk)


def sign(visitor: Visitor) -> None:
    visitor.go("sign", visitor.open(signed_by_lee()).pk)


def sign_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    sign(visitor)
    visitor.press("Sign")
    visitor.page.get_by_role("alert").wait_for()


def decide(visitor: Visitor) -> None:
    assessment = signed_by_lee()
    max_ = invited(assessment, name="Max", role="cio_cto", asked="none", may_decide=True)
    visitor.open_as(max_)
    visitor.go("decide", assessment.pk)


def confirm(visitor: Visitor) -> None:
    decide(visitor)
    visitor.page.get_by_label("Approve", exact=True).check()
    visitor.page.get_by_label("Reason").fill("As we discussed")
    visitor.press("Continue")
    visitor.reads("Approve?")


def decided(step: str, chosen: str = "") -> Assessment:
    assessment = signed_by_lee()
    report = assessment.reports.latest("number")
    decider = Decider(assessment, "Max Weber", "Finance", "respondent 1")
    decision = Decision(report.suggestion_sha256, step, "We have the contract already", chosen)
    if step == Review.Step.CHANGES_REQUESTED:
        reviewing.request_changes(decider, decision)
    else:
        reviewing.decide(decider, decision)
    return Assessment.objects.get(pk=assessment.pk)


def approved_otherwise(visitor: Visitor) -> None:
    assessment = decided(Review.Step.APPROVED, "byoc_platform")
    visitor.go("result", visitor.open(assessment).pk)


def changes_requested(visitor: Visitor) -> None:
    visitor.open(decided(Review.Step.CHANGES_REQUESTED))


def hub_of_the_approved(visitor: Visitor) -> None:
    visitor.open(decided(Review.Step.APPROVED, "byoc_platform"))


def question_with_everything(visitor: Visitor) -> None:
    """Show a question that was settled, with a thread of notes."""
    assessment = visitor.open(four())
    owner = owner_of(assessment)
    settling.settle(owner, "where_capex", "small", "Finance has the last word")
    thread = noting.write(
        assessment, Author("Kim", named(assessment, "Kim")), "where_capex", "Why?", in_report=True
    )
    noting.reply(thread, Author("Dana", owner), "Because of the budget round.")
    visitor.go("question", assessment.pk, "where_capex")


def settling_without_a_reason(visitor: Visitor) -> None:
    visitor.expects(422)
    owned("question", "where_capex")(visitor)
    visitor.press("Settle")
    visitor.page.get_by_role("alert").wait_for()


def settled_meanwhile(visitor: Visitor) -> None:
    """Settle a question from a page that shows nothing of the settlement there is by now."""
    visitor.expects(409)
    assessment = visitor.open(four())
    visitor.go("question", assessment.pk, "where_capex")
    settling.settle(
        owner_of(assessment), "where_capex", "small", "Finance has the last word.\n\nAgreed."
    )
    stands = visitor.page.get_by_role("group", name="Which answer is to count?")
    stands.get_by_role("radio").first.check()
    visitor.page.get_by_label("Why?").fill("The board wants it.\n\nIt decides in spring.")
    visitor.press("Settle")
    visitor.page.get_by_role("alert").wait_for()


def new_share(visitor: Visitor) -> None:
    visitor.go("share", visitor.open(submitted_by_four()).pk)
    visitor.page.get_by_label("For whom is the link?").fill("Auditors")
    visitor.press("Make the link")
    visitor.page.get_by_role("table").wait_for()


def shared_result(visitor: Visitor) -> None:
    assessment = submitted_by_four()
    visitor.go("redeem", inviting.share(owner_of(assessment), "Auditors", days=7))
    visitor.goes_on("Open the assessment")


def end_of_a_share(visitor: Visitor) -> None:
    new_share(visitor)
    visitor.follow("Withdraw the link for Auditors")
    visitor.reads("Withdraw the link for Auditors?")


def deletion(visitor: Visitor) -> None:
    visitor.go("delete", visitor.open(submitted_by_four()).pk)


def comparison(visitor: Visitor) -> None:
    first = visitor.open(submitted_by_four())
    second = visitor.open(submitted(first_answers(), initiative="Invoice reading").assessment)
    visitor.page.goto(f"{reverse('compare')}?a={first.pk}&b={second.pk}")


def first_answers() -> dict[str, Answer]:
    return dict(four_people()[0].answers) | {"where_scope": "function"}


TOGETHER: dict[str, Open] = {
    "people, none": nobody_invited,
    "people, new link": new_invitation,
    "people, with errors": invitation_with_errors,
    "withdraw": withdrawal,
    "people, new link, before": renewal,
    "own links, before ending them": owned("end_links"),
    "invitation": invitation,
    "introduce": introduction,
    "colleague": colleague,
    "colleague, result": colleague_of_the_result,
    "hub, together": owned("hub"),
    "check, together": owned("check"),
    "result, together": result,
    "question": owned("question", "reg_residency"),
    "question, with everything": question_with_everything,
    "question, with errors": settling_without_a_reason,
    "question, settled meanwhile": settled_meanwhile,
    "wizard, together": owned("step", "what-regulatory"),
    "share": new_share,
    "share, before withdrawing": end_of_a_share,
    "shared result": shared_result,
    "delete": deletion,
    "compare": comparison,
    "duplicate": owned("duplicate"),
    "sign": sign,
    "sign, with errors": sign_with_errors,
    "decide": decide,
    "decide, confirm": confirm,
    "result, approved": approved_otherwise,
    "hub, changes requested": changes_requested,
    "hub, approved": hub_of_the_approved,
}
