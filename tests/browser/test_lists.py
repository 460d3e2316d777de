"""The lists of the administration, whatever people have written."""

import pytest

from tests.browser.staff import LONG, administrator
from tests.browser.visitor import Visitor
from tests.builders import make_assessment, submitted

pytestmark = pytest.mark.browser

HIDDEN = "(list) => list.scrollWidth - list.clientWidth"


@pytest.mark.parametrize("name", ["assessment", "report", "respondent"])
def test_every_column_is_in_sight_on_a_wide_screen_however_long_a_word_is(
    visitor: Visitor, name: str
) -> None:
    administrator(visitor)
    submitted(initiative=LONG)
    submitted(initiative="W" * 120, organisation="O" * 120, name="N" * 120)
    make_assessment(initiative="Customer complaints summary", organisation="Müller AG")
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    visitor.go(f"admin:assessor_{name}_changelist")
    assert visitor.page.locator("#changelist .results").evaluate(HIDDEN) == 0
