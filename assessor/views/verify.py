"""Was this report issued here, and is it unchanged? For whoever holds a file or a code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessor import limits
from assessor.report import verification
from assessor.report.codes import NotACode
from assessor.report.uploads import Busy, Refused
from assessor.report.verification import Verdict
from assessor.uploads import LARGEST, TooLarge, sent_file
from assessor.views.methods import LOOK_AND_SEND

LONGEST_CODE = 80
"""Characters shown again when a code is wrong."""


@require_http_methods(LOOK_AND_SEND)
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a file or a code, and say what is known of it. Stores nothing."""
    if request.method != "POST":
        return render(request, "verify/verify.html")
    limits.take("UPLOADS", limits.network(request))
    code = request.POST.get("code", "")[:LONGEST_CODE]
    try:
        verdict = _verdict(sent_file(request, "file"), code.strip())
    except TooLarge:
        most = {"megabytes": LARGEST // 1024**2}
        error = _("The file is larger than %(megabytes)s MB, so it is no report.") % most
        return _ask_again(request, "file", error, code, status=413)
    except Refused as refused:
        status = 503 if isinstance(refused, Busy) else 422
        return _ask_again(request, "file", str(refused), code, status)
    except NotACode:
        error = _("A code has 16 letters and digits, such as 7K3M-9QXA-2D4F-HJ8P.")
        return _ask_again(request, "code", error, code)
    if verdict is None:
        return _ask_again(request, "file", _("Choose a file, or enter a code."), code)
    return render(request, "verify/verify.html", {"verdict": verdict})


def _verdict(file: bytes | None, code: str) -> Verdict | None:
    """Return what is known; None when nothing was sent. Raises Refused or NotACode."""
    if file is not None:
        return verification.of_file(file)
    return verification.of_code(code) if code else None


def _ask_again(
    request: HttpRequest, field: str, error: str, code: str, status: int = 422
) -> HttpResponse:
    context = {"field": field, "error": error, "code": code}
    return render(request, "verify/verify.html", context, status=status)
