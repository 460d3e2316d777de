"""The pages on which staff set up their second factor and enter a code."""

from base64 import b32decode
from collections.abc import Callable
from unittest.mock import patch

from django.contrib.auth.models import User
from django.test import override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from assessor import two_factor
from tests.browser.staff import administrator
from tests.browser.visitor import Visitor
from tests.test_two_factor import code_of

Open = Callable[[Visitor], None]


def demanded(open_page: Open) -> Open:
    """Ask for a second factor meanwhile; the server, which was started without, asks nowhere."""

    def open_it(visitor: Visitor) -> None:
        with override_settings(REQUIRE_TWO_FACTOR=True):
            open_page(visitor)

    return open_it


def with_phone(visitor: Visitor) -> User:
    user = administrator(visitor)
    TOTPDevice.objects.create(user=user)
    return user


def set_up(visitor: Visitor) -> None:
    administrator(visitor)
    visitor.go("two_factor_enrol")


def set_up_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    set_up(visitor)
    visitor.press("Turn it on")
    visitor.page.get_by_role("alert").wait_for()


def recovery_codes(visitor: Visitor) -> None:
    set_up(visitor)
    key = b32decode(visitor.page.locator("code").inner_text().replace(" ", ""))
    visitor.page.get_by_label("The six digits that the app shows now").fill(code_of(key))
    visitor.press("Turn it on")
    visitor.reads("Your recovery codes")


def enter(visitor: Visitor) -> None:
    with_phone(visitor)
    visitor.go("two_factor")


def enter_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    enter(visitor)
    visitor.page.get_by_label("Code").fill("000000")
    visitor.press("Continue")
    visitor.page.get_by_role("alert").wait_for()


def verified(name: str) -> Open:
    """Return how to open a page as somebody who has entered their code."""

    @patch.object(two_factor, "is_missing", return_value=False)
    def open_page(visitor: Visitor, _is_missing: object) -> None:
        with_phone(visitor)
        visitor.go(name)

    return open_page


TWO_FACTOR = {
    "second factor, set up": demanded(set_up),
    "second factor, set up with errors": demanded(set_up_with_errors),
    "second factor, recovery codes": demanded(recovery_codes),
    "second factor, enter": demanded(enter),
    "second factor, enter with errors": demanded(enter_with_errors),
    "second factor, as it is": demanded(verified("two_factor")),
    "second factor, new codes": demanded(verified("two_factor_codes")),
    "second factor, another phone": demanded(verified("two_factor_enrol")),
}
