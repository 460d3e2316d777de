"""Who visits the administration, and what they see there."""

import re
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessor.models import Assessment
from tests.builders import Response

ASSESSMENTS = "admin:assessor_assessment_changelist"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff(*codenames: str) -> Client:
    """Return the browser of somebody with these permissions and no others."""
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return signed_in(user)


def reviewer() -> Client:
    """Return the browser of a reviewer."""
    user = User.objects.create_user("reviewer", is_staff=True, first_name="Vera")
    user.groups.add(Group.objects.get(name="Reviewer"))
    return signed_in(user)


def superuser() -> Client:
    return signed_in(User.objects.create_superuser("superuser"))


def admin_url(model: Any, view: str, row: Any = None) -> str:
    name = f"admin:assessor_{model._meta.model_name}_{view}"
    return reverse(name, args=[] if row is None else [row.pk])


def page(client: Client, address: str, **query: Any) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def listed(client: Client, **query: Any) -> list[str]:
    """Return the initiatives in the list of assessments, from the top."""
    response = client.get(reverse(ASSESSMENTS), query)
    return [assessment.initiative for assessment in response.context["cl"].result_list]


def first_row(client: Client, model: Any = Assessment) -> list[str]:
    """Return the text of each cell of the first row of a list, but not of the box to tick."""
    html = page(client, admin_url(model, "changelist"))
    row = html.split("<tbody>")[1].split("</tr>")[0]
    cells = re.findall(r"<t[dh] class=\"(?!action)[^>]*>(.*?)</t[dh]>", row, re.DOTALL)
    return [words(cell).replace("\xa0", " ") for cell in cells]


def words(html: str) -> str:
    """Return the text of markup on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def detail(client: Client, assessment: Assessment) -> str:
    return page(client, admin_url(Assessment, "change", assessment))


def section(html: str, key: str) -> str:
    """Return the text of a section of the page of an assessment."""
    return words(html.split(f'id="{key}"')[1].split("</section>", maxsplit=1)[0].partition(">")[2])


def act(client: Client, action: str, *ticked: Assessment, query: str = "", **more: str) -> Response:
    """Do something to those ticked in a list."""
    keys = [str(row.pk) for row in ticked]
    data = {"action": action, "index": "0", "_selected_action": keys, **more}
    return client.post(f"{reverse(ASSESSMENTS)}{query}", data)


def queries_of(client: Client, address: str) -> int:
    """Count the queries of a second visit: the first fills what is kept per edition."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
