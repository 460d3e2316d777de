"""Fill an empty database with something of everything, and print who is there as JSON.

python -m tests.resilience.run scanners.people [requests]

For each role its cookies. With ``requests`` also what the pages of all roles can send: every form
once, and every address that takes something, each with who sends it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from django.core.management import call_command
from django.http import Http404
from django.test.utils import setup_test_environment
from django.urls import resolve

from tests.fuzz.fuzzing import Fuzzer
from tests.fuzz.page_forms import PageForm
from tests.fuzz.test_corpus import fuzzer_of, prepared
from tests.resilience.warm import use_files_as_they_are
from tests.scanners.site import MARK, Request

OF_STAFF = ("/admin/", "/staff/")


def main(wanted: str = "") -> None:
    """Migrate, fill, print."""
    use_files_as_they_are()
    call_command("migrate", verbosity=0)
    setup_test_environment()
    assessment = prepared()
    fuzzer = fuzzer_of(assessment, seed=1)
    there: dict[str, Any] = {"assessment": str(assessment.pk)}
    if wanted:
        there["requests"] = list(requests(fuzzer))
    # After that: a form is only good with the cookie that its page brought.
    there["roles"] = {
        role: {name: morsel.value for name, morsel in client.cookies.items()}
        for role, client in fuzzer.clients.items()
    }
    print(json.dumps(there))  # noqa: T201


def requests(fuzzer: Fuzzer) -> Iterator[Request]:
    """Yield every form as it stands, then every route with a variable part or a query."""
    fuzzer.explore(*fuzzer.clients)
    for role, form in fuzzer.forms.values():
        # What a form sends with GET takes the place of a query.
        address = form.action.partition("?")[0] if form.method == "GET" else form.action
        yield Request(role, form.method, marked(address), values_of(form))
    for address, query in asked(fuzzer.visited).items():
        if query or MARK in address:
            role = "administrator" if address.startswith(OF_STAFF) else "owner"
            yield Request(role, "GET", address, query)


def values_of(form: PageForm) -> dict[str, str]:
    """Return one value for each control: what is there, or the first it offers, or anything."""
    offered = {name: next(iter(values), "1") for name, values in form.names.items()}
    return offered | {name: values[0] for name, values in form.values.items()}


def asked(addresses: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return one address for each route, marked, with all that any link asks of it."""
    queries: dict[str, tuple[str, dict[str, str]]] = {}
    for address in addresses:
        path, _, query = address.partition("?")
        with suppress(Http404):
            known = queries.setdefault(resolve(path).route, (marked(path), {}))
            known[1].update(parse_qsl(query))
    return dict(queries.values())


def marked(address: str) -> str:
    """Return an address with a mark behind each variable part of its path."""
    path, question_mark, query = address.partition("?")
    for value in resolve(path).kwargs.values():
        path = re.sub(
            rf"(?<=[/.]){re.escape(str(value))}(?=[/.]|$)", rf"\g<0>{MARK}", path, count=1
        )
    return path + question_mark + query
