"""The pages on which staff see all assessments at a glance."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.utils.timezone import localdate

from assessor.access import Decider
from assessor.models import Assessment, Bundle, Report, ReportPdf
from assessor.workflow import bundling, reviewing
from assessor.workflow.reviewing import Decision
from tests.browser.golden import golden
from tests.browser.visitor import Visitor
from tests.builders import submitted
from tests.lives import with_pdf

roles = import_module("assessor.migrations.0011_roles")

LONG = "Contracts that several departments write together, and none of them reads a second time"


def administrator(visitor: Visitor) -> User:
    """Sign in as somebody who may do everything."""
    user = User.objects.create_superuser("admin")
    visitor.sign_in(user)
    return user


def with_role(role: str, password: str) -> User:
    """Return an account with this role and no other right."""
    roles.create_roles(apps, None)  # Every test ends with an empty database.
    user = User.objects.create_user("admin", password=password, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def reports() -> list[Report]:
    """Return two suggestions alike, and one where another architecture was chosen."""
    cases = ("mid_market_full", "mid_market_full", "mid_market_four_unknowns")
    found = [submitted(golden(case).answers, initiative=LONG) for case in cases]
    seen, other = found[0].suggestion_sha256, found[0].as_suggestion.ranking[1].architecture
    decision = Decision(seen, "approved", reason="We have the team for it.", chosen=other)
    reviewing.decide(Decider(found[0].assessment, "Kim", "", "user 7"), decision)
    return found


def portfolio(visitor: Visitor) -> None:
    administrator(visitor)
    reports()
    visitor.go("portfolio")


def portfolio_empty(visitor: Visitor) -> None:
    administrator(visitor)
    visitor.go("portfolio")


def portfolio_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    portfolio_empty(visitor)
    with visitor.unwatched():  # The browser says that there is no such month.
        visitor.page.evaluate("document.querySelector('#id_start').type = 'text'")
        visitor.page.locator("#id_start").fill("2026")
        visitor.press("Show")
        visitor.page.get_by_role("alert").wait_for()


def due(visitor: Visitor) -> None:
    administrator(visitor)
    reports()
    Assessment.objects.update(review_on=localdate() - timedelta(days=2), law_on=localdate())
    visitor.go("due")


def due_with_errors(visitor: Visitor) -> None:
    visitor.expects(422)
    due(visitor)
    visitor.press("Schedule the next review")
    visitor.page.get_by_role("alert").wait_for()


def due_empty(visitor: Visitor) -> None:
    administrator(visitor)
    visitor.go("due")


def bundle_of(visitor: Visitor) -> Bundle:
    """Return a bundle that nobody works on."""
    user = administrator(visitor)
    reports()
    bundle = bundling.start_bundle(user, Assessment.objects.all())
    bundling.stop(bundle)
    return bundle


def bundle_with_problems(visitor: Visitor) -> None:
    bundle = bundle_of(visitor)
    bundle.items.update(problem="Making the PDF took too long. Try again in a minute.")
    visitor.go("bundle", bundle.pk)


def bundle_finished(visitor: Visitor) -> None:
    bundle = bundle_of(visitor)
    for item in bundle.items.select_related("report"):
        bundling.made(item, ReportPdf.objects.get(sha256=with_pdf(item.report)))
    visitor.go("bundle", bundle.pk)


def bundles(visitor: Visitor) -> None:
    bundle_of(visitor)
    visitor.go("bundles")


def bundles_empty(visitor: Visitor) -> None:
    administrator(visitor)
    visitor.go("bundles")


STAFF: dict[str, Callable[[Visitor], None]] = {
    "portfolio": portfolio,
    "portfolio, empty": portfolio_empty,
    "portfolio, with errors": portfolio_with_errors,
    "due": due,
    "due, empty": due_empty,
    "due, with errors": due_with_errors,
    "bundle, stopped": lambda visitor: visitor.go("bundle", bundle_of(visitor).pk),
    "bundle, finished": bundle_finished,
    "bundle, with problems": bundle_with_problems,
    "bundles": bundles,
    "bundles, empty": bundles_empty,
}
