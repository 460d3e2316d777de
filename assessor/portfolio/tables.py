"""The tables of the portfolio, each with what stands out in it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from assessor.knowledge import UNKNOWN
from assessor.knowledge.library import JURISDICTION
from assessor.models import Assessment
from assessor.portfolio.counts import Counted
from assessor.portfolio.figures import Figure, Line, Listing, Table, number
from assessor.portfolio.filters import first_day, last_day
from assessor.portfolio.words import SUPPLIERS, Words, supplier_classes
from assessor.workflow.tallying import BETWEEN, DATA, FOLLOWED, OTHERWISE, RESIDENCY, SECTOR

MOST_LINES = 10
MOST_MONTHS = 24

Pairs = Iterable[tuple[str, int]]
"""Value and count."""

Key = TypeVar("Key")


def tables(found: Counted, words: Words, listing: Listing) -> Iterator[Table]:
    """Yield those that have anything in them."""
    writer = Writer(found, words, listing)
    every = (
        writer.states(),
        writer.architectures(),
        writer.by_situation(),
        writer.by_sector(),
        writer.by_month(),
        writer.otherwise(),
        writer.unknown(),
        writer.missing(),
        writer.sharing(),
        writer.suppliers(),
    )
    return (table for table in every if table.lines)


@dataclass(frozen=True)
class Heading:
    """What stands above a table. The message may name ``label``, ``count`` and ``total``."""

    key: str
    message: str
    about: str
    note: str = ""


@dataclass(frozen=True)
class Writer:
    """Writes tables from counts."""

    found: Counted
    words: Words
    listing: Listing

    # ------------------------------------------------------------ how far they are

    def states(self) -> Table:
        counts = self.found.keys("status")
        return Table(
            key="states",
            message=_("%(decided)s of %(total)s are decided")
            % {
                "decided": number(counts["approved"] + counts["declined"]),
                "total": number(counts.total()),
            },
            about=_("State"),
            columns=(_("Assessments"),),
            lines=tuple(
                Line(str(label), (self.listing.figure(counts[key], status=key),))
                for key, label in Assessment.Status.choices
                if counts[key]
            ),
        )

    # ------------------------------------------------------------ suggested and decided

    def architectures(self) -> Table:
        counts, chosen = self.found.of("suggested"), self.found.keys("chosen")
        keys = sorted({key for key, _outcome in counts} | set(chosen))
        lines = [
            Line(
                self.words.architecture(key),
                (
                    *self._became(_values(counts, key), **_suggested(key)),
                    self.listing.figure(chosen[key], status="approved", **_chosen(key)),
                ),
            )
            for key in keys
        ]
        heading = Heading(
            "architectures",
            _("“%(label)s” is suggested most often: %(count)s of %(total)s"),
            _("Architecture"),
        )
        return self._by_outcome(heading, _most_first(lines), _("Chosen in all"))

    def by_situation(self) -> Table:
        counts = self.found.of("situation")
        lines = [
            self._with_most_suggested(
                self.words.situation(key), _values(counts, key), {"situation": key}
            )
            for key in _keys(counts)
        ]
        heading = Heading(
            "situations",
            _("Most are in the situation “%(label)s”: %(count)s of %(total)s"),
            _("Situation"),
        )
        return self._by_outcome(heading, _most_first(lines), _("Suggested most often"))

    def by_sector(self) -> Table:
        counts = self.found.of("sector")
        lines = [
            self._with_most_suggested(
                self.words.choice(SECTOR, key),
                _values(counts, key),
                {"answer": f"{SECTOR}:{key}"},
            )
            for key in _keys(counts)
        ]
        heading = Heading(
            "sectors",
            _("“%(label)s” is the sector named most often: in %(count)s of %(total)s"),
            _("Sector"),
            _("An assessment counts in every sector that it names."),
        )
        return self._by_outcome(heading, _most_first(lines), _("Suggested most often"))

    def by_month(self) -> Table:
        counts = self.found.months
        lines = [
            Line(
                month_words(month),
                self._became(
                    _values(counts, month),
                    submitted_from=first_day(month).isoformat(),
                    submitted_to=last_day(month).isoformat(),
                ),
            )
            for month in sorted(_keys(counts))[-MOST_MONTHS:]
        ]
        heading = Heading(
            "months",
            _("%(label)s saw the most submissions: %(count)s"),
            _("Month of the last submission"),
        )
        return self._by_outcome(heading, lines)

    def otherwise(self) -> Table:
        """Say how often which architecture was chosen in place of which."""
        counts = self.found.of("otherwise")
        decided = self.found.keys("chosen").total()
        lines = [
            Line(
                _("“%(chosen)s” in place of “%(suggested)s”")
                % {
                    "chosen": self.words.architecture(chosen),
                    "suggested": self.words.architecture(suggested),
                },
                (
                    self.listing.figure(
                        count, outcome=OTHERWISE, **_suggested(suggested), **_chosen(chosen)
                    ),
                ),
            )
            for (suggested, chosen), count in _most(counts)
        ]
        return Table(
            key="otherwise",
            message=_("%(count)s of %(total)s approvals chose otherwise than was suggested")
            % {"count": number(counts.total()), "total": number(decided)},
            about=_("Chosen"),
            columns=(_("Approvals"),),
            lines=tuple(lines),
        )

    # ------------------------------------------------------------ what is missing

    def unknown(self) -> Table:
        lines = [
            Line(
                self.words.question(key),
                (self.listing.figure(count, answer=f"{key}:{UNKNOWN}"),),
            )
            for key, count in _most(self.found.keys("unknown"))
        ]
        heading = Heading(
            "unknown",
            _("“%(label)s” is not known most often: in %(count)s of %(total)s"),
            _("Question"),
        )
        return self._table(heading, (_("Assessments"),), lines)

    def missing(self) -> Table:
        lines = [
            Line(self.words.control(key), (self.listing.figure(count, control=key),))
            for key, count in _most(self.found.keys("missing"))
        ]
        heading = Heading(
            "missing",
            _("“%(label)s” is missing most often: in %(count)s of %(total)s"),
            _("Control that applies and is not in place"),
        )
        return self._table(heading, (_("Assessments"),), lines)

    # ------------------------------------------------------------ what could be one

    def sharing(self) -> Table:
        lines = [
            self._group(architecture, value.split(BETWEEN), count)
            for (architecture, value), count in self.found.shared
        ]
        return Table(
            key="sharing",
            message=_("Up to %(count)s initiatives could share one platform")
            % {"count": number(lines[0].figures[0].count if lines else 0)},
            about=_("Same architecture, class of data and region"),
            columns=(_("Initiatives"),),
            lines=tuple(lines),
            note=_(
                "Those with several classes of data or several regions count in each of them; "
                "groups of two or more, the largest first."
            ),
        )

    def _group(self, architecture: str, parts: list[str], count: int) -> Line:
        questions = (DATA, JURISDICTION, RESIDENCY)
        named = [self.words.choice(*each) for each in zip(questions, parts, strict=True)]
        answers = [f"{question}:{part}" for question, part in zip(questions, parts, strict=True)]
        label = f"{self.words.architecture(architecture)}: {'; '.join(named)}"
        figure = self.listing.figure(count, suggestion=architecture, answer=answers)
        return Line(label, (figure,))

    def suppliers(self) -> Table:
        """Say who would process content if every suggestion were followed."""
        every, classes = supplier_classes(), dict[str, Counter[str]]()
        for key, count in self.found.keys("suggested").items():
            if key in every:
                classes.setdefault(every[key], Counter())[key] += count
        ordered = sorted(classes.items(), key=lambda each: -each[1].total())
        lines = [
            Line(
                str(SUPPLIERS.get(name, name)),
                (self.listing.figure(keys.total(), suggested__in=",".join(sorted(keys))),),
            )
            for name, keys in ordered
        ]
        heading = Heading(
            "suppliers",
            _("“%(label)s” would process content most often: in %(count)s of %(total)s"),
            _("Who processes content as suggested"),
        )
        return self._table(heading, (_("Assessments"),), lines)

    # ------------------------------------------------------------ parts of tables

    def _with_most_suggested(self, label: str, pairs: Pairs, about: dict[str, str]) -> Line:
        """Return a line whose last figure is the architecture suggested most often.

        The values are ``architecture/outcome``.
        """
        outcomes: Counter[str] = Counter()
        architectures: Counter[str] = Counter()
        for value, count in pairs:
            architecture, outcome = value.split(BETWEEN)
            outcomes[outcome] += count
            architectures[architecture] += count
        (first, count), *_rest = architectures.most_common(1)
        most = self.listing.figure(
            count, self.words.architecture(first), **about, **_suggested(first)
        )
        return Line(label, (*self._became(outcomes.items(), **about), most))

    def _became(self, outcomes: Pairs, **about: str) -> tuple[Figure, ...]:
        """Return how many were suggested, and for how many of them it was decided so or not."""
        counts = Counter(dict(outcomes))
        return (
            self.listing.figure(counts.total(), **about),
            *(
                self.listing.figure(counts[outcome], **about, outcome=outcome)
                for outcome in (FOLLOWED, OTHERWISE)
            ),
        )

    def _by_outcome(self, heading: Heading, lines: list[Line], last: str = "") -> Table:
        columns = (_("Suggested"), _("Chosen as suggested"), _("Chosen otherwise"), last)
        return self._table(heading, tuple(filter(None, columns)), lines)

    def _table(self, heading: Heading, columns: tuple[str, ...], lines: list[Line]) -> Table:
        """Return a table whose message is of its largest number; the total is of all suggested."""
        first = next(iter(_most_first(lines)), Line("", (Figure(0, ""),)))
        most = first.figures[0].count
        several = sum(line.figures[0].count == most for line in lines)
        values = {
            "label": first.label,
            "count": number(most),
            "total": number(self.found.keys("suggested").total()),
            "several": number(several),
        }
        shared = _("No single one stands out: %(several)s have %(count)s each")
        message = (shared if several > 1 else heading.message) % values
        return Table(heading.key, message, heading.about, columns, tuple(lines), heading.note)


def _suggested(key: str) -> dict[str, str]:
    """Return the parameter that looks for a suggestion; the list's own one knows no “none”."""
    return {"suggestion": key} if key else {"suggested__exact": ""}


def _chosen(key: str) -> dict[str, str]:
    return {"chosen": key} if key else {"chosen__exact": ""}


def month_words(month: str) -> str:
    """Write a month such as 2026-11 as people say it."""
    year, month_number = map(int, month.split("-"))
    return f"{MONTHS[month_number]} {year}"


def _keys(counts: Counter[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(key for key, _value in counts))


def _values(counts: Counter[tuple[str, str]], wanted: str) -> list[tuple[str, int]]:
    return [(value, count) for (key, value), count in counts.items() if key == wanted]


def _most_first(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: -line.figures[0].count)


def _most(counts: Counter[Key]) -> list[tuple[Key, int]]:
    return counts.most_common(MOST_LINES)
