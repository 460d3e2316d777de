"""Every page of the product, and how to get there, for checks that hold on all of them."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.test import override_settings
from playwright.sync_api import expect

from assessor import limits
from assessor.knowledge import Answer, Answers
from assessor.knowledge.question_bank import NumberQuestion
from assessor.models import Assessment, PrivateLink
from assessor.pages import pages_of
from assessor.rates import rates
from assessor.report import report_file
from assessor.workflow import issuing
from tests.browser.answering import answer
from tests.browser.editions import EDITIONS
from tests.browser.golden import golden
from tests.browser.staff import STAFF
from tests.browser.together import TOGETHER
from tests.browser.two_factor import TWO_FACTOR
from tests.browser.visitor import Visitor
from tests.builders import complete, invited, make_assessment, owner_of, submitted
from tests.knowledge.editions import shipped

Open = Callable[[Visitor], None]

STEPS = tuple(pages_of(shipped()))
TYPICAL = golden("mid_market_full").answers


def opened(visitor: Visitor, answers: Answers | None = None) -> Assessment:
    """Open the hub of a new assessment with these answers."""
    return visitor.open(make_assessment(answers))


def named(name: str, *args: Any) -> Open:
    """Return how to open a page that shows nobody's answers."""
    return lambda visitor: visitor.go(name, *args)


def new_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    visitor.go("new")
    visitor.press("Create and continue")
    visitor.page.get_by_role("alert").wait_for()


TOO_LARGE = b"x" * 1_200_000


def sent(visitor: Visitor, content: bytes, button: str) -> None:
    """Choose a file on the page, and send it."""
    file = {"name": "report", "mimeType": "application/json", "buffer": content}
    visitor.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    visitor.press(button)


def import_refused(visitor: Visitor) -> None:
    visitor.expects(422)
    visitor.go("import")
    sent(visitor, b"rubbish", "Continue")
    visitor.page.get_by_role("alert").wait_for()


def import_review(visitor: Visitor) -> None:
    """Take over a report of which two answers do not fit any more."""
    value = json.loads(report_file.written(submitted(TYPICAL)))
    value["content"]["answers"] |= {"where_scope": "galaxy", "long_gone": "yes"}
    visitor.go("import")
    sent(visitor, json.dumps(value).encode(), "Continue")
    visitor.reads("What is taken over")


def imported(visitor: Visitor) -> None:
    import_review(visitor)
    visitor.goes_on("Create and continue")


def verify_refused(visitor: Visitor) -> None:
    visitor.expects(422)
    visitor.go("verify")
    visitor.press("Verify")
    visitor.page.get_by_role("alert").wait_for()


def verified(visitor: Visitor) -> None:
    report = submitted(TYPICAL)
    visitor.go("verify")
    sent(visitor, report_file.written(report), "Verify")
    visitor.page.get_by_role("heading", name="Issued by this installation").wait_for()


def hub_with_link(visitor: Visitor) -> None:
    opened(visitor)
    visitor.press("Make a private link")
    visitor.page.get_by_role("textbox", name="Private link").wait_for()


def hub_half_done(visitor: Visitor) -> None:
    opened(visitor, dict(list(TYPICAL.items())[:14]))


def hub_submitted(visitor: Visitor) -> None:
    visitor.open(submitted(TYPICAL).assessment)


def step(key: str, answers: Answers | None = None) -> Open:
    def open_step(visitor: Visitor) -> None:
        visitor.go("step", opened(visitor, answers).pk, key)

    return open_step


def step_with_errors(key: str) -> Open:
    def open_step(visitor: Visitor) -> None:
        visitor.expects(422)
        step(key)(visitor)
        visitor.press("Save and continue")
        visitor.page.get_by_role("alert").wait_for()

    return open_step


def conflict(visitor: Visitor) -> None:
    visitor.expects(409)
    assessment = opened(visitor, TYPICAL)
    visitor.go("step", assessment.pk, "where")
    complete(
        assessment, {"where_scope": "enterprise", "where_hosting": ["own_gpus", "own_datacentre"]}
    )
    answer(visitor.page, "where_scope", "individual")
    answer(visitor.page, "where_hosting", ["private_cloud"])
    visitor.press("Save and continue")
    visitor.page.get_by_role("alert").wait_for()


def check_complete(visitor: Visitor) -> None:
    visitor.go("check", opened(visitor, golden("mid_market_four_unknowns").answers).pk)


def check_incomplete(visitor: Visitor) -> None:
    visitor.go("check", opened(visitor, {"where_scope": "function"}).pk)


def check_refused(visitor: Visitor) -> None:
    visitor.expects(422)
    assessment = opened(visitor, TYPICAL)
    visitor.go("check", assessment.pk)
    complete(assessment, {"how_tasks": ["act"]})  # which asks one more question
    visitor.press("See my recommendation")
    visitor.page.get_by_role("alert").wait_for()


def result(case: str) -> Open:
    def open_result(visitor: Visitor) -> None:
        visitor.go("result", visitor.open(submitted(golden(case).answers).assessment).pk)

    return open_result


def change(visitor: Visitor, key: str, value: Answer) -> None:
    """Give another answer to a question that the result hangs on."""
    control = visitor.page.locator(f"[data-what-if] [name={key}]")
    if isinstance(shipped().questions[key], NumberQuestion):
        control.first.fill(str(value))
    else:
        control.select_option(str(value))


def what_if(visitor: Visitor) -> None:
    result("mid_market_four_unknowns")(visitor)
    change(visitor, "reg_residency", "air_gapped")
    visitor.page.locator("#what-if-reply table").wait_for()


def what_if_on_its_own(case: str, key: str, value: Answer) -> Open:
    """Send the form the way a browser without script does."""

    def open_what_if(visitor: Visitor) -> None:
        result(case)(visitor)
        # Without the event that asks for a live reply, which going on would break off.
        control = visitor.page.locator(f"[data-what-if] [name={key}]")
        control.evaluate("(control, value) => { control.value = value }", value)
        with visitor.page.expect_navigation():
            visitor.page.evaluate("document.querySelector('[data-what-if]').submit()")

    return open_what_if


def what_if_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    what_if_on_its_own("mid_market_four_unknowns", "opex_volume", "many")(visitor)


def hub_of_a_variant(visitor: Visitor) -> None:
    result("mid_market_full")(visitor)
    visitor.goes_on("Save as a new assessment")


def print_view(visitor: Visitor) -> None:
    visitor.go("report", visitor.open(submitted(TYPICAL).assessment).pk)


def my_assessments(visitor: Visitor) -> None:
    opened(visitor)
    visitor.open(submitted(TYPICAL, initiative="Invoice reading").assessment)
    visitor.go("assessments")


def bad_page(visitor: Visitor) -> None:
    visitor.expects(400)
    step("where")(visitor)
    visitor.page.evaluate("document.getElementById('id_form_key').value = 'x'")
    visitor.press("Save and continue")
    visitor.reads("This page came back incomplete")


def already_submitted(visitor: Visitor) -> None:
    visitor.expects(409)
    assessment = opened(visitor, TYPICAL)
    visitor.go("step", assessment.pk, "where")
    issuing.submit(owner_of(assessment))
    visitor.press("Save and continue")
    visitor.reads("This assessment was already submitted")


def link_of_somebody_else(visitor: Visitor) -> None:
    assessment = visitor.open(make_assessment(name="Dana"))
    visitor.go("redeem", PrivateLink.issue(invited(assessment, name="Ana")))


def redeem(visitor: Visitor) -> None:
    visitor.go("redeem", PrivateLink.issue(owner_of(make_assessment())))


def not_found(visitor: Visitor) -> None:
    visitor.expects(404)
    visitor.go("redeem", "nobody-has-this-link")


def held_back(visitor: Visitor) -> None:
    visitor.expects(429)
    with override_settings(LIMITS={**settings.LIMITS, "STARTS": rates("1/d")}):
        limits.take("STARTS", "127.0.0.0/24")
        visitor.go("new")
        visitor.page.get_by_label("What is the initiative called?").fill("Contract drafts")
        visitor.page.get_by_label("Which organisation is it for?").fill("Northwind")
        visitor.press("Create and continue")
        visitor.reads("Too often in a short time")


def takes_no_visits(visitor: Visitor) -> None:
    visitor.expects(405)
    visitor.go("theme")


def too_large(visitor: Visitor) -> None:
    visitor.expects(413)
    visitor.go("verify")
    # As without a script, which would not take the file.
    visitor.page.locator("#id_file_too_large").evaluate("hint => hint.remove()")
    sent(visitor, TOO_LARGE, "Verify")
    visitor.page.get_by_role("alert").wait_for()


def too_large_to_take(visitor: Visitor) -> None:
    visitor.go("verify")
    file = {"name": "scan", "mimeType": "application/pdf", "buffer": TOO_LARGE}
    visitor.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(visitor.page.locator("#id_file_too_large")).not_to_be_empty()


def left_the_device(visitor: Visitor) -> None:
    my_assessments(visitor)
    visitor.goes_on("Leave this device")


def open_too_long(visitor: Visitor) -> None:
    visitor.expects(403)
    visitor.go("new")
    visitor.context.clear_cookies()
    visitor.press("Create and continue")
    visitor.reads("Your page was open too long")


def signed_in(visitor: Visitor) -> Assessment:
    """Sign in as an administrator who has a submitted assessment and a draft to look at."""
    visitor.sign_in(User.objects.create_superuser("admin"))
    make_assessment(initiative="Invoice reading")
    return submitted(TYPICAL).assessment


def administration(name: str) -> Open:
    def open_list(visitor: Visitor) -> None:
        signed_in(visitor)
        visitor.go(name)

    return open_list


def administration_of_one(visitor: Visitor) -> None:
    visitor.go("admin:assessor_assessment_change", signed_in(visitor).pk)


def step_of_one(name: str) -> Open:
    """Return how to open a page that asks before something is done to an assessment."""
    return lambda visitor: visitor.go(f"admin:assessor_assessment_{name}", signed_in(visitor).pk)


def asked_about_a_link(visitor: Visitor) -> None:
    assessment = signed_in(visitor)
    owner = owner_of(assessment)
    visitor.go("admin:assessor_assessment_renew", assessment.pk, owner.pk)


def administration_with_a_new_link(visitor: Visitor) -> None:
    asked_about_a_link(visitor)
    visitor.press("Make the new link")
    visitor.page.get_by_role("textbox", name="Private link").wait_for()


def administration_of_a_report(visitor: Visitor) -> None:
    visitor.go("admin:assessor_report_change", signed_in(visitor).latest_report().pk)  # type: ignore[union-attr]


def administration_of_an_edition(visitor: Visitor) -> None:
    visitor.go("admin:assessor_edition_change", signed_in(visitor).edition_id)


PAGES: dict[str, Open] = {
    "landing": named("start"),
    "new": named("new"),
    "new, with errors": new_with_errors,
    "import": named("import"),
    "import, with errors": import_refused,
    "import, review": import_review,
    "hub, imported": imported,
    "verify": named("verify"),
    "verify, with errors": verify_refused,
    "verified": verified,
    "hub, with a new link": hub_with_link,
    "hub, half done": hub_half_done,
    "hub, submitted": hub_submitted,
    **{key: step(key, TYPICAL) for key in STEPS},
    **{f"{key}, with errors": step_with_errors(key) for key in STEPS},
    "conflict": conflict,
    "check, complete": check_complete,
    "check, incomplete": check_incomplete,
    "check, refused": check_refused,
    "result, clear": result("mid_market_full"),
    "result, forced": result("enterprise_air_gap"),
    "result, finely balanced": result("mid_market_four_unknowns"),
    "result, no option": result("no_team_no_product"),
    "what if": what_if,
    "what if, on its own": what_if_on_its_own("mid_market_full", "how_deadline", "under_1m"),
    "what if, with errors": what_if_with_errors,
    "hub, of a variant": hub_of_a_variant,
    "print view": print_view,
    "sample": named("sample"),
    "sample, print view": named("sample_report"),
    "my assessments, none": named("assessments"),
    "my assessments": my_assessments,
    "private link": redeem,
    "private link of somebody else": link_of_somebody_else,
    "help": named("help"),
    "accessibility": named("accessibility"),
    "privacy": named("privacy"),
    "page came back incomplete": bad_page,
    "already submitted": already_submitted,
    "not found": not_found,
    "open too long": open_too_long,
    "too often": held_back,
    "takes no visits": takes_no_visits,
    "file too large": too_large,
    "file too large to take": too_large_to_take,
    "left the device": left_the_device,
    **TOGETHER,
    **STAFF,
    **EDITIONS,
    **TWO_FACTOR,
    "administration, sign in": named("admin:login"),
    "administration": administration("admin:index"),
    "administration, assessments": administration("admin:assessor_assessment_changelist"),
    "administration, reports": administration("admin:assessor_report_changelist"),
    "administration, editions": administration("admin:assessor_edition_changelist"),
    "administration, one assessment": administration_of_one,
    "administration, new link": asked_about_a_link,
    "administration, with a new link": administration_with_a_new_link,
    "administration, audit log": administration("admin:assessor_auditentry_changelist"),
    "administration, respondents": administration("admin:assessor_respondent_changelist"),
    "administration, reviews": administration("admin:assessor_review_changelist"),
    "administration, signatures": administration("admin:assessor_signature_changelist"),
    "administration, one report": administration_of_a_report,
    "administration, one edition": administration_of_an_edition,
    "administration, mark as reviewed": step_of_one("reviewed"),
    "administration, next review": step_of_one("next_review"),
    "administration, erase": step_of_one("erase"),
}
