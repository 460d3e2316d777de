"""Deleting what is kept no longer, with the copies of its PDFs on this machine."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from assessor.report import kept_files
from assessor.workflow import retention
from assessor.workflow.retention import Rule


def delete_due(rule: Rule) -> Iterator[UUID]:
    """Delete what falls under a rule, one by one; yield its key."""
    for key, hashes in retention.delete(rule):
        for sha256 in hashes:
            kept_files.forget(sha256)
        yield key


def delete_all_due(moment: datetime) -> int:
    """Delete what falls under any rule at a moment; return how many."""
    return sum(1 for rule in retention.rules(moment) for _key in delete_due(rule))
