"""The pages for those who own the content: editions, drafts, settings."""

from collections.abc import Callable

from assessor.models import EditionDraft
from assessor.workflow import publishing, rerunning
from assessor.workflow.publishing import Editor
from tests.browser.staff import administrator, reports
from tests.browser.visitor import Visitor
from tests.views.staff.editors import draft_of

LEADER = "small_llm_vpc_private_cloud"
GRADE = {f"architectures/architectures/{LEADER}/fit/volume/grades/medium": 0}
"""A change that puts another architecture first."""


def drafted(visitor: Visitor) -> EditionDraft:
    """Sign in where a draft waits, and suggestions that it would change."""
    administrator(visitor)
    reports()
    return draft_of(**GRADE)


def editions(visitor: Visitor) -> None:
    drafted(visitor)
    visitor.go("editions")


def effects(visitor: Visitor) -> None:
    draft = drafted(visitor)
    rerunning.start(draft, "user 7")
    while (rerun := rerunning.go_on(draft)) and rerun.state == rerun.State.RUNNING:
        pass
    visitor.go("edition_effects", draft.pk)


def effects_again(visitor: Visitor) -> None:
    effects(visitor)
    visitor.press("Start again")
    visitor.page.get_by_role("button", name="Delete it and start again").wait_for()


def published(visitor: Visitor) -> None:
    draft = drafted(visitor)
    edition = publishing.publish(draft, Editor("Kim", "user 1"), publishing.current().sha256)  # type: ignore[union-attr]
    visitor.go("edition", edition.pk)


def upload_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    administrator(visitor)
    visitor.go("upload_edition")
    visitor.page.locator("#id_files").set_input_files(
        {"name": "edition.json", "mimeType": "application/json", "buffer": b"{}"}
    )
    visitor.press("Check and keep as a draft")
    visitor.page.get_by_role("alert").wait_for()


def settings_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    administrator(visitor)
    visitor.go("edition_settings")
    visitor.press("Check and keep as a draft")
    visitor.page.get_by_role("alert").wait_for()


def settings_published_meanwhile(visitor: Visitor) -> None:
    """Send settings whose page does not know which edition is the current one by now."""
    visitor.expects(409)
    administrator(visitor)
    visitor.go("edition_settings")
    visitor.page.get_by_label("Name of the organisation").fill("Northwind")
    visitor.page.locator("input[name=seen]").evaluate("(field) => { field.value = 'another' }")
    visitor.press("Check and keep as a draft")
    visitor.page.get_by_role("alert").wait_for()


def about(name: str) -> Callable[[Visitor], None]:
    """Return a state that is the page of this name about a draft."""
    return lambda visitor: visitor.go(name, drafted(visitor).pk)


EDITIONS: dict[str, Callable[[Visitor], None]] = {
    "editions": editions,
    "edition, draft": about("edition_draft"),
    "edition, whose suggestion changes": effects,
    "edition, start again": effects_again,
    "edition, published": published,
    "edition, publish": about("publish_edition"),
    "edition, discard": about("discard_edition"),
    "edition, upload with errors": upload_with_errors,
    "edition, settings with errors": settings_with_errors,
    "edition, settings published meanwhile": settings_published_meanwhile,
}
