"""One question: everybody's answer, which counts and why, settling it, its history, its notes."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessor import access, limits
from assessor.access import Participant
from assessor.advice.questionnaire import takes
from assessor.answer_history import Change, history
from assessor.discussion import Discussion, Thread, title_of
from assessor.forms.questions import NoteForm, ReplyForm, RestoreForm, SettlementForm
from assessor.knowledge import Answer
from assessor.models import Note, Respondent
from assessor.pages import Page, pages_of
from assessor.viewpoint import is_asked
from assessor.views import trail
from assessor.views.errors import bad_page
from assessor.views.methods import LOOK_AND_SEND
from assessor.workflow import drafts, noting, settling
from assessor.workflow.drafts import AlreadySubmitted, ImpossibleRevision, PageSave, Refused, Stale
from assessor.workflow.noting import Author
from assessor.workflow.settling import NobodySaidSo, SettledMeanwhile

MOST_CHANGES = 50
"""So many changes stand on one page of the history."""

REFUSALS = {
    NobodySaidSo: gettext_lazy(
        "Nobody gives the answer that you chose any more. Choose again from the answers as they "
        "are now. Your reason is still there."
    ),
    SettledMeanwhile: gettext_lazy(
        "The settlement was changed meanwhile, from another page or device. It was not "
        "overwritten: below you see it as it is now."
    ),
    AlreadySubmitted: gettext_lazy(
        "The assessment was submitted meanwhile. Until it is taken back for changes, its answers "
        "stay as they are."
    ),
    noting.Decided: gettext_lazy(
        "The assessment was decided on meanwhile. Its notes stay as they are."
    ),
    Stale: gettext_lazy(
        "Your answer was changed meanwhile, from another page or device. It was not overwritten: "
        "below you see it as it is now."
    ),
}


@dataclass(frozen=True)
class Entry:
    """A change of an answer in words; no words stand for no answer.

    ``may_return``: whoever looks may bring the answer back that it was changed to.
    """

    person: Respondent
    title: str
    at: datetime
    old: list[str]
    new: list[str]
    revision: int
    may_return: bool


@dataclass(frozen=True)
class OpenThread:
    """A thread with the form to reply in it."""

    thread: Thread
    form: ReplyForm


@require_safe
def page(request: HttpRequest, assessment_id: UUID, question: str) -> HttpResponse:
    """Show what is said about a question."""
    participant = access.discussing(request, assessment_id, question)
    if participant.respondent is None:
        trail.viewed(request, "question.viewed", participant.assessment, f"question {question}")
    return _show(request, participant, question)


def _show(
    request: HttpRequest, participant: Participant, key: str, status: int = 200, **sent: Any
) -> HttpResponse:
    """Show the page; ``sent`` are forms that come back, and why something was refused."""
    discussion = _discussion(participant, key)
    context = {
        "assessment": participant.assessment,
        "participant": participant,
        "discussion": discussion,
        "question": discussion.question,
        "step": _step(discussion, participant.respondent),
        "settlement": _offered(participant, discussion),
        **_history(request, participant, discussion),
        "seen": _seen(discussion, participant.respondent),
        "note": _note_form(participant),
        "may_write": participant.may_write and not participant.assessment.is_decided,
        "threads": list(_threads(discussion, sent.pop("reply", None))),
        **sent,
    }
    return render(request, "people/question.html", context, status=status)


def _discussion(participant: Participant, key: str) -> Discussion:
    only = None if participant.sees_all else participant.respondent
    return Discussion(participant.assessment, participant.assessment.knowledge.questions[key], only)


def _step(discussion: Discussion, person: Respondent | None) -> Page | None:
    """Return where this person may answer the question now."""
    if not _may_answer(discussion, person):
        return None
    pages = pages_of(discussion.knowledge).values()
    return next(page for page in pages if discussion.question in page.questions)


def _may_answer(discussion: Discussion, person: Respondent | None) -> bool:
    asked = person is not None and is_asked(person, discussion.question)
    return asked and discussion.assessment.is_draft


def _back(assessment_id: UUID, key: str, anchor: str) -> HttpResponse:
    return redirect(f"{reverse('question', args=[assessment_id, key])}#{anchor}")


# ---------------------------------------------------------------- settling


def _offered(participant: Participant, discussion: Discussion) -> SettlementForm | None:
    """Return the form to settle the question, where this person may and there is a choice."""
    may_settle = participant.is_owner and participant.assessment.is_draft
    return _settlement(discussion) if may_settle and len(discussion.stands) > 1 else None


def _settlement(discussion: Discussion, data: Any = None) -> SettlementForm:
    initial = {"seen": _stamp(discussion)}
    return SettlementForm(data, stands=discussion.stands, initial=initial, auto_id="id_settle_%s")


def _stamp(discussion: Discussion) -> str:
    return discussion.settled.stamp if discussion.settled else ""


def _owner(participant: Participant) -> Respondent:
    if participant.respondent is None or not participant.is_owner:
        raise Http404
    return participant.respondent


@require_POST
def settle(request: HttpRequest, assessment_id: UUID, question: str) -> HttpResponse:
    """Let one of the answers given count, for a reason."""
    participant = access.discussing(request, assessment_id, question)
    owner = _owner(participant)
    form = _settlement(_discussion(participant, question), request.POST)
    if not form.is_valid():
        return _show(request, participant, question, 422, settlement=form, form=form)
    reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
    try:
        settling.settle(owner, question, form.chosen(), reason, seen)
    except Refused as refusal:
        return _not_settled(request, assessment_id, question, refusal)
    now = access.discussing(request, assessment_id, question)
    _say_settled(request, _discussion(now, question))
    return _back(assessment_id, question, "counts")


def _say_settled(request: HttpRequest, discussion: Discussion) -> None:
    """Say whether it counts: an answer that rules architectures out may hold over it."""
    if discussion.settled and not discussion.settled.counts:
        held = _("Recorded, with your reason. It does not count yet: below you see why.")
        messages.info(request, held)
    else:
        messages.success(request, _("Settled, with your reason."))


@require_http_methods(LOOK_AND_SEND)
def unsettle(request: HttpRequest, assessment_id: UUID, question: str) -> HttpResponse:
    """Ask whether to take a settlement back, then do it."""
    participant = access.discussing(request, assessment_id, question)
    owner = _owner(participant)
    if request.method == "POST":
        return _unsettle(request, owner, question)
    return _ask_to_unsettle(request, participant, question)


def _ask_to_unsettle(
    request: HttpRequest, participant: Participant, key: str, refusal: Refused | None = None
) -> HttpResponse:
    discussion = _discussion(participant, key)
    if discussion.settled is None or not discussion.assessment.is_draft:
        return _back(discussion.assessment.pk, key, "counts")
    context = {
        "assessment": discussion.assessment,
        "question": discussion.question,
        "settled": discussion.settled,
        "refusal": REFUSALS[type(refusal)] if refusal else "",
    }
    status = 409 if refusal else 200
    return render(request, "people/question_unsettle.html", context, status=status)


def _unsettle(request: HttpRequest, owner: Respondent, key: str) -> HttpResponse:
    try:
        settling.unsettle(owner, key, request.POST.get("seen", ""))
    except SettledMeanwhile as refusal:
        now = access.discussing(request, owner.assessment_id, key)
        return _ask_to_unsettle(request, now, key, refusal)
    except Refused as refusal:
        return _refused(request, owner.assessment_id, key, refusal)
    messages.success(request, _("Taken back. The question is not settled any more."))
    return _back(owner.assessment_id, key, "counts")


def _not_settled(
    request: HttpRequest, assessment_id: UUID, key: str, refusal: Refused
) -> HttpResponse:
    """Say why, and keep what was sent; what was settled meanwhile stands beside it."""
    now = access.discussing(request, assessment_id, key)
    discussion, data = _discussion(now, key), request.POST.copy()
    is_clash = isinstance(refusal, SettledMeanwhile)
    if is_clash:
        data["seen"] = _stamp(discussion)
    form = _settlement(discussion, data)
    why = REFUSALS[type(refusal)]
    return _show(request, now, key, 409, refusal=why, settlement=form, is_clash=is_clash)


def _refused(request: HttpRequest, assessment_id: UUID, key: str, refusal: Refused) -> HttpResponse:
    """Say why something was not done, beside how things are now."""
    now = access.discussing(request, assessment_id, key)
    return _show(request, now, key, 409, refusal=REFUSALS[type(refusal)])


# ---------------------------------------------------------------- history


def _history(
    request: HttpRequest, participant: Participant, discussion: Discussion
) -> dict[str, Any]:
    """Return one page of the history, the last change first."""
    rows = participant.assessment.changes.filter(question=discussion.question.key)
    if discussion.only is not None:
        rows = rows.filter(respondent=discussion.only)
    found = Paginator(history(rows), MOST_CHANGES).get_page(request.GET.get("page"))
    entries = list(_entries(discussion, participant.respondent, found.object_list))
    return {"history": found, "entries": entries}


def _entries(
    discussion: Discussion, viewer: Respondent | None, changes: Iterable[Change]
) -> Iterator[Entry]:
    own_pk = viewer.pk if viewer and _may_answer(discussion, viewer) else None
    for change in changes:
        person = discussion.people[change.respondent_pk]
        yield Entry(
            person=person,
            title=title_of(person),
            at=change.at,
            old=discussion.words(change.old),
            new=discussion.words(change.new),
            revision=change.revision,
            may_return=person.pk == own_pk and _may_return(discussion, change),
        )


def _may_return(discussion: Discussion, change: Change) -> bool:
    """Say whether an answer was given then that is not given now, and still fits the question."""
    now: Answer | None = discussion.rows[change.respondent_pk].value
    return change.new != now and takes(discussion.knowledge, discussion.question.key, change.new)


def _seen(discussion: Discussion, viewer: Respondent | None) -> int:
    """Return the save in which this person's answer last changed, as the page shows it."""
    row = discussion.rows.get(viewer.pk) if viewer else None
    return row.revision if row else 0


@require_POST
def restore(request: HttpRequest, assessment_id: UUID, question: str) -> HttpResponse:
    """Bring an earlier answer of one's own back."""
    participant = access.discussing(request, assessment_id, question)
    person = _asked(participant, question)
    form = RestoreForm(request.POST)
    if not form.is_valid():
        return bad_page(request, participant.assessment)
    earlier = get_object_or_404(
        person.changes, question=question, revision=form.cleaned_data["revision"]
    )
    seen, answers = {question: form.cleaned_data["seen"]}, {question: earlier.value}
    try:
        drafts.save(person, PageSave(seen, uuid.uuid4(), answers))
    except ImpossibleRevision:
        return bad_page(request, participant.assessment)
    except Refused as refusal:
        return _refused(request, assessment_id, question, refusal)
    messages.success(request, _("Your earlier answer is back."))
    return _back(assessment_id, question, "history")


def _asked(participant: Participant, key: str) -> Respondent:
    """Return the person if the question is put to them. Raises Http404."""
    person = participant.respondent
    if person is None or not is_asked(person, participant.assessment.knowledge.questions[key]):
        raise Http404
    return person


# ---------------------------------------------------------------- notes


def _threads(
    discussion: Discussion, sent: tuple[int, ReplyForm] | None = None
) -> Iterator[OpenThread]:
    """Yield the threads, one of them with the reply that was sent and comes back."""
    sent_to, form = sent or (None, None)
    for thread in discussion.threads:
        pk = thread.first.note.pk
        yield OpenThread(thread, form if form and pk == sent_to else _reply_form(pk))


def _note_form(participant: Participant, data: Any = None) -> NoteForm:
    return NoteForm(data, auto_id="id_note_%s", prints=participant.assessment.is_draft)


def _reply_form(thread_pk: int, data: Any = None) -> ReplyForm:
    return ReplyForm(data, auto_id=f"id_reply_{thread_pk}_%s")


def _writing(request: HttpRequest, assessment_id: UUID, key: str) -> tuple[Participant, Author]:
    """Return who writes. Raises Http404 for those who may only read."""
    participant = access.discussing(request, assessment_id, key)
    if not participant.may_write:
        raise Http404
    return participant, Author(participant.name, participant.respondent)


def _thread(participant: Participant, key: str, note_pk: int) -> Note:
    threads = participant.assessment.notes.filter(question=key, thread=None)
    return get_object_or_404(threads, pk=note_pk)


@require_POST
def note(request: HttpRequest, assessment_id: UUID, question: str) -> HttpResponse:
    """Start a thread."""
    participant, author = _writing(request, assessment_id, question)
    form = _note_form(participant, request.POST)
    if not form.is_valid():
        return _show(request, participant, question, 422, note=form, form=form)
    limits.take("NOTES", assessment_id)
    text, in_report = form.cleaned_data["text"], form.cleaned_data.get("in_report", False)
    try:
        thread = noting.write(participant.assessment, author, question, text, in_report=in_report)
    except noting.Full:
        form.add_error(
            "in_report",
            _("The notes in the report are as long together as they may be. Leave this one out."),
        )
        return _show(request, participant, question, 422, note=form, form=form)
    except Refused as refusal:
        return _refused(request, assessment_id, question, refusal)
    return _back(assessment_id, question, f"note-{thread.pk}")


@require_POST
def reply(request: HttpRequest, assessment_id: UUID, question: str, note_pk: int) -> HttpResponse:
    """Reply in a thread."""
    participant, author = _writing(request, assessment_id, question)
    thread = _thread(participant, question, note_pk)
    form = _reply_form(thread.pk, request.POST)
    if not form.is_valid():
        return _show(request, participant, question, 422, reply=(thread.pk, form), form=form)
    limits.take("NOTES", assessment_id)
    act = partial(noting.reply, thread, author, form.cleaned_data["text"])
    try:
        return _noted(request, thread, act)
    except noting.Full:
        form.add_error(
            "text",
            _("The notes in the report are as long together as they may be. Start a new one."),
        )
        return _show(request, participant, question, 422, reply=(thread.pk, form), form=form)


@require_POST
def resolve(request: HttpRequest, assessment_id: UUID, question: str, note_pk: int) -> HttpResponse:
    """Close a thread."""
    participant, author = _writing(request, assessment_id, question)
    thread = _thread(participant, question, note_pk)
    return _noted(request, thread, partial(noting.resolve, thread, author))


@require_POST
def reopen(request: HttpRequest, assessment_id: UUID, question: str, note_pk: int) -> HttpResponse:
    """Open a thread again."""
    participant, _author = _writing(request, assessment_id, question)
    thread = _thread(participant, question, note_pk)
    return _noted(request, thread, partial(noting.reopen, thread))


def _noted(request: HttpRequest, thread: Note, act: Callable[[], object]) -> HttpResponse:
    """Do something to a thread and go back to it, or say why it was not done."""
    try:
        act()
    except Refused as refusal:
        return _refused(request, thread.assessment_id, thread.question, refusal)
    return _back(thread.assessment_id, thread.question, f"note-{thread.pk}")
