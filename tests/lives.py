"""An assessment in which everything has happened that can happen to one."""

import hashlib

from assessor.access import Decider
from assessor.models import Assessment, Paper, Report, ReportPdf
from assessor.report import kept_files
from assessor.workflow import inviting, issuing, noting, reviewing, settling
from assessor.workflow.noting import Author
from assessor.workflow.reviewing import Decision, Opinion
from tests.advice.answers import situation
from tests.builders import invited, make_assessment, owner_of, says

INITIATIVE = "Marigold plan"
OWNER, COLLEAGUE = "Dana Marigold", "Ana Heather"
ADDRESS = "ana@heather.example"
TEXT = "One day instead of heather."
WORDS = ("Marigold", "Heather", "heather", "enterprise", "Thistle")
"""What nobody may find where names and answers do not belong."""


def submitted_together() -> Assessment:
    """Return what two people answered, settled, noted and submitted, and a reader may see."""
    assessment = make_assessment(
        situation(why_success=TEXT), initiative=INITIATIVE, name=OWNER, role="cio_cto"
    )
    owner = owner_of(assessment)
    colleague = invited(assessment, name=COLLEAGUE, email=ADDRESS, may_sign=True)
    says(colleague, where_scope="enterprise")
    settling.settle(owner, "where_scope", "enterprise", "Thistle: the plan says so.")
    thread = noting.write(
        assessment, Author(COLLEAGUE, colleague), "where_scope", "Thistle?", in_report=True
    )
    noting.reply(thread, Author(OWNER, owner), "Thistle.")
    noting.resolve(thread, Author(OWNER, owner))
    issuing.submit(owner)
    inviting.share(owner, "Thistle auditors", days=7)
    return Assessment.objects.get(pk=assessment.pk)


def signed_and(step: str, assessment: Assessment) -> Assessment:
    """Let the colleague sign and somebody decide; return the assessment as it is then."""
    seen = assessment.reports.latest("number").suggestion_sha256
    colleague = assessment.respondents.get(name=COLLEAGUE)
    reviewing.sign(colleague, Opinion(seen, "conditions", reason="Thistle first."))
    decision = Decision(seen, step, reason="Thistle.")
    reviewing.decide(Decider(assessment, "Kim Thistle", "", "user 7"), decision)
    return Assessment.objects.get(pk=assessment.pk)


def with_pdf(report: Report) -> str:
    """Store a PDF of a report, on disk too; return its hash."""
    content = f"%PDF of report {report.pk}".encode()
    sha256 = hashlib.sha256(content).hexdigest()
    ReportPdf.objects.create(
        report=report, paper=Paper.A4, content=content, size=len(content), sha256=sha256
    )
    kept_files.keep(sha256, content)
    return sha256
