"""The second factor of staff: setting it up, entering a code, new recovery codes."""

from math import ceil
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessor import going_on, two_factor
from assessor.forms.two_factor import CodeForm, EnrolmentForm
from assessor.views.methods import LOOK_AND_SEND


def _account(request: HttpRequest) -> User:
    """Return who is asked for a second factor. Raises Http404 where nobody is, or not this one."""
    user = request.user
    if not settings.REQUIRE_TWO_FACTOR or user.is_anonymous or not two_factor.is_needed(user):
        raise Http404
    return user


@two_factor.asking
@require_http_methods(LOOK_AND_SEND)
def enter(request: HttpRequest) -> HttpResponse:
    """Take a code; lead those who have no second factor yet to set it up."""
    user = _account(request)
    if not two_factor.is_missing(user):
        going = _was_going(request) or going_on.kept(request)
        return redirect(going) if going else _state(request, user)
    if two_factor.phone_of(user) is None:
        return redirect(reverse("two_factor_enrol", query={"next": _going(request)}))
    form = CodeForm(_sent(request), initial={"next": _going(request)})
    if not form.is_valid():
        return _page(
            request, "staff/two_factor/enter.html", 422 if form.is_bound else 200, form=form
        )
    try:
        two_factor.accept(request, user, form.cleaned_data["code"])
    except two_factor.WrongCode:
        form.add_error("code", _("This code is wrong or was used before. Enter the next one."))
        return _page(request, "staff/two_factor/enter.html", 422, form=form)
    except two_factor.TooManyTries as error:
        seconds = max(1, ceil((error.until - timezone.now()).total_seconds()))
        form.add_error("code", _wait(seconds))
        response = _page(request, "staff/two_factor/enter.html", 429, form=form)
        response["Retry-After"] = str(seconds)
        return response
    return redirect(_going(request))


def _wait(seconds: int) -> str:
    words = ngettext(
        "Too many wrong codes. Wait %d second, then try again.",
        "Too many wrong codes. Wait %d seconds, then try again.",
        seconds,
    )
    return words % seconds


def _state(request: HttpRequest, user: User) -> HttpResponse:
    """Show that everything is set up."""
    left = two_factor.recovery_codes_left(user)
    return _page(request, "staff/two_factor/state.html", phone=two_factor.phone_of(user), left=left)


@two_factor.asking
@require_http_methods(LOOK_AND_SEND)
def enrol(request: HttpRequest) -> HttpResponse:
    """Show a new key, and keep it once its first code has come."""
    user = _account(request)
    if two_factor.is_missing(user) and two_factor.phone_of(user):
        return redirect("two_factor")
    if request.method == "POST":
        return _enrolled(request, user)
    about = {"offer": two_factor.offer(user), "next": _going(request)}
    return _offered(request, user, EnrolmentForm(initial=about))


def _enrolled(request: HttpRequest, user: User) -> HttpResponse:
    form = EnrolmentForm(request.POST)
    try:
        key = two_factor.offered(user, form.data.get("offer", ""))
        if form.is_valid():
            codes = two_factor.enrol(request, user, key, form.cleaned_data["code"])
            return _page(request, "staff/two_factor/codes.html", codes=codes, going=_going(request))
    except signing.BadSignature:
        messages.warning(request, _("The code was shown too long ago. Here is a new one."))
        return redirect(reverse("two_factor_enrol", query={"next": _going(request)}))
    except two_factor.HasOne:
        return redirect("two_factor")
    except two_factor.WrongCode:
        form.add_error("code", _("These digits do not belong to the code shown. Enter the next."))
    return _offered(request, user, form, status=422)


def _offered(
    request: HttpRequest, user: User, form: EnrolmentForm, status: int = 200
) -> HttpResponse:
    key = two_factor.offered(user, form["offer"].value())
    shown = {"picture": two_factor.picture(user, key), "key": two_factor.key_words(key)}
    return _page(
        request,
        "staff/two_factor/enrol.html",
        status,
        form=form,
        has_one=two_factor.phone_of(user),
        **shown,
    )


@two_factor.asking
@require_http_methods(LOOK_AND_SEND)
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ask, then make new codes and show them once; with a password alone nobody gets any."""
    user = _account(request)
    phone = two_factor.phone_of(user)
    if two_factor.is_missing(user) or phone is None:
        return redirect("two_factor")
    if request.method != "POST":
        left, back = two_factor.recovery_codes_left(user), reverse("two_factor")
        return _page(request, "staff/two_factor/new_codes.html", left=left, back=back)
    codes = two_factor.make_recovery_codes(phone)
    return _page(request, "staff/two_factor/codes.html", codes=codes, going=reverse("two_factor"))


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _was_going(request: HttpRequest) -> str:
    """Return the page of ours that somebody was on the way to, or nothing."""
    page = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else ""


def _going(request: HttpRequest) -> str:
    """Return where somebody goes on. A secret address is reached by way of this page."""
    if going := _was_going(request):
        return going
    if going_on.kept(request):
        return reverse("two_factor")
    staff = request.user.is_authenticated and request.user.is_staff
    return reverse("admin:index" if staff else settings.LOGIN_REDIRECT_URL)


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Show a page; it tells no other one where somebody was going."""
    response = render(request, template, context, status=status)
    response["Referrer-Policy"] = "strict-origin"
    return response
