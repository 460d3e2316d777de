"""Everything that was submitted, worked out again: exactly those change that have to."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessor.advice import advise
from assessor.advice.effects import Cause
from assessor.knowledge import read_document
from assessor.models import Assessment, EditionDraft, Report, Rerun, RerunEffect
from assessor.workflow import erasing, issuing, publishing, rerunning, reviewing
from tests.advice.answers import situation
from tests.builders import complete, make_assessment, make_edition, owner_of, submitted
from tests.workflow.test_publishing import KIM, later

pytestmark = pytest.mark.django_db

LEADER = "small_llm_vpc_private_cloud"
GRADE = {f"architectures/architectures/{LEADER}/fit/volume/grades/medium": 0}
SITUATIONS = (
    situation(),
    situation(opex_volume=1000),
    situation(how_small_model_evidence="not_good_enough"),
    situation(where_dev_team="none"),
    situation(reg_residency="own_premises"),
    situation(how_deadline="under_1m"),
)


def draft(**changes: Any) -> EditionDraft:
    return publishing.upload(later(**changes), [], KIM)


def finished(of: EditionDraft) -> Rerun:
    rerunning.start(of, "user 7")
    for _chunk in range(1000):
        rerun = rerunning.go_on(of)
        assert rerun
        if rerun.state == Rerun.State.FINISHED:
            return rerun
    raise AssertionError


def found() -> dict[uuid.UUID, tuple[str, str]]:
    rows = RerunEffect.objects.values_list("assessment_id", "then", "now")
    return {row[0]: row[1:] for row in rows}


@pytest.fixture
def chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerunning, "CHUNK", 2)


# ---------------------------------------------------------------- what is found


@pytest.mark.usefixtures("chunks_of_two")
def test_exactly_those_are_listed_whose_leader_changes() -> None:
    """Compared with working out every suggestion in full."""
    reports = [submitted(answers) for answers in SITUATIONS]
    make_assessment(situation())
    changed = draft(**GRADE)
    expected = {}
    for report in reports:
        now = advise(changed.knowledge, report.answers).leader or ""
        if now != report.leader:
            expected[report.assessment_id] = (report.leader, now)
    assert 0 < len(expected) < len(reports)
    rerun = finished(changed)
    assert found() == expected
    assert (rerun.done, rerun.total, rerun.changed) == (len(reports), len(reports), len(expected))


def test_an_edition_that_says_the_same_changes_nobody() -> None:
    submitted()
    rerun = finished(draft())
    assert (rerun.done, rerun.changed, rerun.losing) == (1, 0, 0)
    assert found() == {}


def test_without_anything_submitted_it_is_finished_at_once() -> None:
    make_assessment(situation())
    assert finished(draft()).done == 0


def test_why_is_kept_without_any_answer() -> None:
    submitted()
    finished(draft(**GRADE))
    [effect] = RerunEffect.objects.all()
    [cause] = [Cause.model_validate(each) for each in effect.causes]
    assert (cause.kind, cause.criterion) == ("grade", "volume")
    assert effect.lost == []


def test_answers_that_the_edition_does_not_take_are_left_out_and_counted() -> None:
    submitted(situation(how_small_model_evidence="not_good_enough"))
    submitted()
    rerun = finished(renamed("not_good_enough", "too_weak"))
    assert (rerun.done, rerun.changed, rerun.losing) == (2, 1, 1)
    [effect] = RerunEffect.objects.all()
    assert effect.lost == ["how_small_model_evidence"]
    assert (effect.then, effect.now) == ("foundation_api_rag", LEADER)


def renamed(old: str, new: str) -> EditionDraft:
    """Return a draft with another key wherever this one stands."""
    text = json.dumps(later().document).replace(f'"{old}"', f'"{new}"')
    return publishing.upload(read_document(json.loads(text)), [], KIM)


def test_the_latest_report_of_each_counts() -> None:
    report = submitted()
    owner = owner_of(report.assessment)
    reviewing.reopen(owner)
    complete(report.assessment, situation(opex_volume=1000))
    second = issuing.submit(owner)
    assert second.leader == LEADER
    finished(draft(**GRADE))
    assert found() == {}


def test_what_was_taken_back_for_changes_counts_by_its_latest_report() -> None:
    report = submitted()
    reviewing.reopen(owner_of(report.assessment))
    assert set(found_after(GRADE)) == {report.assessment_id}


def found_after(changes: dict[str, Any]) -> dict[uuid.UUID, tuple[str, str]]:
    finished(draft(**changes))
    return found()


def test_nothing_that_was_issued_changes() -> None:
    submitted()
    before = list(Report.objects.values()), list(Assessment.objects.values())
    finished(draft(**GRADE))
    assert (list(Report.objects.values()), list(Assessment.objects.values())) == before


# ---------------------------------------------------------------- going on, stopping, racing


@pytest.mark.usefixtures("chunks_of_two")
def test_it_goes_on_where_it_stopped() -> None:
    for answers in SITUATIONS:
        submitted(answers)
    changed = draft(**GRADE)
    rerunning.start(changed, "user 7")
    rerunning.go_on(changed)
    rerunning.stop(changed)
    stopped = rerunning.go_on(changed)
    assert stopped
    assert (stopped.state, stopped.done) == ("stopped", 2)
    assert rerunning.start(changed, "user 7").done == 2
    in_parts = (finished(changed).done, found())
    rerunning.start_again(changed, "user 7")
    assert (finished(changed).done, found()) == in_parts
    assert in_parts[0] == len(SITUATIONS)


@pytest.mark.usefixtures("chunks_of_two")
def test_two_who_go_on_at_once_count_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    for answers in SITUATIONS:
        submitted(answers)
    changed = draft(**GRADE)
    rerunning.start(changed, "user 7")
    worked = rerunning._worked

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(rerunning, "_worked", worked)
        rerunning.go_on(changed)
        return worked(*arguments)

    monkeypatch.setattr(rerunning, "_worked", meanwhile)
    rerunning.go_on(changed)
    assert Rerun.objects.get().done == 2
    assert finished(changed).done == len(SITUATIONS)
    assert RerunEffect.objects.count() == Rerun.objects.get().changed


def test_what_is_stopped_while_a_chunk_is_worked_out_stores_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submitted()
    changed = draft(**GRADE)
    rerunning.start(changed, "user 7")
    worked = rerunning._worked

    def meanwhile(*arguments: Any) -> Any:
        rerunning.stop(changed)
        return worked(*arguments)

    monkeypatch.setattr(rerunning, "_worked", meanwhile)
    rerunning.go_on(changed)
    assert (Rerun.objects.get().done, found()) == (0, {})


def test_an_assessment_that_is_deleted_while_a_chunk_is_worked_out_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone, stays = submitted(), submitted()
    changed = draft(**GRADE)
    worked = rerunning._worked

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(rerunning, "_worked", worked)
        found = worked(*arguments)
        erasing.erase(gone.assessment, "owner")
        return found

    monkeypatch.setattr(rerunning, "_worked", meanwhile)
    assert finished(changed).changed == 1
    assert set(found()) == {stays.assessment_id}


def test_one_that_is_started_again_while_a_chunk_is_worked_out_stores_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submitted()
    changed = draft(**GRADE)
    rerunning.start(changed, "user 7")
    worked = rerunning._worked

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(rerunning, "_worked", worked)
        rerunning.start_again(changed, "user 7")
        return worked(*arguments)

    monkeypatch.setattr(rerunning, "_worked", meanwhile)
    assert rerunning.go_on(changed) is None
    assert (Rerun.objects.get().done, found()) == (0, {})
    assert finished(changed).done == 1


def test_an_assessment_that_is_deleted_goes_from_the_list() -> None:
    report = submitted()
    finished(draft(**GRADE))
    erasing.erase(report.assessment, "owner")
    assert found() == {}


# ---------------------------------------------------------------- however many there are


@pytest.mark.usefixtures("chunks_of_two")
def test_a_chunk_takes_the_same_queries_however_many_there_are() -> None:
    counts = []
    for number in (2, 6):
        for _ in range(number):
            submitted()
        changed = draft(**{**GRADE, "question_bank/questions/where_scope/help": f"{number}"})
        rerunning.start(changed, "user 7")
        assert changed.knowledge.version
        rerunning.go_on(changed)
        with CaptureQueriesContext(connection) as asked:
            rerunning.go_on(changed)
        counts.append(len(asked))
    assert counts[1] == 9
    assert counts[0] <= counts[1]


def test_only_a_chunk_is_read_at_a_time() -> None:
    for _ in range(3):
        submitted()
    changed = draft()
    rerunning.start(changed, "user 7")
    with CaptureQueriesContext(connection) as asked:
        rerunning.go_on(changed)
    reads = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    assert any(f"LIMIT {rerunning.CHUNK}" in sql for sql in reads)
    assert not any("suggestion" in sql.split(" FROM ")[0] for sql in reads)


def test_the_next_ones_are_found_by_the_primary_key() -> None:
    make_edition()
    ordered = rerunning._all().filter(pk__gt=uuid.uuid4()).order_by("pk").values_list("pk")[:200]
    plan = ordered.explain()
    if connection.vendor == "sqlite":
        assert "USING INDEX sqlite_autoindex_assessor_assessment_1 (id>?)" in plan
        assert "TEMP B-TREE" not in plan
