"""What is looked for, as it stands in the address of the list: plain parameters to bookmark.

``status``, ``suggestion``, ``chosen``, ``result``, ``situation``, ``edition`` (its version) and
``organisation`` are what they say. ``outcome`` tells what became of the suggestion, as the
portfolio counts it; ``due`` whether the next review is. ``score``, ``unknown``, ``submitted``,
``reviewed`` and ``review`` (the next one) each have ``_from`` and ``_to``, both included.
``answer`` is ``QUESTION:CHOICE`` and ``control`` a control not in place; both may be repeated, and
then all have to hold. ``q`` are words that stand in the names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.db.models.expressions import RawSQL
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import smart_split, unescape_string_literal
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _

from assessor.finding.words import Labels, ResultStatus, every_label
from assessor.models import Assessment, Edition, Fact, Names
from assessor.workflow import due, naming

FEW = 1000
"""So many rows are quicker found first and sorted then; of more, the sorted ones are gone through.

SQLite keeps no count of what a filter finds, and would sort half of the table for a page of it."""

MANY = 5_000
"""Of so many rows in whose names the words stand, it is quicker to look at each in its order."""

BETWEEN = ":"
LONGEST_SEARCH = 200
"""Letters: each word is a condition, and SQLite takes no thousand of them."""

DAYS = {"now": 0, "30": 30, "90": 90}
NEVER = "never"


class Outcome(TextChoices):
    """What became of a suggestion."""

    OPEN = "open", _("Not decided yet")
    FOLLOWED = "followed", _("Chosen as suggested")
    OTHERWISE = "otherwise", _("Chosen otherwise")
    DECLINED = "declined", _("Declined")


class Due(TextChoices):
    """When the next review is."""

    NOW = "now", _("Due now")
    MONTH = "30", _("Within 30 days")
    QUARTER = "90", _("Within 90 days")
    NEVER = NEVER, _("No date")


EQUAL = {
    "status": "status",
    "suggestion": "suggested",
    "chosen": "chosen",
    "result": "result",
    "situation": "situation",
    "organisation": "organisation",
}
"""Columns that have to be equal to what is looked for."""

BOUNDS = {
    "score_from": "score__gte",
    "score_to": "score__lte",
    "unknown_from": "unknown_count__gte",
    "unknown_to": "unknown_count__lte",
    "submitted_from": "submitted_at__gte",
    "submitted_to": "submitted_at__lt",
    "reviewed_from": "reviewed_at__gte",
    "reviewed_to": "reviewed_at__lt",
    "review_from": "review_on__gte",
    "review_to": "review_on__lte",
}
"""How columns have to compare to it."""

RANGES = [(name, name.replace("_from", "_to")) for name in BOUNDS if name.endswith("_from")]
"""Parameters that belong together."""

OTHERWISE = Q(chose_otherwise=True)

QUOTE = '"'
BY_TRIGRAMS = """
SELECT rowid FROM assessor_names_trigrams WHERE assessor_names_trigrams MATCH %s LIMIT %s
"""

AT_ALL_STAGES = {"q", "status", "organisation", "edition"}
"""What drafts are found by, too; everything else is known from the first report on."""


@dataclass(frozen=True)
class Active:
    """Something looked for, in words, and the parameter that says it."""

    label: str
    words: str
    name: str
    value: str


class Day(forms.DateField):
    """A day as browsers send it, of a year that has others around it."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            validators=[
                MinValueValidator(date(1900, 1, 1)),
                MaxValueValidator(date(2999, 12, 31)),
            ],
        )


class Several(forms.Field):
    """A parameter that may be repeated."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        """Return each once. Raises ValidationError for what no key can be."""
        texts = list(dict.fromkeys(filter(None, value or ())))
        for text in texts:
            forms.CharField(max_length=121).clean(text)
        return texts


class Pairs(Several):
    """Questions with a choice each."""

    def clean(self, value: Any) -> list[str]:
        texts = super().clean(value)
        if not all(BETWEEN in text for text in texts):
            raise forms.ValidationError(_("Write a question and a choice, with a colon between."))
        return texts


def one_of(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


class Wanted(forms.Form):
    """What is looked for. What nothing can be, nothing is found for."""

    q = forms.CharField(
        label=_("Search"),
        max_length=LONGEST_SEARCH,
        required=False,
        error_messages={"max_length": _("Search for less: %(limit_value)d characters at most.")},
    )
    status = one_of(_("Status"))
    suggestion = one_of(_("Suggestion"))
    chosen = one_of(_("Chosen architecture"))
    outcome = one_of(_("Outcome"))
    result = one_of(_("Result"))
    situation = one_of(_("Situation"))
    due = one_of(_("Next review"))
    edition = one_of(_("Edition"))
    organisation = forms.CharField(
        label=_("Organisation, whole name"),
        help_text=_("As it was written, capitals too. Search finds parts of it."),
        max_length=120,
        required=False,
    )
    answer = Pairs(label=_("Answer"), required=False)
    control = Several(label=_("Control not in place"), required=False)
    score_from = forms.FloatField(label=_("Score from"), required=False)
    score_to = forms.FloatField(label=_("Score to"), required=False)
    unknown_from = forms.IntegerField(label=_("Answers not known, from"), required=False)
    unknown_to = forms.IntegerField(label=_("Answers not known, to"), required=False)
    submitted_from = Day(_("Submitted from"))
    submitted_to = Day(_("Submitted to"))
    reviewed_from = Day(_("Reviewed from"))
    reviewed_to = Day(_("Reviewed to"))
    review_from = Day(_("Next review from"))
    review_to = Day(_("Next review to"))

    def __init__(self, data: Any) -> None:
        super().__init__(data, use_required_attribute=False)
        for name, choices in self._choices().items():
            self.fields[name].choices = [("", _("Any")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse what ends before it begins."""
        given: dict[str, Any] = super().clean() or {}
        for first, last in RANGES:
            start, end = given.get(first), given.get(last)
            if start is not None and end is not None and start > end:
                self.add_error(last, _("It ends before it begins."))
        return given

    def _choices(self) -> dict[str, Iterable[tuple[str, Any]]]:
        by_name = sorted(self.labels.architectures.items(), key=lambda entry: entry[1])
        versions = Edition.objects.newest_first().values_list("version", flat=True)
        return {
            "status": Assessment.Status.choices,
            "suggestion": by_name,
            "chosen": by_name,
            "outcome": Outcome.choices,
            "result": ResultStatus.choices,
            "situation": self.labels.situations.items(),
            "due": Due.choices,
            "edition": [(version, version) for version in versions],
        }

    @cached_property
    def labels(self) -> Labels:
        return every_label()

    # ------------------------------------------------------------ what is found

    def found(self, assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
        """Return those that are looked for; none where something is not understood."""
        if not self.is_valid():
            return assessments.none()
        given = self.given
        conditions = [Q(**{column: given[name]}) for name, column in EQUAL.items() if name in given]
        conditions += [
            Q(**{column: _bound(name, given[name])})
            for name, column in BOUNDS.items()
            if name in given
        ]
        conditions += _all_said(list(_facts(given)))
        conditions += named(given.get("q", ""))
        conditions += self._others(given)
        return assessments.filter(*conditions)

    def _others(self, given: Mapping[str, Any]) -> Iterator[Q]:
        if "edition" in given:
            yield _of_edition(given["edition"])
        if "outcome" in given:
            yield _outcome(given["outcome"])
        if "due" in given:
            yield _due(given["due"])

    @cached_property
    def given(self) -> dict[str, Any]:
        """Return what is looked for, without what is left open."""
        return {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])
        }

    @property
    def ordering(self) -> list[str]:
        """Return the order in which an index gives what is looked for."""
        if not self.is_valid():
            return []
        if "due" in self.given and self.given["due"] != NEVER:
            return ["due_on"]
        return ["-updated_at"] if set(self.given) <= AT_ALL_STAGES else ["-submitted_at"]

    # ------------------------------------------------------------ in words

    def active(self) -> Iterator[Active]:
        """Yield what is looked for in words."""
        if not self.is_valid():
            return
        for name, value in self.given.items():
            for one in value if isinstance(value, list) else [value]:
                yield self._active(name, one)

    def _active(self, name: str, value: Any) -> Active:
        label, words = str(self.fields[name].label), str(value)
        if name == "answer":
            label, words = self._answer(words)
        elif name == "control":
            words = self.labels.controls.get(words, words)
        elif isinstance(value, date):
            words = date_format(value, "j\xa0F\xa0Y")
        elif isinstance(self.fields[name], forms.ChoiceField):
            words = str(dict(self.fields[name].choices)[value])  # type: ignore[attr-defined]
        return Active(label, words, name, str(value))

    def _answer(self, text: str) -> tuple[str, str]:
        question, choice = _parts(text)
        asked = self.labels.questions.get(question)
        return (asked.text, asked.choices.get(choice, choice)) if asked else (question, choice)

    @property
    def single(self) -> list[BoundField]:
        """Return the fields to choose one of a few from."""
        return [field for field in self if isinstance(field.field, forms.ChoiceField)]

    @property
    def ranges(self) -> list[tuple[BoundField, BoundField]]:
        """Return the fields that belong together."""
        return [(self[first], self[last]) for first, last in RANGES]


# ---------------------------------------------------------------- conditions


def _bound(name: str, value: Any) -> Any:
    """Return a limit as its column has it: a time of day that a whole day ends with is excluded."""
    if not BOUNDS[name].startswith(("submitted", "reviewed")):
        return value
    day = value + timedelta(days=1) if name.endswith("_to") else value
    return make_aware(datetime.combine(day, time.min))


def _outcome(outcome: str) -> Q:
    status = Assessment.Status
    match outcome:
        case Outcome.FOLLOWED:
            return Q(status=status.APPROVED) & ~OTHERWISE
        case Outcome.OTHERWISE:
            return OTHERWISE
        case Outcome.DECLINED:
            return Q(status=status.DECLINED)
        case _:
            decided = Q(status__in=[status.APPROVED, status.DECLINED])
            return Q(submitted_at__isnull=False) & ~decided


def _due(when: str) -> Q:
    if when == NEVER:
        return Q(due_on=None)
    today = localdate()
    by_day = Q(due_on__lte=today + timedelta(days=DAYS[when]))
    rerun = due.latest_rerun()
    if rerun is None:
        return by_day
    others = due.only_another_leads(rerun, today)
    each = Q(Exists(others.filter(assessment=OuterRef("pk"))))
    # In the order of the index those come first that are never due.
    return Q(due_on__isnull=False) & (by_day | (_few(others, "assessment_id") or each))


def _parts(text: str) -> tuple[str, str]:
    key, _colon, value = text.partition(BETWEEN)
    return key, value


def _of_edition(version: str) -> Q:
    pinned = Assessment.objects.filter(edition__version=version)
    edition = Edition.objects.filter(version=version)
    return _few(pinned, "pk") or Q(Exists(edition.filter(pk=OuterRef("edition"))))


def _facts(given: Mapping[str, Any]) -> Iterator[QuerySet[Fact]]:
    """Yield the facts of which an assessment has to have one each."""
    for text in given.get("answer", ()):
        question, choice = _parts(text)
        yield Fact.objects.filter(kind=Fact.Kind.ANSWER, key=question, value=choice)
    for control in given.get("control", ()):
        yield Fact.objects.filter(kind=Fact.Kind.MISSING_CONTROL, key=control, value="")


def _all_said(facts: Sequence[QuerySet[Fact]]) -> list[Q]:
    """Say that the latest report says all of it."""
    if not facts:
        return []
    first, *others = facts
    together = [Exists(other.filter(assessment=OuterRef("assessment"))) for other in others]
    each = [Q(Looked(fact.filter(assessment=OuterRef("pk")))) for fact in facts]
    few = _few(first.filter(*together), "assessment_id")
    # PostgreSQL has drafts, of which nothing is said yet, before what was submitted last.
    return [Q(submitted_at__isnull=False), *each] if few is None else [few]


class Looked(Exists):
    """Looked up for each row that is gone through in an order, as SQLite always does.

    PostgreSQL would join it, and sort all that is found for one page. A value it does not join.
    """

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Join where the order makes no difference: that counts sooner."""
        sql, params = super().as_sql(compiler, connection, **extra)
        return (f"(SELECT {sql})" if compiler.query.order_by else sql), params


def named(text: str, assessment: str = "pk") -> list[Q]:
    """Return what holds of assessments in whose names all words of a text stand.

    Or of other rows: ``assessment`` is their column for it.
    """
    patterns = [naming.pattern(word) for word in words_of(text)]
    if not patterns:
        return []
    names = _names_with(patterns)
    if names[: MANY + 1].count() <= MANY:
        return [Q(**{f"{assessment}__in": names.values("assessment")})]
    return [Q(Looked(_names(patterns).filter(assessment=OuterRef(assessment))))]


def _names_with(patterns: Sequence[str]) -> QuerySet[Names]:
    """Return names by the index of their trigrams; no more than show that they are many."""
    if connection.vendor != "sqlite":
        return _names(patterns)
    phrases = " ".join(f'"{pattern.replace(QUOTE, 2 * QUOTE)}"' for pattern in patterns)
    return Names.objects.filter(pk__in=RawSQL(BY_TRIGRAMS, [phrases, MANY + 1]))  # noqa: S611


def _names(patterns: Sequence[str]) -> QuerySet[Names]:
    """Return names by looking at each."""
    return Names.objects.filter(*(Q(text__contains=pattern) for pattern in patterns))


def _few(rows: QuerySet[Any], key: str) -> Q | None:
    """Name the assessments of these rows, where they are few."""
    found = list(rows.order_by().values_list(key, flat=True)[: FEW + 1])
    return Q(pk__in=found) if len(found) <= FEW else None


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a search, and what stands in quotation marks as one."""
    for word in smart_split(text):
        is_quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
        if plain := (unescape_string_literal(word) if is_quoted else word).strip():
            yield plain
