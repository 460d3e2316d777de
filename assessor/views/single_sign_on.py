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
from django.urls import path
from django.utils.translation import gettext as _
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
)

from assessor import going_on, limits
from assessor.workflow import sign_ins

CALLBACK = "oidc_authentication_callback"
"""The name by which the library finds the address."""

logger = logging.getLogger(__name__)


class Leave(OIDCAuthenticationRequestView):
    """Send somebody to the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Keep where they were going in a cookie, where a private link is kept already.

        The library keeps it in the session, which is stored.
        """
        response: HttpResponse = super().get(request)
        if going := request.session.pop("oidc_login_next"):
            going_on.keep(response, going)
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
        going_on.forget(response)
        return response

    @property
    def success_url(self) -> str:
        return going_on.kept(self.request) or resolve_url(settings.LOGIN_REDIRECT_URL)

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
