"""Every address of the product."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from assessor.forms.page import PageForm
from assessor.views import (
    accounts,
    checking,
    compare,
    copies,
    deciding,
    downloads,
    erasing,
    exporting,
    hub,
    imports,
    mine,
    moving,
    people,
    questions,
    result,
    sample,
    saving,
    sharing,
    signing,
    site,
    start,
    verify,
    what_if,
)
from assessor.views.staff import (
    bundles,
    due,
    editions,
    editions_effects,
    editions_settings,
    portfolio,
    two_factor,
)
from assessor.wizard import AssessmentWizard

handler500 = "assessor.views.errors.failure"

step = AssessmentWizard.as_view([PageForm], url_name="step")

urlpatterns = [
    path("", start.landing, name="start"),
    path("assessments/", mine.assessments, name="assessments"),
    path("compare/", compare.compare, name="compare"),
    path("assessments/new/", start.new, name="new"),
    path("assessments/import/", imports.start_from_file, name="import"),
    path("verify/", login_not_required(verify.verify), name="verify"),
    path("r/<str:token>/", start.redeem, name="redeem"),
    path("a/<uuid:assessment_id>/", hub.hub, name="hub"),
    path("a/<uuid:assessment_id>/link/", hub.make_link, name="make_link"),
    path("a/<uuid:assessment_id>/link/only/", hub.end_links, name="end_links"),
    path("a/<uuid:assessment_id>/duplicate/", copies.duplicate, name="duplicate"),
    path("a/<uuid:assessment_id>/questions/<slug:step>/", step, name="step"),
    path(
        "a/<uuid:assessment_id>/questions/<slug:step>/autosave/", saving.autosave, name="autosave"
    ),
    path("a/<uuid:assessment_id>/check/", checking.check, name="check"),
    path("a/<uuid:assessment_id>/submit/", checking.submit, name="submit"),
    path("a/<uuid:assessment_id>/reopen/", checking.reopen, name="reopen"),
    path("a/<uuid:assessment_id>/question/<slug:question>/", questions.page, name="question"),
    path(
        "a/<uuid:assessment_id>/question/<slug:question>/settle/", questions.settle, name="settle"
    ),
    path(
        "a/<uuid:assessment_id>/question/<slug:question>/unsettle/",
        questions.unsettle,
        name="unsettle",
    ),
    path(
        "a/<uuid:assessment_id>/question/<slug:question>/restore/",
        questions.restore,
        name="restore",
    ),
    path("a/<uuid:assessment_id>/question/<slug:question>/note/", questions.note, name="note"),
    path(
        "a/<uuid:assessment_id>/question/<slug:question>/note/<int:note_pk>/reply/",
        questions.reply,
        name="reply",
    ),
    path(
        "a/<uuid:assessment_id>/question/<slug:question>/note/<int:note_pk>/resolve/",
        questions.resolve,
        name="resolve_note",
    ),
    path(
        "a/<uuid:assessment_id>/question/<slug:question>/note/<int:note_pk>/reopen/",
        questions.reopen,
        name="reopen_note",
    ),
    path("a/<uuid:assessment_id>/people/", people.people, name="people"),
    path("a/<uuid:assessment_id>/people/<int:person_pk>/link/", people.renew, name="renew"),
    path(
        "a/<uuid:assessment_id>/people/<int:person_pk>/withdraw/",
        people.withdraw,
        name="withdraw",
    ),
    path("a/<uuid:assessment_id>/share/", sharing.share, name="share"),
    path(
        "a/<uuid:assessment_id>/share/<int:link_pk>/withdraw/",
        sharing.stop_sharing,
        name="stop_sharing",
    ),
    path("a/<uuid:assessment_id>/export/", exporting.export, name="export"),
    path("a/<uuid:assessment_id>/delete/", erasing.delete, name="delete"),
    path("a/<uuid:assessment_id>/edition/", moving.move, name="move_edition"),
    path("a/<uuid:assessment_id>/me/", people.introduce, name="introduce"),
    path("a/<uuid:assessment_id>/finish/", people.finish, name="finish"),
    path("a/<uuid:assessment_id>/sign/", signing.sign, name="sign"),
    path("a/<uuid:assessment_id>/decide/", deciding.decide, name="decide"),
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
    path("theme/", login_not_required(site.theme), name="theme"),
    path(".well-known/security.txt", login_not_required(site.security_txt), name="security_txt"),
    path("healthz", login_not_required(site.healthz), name="healthz"),
    path("metrics", login_not_required(site.figures), name="metrics"),
    path("readyz", login_not_required(site.readyz), name="readyz"),
    path("sign-in/", accounts.sign_in, name="sign_in"),
    path("sign-out/", login_not_required(accounts.sign_out), name="sign_out"),
    path("signed-out/", login_not_required(site.signed_out), name="signed_out"),
    path("staff/two-factor/", two_factor.enter, name="two_factor"),
    path("staff/two-factor/enrol/", two_factor.enrol, name="two_factor_enrol"),
    path("staff/two-factor/codes/", two_factor.recovery_codes, name="two_factor_codes"),
    path("staff/portfolio/", portfolio.page, name="portfolio"),
    path("staff/portfolio.csv", portfolio.table, name="portfolio_csv"),
    path("staff/due/", due.queue, name="due"),
    path("staff/bundles/", bundles.every, name="bundles"),
    path("staff/bundles/<uuid:bundle_id>/", bundles.page, name="bundle"),
    path("staff/bundles/<uuid:bundle_id>/next/", bundles.make_next, name="bundle_next"),
    path("staff/bundles/<uuid:bundle_id>/stop/", bundles.stop, name="bundle_stop"),
    path("staff/bundles/<uuid:bundle_id>/again/", bundles.go_on, name="bundle_again"),
    path("staff/bundles/<uuid:bundle_id>/bundle.zip", bundles.archive, name="bundle_zip"),
    path("staff/editions/", editions.editions, name="editions"),
    path("staff/editions/upload/", editions.upload, name="upload_edition"),
    path("staff/editions/settings/", editions_settings.settings, name="edition_settings"),
    path("staff/editions/<int:edition_pk>/", editions.edition, name="edition"),
    path(
        "staff/editions/<int:edition_pk>/edition.<slug:kind>",
        editions.download,
        name="download_edition",
    ),
    path("staff/editions/drafts/<int:draft_pk>/", editions.draft, name="edition_draft"),
    path(
        "staff/editions/drafts/<int:draft_pk>/edition.<slug:kind>",
        editions.download_draft,
        name="download_draft",
    ),
    path(
        "staff/editions/drafts/<int:draft_pk>/effects/",
        editions_effects.effects,
        name="edition_effects",
    ),
    path("staff/editions/drafts/<int:draft_pk>/publish/", editions.publish, name="publish_edition"),
    path("staff/editions/drafts/<int:draft_pk>/discard/", editions.discard, name="discard_edition"),
    path("admin/", admin.site.urls),
]

if settings.SINGLE_SIGN_ON:
    from assessor.views import single_sign_on

    urlpatterns += single_sign_on.urlpatterns
