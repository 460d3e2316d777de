"""What is stored: editions, assessments, who answers, their answers, and issued reports."""

from assessor.models.answers import (
    AnswerBase,
    AnswerChange,
    GivenAnswer,
    GivenAnswerQuerySet,
    Note,
    Settlement,
    StoredAnswer,
)
from assessor.models.assessments import Assessment, AssessmentQuerySet
from assessor.models.audit import SUBJECT_LENGTH, AuditEntry, AuditHead, AuditQuerySet
from assessor.models.decisions import InternalNote, Review, Signature
from assessor.models.editions import (
    Edition,
    EditionDraft,
    EditionManager,
    EditionQuerySet,
    drafted_knowledge,
    knowledge_of,
)
from assessor.models.facts import Fact, Names, Tally
from assessor.models.issued import Issued
from assessor.models.lengths import EMAIL_LENGTH, NAME_LENGTH, TEXT_LENGTH
from assessor.models.people import (
    INVITATION_DAYS,
    LINK_DAYS,
    Link,
    PrivateLink,
    Respondent,
    SharedLink,
)
from assessor.models.reports import Bundle, BundleItem, Paper, Report, ReportPdf
from assessor.models.reruns import Rerun, RerunEffect
from assessor.models.running import Bucket, Routine, Worker

__all__ = [
    "EMAIL_LENGTH",
    "INVITATION_DAYS",
    "LINK_DAYS",
    "NAME_LENGTH",
    "SUBJECT_LENGTH",
    "TEXT_LENGTH",
    "AnswerBase",
    "AnswerChange",
    "Assessment",
    "AssessmentQuerySet",
    "AuditEntry",
    "AuditHead",
    "AuditQuerySet",
    "Bucket",
    "Bundle",
    "BundleItem",
    "Edition",
    "EditionDraft",
    "EditionManager",
    "EditionQuerySet",
    "Fact",
    "GivenAnswer",
    "GivenAnswerQuerySet",
    "InternalNote",
    "Issued",
    "Link",
    "Names",
    "Note",
    "Paper",
    "PrivateLink",
    "Report",
    "ReportPdf",
    "Rerun",
    "RerunEffect",
    "Respondent",
    "Review",
    "Routine",
    "Settlement",
    "SharedLink",
    "Signature",
    "StoredAnswer",
    "Tally",
    "Worker",
    "drafted_knowledge",
    "knowledge_of",
]
