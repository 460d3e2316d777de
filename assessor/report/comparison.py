"""Two or three assessments side by side, in words: what differs, and what they have in common.

It reads what was issued and computes nothing anew; where nothing was issued yet, only the answers
are compared. Each speaks in the words of its own edition, and keys tell what is the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from assessor.advice import questionnaire
from assessor.knowledge import Answers, KnowledgeBase
from assessor.knowledge.labels import level_labels, role_label
from assessor.report.answers import Given, given
from assessor.report.criteria import levels_of
from assessor.report.figures import points, share, whole
from assessor.report.reading import Reading
from assessor.report.record import Record


@dataclass(frozen=True)
class Compared:
    """One of those compared. ``reading`` is None where nothing was issued yet.

    ``answers`` are those that count, ``people`` those who gave them; ``address`` opens it.
    """

    name: str
    organisation: str
    status: str
    saved_at: datetime
    people: tuple[str, ...]
    knowledge: KnowledgeBase
    answers: Answers
    address: str
    reading: Reading | None = None


@dataclass(frozen=True)
class Cell:
    """What one of them says: words with a note below them, or an answer, or why there is nothing.

    ``value`` is what is compared: alike for the same in other words. ``is_silent``: there is
    nothing yet that could differ.
    """

    words: tuple[str, ...] = ()
    note: str = ""
    answer: Given | None = None
    nothing: str = ""
    value: object = None
    is_silent: bool = False


@dataclass(frozen=True)
class Row:
    """What each of them says to the same."""

    label: str
    cells: tuple[tuple[Compared, Cell], ...]

    @property
    def differs(self) -> bool:
        values = [cell.value for _column, cell in self.cells if not cell.is_silent]
        return any(value != values[0] for value in values)


@dataclass(frozen=True)
class Section:
    """Rows of one kind, ``total`` in all, of which ``rows`` are shown: those that differ first."""

    title: str
    rows: tuple[Row, ...]
    total: int
    differing: int


@dataclass(frozen=True)
class Comparison:
    """All of it. What compares results is None where fewer than two have one."""

    columns: tuple[Compared, ...]
    headline: str
    result: Section
    criteria: Section | None
    options: Section | None
    costs: Section | None
    answers: tuple[Section, ...]
    editions: tuple[str, ...]

    @property
    def answered(self) -> int:
        """Return how many questions have an answer in at least one of them."""
        return sum(section.total for section in self.answers)

    @property
    def answered_differently(self) -> int:
        return sum(section.differing for section in self.answers)

    @property
    def all_answered(self) -> bool:
        return _all_answered(self.columns)

    @property
    def without_result(self) -> tuple[Compared, ...]:
        return tuple(column for column in self.columns if column.reading is None)


def compared(columns: Sequence[Compared], *, everything: bool = False) -> Comparison:
    """Return them side by side; ``everything``: with what they have in common."""
    readings = [column.reading for column in columns if column.reading]
    several = len(readings) > 1
    return Comparison(
        columns=tuple(columns),
        headline=_headline(readings) if several else _headline_of_answers(columns),
        result=_section(_("Recommendation"), _result(columns), everything=True),
        criteria=(
            _section(_("Criteria"), _criteria(columns), everything=everything) if several else None
        ),
        options=(
            _section(_("Options"), _options(columns), everything=everything) if several else None
        ),
        costs=(
            _section(_("Cost and footprint of the first option"), _costs(columns), everything=True)
            if several and any(reading.costs for reading in readings)
            else None
        ),
        answers=tuple(_answers(columns, everything=everything)),
        editions=tuple(dict.fromkeys(column.knowledge.version for column in columns)),
    )


def answered_by(record: Record) -> tuple[str, ...]:
    """Return who gave the answers of a report, with their roles."""
    if record.voices is None or not record.voices.people:
        return (record.prepared_by,) if record.prepared_by else ()
    return tuple(
        in_their_role(record.knowledge, person.name, person.role)
        for person in record.voices.people
        if person.counts
    )


def in_their_role(knowledge: KnowledgeBase, name: str, role: str) -> str:
    """Return a name with the role in words, if there is one."""
    return f"{name} ({role_label(knowledge, role)})" if role else name


def _all_answered(columns: Sequence[Compared]) -> bool:
    return all(column.answers for column in columns)


def _headline_of_answers(columns: Sequence[Compared]) -> str:
    if _all_answered(columns):
        return _("There are no two results yet, but the answers can be compared.")
    return _("There are no two results yet.")


def _headline(readings: Sequence[Reading]) -> str:
    """Say in one sentence whether they come to the same."""
    leaders = {reading.record.suggestion.leader for reading in readings}
    if len(leaders) > 1:
        return _("They come to different results.")
    first = readings[0].leader
    if first is None:
        return _("They come to the same result: no option is left.")
    return _("They come to the same result: “%(name)s”.") % {"name": first.architecture.short_name}


def _section(title: str, rows: Iterable[Row], *, everything: bool) -> Section:
    every = sorted(rows, key=lambda row: not row.differs)
    differing = sum(row.differs for row in every)
    shown = every if everything else every[:differing]
    return Section(title, tuple(shown), total=len(every), differing=differing)


def _row(label: str, columns: Sequence[Compared], say: Callable[[Reading], Cell]) -> Row:
    """Return what each result says to the same."""
    nothing = Cell(nothing=_("No result yet"), is_silent=True)
    return Row(
        label,
        tuple((each, say(each.reading) if each.reading else nothing) for each in columns),
    )


def _said(*words: str, note: str = "") -> Cell:
    """Return words that are compared as they stand."""
    return Cell(words, note, value=words)


def _other_edition(version: str) -> Cell:
    return Cell(nothing=_("Not part of edition %(version)s") % {"version": version})


# ---------------------------------------------------------------- the recommendation


def _result(columns: Sequence[Compared]) -> list[Row]:
    decided = any(
        column.reading and column.reading.record.sign_off is not None for column in columns
    )
    return [
        _row(_("First"), columns, _first),
        *([_row(_("Decision"), columns, _decision)] if decided else []),
        _row(_("Fit of 100"), columns, _score),
        _row(_("Lead in points"), columns, _lead),
    ]


def _first(reading: Reading) -> Cell:
    leader = reading.leader
    if leader is None:
        return Cell((_("None is left"),), value=None)
    return Cell((leader.architecture.short_name,), value=leader.architecture.key)


def _score(reading: Reading) -> Cell:
    return _said(whole(reading.leader.score)) if reading.leader else _said("–")


def _lead(reading: Reading) -> Cell:
    lead = reading.record.suggestion.lead
    if lead is None:
        return _said(_("Only one is left") if reading.leader else "–")
    return _said(points(lead))


def _decision(reading: Reading) -> Cell:
    sign_off = reading.record.sign_off
    if sign_off is None or sign_off.decision is None:
        return _said(_("Not decided yet"))
    steps = {
        "approved": _("Approved"),
        "declined": _("Declined"),
        "changes": _("Changes requested"),
    }
    chosen = reading.record.knowledge.options.get(sign_off.chosen)
    step = steps[sign_off.decision.step]
    words = f"{step}: {chosen.short_name}" if chosen else step
    return Cell((words,), sign_off.chosen_because, value=(step, sign_off.chosen))


# ---------------------------------------------------------------- criteria and options


def _criteria(columns: Sequence[Compared]) -> list[Row]:
    labels: dict[str, str] = {}
    for column in columns:
        for key, criterion in column.knowledge.criteria.items():
            labels.setdefault(key, criterion.label)
    return [_row(label, columns, partial(_criterion, key=key)) for key, label in labels.items()]


def _criterion(reading: Reading, key: str) -> Cell:
    record = reading.record
    if key not in record.knowledge.criteria:
        return _other_edition(record.knowledge.version)
    weight = share(record.suggestion.weights.get(key, 0))
    levels = levels_of(record, key)
    return Cell(
        words=tuple(level_labels(record.knowledge, key, levels)) or (_("Not asked"),),
        note=_("weight %(share)s") % {"share": weight},
        value=(levels, weight),
    )


def _options(columns: Sequence[Compared]) -> list[Row]:
    names: dict[str, str] = {}
    for column in columns:
        for key, option in column.knowledge.options.items():
            names.setdefault(key, option.short_name)
    return [_row(name, columns, partial(_place, key=key)) for key, name in names.items()]


def _place(reading: Reading, key: str) -> Cell:
    if key not in reading.record.knowledge.options:
        return _other_edition(reading.record.knowledge.version)
    for option in reading.ranked:
        if option.architecture.key == key:
            where = {"place": option.place, "score": whole(option.score)}
            return _said(_("Place %(place)s with %(score)s of 100") % where)
    return _said(_("Ruled out"))


# ---------------------------------------------------------------- cost


def _costs(columns: Sequence[Compared]) -> list[Row]:
    return [
        _row(_("USD a year"), columns, _usd),
        _row(_("kg CO2e a year"), columns, _carbon),
    ]


def _usd(reading: Reading) -> Cell:
    if reading.costs is None:
        return Cell(nothing=_("No estimate"))
    year = reading.costs.leader.year
    return _said(year.span, note=_("central %(central)s") % {"central": year.central})


def _carbon(reading: Reading) -> Cell:
    if reading.costs is None:
        return Cell(nothing=_("No estimate"))
    year = reading.costs.leader.carbon.year
    return _said(year.span, note=_("central %(central)s") % {"central": year.central})


# ---------------------------------------------------------------- answers


def _answers(columns: Sequence[Compared], *, everything: bool) -> list[Section]:
    """Return what was answered, by group; questions that nobody answered are left out."""
    asked = [
        {question.key for question in questionnaire.questions_shown(each.knowledge, each.answers)}
        for each in columns
    ]
    rows: dict[str, list[Row]] = {}
    for key, knowledge in _questions(columns).items():
        question = knowledge.questions[key]
        cells = tuple(
            (column, _answer(column, key, shown, question.text))
            for column, shown in zip(columns, asked, strict=True)
        )
        if any(cell.answer for _column, cell in cells):
            rows.setdefault(_group(knowledge, question.group), []).append(Row(question.text, cells))
    return [_section(title, there, everything=everything) for title, there in rows.items()]


def _questions(columns: Sequence[Compared]) -> dict[str, KnowledgeBase]:
    """Return every question in order, with the first edition that has it."""
    found: dict[str, KnowledgeBase] = {}
    for column in columns:
        for key in column.knowledge.questions:
            found.setdefault(key, column.knowledge)
    return found


def _group(knowledge: KnowledgeBase, key: str) -> str:
    return next(group.title for group in knowledge.question_bank.groups if group.key == key)


def _answer(column: Compared, key: str, asked: set[str], text: str) -> Cell:
    if key not in column.knowledge.questions:
        return _other_edition(column.knowledge.version)
    if key not in column.answers:
        return Cell(nothing=_("No answer") if key in asked else _("Not asked"))
    answer = given(column.knowledge, key, column.answers[key])
    note = "" if answer.text == text else _("Asked as: %(text)s") % {"text": answer.text}
    return Cell(note=note, answer=answer, value=column.answers[key])
