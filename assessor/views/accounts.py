"""Signing in and out with an account. Accounts are optional: links work without one."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from assessor import going_on
from assessor.views.methods import LOOK_AND_SEND


class SignInForm(AuthenticationForm):
    """User name and password. Nothing takes the focus by itself: the page is read from its top."""

    username = UsernameField(
        label=gettext_lazy("User name"),
        error_messages={"required": gettext_lazy("Enter your user name")},
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Enter your password")},
    )
    error_messages = {
        "invalid_login": gettext_lazy("This user name and password do not belong together."),
        "inactive": gettext_lazy("This account has been deactivated."),
    }
    use_required_attribute = False


class SignIn(LoginView):
    """Ask who somebody is, and go on where they were going."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_default_redirect_url(self) -> str:
        return going_on.kept(self.request) or super().get_default_redirect_url()

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Tell no other page where somebody was going."""
        response = super().render_to_response(context, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        return response


class SignOut(LogoutView):
    """End the session, with the links that were opened in it; for people without an account too."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Leave nothing in the browser, not even a message: it would be in a cookie."""
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cookies", "storage"'
        return response


sign_in = require_http_methods(LOOK_AND_SEND)(SignIn.as_view())
sign_out = require_POST(SignOut.as_view())
