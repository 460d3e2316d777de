"""Every address of the administration, by every method, for every role of staff."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpResponseBase

from assessor.models import Assessment
from tests.advice.answers import situation
from tests.builders import submitted
from tests.security.addresses import every_address, staff_who_wait_for_nothing
from tests.test_roles import ADMINISTRATOR, EDITOR, REVIEWER, member

pytestmark = pytest.mark.django_db

NOBODY = ""
"""Staff without any role."""


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return every address under a model, by its name; what it takes exists."""
    staff = staff_who_wait_for_nothing(monkeypatch)
    assessment: Assessment = submitted(situation()).assessment
    every = every_address(assessment, staff)
    return {name: to for name, to in every.items() if to.count("/") > 3 and "/admin/" in to}


def of_models(addresses: dict[str, str], user: User, *, sees: bool) -> list[str]:
    """Return the addresses about what somebody may view, or may not."""
    return [
        address
        for model in (each._meta for each in admin.site._registry)
        if user.has_perm(f"{model.app_label}.view_{model.model_name}") is sees
        for address in addresses.values()
        if address.startswith(f"/admin/{model.app_label}/{model.model_name}/")
    ]


def is_shut(address: str, response: HttpResponseBase) -> bool:
    """Say whether nothing is to be had there.

    A short address may lead to the long one, which is shut; what there is not, leads to the index.
    """
    leads_on = response.get("Location") in {f"{address}change/", "/admin/"}
    return leads_on or response.status_code in {403, 404, 405}


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete"])
@pytest.mark.parametrize("role", [NOBODY, REVIEWER, EDITOR, ADMINISTRATOR])
def test_a_role_gets_nowhere_near_what_it_may_not_view(
    addresses: dict[str, str], role: str, method: str
) -> None:
    client = member(role)
    shut = of_models(addresses, User.objects.latest("pk"), sees=False)
    assert len(shut) > 10
    assert [to for to in shut if not is_shut(to, getattr(client, method)(to))] == []


@pytest.mark.parametrize("role", [REVIEWER, EDITOR, ADMINISTRATOR])
def test_the_lists_of_what_a_role_may_view_are_there(addresses: dict[str, str], role: str) -> None:
    client = member(role)
    seen = of_models(addresses, User.objects.latest("pk"), sees=True)
    lists = [address for address in seen if address.count("/") == 4]
    assert lists
    assert {client.get(address).status_code for address in lists} == {200}
