"""Pages besides those of the product: a hole for scanners to find, and pages that fail."""

from collections.abc import Callable
from typing import NoReturn

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from assessor.urls import handler500
from assessor.urls import urlpatterns as everywhere

__all__ = ["handler500"]


def hole(request: HttpRequest) -> HttpResponse:
    """Look for an account as nobody should."""
    name = request.GET.get("name", "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT username FROM auth_user WHERE username = '{name}'")  # noqa: S608
        return HttpResponse(f"<p>{'found' if cursor.fetchone() else 'nobody'}</p>")


def failure(_request: HttpRequest) -> NoReturn:
    raise RuntimeError("planted")


def trouble(_request: HttpRequest) -> NoReturn:
    raise OperationalError("disk I/O error")


urlpatterns = [
    *everywhere,
    path("planted/hole/", hole),
    path("planted/failure/", failure),
    path("planted/trouble/", trouble),
]

Respond = Callable[[HttpRequest], HttpResponseBase]


def take_back(get_response: Respond) -> Respond:
    """Undo what each request changed, once it is answered."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        with transaction.atomic():
            response = get_response(request)
            transaction.set_rollback(True)
        return response

    return respond
