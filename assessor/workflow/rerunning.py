"""All that was ever submitted, worked out again under a draft: in chunks, and never all at once.

Whoever is interrupted goes on where the last chunk ended. Two who go on at the same time count
nothing twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet, Subquery
from django.utils import timezone

from assessor.advice.effects import Effect, effect
from assessor.carrying_over import carried_over
from assessor.knowledge import KnowledgeBase
from assessor.models import Assessment, Edition, EditionDraft, Report, Rerun, RerunEffect
from assessor.workflow import audit

CHUNK = 200
"""Assessments in memory at a time."""


@dataclass(frozen=True)
class Worked:
    """What a draft makes of one report. ``lost``: questions whose answers it does not take."""

    report: Report
    effect: Effect
    lost: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        return self.effect.then != self.effect.now


def can_run() -> QuerySet[EditionDraft]:
    """Return the drafts to work out: the open ones, and what became the current edition."""
    current = Edition.objects.newest_first().values("pk")[:1]
    is_open = Q(state=EditionDraft.State.OPEN)
    return EditionDraft.objects.filter(is_open | Q(edition=Subquery(current)))


def start(draft: EditionDraft, actor: str) -> Rerun:
    """Return the run over all that was submitted; one that was stopped goes on."""
    with transaction.atomic():
        rerun, is_new = Rerun.objects.get_or_create(draft=draft, defaults={"total": _all().count()})
        if is_new:
            audit.record("edition.worked_out", actor, of=draft.subject)
    if rerun.state == Rerun.State.STOPPED:
        rerun.state = Rerun.State.RUNNING
        rerun.save(update_fields=["state"])
    return rerun


def stop(draft: EditionDraft) -> None:
    """Stop the run; what it has found so far stays."""
    running = Rerun.objects.filter(draft=draft, state=Rerun.State.RUNNING)
    running.update(state=Rerun.State.STOPPED)


def start_again(draft: EditionDraft, actor: str) -> Rerun:
    """Forget what was found, and run over all that was submitted by now."""
    with transaction.atomic():
        Rerun.objects.filter(draft=draft).delete()
        return start(draft, actor)


def go_on(draft: EditionDraft) -> Rerun | None:
    """Work out the next chunk; return the run as it is then, or None where it is no longer.

    What is worked out is stored only where nobody else has stored it, or stopped the run, since;
    nothing of an assessment that was deleted since.
    """
    rerun = Rerun.objects.filter(draft=draft).first()
    if rerun is None or rerun.state != Rerun.State.RUNNING:
        return rerun
    keys = _next(rerun.after)
    worked = [_worked(draft.knowledge, report) for report in _latest_reports(keys)]
    with transaction.atomic():
        kept = _still_there(worked)
        if _counted(rerun, keys, kept):
            RerunEffect.objects.bulk_create(_rows(rerun, kept))
    return Rerun.objects.filter(pk=rerun.pk).first()


def _all() -> QuerySet[Assessment]:
    return Assessment.objects.filter(submitted_at__isnull=False)


def _next(after: UUID | None) -> list[UUID]:
    left = _all() if after is None else _all().filter(pk__gt=after)
    return list(left.order_by("pk").values_list("pk", flat=True)[:CHUNK])


def _latest_reports(keys: Iterable[UUID]) -> Iterable[Report]:
    """Return the latest report of each, those of one edition together."""
    columns = ("assessment_id", "number", "edition_id", "answers", "leader")
    rows = Report.objects.filter(assessment__in=keys).only(*columns).order_by("number")
    latest = {row.assessment_id: row for row in rows}
    return sorted(latest.values(), key=lambda row: row.edition_id)


def _worked(now: KnowledgeBase, report: Report) -> Worked:
    then = report.knowledge
    carried = carried_over(now, report.answers, then).answers
    found = effect(then, now, report.answers, carried, report.leader or None)
    return Worked(report, found, tuple(key for key in report.answers if key not in carried))


def _still_there(worked: Iterable[Worked]) -> list[Worked]:
    """Return those whose assessment nobody has deleted, nor can before the transaction ends."""
    every = {each.report.assessment_id: each for each in worked}
    found = Assessment.objects.select_for_update(no_key=True).filter(pk__in=every).order_by("pk")
    return [every[key] for key in found.values_list("pk", flat=True)]


def _counted(rerun: Rerun, keys: list[UUID], worked: list[Worked]) -> bool:
    """Count a chunk and say whether that was this one's to do."""
    mine = Rerun.objects.filter(pk=rerun.pk, state=Rerun.State.RUNNING, after=rerun.after)
    counted = mine.update(
        after=keys[-1] if keys else rerun.after,
        state=Rerun.State.RUNNING if len(keys) == CHUNK else Rerun.State.FINISHED,
        done=F("done") + len(keys),
        changed=F("changed") + sum(each.is_changed for each in worked),
        losing=F("losing") + sum(bool(each.lost) for each in worked),
        saved_at=timezone.now(),
    )
    return bool(counted)


def _rows(rerun: Rerun, worked: Iterable[Worked]) -> Iterator[RerunEffect]:
    for each in worked:
        if each.is_changed:
            yield RerunEffect(
                rerun=rerun,
                assessment_id=each.report.assessment_id,
                edition_id=each.report.edition_id,
                then=each.effect.then or "",
                now=each.effect.now or "",
                causes=[cause.model_dump(mode="json") for cause in each.effect.causes],
                lost=list(each.lost),
            )
