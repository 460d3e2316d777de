"""Small additions to every response."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from assessor.context import appearance
from assessor.middleware import never_cache


def responded(response: HttpResponse | StreamingHttpResponse) -> str:
    def view(_request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        return response

    return never_cache(view)(RequestFactory().get("/")).headers["Cache-Control"]


def test_nobody_may_keep_a_copy_of_a_page() -> None:
    assert "no-store" in responded(HttpResponse())
    assert "private" in responded(HttpResponse())


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
