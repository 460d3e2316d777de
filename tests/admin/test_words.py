"""One word for each thing, on the pages of the administration and on ours."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.visits import superuser
from tests.builders import text_of

pytestmark = pytest.mark.django_db


def test_people_sign_in_and_out() -> None:
    page = text_of(Client().get(reverse("admin:login")))
    assert page.count("Sign in") == 3
    assert "Log in" not in page
    page = text_of(superuser().get(reverse("admin:index")))
    assert "Sign out" in page
    assert "Log out" not in page
