"""Every address of the product."""

from django.contrib import admin
from django.urls import path

from assessor.forms import PageForm
from assessor.views import hub, result, site, start
from assessor.wizard import AssessmentWizard

step = AssessmentWizard.as_view([PageForm], url_name="step")

urlpatterns = [
    path("", start.landing, name="start"),
    path("assessments/", start.assessments, name="assessments"),
    path("assessments/new/", start.new, name="new"),
    path("r/<str:token>/", start.redeem, name="redeem"),
    path("a/<uuid:assessment_id>/", hub.hub, name="hub"),
    path("a/<uuid:assessment_id>/link/", hub.make_link, name="make_link"),
    path("a/<uuid:assessment_id>/questions/<slug:step>/", step, name="step"),
    path("a/<uuid:assessment_id>/questions/<slug:step>/autosave/", hub.autosave, name="autosave"),
    path("a/<uuid:assessment_id>/check/", hub.check, name="check"),
    path("a/<uuid:assessment_id>/submit/", hub.submit, name="submit"),
    path("a/<uuid:assessment_id>/reopen/", hub.reopen, name="reopen"),
    path("a/<uuid:assessment_id>/result/", result.result, name="result"),
    path("a/<uuid:assessment_id>/report/", result.print_view, name="report"),
    path("a/<uuid:assessment_id>/report.pdf", result.pdf, name="pdf"),
    path("help/", site.help_page, name="help"),
    path("accessibility/", site.accessibility, name="accessibility"),
    path("privacy/", site.privacy, name="privacy"),
    path("theme/", site.theme, name="theme"),
    path("healthz", site.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
