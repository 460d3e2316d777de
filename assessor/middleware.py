"""Small additions to every response."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control

Respond = Callable[[HttpRequest], HttpResponseBase]


def never_cache(get_response: Respond) -> Respond:
    """Tell browsers and proxies to keep no copy of any page: answers are confidential."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return respond
