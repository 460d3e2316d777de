"""The suggestions that are due for review, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.forms.due import REVIEWED, LookedAtForm
from assessor.knowledge.labels import answer_labels
from assessor.models import Assessment, Rerun, RerunEffect
from assessor.portfolio.words import Words
from assessor.views import trail
from assessor.views.methods import LOOK_AND_SEND
from assessor.workflow import audit, due
from assessor.workflow.due import Reason
from assessor.workflow.tallying import DATA

ON_A_PAGE = 25
MOST_COUNTED = 1000
TABS: Mapping[str, Promise] = {
    "": gettext_lazy("All"),
    Reason.REVIEW: gettext_lazy("Review date"),
    Reason.LAW: gettext_lazy("Law"),
    Reason.CONTENT: gettext_lazy("Old content"),
    Reason.LEADER: gettext_lazy("Newer edition"),
}
"""The reasons in short."""

VOLUME = "opex_volume"
"""The question how many requests a month there will be."""


class Said(NamedTuple):
    """What the latest report of an assessment says that matters here, as JSON values."""

    assessment: UUID
    volume: Any
    data: Any
    calendar: Any


@dataclass(frozen=True)
class Why:
    """A reason in words; ``day`` is when it came up, and ``details`` what exactly."""

    reason: str
    day: date | None
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Due:
    """A suggestion that is due; ``conditions`` are what only those who run it can tell."""

    assessment: Assessment
    architecture: str
    reasons: tuple[Why, ...]
    conditions: tuple[str, ...]
    address: str


@dataclass(frozen=True)
class Tab:
    """A filter by reason. ``is_more``: there are more than are counted."""

    reason: str
    label: str
    count: int
    is_more: bool


@require_http_methods(LOOK_AND_SEND)
def queue(request: HttpRequest) -> HttpResponse:
    """List what is due, that which waits longest first; take what was looked at."""
    access.staff(request)
    if request.method != "POST":
        trail.viewed(request, "due.viewed")
        return _page(request, LookedAtForm())
    user = access.staff(request, access.REVIEW_PERMISSION)
    form = LookedAtForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    messages.success(request, _done(form, audit.account(user)))
    return redirect(request.get_full_path())


def _done(form: LookedAtForm, actor: str) -> str:
    """Store what was done; return it in words."""
    sent = form.cleaned_data
    chosen = [assessment.pk for assessment in sent["assessment"]]
    if sent["action"] == REVIEWED:
        count = due.mark_reviewed(chosen, actor, sent["next_on"])
        return ngettext("%d is marked as reviewed.", "%d are marked as reviewed.", count) % count
    count = due.put_off(chosen, actor, sent["next_on"])
    return _("The next review of %d is scheduled.") % count


def _page(request: HttpRequest, form: LookedAtForm, status: int = 200) -> HttpResponse:
    reason, number, today = _reason(request), _number(request), localdate()
    rerun = due.latest_rerun()
    found = _found(reason, number, today, rerun)
    context = {
        "form": form,
        "chosen": request.POST.getlist("assessment"),
        "tabs": list(_tabs(today, rerun)),
        "reason": reason,
        "rows": list(_rows(found[:ON_A_PAGE], today, rerun)),
        "before": number - 1,
        "after": number + 1 if len(found) > ON_A_PAGE else 0,
        "rerun": rerun,
        "unworked": None if rerun else due.unworked(),
        "may_edit": request.user.has_perm(access.PUBLISH_PERMISSION),
        "may_review": request.user.has_perm(access.REVIEW_PERMISSION),
    }
    return render(request, "staff/due.html", context, status=status)


def _reason(request: HttpRequest) -> str:
    """Return the reason asked for, empty for all. Raises Http404 for one that there is not."""
    reason = request.GET.get("reason", "")
    if reason and reason not in Reason:
        raise Http404
    return reason


def _number(request: HttpRequest) -> int:
    """Return the number of the page. Raises Http404."""
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) > 0):
        raise Http404
    return int(text)


def _found(reason: str, number: int, today: date, rerun: Rerun | None) -> list[Assessment]:
    """Return those of one page, and one more where there are more."""
    start, size = (number - 1) * ON_A_PAGE, ON_A_PAGE + 1
    if reason == Reason.LEADER:
        return _whose(due.another_leads(rerun, today), start, size) if rerun else []
    by_day = due.due(today, reason)
    rows = by_day.select_related("edition").defer("edition__document")
    found = list(rows[start : start + size])
    if reason or rerun is None or len(found) == size:
        return found
    start = max(0, start - by_day.count())
    return found + _whose(due.only_another_leads(rerun, today), start, size - len(found))


def _whose(effects: QuerySet[RerunEffect], start: int, size: int) -> list[Assessment]:
    rows = effects.select_related("assessment__edition").defer("assessment__edition__document")
    return [effect.assessment for effect in rows[start : start + size]]


def _tabs(today: date, rerun: Rerun | None) -> Iterator[Tab]:
    others = [due.only_another_leads(rerun, today)] if rerun else []
    yield _tab("", due.due(today), *others)
    for reason in due.COLUMN:
        yield _tab(reason, due.due(today, reason))
    if rerun is not None:
        yield _tab(Reason.LEADER, due.another_leads(rerun, today))


def _tab(reason: str, *found: QuerySet[Any]) -> Tab:
    label = str(TABS[reason])
    count = sum(each.order_by()[: MOST_COUNTED + 1].count() for each in found)
    return Tab(reason, label, min(count, MOST_COUNTED), count > MOST_COUNTED)


# ---------------------------------------------------------------- the rows in words


def _rows(found: Sequence[Assessment], today: date, rerun: Rerun | None) -> Iterator[Due]:
    keys = [assessment.pk for assessment in found]
    said, effects, words = _said(keys), _effects(keys, today, rerun), Words.of_all()
    for assessment in found:
        report = said.get(assessment.pk)
        key = assessment.chosen or assessment.suggested
        yield Due(
            assessment=assessment,
            architecture=words.architecture(key),
            reasons=(
                *_days(assessment, report, today),
                *_effect(effects.get(assessment.pk), rerun, words),
            ),
            conditions=tuple(_conditions(assessment, report)) if report else (),
            address=reverse("admin:assessor_assessment_change", args=[assessment.pk]),
        )


def _said(keys: Iterable[UUID]) -> dict[UUID, Said]:
    """Read a few values out of the latest reports, and not the large documents."""
    columns = (f"answers__{VOLUME}", f"answers__{DATA}", "suggestion__calendar")
    rows = due.latest_reports(keys).values_list("assessment_id", *columns)
    return {row[0]: Said(*row) for row in rows}


def _effects(keys: Iterable[UUID], today: date, rerun: Rerun | None) -> Mapping[UUID, RerunEffect]:
    if rerun is None:
        return {}
    effects = due.another_leads(rerun, today).filter(assessment__in=list(keys))
    return {effect.assessment_id: effect for effect in effects}


def _days(assessment: Assessment, report: Said | None, today: date) -> Iterator[Why]:
    for reason, day in due.days(assessment, today).items():
        laws = tuple(_laws(report, day, today)) if reason == Reason.LAW and report else ()
        yield Why(str(reason.label), day, laws)


def _laws(report: Said, since: date, today: date) -> Iterator[str]:
    """Yield what applies by now and did not when somebody looked last."""
    for duty in report.calendar or ():
        if since <= date.fromisoformat(duty["applies_from"]) <= today:
            yield f"{duty['law']}: {duty['topic']}"


def _effect(effect: RerunEffect | None, rerun: Rerun | None, words: Words) -> Iterator[Why]:
    if effect is None or rerun is None:
        return
    day = localdate(due.came_up(rerun))
    details = _("“%(name)s” leads under edition %(edition)s") % {
        "name": words.architecture(effect.now),
        "edition": rerun.draft.version,
    }
    yield Why(str(Reason.LEADER.label), day, (details,))


def _conditions(assessment: Assessment, report: Said) -> Iterator[str]:
    """Yield what nobody but those who run it can tell."""
    questions = assessment.knowledge.questions
    volume, data = questions.get(VOLUME), questions.get(DATA)
    if volume and isinstance(report.volume, int):
        words = answer_labels(assessment.knowledge, volume, report.volume)[0]
        yield _("The volume goes well above %s.") % words
    if data and isinstance(report.data, list):
        words = ", ".join(answer_labels(assessment.knowledge, data, report.data))
        yield _("Other kinds of data come in than: %s.") % words
