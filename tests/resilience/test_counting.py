"""Several people change what is counted at the same moment: nothing is counted twice or not."""

from functools import partial

import pytest

from assessor.access import Decider
from assessor.models import Assessment
from assessor.workflow import issuing, reviewing, tallying
from assessor.workflow.reviewing import Decision
from tests.advice.answers import situation
from tests.builders import make_assessment, make_edition, owner_of, submitted
from tests.resilience.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3


def test_submitting_deciding_and_counting_anew_at_once_keep_the_counts_right() -> None:
    make_edition()
    for _ in range(ROUNDS):
        drafts = [owner_of(make_assessment(situation())) for _ in range(3)]
        report = submitted()
        decision = Decision(report.suggestion_sha256, "declined", reason="Not now.")
        decider = Decider(report.assessment, "Kim", "", "user 7")
        at_once(
            *[partial(issuing.submit, owner) for owner in drafts],
            partial(reviewing.decide, decider, decision),
            tallying.rebuild,
        )
        assert tallying.stored() == tallying.counts(Assessment.objects.all())
