"""Bundles of PDFs: which reports are in one, and how far it is.

The PDFs are made one at a time, and each stays with its report. Whatever happens meanwhile, a
bundle goes on where it was.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from time import sleep
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from assessor.models import Assessment, Bundle, BundleItem, Edition, Paper, Report, ReportPdf
from assessor.workflow import audit
from assessor.workflow.drafts import SECOND_CLICK, Refused

MOST_REPORTS = 500
"""More are bundled by ``manage.py bundle``: nobody keeps a page open for hours."""

KEPT = timedelta(days=7)
AT_ONCE = 500
NOTED_AT_ONCE = 200
BREATH = 0.1
"""Seconds between them: on SQLite whoever waits for their turn looks that often."""

COUNTS = {
    "total": Count("items"),
    "done": Count("items__pdf"),
    "failed": Count("items", filter=~Q(items__problem="")),
}


class NothingToBundle(Refused):
    """None of the assessments has a report."""


class TooMany(Refused):
    """There are more than ``MOST_REPORTS`` reports."""


@dataclass(frozen=True)
class Progress:
    """How many PDFs there are to a bundle, are there, and could not be made."""

    total: int
    done: int
    failed: int

    @property
    def ended(self) -> int:
        return self.done + self.failed

    @property
    def left(self) -> int:
        return self.total - self.ended


def start_bundle(user: User, assessments: QuerySet[Assessment] | Iterable[UUID]) -> Bundle:
    """Store which reports somebody wants: the latest of each of these assessments, in their order.

    All are on the paper of the organisation, as its settings are now.

    PDFs that are there already count as done. A second click leads to the bundle of the first.
    Raises NothingToBundle or TooMany.
    """
    reports = latest_reports(assessments, MOST_REPORTS + 1)
    if not reports:
        raise NothingToBundle
    if len(reports) > MOST_REPORTS:
        raise TooMany
    with transaction.atomic():
        # Two clicks at once come one after the other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        paper = Paper.usual(Edition.objects.current().knowledge)
        bundle = _just_made(user, paper, reports) or _new(user, paper, reports)
    delete_old()
    return bundle


def _just_made(user: User, paper: Paper, reports: list[int]) -> Bundle | None:
    """Return the bundle of a first click. One that was stopped since is started anew on purpose."""
    moment = timezone.now() - SECOND_CLICK
    lately = Bundle.objects.filter(made_by=user, paper=paper, made_at__gt=moment, stopped_at=None)
    alike = lately.annotate(
        size=Count("items"), shared=Count("items", filter=Q(items__report__in=reports))
    )
    return alike.filter(size=len(reports), shared=len(reports)).first()


def _new(user: User, paper: Paper, reports: list[int]) -> Bundle:
    bundle = Bundle.objects.create(made_by=user, paper=paper)
    there = _there(reports, paper)
    BundleItem.objects.bulk_create(
        BundleItem(bundle=bundle, report_id=report, pdf_id=there.get(report)) for report in reports
    )
    audit.record("bundle.made", audit.account(user), of=f"bundle {bundle.pk}")
    return bundle


def latest_reports(
    assessments: QuerySet[Assessment] | Iterable[UUID], most: int | None = None
) -> list[int]:
    """Return the primary keys of the latest reports, at most so many."""
    every = _as_queryset(assessments).filter(submitted_at__isnull=False)
    newest = Report.objects.filter(assessment=OuterRef("pk")).order_by("-number").values("pk")[:1]
    keys = every.annotate(newest=Subquery(newest)).values_list("newest", flat=True)
    return list(islice(keys.iterator(chunk_size=AT_ONCE), most))


def _as_queryset(assessments: QuerySet[Assessment] | Iterable[UUID]) -> QuerySet[Assessment]:
    if isinstance(assessments, QuerySet):
        return assessments
    return Assessment.objects.filter(pk__in=list(assessments))


def _there(reports: list[int], paper: str) -> dict[int, int]:
    pdfs = ReportPdf.objects.filter(report__in=reports, paper=paper)
    return dict(pdfs.values_list("report_id", "pk"))


# ---------------------------------------------------------------- going on


def progress(bundle: Bundle) -> Progress:
    """Return how far it is."""
    return Progress(**Bundle.objects.filter(pk=bundle.pk).aggregate(**COUNTS))


def bundles_of(user: User) -> Iterator[tuple[Bundle, Progress]]:
    """Yield the bundles of an account with how far they are, the latest first."""
    for bundle in Bundle.objects.filter(made_by=user).annotate(**COUNTS):
        yield bundle, Progress(**{name: getattr(bundle, name) for name in COUNTS})


def next_item(bundle: Bundle) -> BundleItem | None:
    """Return the first report whose PDF is to be made; None when there is none, or it stopped."""
    if bundle.stopped_at is not None:
        return None
    waiting = bundle.items.filter(pdf=None, problem="")
    return waiting.select_related("report__edition").defer("report__edition__document").first()


def made(item: BundleItem, pdf: ReportPdf) -> None:
    """Note that the PDF of a report is there; nothing if the report is gone meanwhile."""
    BundleItem.objects.filter(pk=item.pk).update(pdf=pdf, problem="")


def failed(item: BundleItem, problem: str) -> None:
    """Note why a PDF could not be made. The bundle goes on with the others."""
    BundleItem.objects.filter(pk=item.pk, pdf=None).update(problem=problem)


def stop(bundle: Bundle) -> None:
    """Make no more PDFs for it; those that are made stay."""
    Bundle.objects.filter(pk=bundle.pk, stopped_at=None).update(stopped_at=timezone.now())


def go_on(bundle: Bundle) -> None:
    """Let a stopped bundle go on, and try again what could not be made."""
    with transaction.atomic():
        Bundle.objects.filter(pk=bundle.pk).update(stopped_at=None)
        bundle.items.filter(pdf=None).update(problem="")


def delete_old() -> int:
    """Forget bundles that were made long ago; return how many. Their PDFs stay with the reports."""
    old = Bundle.objects.filter(made_at__lt=timezone.now() - KEPT)
    _all, each = old.delete()
    return each.get(Bundle._meta.label, 0)


def note_taken(actor: str, of: str, reports: Iterable[int]) -> None:
    """Write down that a bundle is taken, and every report in it: bundles are soon forgotten.

    A few at a time, because nobody else can record anything meanwhile.
    """
    audit.record("bundle.downloaded", actor, of=of)
    keys = iter(reports)
    while chunk := list(islice(keys, NOTED_AT_ONCE)):
        _note_reports(actor, chunk)
        sleep(BREATH)


@transaction.atomic
def _note_reports(actor: str, reports: list[int]) -> None:
    found = Report.objects.filter(pk__in=reports).order_by("pk")
    for assessment, number in found.values_list("assessment_id", "number"):
        of = f"assessment {assessment} report {number} pdf"
        audit.record("report.downloaded", actor, of=of)
