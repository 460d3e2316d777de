"""One word for each thing, on the pages of the administration and on ours."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.visits import superuser, words
from tests.builders import text_of

pytestmark = pytest.mark.django_db


def test_people_sign_in_and_out() -> None:
    page = text_of(Client().get(reverse("admin:login")))
    assert page.count("Sign in") == 3
    assert "Log in" not in page
    page = text_of(superuser().get(reverse("admin:index")))
    assert "Sign out" in page
    assert "Log out" not in page


@pytest.mark.parametrize("name", ["password_change", "password_change_done"])
def test_who_changes_the_password_has_the_same_head(name: str) -> None:
    client = superuser()
    assert head(client, name) == head(client, "index")
    assert "Editions" in head(client, name)


def head(client: Client, name: str) -> str:
    tools = text_of(client.get(reverse(f"admin:{name}"))).split('id="user-tools"')[1]
    return words(tools.partition("</form>")[0])
