"""What differs between two editions: every value that one has and the other has not.

Nothing can be missed: all that the editions say is compared, what they leave to the default
included. What a place is about, and the words for it, are told from the editions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any, Literal, NamedTuple, get_args

from assessor.knowledge.hashing import sha256_of
from assessor.knowledge.references import PLACEHOLDER
from assessor.knowledge.schema import KnowledgeBase

Topic = Literal[
    "groups",
    "questions",
    "choices",
    "shown",
    "criteria",
    "scoring",
    "grades",
    "weights",
    "rules",
    "conditions",
    "architectures",
    "controls",
    "risks",
    "law",
    "estimates",
    "cases",
    "settings",
    "about",
]
"""What a difference is about. ``shown``: when a question is asked. ``about``: notes and dates."""

TOPICS: tuple[Topic, ...] = get_args(Topic)


class Nothing(Enum):
    """In place of a value that an edition does not have."""

    HERE = "nothing"


NAMES = ("key", "id", "dimension", "question")
"""What entries of a list are told apart by; conditions stand and fall together."""

CONDITION = "op"
"""What only conditions have."""

ORDER = "order"
"""In place of a name: the same entries stand in another order."""

IN_WORDS = ("short_name", "title", "label", "text", "message", "reason", "topic")
"""What says in words what an entry is, the first that it has."""

LEFT_OPEN = "…"
"""In place of a name that is filled in later."""

PRIORITIES = ("question_bank", "questions", "why_priorities", "choices")

Place = tuple[str, ...]

ANY = "*"


class _About(NamedTuple):
    """What places that start like this are about; ``depth`` names of them make the entry.

    A depth of 0 stands for the file itself.
    """

    start: Place
    topic: Topic
    depth: int = 3


ABOUT = (
    _About(("question_bank", "questions", ANY, "show_if"), "shown"),
    _About(("question_bank", "questions", ANY, "choices"), "choices"),
    _About(("question_bank", "questions", ANY, "scoring"), "scoring"),
    _About(("question_bank", "questions"), "questions"),
    _About(("question_bank", "dimensions"), "criteria"),
    _About(("question_bank", "base_weights"), "weights"),
    _About(("question_bank", "priority_map"), "weights"),
    _About(("question_bank", "groups"), "groups"),
    _About(("question_bank", "considerations"), "groups"),
    _About(("question_bank", "roles"), "groups"),
    _About(("question_bank", "stop_gates"), "conditions"),
    _About(("architectures", "architectures", ANY, "fit"), "grades"),
    _About(("architectures", "knockout_rules"), "rules"),
    _About(("architectures", "floor_reasons"), "rules", 2),
    _About(("architectures", "condition_rules"), "conditions"),
    _About(("architectures", "meta"), "about", 0),
    _About(("architectures",), "architectures"),
    _About(("controls", "controls"), "controls"),
    _About(("controls", "risks"), "risks"),
    _About(("controls", "satisfies"), "controls", 2),
    _About(("controls", "meta"), "about", 0),
    _About(("controls",), "law"),
    _About(("estimates", "meta"), "about", 0),
    _About(("estimates",), "estimates", 2),
    _About(("golden_cases",), "cases"),
    _About(("organisation",), "settings", 2),
    _About((), "about", 0),
)
"""The first that fits counts."""

ELSEWHERE: dict[Place, Place] = {
    ("question_bank", "base_weights"): ("question_bank", "dimensions"),
    ("question_bank", "priority_map"): PRIORITIES,
}
"""Where the words for an entry are, when they are not in it."""

HOLDERS = ("choices", "fit", "grades", "scoring", "show_if")
"""Names that say nothing beside what they hold."""


@dataclass(frozen=True)
class Difference:
    """A place in the document, and what is there: NOTHING then means added, now taken away.

    ``subject`` is what it is about in the words of the edition, ``aspect`` what of it: names of
    the files, except where the edition has words.
    """

    topic: Topic
    subject: str
    aspect: str
    place: Place
    then: Any
    now: Any

    @property
    def is_added(self) -> bool:
        return self.then is Nothing.HERE

    @property
    def is_gone(self) -> bool:
        return self.now is Nothing.HERE


@dataclass(frozen=True)
class Section:
    """The differences about one topic, in the order of the edition."""

    topic: Topic
    differences: tuple[Difference, ...]


def differences(then: KnowledgeBase, now: KnowledgeBase) -> tuple[Section, ...]:
    """Return everything that differs, by topic; nothing where both say the same."""
    before_all, after_all = _in_full(then), _in_full(now)
    words = _Words(after_all, before_all)
    found = [
        Difference(*words.of(place), place=place, then=before, now=after)
        for file in after_all
        for place, before, after in _compared((file,), before_all[file], after_all[file])
    ]
    found.sort(key=lambda difference: TOPICS.index(difference.topic))
    return tuple(
        Section(topic, tuple(group)) for topic, group in groupby(found, key=lambda each: each.topic)
    )


def _in_full(knowledge: KnowledgeBase) -> dict[str, Any]:
    """Return all that an edition says, file by file; a file that it has not is empty.

    What settings have replaced is left out: it is told where it was replaced. A picture is known by
    its hash.
    """
    full = knowledge.model_dump(mode="json", by_alias=True, exclude={"organisation": {"replaced"}})
    if organisation := full["organisation"]:
        logo = organisation["settings"].pop("logo")
        organisation["settings"]["logo"] = logo and f"PNG, {sha256_of(logo)[:12]}"
    return {file: content or {} for file, content in full.items()}


# ---------------------------------------------------------------- comparing


def _compared(place: Place, then: Any, now: Any) -> Iterator[tuple[Place, Any, Any]]:
    """Yield every place where the two differ, as deep as both have it."""
    if then == now and type(then) is type(now):
        return
    if isinstance(then, dict) and isinstance(now, dict):
        yield from _entries(place, then, now)
    elif _is_named(then) and _is_named(now):
        before, after = _by_name(then), _by_name(now)
        yield from _entries(place, before, after)
        order = [name for name in before if name in after]
        new_order = [name for name in after if name in before]
        if order != new_order:
            yield (*place, ORDER), order, new_order
    else:
        yield place, then, now


def _entries(
    place: Place, then: dict[str, Any], now: dict[str, Any]
) -> Iterator[tuple[Place, Any, Any]]:
    for name in {**now, **then}:
        here = (*place, name)
        if name in then and name in now:
            yield from _compared(here, then[name], now[name])
        else:
            yield here, then.get(name, Nothing.HERE), now.get(name, Nothing.HERE)


def _is_named(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    names = [_name_of(entry) for entry in value]
    return None not in names and len(set(names)) == len(names)


def _name_of(entry: Any) -> str | None:
    if not isinstance(entry, dict) or CONDITION in entry:
        return None
    return next((str(entry[name]) for name in NAMES if name in entry), None)


def _by_name(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {str(_name_of(entry)): entry for entry in entries}


# ---------------------------------------------------------------- words


class _Words:
    """What places are about, in the words of the first edition that has them."""

    def __init__(self, *editions: dict[str, Any]) -> None:
        self._editions = editions

    def of(self, place: Place) -> tuple[Topic, str, str]:
        """Return topic, subject and aspect."""
        about = next(each for each in ABOUT if _starts(place, each.start))
        if about.depth == 0:
            return about.topic, f"{place[0]}.yaml", ".".join(place[1:])
        depth = min(about.depth, len(place))
        names = [
            self._name(place[: at + 1])
            for at in range(depth, len(place))
            if place[at] not in HOLDERS
        ]
        between = ": " if about.topic == "grades" else "."
        return about.topic, self._name(place[:depth]), between.join(names)

    def _name(self, place: Place) -> str:
        """Return what an entry is in words; else its name."""
        place = ELSEWHERE.get(place[:-1], place[:-1]) + place[-1:]
        match place:
            case ("architectures", "architectures", _, "fit", criterion):
                return self._text(("question_bank", "dimensions", criterion), IN_WORDS)
            case ("architectures", "architectures", _, "fit", criterion, "grades", level):
                labels = ("question_bank", "dimensions", criterion, "level_labels")
                return self._text(labels, [level], level)
            case _:
                return self._text(place, IN_WORDS)

    def _text(self, place: Place, names: Sequence[str], otherwise: str = "") -> str:
        """Return the first text that an edition has for an entry; else the name of the entry."""
        for edition in self._editions:
            entry = _at(edition, place)
            words = next((entry[name] for name in names if entry.get(name)), "")
            if isinstance(words, str) and words:
                return PLACEHOLDER.sub(LEFT_OPEN, words)
        return otherwise or place[-1]


def _starts(place: Place, start: Place) -> bool:
    return len(place) >= len(start) and all(
        wanted in {ANY, name} for name, wanted in zip(place, start, strict=False)
    )


def _at(document: dict[str, Any], place: Place) -> dict[str, Any]:
    """Return the entry at a place, or nothing."""
    found: Any = document
    for name in place:
        named = _by_name(found) if _is_named(found) else found
        found = named.get(name) if isinstance(named, dict) else None
    return found if isinstance(found, dict) else {}
