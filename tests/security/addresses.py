"""Every address there is, product, staff and administration, with what each takes filled in."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from assessor.models import Assessment
from assessor.report import issued
from assessor.workflow import bundling, inviting, noting
from assessor.workflow.noting import Author
from tests.builders import invited, owner_client, owner_of
from tests.test_authorisation import QUESTION, address_of, patterns
from tests.test_staff_authorisation import address_of as staff_address_of
from tests.test_staff_authorisation import addresses as staff_patterns
from tests.views.staff.editors import draft_of, examine_here


def staff_who_wait_for_nothing(monkeypatch: pytest.MonkeyPatch) -> User:
    """Return an administrator for whom editions are checked at once, and PDFs are a few bytes."""
    examine_here(monkeypatch)
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    return User.objects.create_superuser("staff")


def owner(assessment: Assessment, _staff: User) -> Client:
    return owner_client(assessment)


def administrator(_assessment: Assessment, staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def every_address(assessment: Assessment, staff: User) -> dict[str, str]:
    """Return every address by its name; what it takes exists, and belongs to these two."""
    invited(assessment, name="Somebody else")
    noting.write(assessment, Author("Dana"), QUESTION, "Since when?", in_report=False)
    inviting.share(owner_of(assessment), "Auditors", days=7)
    draft = draft_of()
    bundle = bundling.start_bundle(staff, Assessment.objects.filter(pk=assessment.pk))
    product = {name: address_of(name, assessment) for name in patterns()}
    for_staff = {name: staff_address_of(name, draft, bundle) for name in staff_patterns()}
    return product | for_staff | dict(_of_administration(assessment))


def _of_administration(assessment: Assessment) -> Iterator[tuple[str, str]]:
    keys: dict[str, object] = {
        "assessor_assessment": assessment.pk,
        "assessor_report": assessment.reports.get().pk,
        "assessor_edition": assessment.edition_id,
        "auth_user": User.objects.latest("pk").pk,
        "auth_group": Group.objects.latest("pk").pk,
    }
    for pattern in admin.site.urls[0]:
        if isinstance(pattern, URLResolver):
            for inner in pattern.url_patterns:
                if isinstance(inner, URLPattern) and inner.name:
                    yield _filled_in(inner.name, str(inner.pattern), assessment, keys)
        elif "<" not in str(pattern.pattern):
            yield f"admin:{pattern.name}", reverse(f"admin:{pattern.name}")


def _filled_in(
    name: str, route: str, assessment: Assessment, keys: dict[str, object]
) -> tuple[str, str]:
    known = next((key for start, key in keys.items() if name.startswith(f"{start}_")), 1)
    person = assessment.respondents.latest("pk").pk
    arguments = [known, person][: route.count("<")]
    return f"admin:{name}", reverse(f"admin:{name}", args=arguments)
