"""The way to the identity provider and back. Only there when single sign-on is set up."""

import logging

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import path, reverse
from django.utils.translation import gettext as _
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
)

from assessor import limits
from assessor.workflow import sign_ins

COOKIE = "after_sign_in"
SECONDS = 600
CALLBACK = "oidc_authentication_callback"
"""The name by which the library finds the address."""

logger = logging.getLogger(__name__)


class Leave(OIDCAuthenticationRequestView):
    """Send somebody to the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Keep where they were going in a cookie.

        The library keeps it in the session, but it may be a private link, whose token is stored
        nowhere in clear.
        """
        response: HttpResponse = super().get(request)
        response.set_signed_cookie(
            COOKIE,
            request.session.pop("oidc_login_next") or "",
            max_age=SECONDS,
            path=reverse(CALLBACK),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


class Return(OIDCAuthenticationCallbackView):
    """Let somebody in whom the provider has sent back."""

    user: User | None = None
    """Whom the provider vouches for. The library sets it, and lets in who is active."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Lead back to signing in whatever goes wrong; the log names no more than its kind."""
        if "error" in request.GET:  # The library would end the session of whoever opens this.
            return self.login_failure()
        try:
            response: HttpResponse = super().get(request)
        except (
            SuspiciousOperation,
            jwt.PyJWTError,
            requests.RequestException,
            LookupError,
        ) as problem:
            logger.warning("Single sign-on failed: %s", type(problem).__name__)
            sign_ins.single_sign_on_refused(limits.network(request))
            return self.login_failure()
        response.delete_cookie(COOKIE, path=reverse(CALLBACK), samesite="Lax")
        return response

    @property
    def success_url(self) -> str:
        going: str = self.request.get_signed_cookie(COOKIE, default="", max_age=SECONDS) or ""
        return going or resolve_url(settings.LOGIN_REDIRECT_URL)

    def login_failure(self) -> HttpResponse:
        if self.user:
            sign_ins.deactivated(self.user)
        messages.error(
            self.request, _("Single sign-on did not work. Try again, or ask your administrator.")
        )
        return redirect(settings.LOGIN_URL)


urlpatterns = [
    path("sign-in/sso/", login_not_required(Leave.as_view()), name="oidc_authentication_init"),
    path("sign-in/sso/callback/", login_not_required(Return.as_view()), name=CALLBACK),
]
