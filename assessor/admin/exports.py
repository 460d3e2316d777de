"""Tables of the assessments that were ticked, or of all that the list finds."""

import tempfile

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor import access, limits
from assessor.access import EXPORT_PERMISSION, VIEW_PERMISSION
from assessor.admin.found import number_of_filters
from assessor.finding.table import Table, as_csv, as_xlsx
from assessor.jobs import tasks
from assessor.models import Assessment
from assessor.views.files import to_keep
from assessor.workflow import audit, bundling

PERMISSIONS = (VIEW_PERMISSION, EXPORT_PERMISSION)
MOST_IN_XLSX = 10_000
"""A workbook is written before it is sent, some two thousand rows a second."""

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Exports(admin.ModelAdmin):  # type: ignore[type-arg]
    """Sends tables; each is noted in the audit log."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(PERMISSIONS)

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["export"])
    def export_csv(self, request: HttpRequest, found: QuerySet[Assessment]) -> HttpResponseBase:
        limits.take("EXPORTS", audit.account(request.user))
        _noted(request, found.order_by().count(), "csv")
        table = Table(found)
        return _sent(StreamingHttpResponse(as_csv(table, table.rows())), CSV, "csv")

    @admin.action(description=gettext_lazy("Export as Excel workbook"), permissions=["export"])
    def export_xlsx(
        self, request: HttpRequest, found: QuerySet[Assessment]
    ) -> HttpResponseBase | None:
        count = found.order_by()[: MOST_IN_XLSX + 1].count()
        if count > MOST_IN_XLSX:
            words = _("A workbook holds at most 10,000 assessments here. Export them as CSV.")
            self.message_user(request, words, messages.ERROR)
            return None
        limits.take("EXPORTS", audit.account(request.user))
        _noted(request, count, "xlsx")
        table = Table(found)
        file = tempfile.TemporaryFile()  # noqa: SIM115  closed when it has been sent
        as_xlsx(table, table.rows(), file)
        file.seek(0)
        return _sent(FileResponse(file), XLSX, "xlsx")

    @admin.action(description=gettext_lazy("Bundle the PDFs"), permissions=["export"])
    def bundle_pdfs(
        self, request: HttpRequest, found: QuerySet[Assessment]
    ) -> HttpResponseBase | None:
        """Start a bundle, and lead to the page that shows how far it is."""
        limits.take("EXPORTS", audit.account(request.user))
        try:
            bundle = bundling.start_bundle(access.staff(request, EXPORT_PERMISSION), found)
            tasks.ask_unless_in_hand(tasks.continue_bundle, str(bundle.pk))
        except bundling.NothingToBundle:
            words = _("None of them has been submitted: there is no report to bundle.")
        except bundling.TooMany:
            words = _("That is for at most %d reports at a time. Filter the list further.")
            words %= bundling.MOST_REPORTS
        else:
            return redirect("bundle", bundle.pk)
        self.message_user(request, words, messages.ERROR)
        return None


def _noted(request: HttpRequest, count: int, form: str) -> None:
    of = f"assessments {count} {form} {_which(request)}"
    audit.record("assessments.exported", audit.account(request.user), of=of)


def _which(request: HttpRequest) -> str:
    """Say whether somebody chose them one by one, and never what the filters look for."""
    if not request.POST.get("select_across"):
        return "ticked"
    return f"all found, filters: {number_of_filters(request.GET)}"


def _sent(response: HttpResponseBase, media_type: str, ending: str) -> HttpResponseBase:
    response["Content-Type"] = media_type
    return to_keep(response, f"assessments-{timezone.localdate():%Y-%m-%d}.{ending}")
