"""Very many assessments: some dozens are worked out, and all others are copies of these.

Their reports and what hangs on these are copied inside the database; everything else goes through
the models.
"""

import json
import random
import sys
import time
import tracemalloc
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.test import Client, override_settings
from django.test.utils import setup_test_environment
from django.utils import timezone

from assessor.admin.exports import MOST_IN_XLSX
from assessor.finding.table import Table, as_xlsx
from assessor.knowledge import UNKNOWN, Answer
from assessor.models import Assessment, AuditEntry, Fact, Names, Respondent
from assessor.workflow import tallying
from assessor.workflow.indexing import a_year_after
from assessor.workflow.naming import written
from tests.builders import another_edition, make_edition, submitted
from tests.report.records import CASES

VERSIONS = ("2027.1", "2027.2")
"""Editions besides the one that is shipped."""

VARIED: Mapping[str, list[Answer]] = {
    "reg_sector": [["health"], ["finance"], ["government", "education"], ["none"]],
    "reg_data": [["internal"], ["confidential", "personal"], ["personal"], ["trade_secret"]],
    "reg_jurisdiction": [["eu"], ["us"], ["eu", "uk"]],
    "reg_residency": ["anywhere", "region", "sovereign", UNKNOWN],
    "opex_budget": ["low", "medium", UNKNOWN],
}
MONTHS = 24
IN_AN_ORGANISATION = 50
AT_ONCE = 2000
RARE = range(500, 511)
"""Copies whose owner is called Robin, and was looked at by user 7: as many at every size."""

OTHERWISE, PASSED = 0.15, 0.2
"""Shares of approvals that chose otherwise, and of reports of which a legal date has come."""

STATUSES = {"draft": 15, "changes": 5, "submitted": 40, "approved": 30, "declined": 10}
"""How many of a hundred."""

COPY_REPORTS = """
INSERT INTO assessor_report (
    assessment_id, number, edition_id, initiative, organisation, prepared_by, answers, suggestion,
    leader, score, status, voices, sign_off, sha256, issued_at
)
SELECT
    copy.id, 1, report.edition_id, copy.initiative, copy.organisation, '', report.answers,
    report.suggestion, report.leader, report.score, report.status, report.voices, report.sign_off,
    report.sha256, copy.submitted_at
FROM assessor_assessment AS copy
JOIN assessor_report AS report ON report.assessment_id = copy.origin_id
WHERE copy.submitted_at IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM assessor_report AS there WHERE there.assessment_id = copy.id)
"""
COPY_FACTS = """
INSERT INTO assessor_fact (assessment_id, kind, key, value)
SELECT copy.id, fact.kind, fact.key, fact.value
FROM assessor_assessment AS copy
JOIN assessor_fact AS fact ON fact.assessment_id = copy.origin_id
WHERE copy.submitted_at IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM assessor_fact AS there WHERE there.assessment_id = copy.id)
"""
# What people did has its key in the order in which they did it.
COPY_REVIEWS = """
INSERT INTO assessor_review (assessment_id, report_id, step, name, role, reason, at)
SELECT report.assessment_id, report.id, 'submitted', person.name, '', '', report.issued_at
FROM assessor_report AS report
JOIN assessor_respondent AS person ON person.assessment_id = report.assessment_id
WHERE NOT EXISTS (SELECT 1 FROM assessor_review AS there WHERE there.report_id = report.id)
ORDER BY report.issued_at
"""
COPY_SIGNATURES = """
INSERT INTO assessor_signature (
    assessment_id, report_id, suggestion_sha256, respondent_id, name, role, opinion, reason,
    accepted_risks, at
)
SELECT
    report.assessment_id, report.id, report.sha256, person.id, person.name, '', 'agree', '',
    '[]', report.issued_at
FROM assessor_report AS report
JOIN assessor_respondent AS person ON person.assessment_id = report.assessment_id
WHERE NOT EXISTS (SELECT 1 FROM assessor_signature AS there WHERE there.report_id = report.id)
ORDER BY report.issued_at
"""


def fill(rows: int, varied: int = 4) -> None:
    """Store so many assessments, with ``varied`` of each worked case under each edition."""
    _work_out(varied)
    fill_up(rows)


def _work_out(varied: int) -> None:
    chance = random.Random(6)  # noqa: S311  the same every time
    for edition in [make_edition(), *map(another_edition, VERSIONS)]:
        for case in CASES.values():
            for _ in range(varied):
                submitted(_different(case, chance), edition=edition)


def fill_up(rows: int) -> None:
    """Copy what was worked out until there are so many; a copy is the same among few and many."""
    originals = list(Assessment.objects.filter(origin=None).order_by("created_at"))
    for start in range(Assessment.objects.count(), rows, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, rows))
        copies = [_copy(originals, number) for number in numbers]
        Assessment.objects.bulk_create(copies)
        people = Respondent.objects.bulk_create(
            Respondent(assessment=copy, name=_person(number), is_owner=True)
            for number, copy in zip(numbers, copies, strict=True)
        )
        Names.objects.bulk_create(_names(person) for person in people)
        # The log itself is written line by line, each with the hash of the line before.
        log: QuerySet[AuditEntry] = QuerySet(AuditEntry)
        log.bulk_create(map(_looked_at, numbers, copies))
    with connection.cursor() as cursor:
        for statement in (COPY_REPORTS, COPY_FACTS, COPY_REVIEWS, COPY_SIGNATURES, "ANALYZE"):
            cursor.execute(statement)
    tallying.rebuild()


def _person(number: int) -> str:
    return f"Robin {number}" if number in RARE else f"Person Initiative {number}"


def _looked_at(number: int, copy: Assessment) -> AuditEntry:
    return AuditEntry(
        event="assessment.viewed",
        actor="user 7" if number in RARE else "owner",
        subject=f"assessment {copy.pk}",
        at=copy.updated_at,
        origin="192.0.2.0/24",
        previous=f"{number:064}",
    )


def _names(person: Respondent) -> Names:
    of = person.assessment
    return Names(assessment=of, text=written([of.initiative, of.organisation, person.name]))


def _different(case: Mapping[str, Answer], chance: random.Random) -> dict[str, Answer]:
    drawn = {key: chance.choice(answers) for key, answers in VARIED.items() if key in case}
    return {**case, **drawn}


def _copy(originals: Sequence[Assessment], number: int) -> Assessment:
    chance = random.Random(number)  # noqa: S311  the same every time
    original = chance.choice(originals)
    start = timezone.now() - timedelta(days=chance.uniform(1, MONTHS * 30))
    copy = Assessment(
        creation_key=uuid.uuid4(),
        edition_id=original.edition_id,
        origin=original,
        initiative=f"Initiative {number}",
        organisation=f"Organisation {number // IN_AN_ORGANISATION}",
        status=chance.choices([*STATUSES], [*STATUSES.values()])[0],
        created_at=start,
        updated_at=start,
    )
    if copy.status != Assessment.Status.DRAFT:
        _submit(copy, original, chance)
    return copy


def _submit(copy: Assessment, original: Assessment, chance: random.Random) -> None:
    at = copy.created_at + timedelta(minutes=chance.lognormvariate(4, 1.5))
    copy.submitted_at = copy.updated_at = at
    for column in ("suggested", "score", "result", "situation", "unknown_count"):
        setattr(copy, column, getattr(original, column))
    copy.review_on = a_year_after(at.date())
    copy.law_on, copy.content_on = original.law_on, original.content_on
    if chance.random() < PASSED:
        copy.law_on = timezone.localdate() - timedelta(days=chance.randrange(60))
    if copy.is_decided:
        copy.reviewed_at = at + timedelta(days=chance.uniform(1, 30))
    if copy.status == Assessment.Status.APPROVED:
        is_otherwise = chance.random() < OTHERWISE
        copy.chosen = "foundation_api_rag" if is_otherwise else copy.suggested
        copy.chosen_because = "It was there already." if is_otherwise else ""


# ---------------------------------------------------------------- how long it takes


# Two of them find more at a hundred thousand, not only among more: "list, search" 10 rows and then
# a whole page, "list, answer and search" 31. What the size of the database alone does to a search
# stands beside them: the same few rows at both sizes, and a whole page at both.
LISTS: Mapping[str, str] = {
    "list": "/admin/assessor/assessment/",
    "list, two filters": "/admin/assessor/assessment/?status=approved&outcome=otherwise",
    "list, one answer": "/admin/assessor/assessment/?answer=reg_residency:sovereign",
    "list, two answers": "/admin/assessor/assessment/"
    "?answer=reg_residency:sovereign&answer=reg_sector:health",
    "list, a quarter": "/admin/assessor/assessment/"
    "?submitted_from=2026-07-01&submitted_to=2026-09-30&suggestion=air_gapped",
    "list, search": "/admin/assessor/assessment/?q=Initiative+77",
    "list, search, 11 rows": "/admin/assessor/assessment/?q=Robin",
    "list, search, whole page": "/admin/assessor/assessment/?q=Initiative+7",
    "list, answer and search": "/admin/assessor/assessment/?answer=reg_residency:sovereign&q=7",
    "list, both, few rows": "/admin/assessor/assessment/?answer=reg_sector:none&q=Robin",
    "list, both, whole page": "/admin/assessor/assessment/"
    "?answer=reg_residency:sovereign&q=Initiative",
    "list, by score": "/admin/assessor/assessment/?o=-6",
    "list, by result": "/admin/assessor/assessment/?o=-7",
    "portfolio": "/staff/portfolio/",
    "portfolio, a quarter": "/staff/portfolio/?start=2026-07&end=2026-09",
    "portfolio, one edition": "/staff/portfolio/?edition=2027.1",
    "portfolio, one organisation": "/staff/portfolio/?organisation=Organisation+3",
    "portfolio as CSV": "/staff/portfolio.csv",
    "due": "/staff/due/",
    "due, laws": "/staff/due/?reason=law",
    "due, page 10": "/staff/due/?page=10",
    "people": "/admin/assessor/respondent/",
    "people, search": "/admin/assessor/respondent/?q=Initiative+77",
    "people, search, 11 rows": "/admin/assessor/respondent/?q=Robin",
    "people, search, whole page": "/admin/assessor/respondent/?q=Initiative+7",
    "reports": "/admin/assessor/report/",
    "reports, search, 11 rows": "/admin/assessor/report/?q=Robin",
    "reports, search, whole page": "/admin/assessor/report/?q=Initiative+7",
    "reviews": "/admin/assessor/review/",
    "reviews, search, whole page": "/admin/assessor/review/?q=Initiative+7",
    "signatures": "/admin/assessor/signature/",
    "signatures, search, 1 row": "/admin/assessor/signature/?q=Robin+505",
    "audit log": "/admin/assessor/auditentry/",
    "audit log, a network": "/admin/assessor/auditentry/?q=192.0.2.0/24",
    "audit log, 11 rows": "/admin/assessor/auditentry/?q=user+7",
    "audit log, whole page": "/admin/assessor/auditentry/?q=owner",
}
EXPORT = "export, 1,000 rows as CSV"
WORKBOOK = "export, 1,000 rows as workbook"
EVERYTHING = (*LISTS, EXPORT, WORKBOOK)

ALL_ROWS = "export, all rows as CSV"
LARGEST_WORKBOOK = f"export, workbook of up to {MOST_IN_XLSX:,} rows"
WHOLE = (ALL_ROWS, LARGEST_WORKBOOK)
"""What takes the longer the more there is, and no more memory."""


def requests() -> dict[str, Callable[[], None]]:
    """Return what asks for everything, by its name."""
    client = Client()
    client.force_login(User.objects.create_superuser(f"admin {uuid.uuid4()}"))
    return {
        **{name: _getting(client, address) for name, address in LISTS.items()},
        EXPORT: _exporting(client, 1000),
        WORKBOOK: _workbook(1000),
        ALL_ROWS: _exporting(client, None),
        LARGEST_WORKBOOK: _workbook(MOST_IN_XLSX),
    }


def _getting(client: Client, address: str) -> Callable[[], None]:
    def get() -> None:
        assert client.get(address).status_code == 200, address

    return get


def _exporting(client: Client, rows: int | None) -> Callable[[], None]:
    """Return what sends the first rows of the whole list as they are made, or all of them."""
    sent = {"action": "export_csv", "select_across": "1", "_selected_action": _any_key()}

    def export() -> None:
        response: Any = client.post("/admin/assessor/assessment/", sent)
        assert response.streaming, response
        for _line in islice(response.streaming_content, rows and rows + 1):
            pass
        response.close()

    return export


def _workbook(rows: int) -> Callable[[], None]:
    def write() -> None:
        table = Table(Assessment.objects.order_by("-updated_at")[:rows])
        with TemporaryFile() as file:
            as_xlsx(table, table.rows(), file)

    return write


def _any_key() -> str:
    return str(Assessment.objects.values_list("pk", flat=True)[:1].get())


def _milliseconds(request: Callable[[], None]) -> float:
    start = time.perf_counter()
    request()
    return 1000 * (time.perf_counter() - start)


def _mebibytes(request: Callable[[], None]) -> float:
    """Return how much more memory Python holds at once while it answers."""
    tracemalloc.start()
    request()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20


MEASURES = {"ms": _milliseconds, "MiB": _mebibytes}


def main(rows: str) -> None:
    """Fill the database and say so as JSON; then measure what each line that comes in asks for."""
    setup_test_environment()
    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    fill(int(rows))
    filled = time.perf_counter() - start
    counts = {"assessments": Assessment.objects.count(), "facts": Fact.objects.count()}
    say(json.dumps({"seconds": filled, **counts}))
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        every = requests()
        for line in sys.stdin:
            measure, _space, name = line.strip().partition(" ")
            say(str(MEASURES[measure](every[name])))


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
