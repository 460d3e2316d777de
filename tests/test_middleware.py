"""Small additions to every response."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.test import RequestFactory

from assessor import staff_sessions
from assessor.context import appearance
from assessor.limits import TooMany
from assessor.middleware import (
    FILES,
    ExplainRefusals,
    Respond,
    end_idle_sessions,
    explain_refused_methods,
    never_cache,
    refuse_other_sites,
    restrict_browser,
)


def answered(
    middleware: Callable[[Respond], Respond], response: HttpResponseBase, **request: Any
) -> HttpResponseBase:
    """Return what becomes of a response; the request is a visit of the landing page."""
    asked = RequestFactory().generic(request.pop("method", "GET"), "/", headers=request)
    return middleware(lambda _request: response)(asked)


def responded(response: HttpResponse | StreamingHttpResponse) -> str:
    return answered(never_cache, response).headers["Cache-Control"]


def test_nobody_may_keep_a_copy_of_a_page() -> None:
    assert responded(HttpResponse()) == "private, no-store"


def test_no_search_engine_lists_a_page() -> None:
    assert answered(never_cache, HttpResponse())["X-Robots-Tag"] == "noindex, nofollow"


def test_what_is_sent_to_be_kept_does_nothing_in_a_browser() -> None:
    file = HttpResponse(headers={"Content-Disposition": 'attachment; filename="report.pdf"'})
    page = HttpResponse(headers={"Content-Disposition": "inline"})
    assert answered(restrict_browser, file)["Content-Security-Policy"] == FILES
    assert not answered(restrict_browser, page).has_header("Content-Security-Policy")


@pytest.mark.parametrize(
    ("site", "destination", "method", "status"),
    [
        ("cross-site", "document", "GET", 200),
        ("cross-site", "document", "HEAD", 200),
        ("cross-site", "document", "POST", 403),
        ("cross-site", "image", "GET", 403),
        ("cross-site", "", "GET", 403),
        ("same-origin", "empty", "POST", 200),
        ("same-site", "image", "GET", 200),
        ("", "", "POST", 200),
    ],
)
def test_another_site_may_only_lead_people_here(
    site: str, destination: str, method: str, status: int
) -> None:
    told = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": destination}
    sent = {name: value for name, value in told.items() if value}
    assert answered(refuse_other_sites, HttpResponse(), method=method, **sent).status_code == status


def test_a_method_that_no_page_takes_is_explained_and_one_that_nothing_takes_is_not() -> None:
    empty, own = HttpResponseNotAllowed(["POST"]), HttpResponseNotAllowed(["POST"], "Only forms")
    explained = answered(explain_refused_methods, empty)
    assert isinstance(explained, HttpResponse)
    assert b"<h1" in explained.content
    assert answered(explain_refused_methods, own) is own
    assert own.content == b"Only forms"
    refused = answered(explain_refused_methods, HttpResponse(), method="TRACE")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, POST")


def test_an_idle_session_ends_before_anything_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    monkeypatch.setattr(staff_sessions, "end_if_idle", lambda _request: happened.append("ended"))

    def view(_request: HttpRequest) -> HttpResponse:
        happened.append("answered")
        return HttpResponse()

    end_idle_sessions(view)(RequestFactory().get("/"))
    assert happened == ["ended", "answered"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (99, "99 seconds"),
        (100, "2 minutes"),
        (120, "2 minutes"),
        (121, "3 minutes"),
        (99 * 60, "99 minutes"),
        (99 * 60 + 1, "2 hours"),
        (120 * 60, "2 hours"),
        (121 * 60, "3 hours"),
    ],
)
def test_whoever_is_held_back_is_told_for_how_long(seconds: int, words: str) -> None:
    request = RequestFactory().post("/", {"initiative": "Contract drafts"})
    response = ExplainRefusals(HttpResponse).process_exception(request, TooMany("STARTS", seconds))
    assert response is not None
    assert response.status_code == 429
    assert response["Retry-After"] == str(seconds)
    assert response["Referrer-Policy"] == "strict-origin"
    assert f"in {words}" in response.content.decode().replace("\xa0", " ")
    assert "Contract drafts" in response.content.decode()


def test_what_goes_wrong_otherwise_is_left_to_django() -> None:
    request = RequestFactory().get("/")
    assert ExplainRefusals(HttpResponse).process_exception(request, ValueError()) is None


def test_not_even_of_a_file_that_is_streamed() -> None:
    assert "no-store" in responded(StreamingHttpResponse([b"%PDF"]))


def test_a_view_cannot_allow_it_by_mistake() -> None:
    assert "no-store" in responded(HttpResponse(headers={"Cache-Control": "max-age=60"}))


def test_a_theme_is_one_of_ours_or_none() -> None:
    request = RequestFactory().get("/")
    for cookie, theme in {"dark": "dark", "light": "light", "": "", "x": ""}.items():
        request.COOKIES["theme"] = cookie
        assert appearance(request) == {"theme": theme}
    del request.COOKIES["theme"]
    assert appearance(request) == {"theme": ""}
