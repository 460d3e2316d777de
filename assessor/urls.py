"""Every address of the product."""

from django.contrib import admin
from django.urls import path

from assessor.forms import PageForm
from assessor.views import downloads, hub, imports, result, sample, site, start, verify, what_if
from assessor.wizard import AssessmentWizard

step = AssessmentWizard.as_view([PageForm], url_name="step")

urlpatterns = [
    path("", start.landing, name="start"),
    path("assessments/", start.assessments, name="assessments"),
    path("assessments/new/", start.new, name="new"),
    path("assessments/import/", imports.start_from_file, name="import"),
    path("verify/", verify.verify, name="verify"),
    path("r/<str:token>/", start.redeem, name="redeem"),
    path("a/<uuid:assessment_id>/", hub.hub, name="hub"),
    path("a/<uuid:assessment_id>/link/", hub.make_link, name="make_link"),
    path("a/<uuid:assessment_id>/questions/<slug:step>/", step, name="step"),
    path("a/<uuid:assessment_id>/questions/<slug:step>/autosave/", hub.autosave, name="autosave"),
    path("a/<uuid:assessment_id>/check/", hub.check, name="check"),
    path("a/<uuid:assessment_id>/submit/", hub.submit, name="submit"),
    path("a/<uuid:assessment_id>/reopen/", hub.reopen, name="reopen"),
    path("a/<uuid:assessment_id>/result/", result.result, name="result"),
    path("a/<uuid:assessment_id>/what-if/", what_if.recompute, name="what_if"),
    path("a/<uuid:assessment_id>/what-if/save/", what_if.save, name="save_what_if"),
    path("a/<uuid:assessment_id>/report/", result.print_view, name="report"),
    path("a/<uuid:assessment_id>/report.pdf", result.pdf, name="pdf"),
    path("a/<uuid:assessment_id>/report.docx", downloads.word, name="word"),
    path("a/<uuid:assessment_id>/report.md", downloads.markdown, name="markdown"),
    path("a/<uuid:assessment_id>/decision.md", downloads.decision, name="decision"),
    path("a/<uuid:assessment_id>/report.json", downloads.data, name="data"),
    path("a/<uuid:assessment_id>/answers.csv", downloads.answers, name="answers"),
    path("sample/", sample.result, name="sample"),
    path("sample/report/", sample.print_view, name="sample_report"),
    path("sample/report.pdf", sample.pdf, name="sample_pdf"),
    path("sample/report.docx", downloads.sample_word, name="sample_word"),
    path("sample/report.md", downloads.sample_markdown, name="sample_markdown"),
    path("sample/decision.md", downloads.sample_decision, name="sample_decision"),
    path("sample/answers.csv", downloads.sample_answers, name="sample_answers"),
    path("help/", site.help_page, name="help"),
    path("accessibility/", site.accessibility, name="accessibility"),
    path("privacy/", site.privacy, name="privacy"),
    path("theme/", site.theme, name="theme"),
    path("healthz", site.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
