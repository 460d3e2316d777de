"""What each role of staff may do: a table, so that nobody gets a right by the way."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from tests.builders import submitted

pytestmark = pytest.mark.django_db

roles = import_module("assessor.migrations.0011_roles")

REVIEWER, EDITOR, ADMINISTRATOR = "Reviewer", "Content editor", "Administrator"

MAY: dict[str, set[str]] = {
    "view_edition": {REVIEWER, EDITOR, ADMINISTRATOR},
    "publish_edition": {EDITOR, ADMINISTRATOR},
    "view_assessment": {REVIEWER, ADMINISTRATOR},
    "view_respondent": {REVIEWER, ADMINISTRATOR},
    "view_givenanswer": {REVIEWER, ADMINISTRATOR},
    "view_answerchange": {REVIEWER, ADMINISTRATOR},
    "view_settlement": {REVIEWER, ADMINISTRATOR},
    "view_note": {REVIEWER, ADMINISTRATOR},
    "view_report": {REVIEWER, ADMINISTRATOR},
    "view_review": {REVIEWER, ADMINISTRATOR},
    "view_signature": {REVIEWER, ADMINISTRATOR},
    "view_internalnote": {REVIEWER, ADMINISTRATOR},
    "add_internalnote": {REVIEWER, ADMINISTRATOR},
    "review_assessment": {REVIEWER, ADMINISTRATOR},
    "export_assessment": {REVIEWER, ADMINISTRATOR},
    "reissue_link": {ADMINISTRATOR},
    "delete_assessment": {ADMINISTRATOR},
    "view_auditentry": {ADMINISTRATOR},
}
"""All that anybody may who is no superuser; whatever stands in no line, nobody."""


def member(role: str) -> Client:
    """Return the browser of somebody who has this role; of staff without any for none."""
    user = User.objects.create_user(role or "without a role", is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", [REVIEWER, EDITOR, ADMINISTRATOR])
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: str) -> None:
    granted = Permission.objects.filter(group__name=role)
    named = {permission.codename for permission in granted}
    assert named == {codename for codename, who in MAY.items() if role in who}
    assert {permission.content_type.app_label for permission in granted} == {"assessor"}


def test_no_role_has_a_right_that_no_page_asks_for() -> None:
    """Changing an answer or deleting a report is not there for anybody."""
    granted = Permission.objects.filter(group__name__in=[REVIEWER, EDITOR, ADMINISTRATOR])
    acting = {each.codename for each in granted if not each.codename.startswith("view_")}
    assert acting == {
        "publish_edition",
        "add_internalnote",
        "review_assessment",
        "export_assessment",
        "reissue_link",
        "delete_assessment",
    }


def test_what_an_organisation_has_added_to_a_role_stays() -> None:
    group = Group.objects.get(name=REVIEWER)
    group.permissions.add(Permission.objects.get(codename="reissue_link"))
    roles.create_roles(apps, None)
    assert group.permissions.filter(codename="reissue_link").exists()


def test_the_roles_can_be_taken_back() -> None:
    roles.remove_roles(apps, None)
    assert list(Group.objects.values_list("name", flat=True)) == [REVIEWER]
    left = set(Permission.objects.filter(group__name=REVIEWER).values_list("codename", flat=True))
    assert left == {
        "review_assessment",
        *(f"view_{model}" for model in ("edition", "assessment", "respondent", "givenanswer")),
        *(f"view_{model}" for model in ("answerchange", "report")),
    }


def test_the_permissions_are_named_as_django_names_them() -> None:
    names = dict(Permission.objects.values_list("codename", "name"))
    for permissions in roles.ROLES.values():
        for _model, codename, name in permissions:
            assert names[codename] == name


ADDRESSES: dict[str, set[str]] = {
    "/admin/": {REVIEWER, EDITOR, ADMINISTRATOR},
    "/admin/assessor/assessment/": {REVIEWER, ADMINISTRATOR},
    "/admin/assessor/report/": {REVIEWER, ADMINISTRATOR},
    "/admin/assessor/edition/": {REVIEWER, EDITOR, ADMINISTRATOR},
    "/admin/assessor/auditentry/": {ADMINISTRATOR},
    "/admin/assessor/auditentry/export/": {ADMINISTRATOR},
    "/admin/auth/user/": set(),
    "/admin/auth/group/": set(),
}


@pytest.mark.parametrize("role", [REVIEWER, EDITOR, ADMINISTRATOR])
def test_a_role_reaches_its_pages_and_no_other(role: str) -> None:
    client = member(role)
    found: dict[str, Any] = {address: client.get(address).status_code for address in ADDRESSES}
    assert found == {address: 200 if role in who else 403 for address, who in ADDRESSES.items()}


@pytest.mark.parametrize("role", [REVIEWER, EDITOR, ADMINISTRATOR])
def test_editions_lead_only_where_somebody_may_go(role: str) -> None:
    submitted()
    listed = member(role).get("/admin/assessor/edition/").content.decode().partition("result_list")
    assert ("/staff/editions/" in listed[2]) is (role in MAY["publish_edition"])
    assert ("/admin/assessor/assessment/?edition=" in listed[2]) is (role in MAY["view_assessment"])


def test_a_content_editor_reads_no_answers() -> None:
    report = submitted()
    client = member(EDITOR)
    for address in ("result", "report", "report.json", "question/where_scope"):
        assert client.get(f"/a/{report.assessment_id}/{address}").status_code in {404, 301}
    assert client.get(f"/a/{report.assessment_id}/result/").status_code == 404


def test_only_an_administrator_deletes_and_replaces_links() -> None:
    report = submitted()
    person = report.assessment.respondents.get()
    base = f"/admin/assessor/assessment/{report.assessment_id}"
    for role, status in {REVIEWER: 403, EDITOR: 403, ADMINISTRATOR: 200}.items():
        client = member(role)
        assert client.get(f"{base}/erase/").status_code == status
        assert client.get(f"{base}/people/{person.pk}/link/").status_code == status
