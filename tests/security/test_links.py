"""Links that open nothing: whoever tries them out learns nothing, not even by how long it takes."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessor.models import PrivateLink, SharedLink
from assessor.workflow import inviting
from tests.builders import database, invited, make_assessment, owner_of

pytestmark = pytest.mark.django_db


def closed_links() -> dict[str, str]:
    """Return tokens that open nothing any more, and one that never did."""
    assessment = make_assessment()
    revoked, expired = (PrivateLink.issue(owner_of(assessment)) for _ in range(2))
    of_someone_gone = invited(assessment)
    gone = PrivateLink.issue(of_someone_gone)
    inviting.withdraw(of_someone_gone, "owner", keep_answers=True)
    shared = inviting.share(owner_of(assessment), "Auditors", days=7)
    now = timezone.now()
    PrivateLink.objects.filter(token_sha256=PrivateLink.hashed(revoked)).update(revoked_at=now)
    PrivateLink.objects.filter(token_sha256=PrivateLink.hashed(expired)).update(
        expires_at=now - timedelta(seconds=1)
    )
    SharedLink.objects.update(revoked_at=now)
    return {
        "unknown": "x" * 43,
        "revoked": revoked,
        "expired": expired,
        "of someone gone": gone,
        "of a result": shared,
    }


def asked_for(token: str) -> list[str]:
    """Return the statements that the database is given, without what they are about."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert Client().get(f"/r/{token}/").status_code == 404
    return [re.sub(r"'[^']*'|\b[0-9a-f]{16,}\b|[0-9.]+", "?", each["sql"]) for each in captured]


def test_how_long_it_takes_does_not_tell_what_there_was() -> None:
    """Not measured, which would say little on a busy machine: the same work is done for all."""
    statements = {kind: asked_for(token) for kind, token in closed_links().items()}
    assert len(statements["unknown"]) > 2
    for kind, asked in statements.items():
        assert asked == statements["unknown"], kind


def test_no_token_is_stored_anywhere() -> None:
    tokens = closed_links()
    del tokens["unknown"]
    assessment = make_assessment()
    open_token = PrivateLink.issue(owner_of(assessment))
    client = Client()
    client.post(f"/r/{open_token}/")
    client.get(f"/a/{assessment.pk}/")
    everything = repr(database())
    assert PrivateLink.hashed(open_token) in everything
    for token in (*tokens.values(), open_token):
        assert token not in everything
