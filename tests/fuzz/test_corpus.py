"""Every route and every field, for every role, with what nobody should send: never a failure."""

import os
import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, client
from django.urls import path
from pytest_django import Settings

from assessor import urls
from assessor.models import Assessment, PrivateLink
from assessor.workflow import inviting, issuing, noting, reviewing
from assessor.workflow.noting import Author
from tests.advice.answers import situation
from tests.builders import client_of, invited, make_assessment, owner_client, owner_of, submitted
from tests.fuzz.fuzzing import Fuzzer
from tests.fuzz.page_forms import forms_of
from tests.rendering import render_nothing
from tests.views.staff.editors import content_editor, draft_of, examine_here

pytestmark = pytest.mark.django_db

ALL = int(os.environ.get("FUZZ_REQUESTS", "20000"))
THOROUGHLY = 50_000
"""From so many requests on it is worth to let every role look for forms first."""

EVERYBODY: tuple[str, ...] = ()
PARTS = [EVERYBODY] * 5 if ALL >= THOROUGHLY else [("owner",), ("administrator",)]
"""Which roles look for the forms of each part, that several processes can share; all send."""

REQUESTS = ALL // len(PARTS)

FOUND = {
    "owner": {"where_scope", "why_success", "asked", "understood", "creation_key"},
    "administrator": {"q", "action", "is_superuser"},
}
"""Some of the fields that are to be found."""

SEED = int(os.environ.get("FUZZ_SEED", "20261126"))


@pytest.fixture(autouse=True)
def _no_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file holds is asked elsewhere; making it takes seconds."""
    render_nothing(monkeypatch)
    examine_here(monkeypatch)


@pytest.fixture(autouse=True)
def _no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let responses forget what pages were made of: nobody asks, and copying it takes time."""
    monkeypatch.setattr(client, "store_rendered_templates", lambda *_, **__: None)


def prepared() -> Assessment:
    """Return a draft in which there is something of everything."""
    submitted(initiative="Another")
    assessment = make_assessment(situation())
    issuing.submit(owner_of(assessment))
    reviewing.reopen(owner_of(assessment))
    noting.write(assessment, Author("Dana"), "where_scope", "Since when?", in_report=False)
    inviting.share(owner_of(assessment), "Auditors", days=7)
    draft_of()
    return assessment


def fuzzer_of(assessment: Assessment, seed: int) -> Fuzzer:
    owner = owner_of(assessment)
    shared = Client()
    shared.post(f"/r/{inviting.share(owner, 'Readers', days=7)}/")
    administrator = Client()
    administrator.force_login(User.objects.create_superuser("administrator"))
    submitted_one = Assessment.objects.get(initiative="Another")
    clients = {
        "owner": owner_client(assessment),
        "stranger": Client(),
        "owner of what is submitted": owner_client(submitted_one),
        "colleague": client_of(invited(assessment, name="Ana", asked="group:where")),
        "insider": client_of(
            invited(submitted_one, name="Ines", sees_all=True, may_sign=True, may_decide=True)
        ),
        "reader": shared,
        "content editor": content_editor(),
        "administrator": administrator,
    }
    token = PrivateLink.issue(owner)

    def known(name: str) -> str:
        parts = {
            "assessment_id": str(assessment.pk),
            "step": "where",
            "question": "where_scope",
            "note_pk": str(assessment.notes.earliest("pk").pk),
            "person_pk": str(assessment.respondents.get(name="Ana").pk),
            "link_pk": str(assessment.shared_links.earliest("pk").pk),
            "token": token,
            "edition_pk": str(assessment.edition_id),
            "draft_pk": "1",
            "kind": "zip",
            "object_id": str(assessment.pk),
            "app_label": "assessor",
            "url": "nowhere",
        }
        return parts.get(name, "1")

    return Fuzzer(clients, known, seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(len(PARTS)))
def test_whatever_is_sent_it_is_never_a_failure(part: int) -> None:
    fuzzer = fuzzer_of(prepared(), SEED + part)
    explorers = PARTS[part] or tuple(fuzzer.clients)
    fuzzer.explore(*explorers)
    fields = {name for _finder, form in fuzzer.forms.values() for name in form.names}
    assert set().union(*(FOUND.get(role, set()) for role in explorers)) <= fields
    started = time.monotonic()
    for _ in range(REQUESTS):
        fuzzer.send()
    seconds = time.monotonic() - started
    print(  # noqa: T201
        f"\nfuzz, part {part}: {len(fuzzer.visited)} pages visited, {len(fuzzer.forms)} forms; "
        f"{REQUESTS} requests to {len(fuzzer.reached)} of {len(fuzzer.routes)} routes, "
        f"0 failures, {seconds:.0f} s, statuses {dict(sorted(fuzzer.statuses.items()))}"
    )
    assert sum(fuzzer.statuses.values()) == REQUESTS
    assert fuzzer.statuses.keys() >= {200, 302, 400, 404, 405, 422}


def planted(request: HttpRequest) -> HttpResponse:
    """Do what nobody should: trust that a number is one."""
    return HttpResponse("1" if int(request.POST.get("number", "1")) else "0")


def planted_form(_request: HttpRequest) -> HttpResponse:
    return HttpResponse('<form method="post" action="/planted/"><input name="number" value="1">')


def test_a_number_that_is_trusted_is_found_out(settings: Settings) -> None:
    module: Any = type("planted", (), {})
    module.urlpatterns = [
        *urls.urlpatterns,
        path("planted/form/", planted_form),
        path("planted/", planted),
    ]
    settings.ROOT_URLCONF = module
    fuzzer = Fuzzer({"stranger": Client()}, lambda _name: "1", SEED)
    html = planted_form(HttpRequest()).content.decode()
    fuzzer.forms["planted"] = ("stranger", forms_of("/planted/form/", html)[0])
    with pytest.raises(ValueError, match="int"):
        send_many(fuzzer)


def send_many(fuzzer: Fuzzer) -> None:
    for _ in range(1_000):
        fuzzer.send()
