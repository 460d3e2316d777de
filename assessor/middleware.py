"""Small additions to every response."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

Respond = Callable[[HttpRequest], HttpResponseBase]


def explain_refused_methods(get_response: Respond) -> Respond:
    """Show a page with a way back where Django answers an unsuitable method with nothing."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html", request=request)
        return response

    return respond


def never_cache(get_response: Respond) -> Respond:
    """Tell browsers and proxies to keep no copy of any page: answers are confidential."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return respond
