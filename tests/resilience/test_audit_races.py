"""Many who act at the same moment: the audit log stays one chain, and misses nobody."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from assessor.models import Assessment, AuditEntry
from assessor.workflow import audit
from tests.builders import make_assessment

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, LINES = 8, 15


def test_lines_written_at_the_same_moment_are_one_chain() -> None:
    """Each writes to an assessment of its own, so that only the log itself holds them apart."""
    assessments = [make_assessment() for _ in range(THREADS)]
    together = threading.Barrier(THREADS)

    def write(assessment: Assessment) -> None:
        together.wait(timeout=30)
        try:
            for turn in range(LINES):
                with transaction.atomic():
                    audit.record("link.made", "owner", assessment)
                    transaction.set_rollback(turn % 3 == 2)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(write, assessments))
    kept = THREADS * LINES * 2 // 3
    assert AuditEntry.objects.count() == kept
    assert audit.verify().entries == kept
