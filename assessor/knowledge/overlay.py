"""The settings of one organisation over an edition: a derived edition, and never a fork.

A derived edition is whole: it says what it was made from, what it replaced and by which settings.
So it is checked without the edition it comes from, and gives that edition back exactly.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Annotated, Any, Literal

from pydantic import Field

from assessor.knowledge.conditions import Fact
from assessor.knowledge.findings import Dangling
from assessor.knowledge.hashing import sha256_of
from assessor.knowledge.library import IsoDate
from assessor.knowledge.quantities import Price
from assessor.knowledge.question_bank import Thresholds
from assessor.knowledge.versions import with_settings

ORGANISATION = "organisation.yaml"
LONGEST_NAME = 120
LONGEST_LABEL = 120
LONGEST_HELP = 500
LARGEST_LOGO = 64 * 1024
"""Bytes of the picture. It is part of the edition, and so of everything that carries one."""

PNG = b"\x89PNG\r\n\x1a\n"
CENTS = 2

Document = dict[str, Any]
"""A whole edition as plain values."""

Value = bool | int | float | str | None


class Currency(Fact):
    """What amounts of money are stated in. ``usd``: the worth of one unit on a day."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    usd: Price
    as_of: IsoDate


class Band(Fact):
    """A choice that stands for an amount. ``up_to``: its upper edge, in the currency stated."""

    label: Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
    up_to: Price | None = None


class Settings(Fact):
    """What an organisation sets. ``money_bands``: by question and choice; ``help``: by question.

    Upper edges count for the question on which estimates are checked; without a currency they are
    in USD. ``logo``: a PNG in base64. ``language``: that of reports, as in "en" or "pt-br".
    """

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    currency: Currency | None = None
    money_bands: dict[str, dict[str, Band]] = {}
    volume_thresholds: Thresholds | None = None
    help: dict[str, Annotated[str, Field(min_length=1, max_length=LONGEST_HELP)]] = {}
    paper: Literal["a4", "letter"] = "a4"
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")] = "en"
    logo: Annotated[str, Field(min_length=1, max_length=LARGEST_LOGO * 4 // 3 + 4)] | None = None


class Base(Fact):
    """The edition that the settings lie over."""

    version: str
    sha256: str


class Organisation(Fact):
    """The settings in force, what they lie over, and what they replaced there, by its place.

    ``revision`` counts the settings over one edition.
    """

    settings: Settings
    revision: Annotated[int, Field(strict=True, ge=1)]
    base: Base
    replaced: dict[str, Value]


def derived(base: Document, settings: Settings, revision: int) -> Document:
    """Return an edition with these settings; ``problems()`` must have found nothing."""
    document = deepcopy(base)
    replaced = {}
    for place, value in _changes(base, settings, revision):
        replaced[place] = _replace(document, place, value)
    document["organisation"] = Organisation(
        settings=settings,
        revision=revision,
        base=Base(version=_version(base), sha256=sha256_of(base)),
        replaced=replaced,
    ).model_dump(mode="json", exclude_unset=True)
    return document


def base_of(document: Document) -> Document:
    """Return the edition without settings. Raises LookupError where it cannot be told."""
    base = deepcopy(document)
    organisation = base.pop("organisation", None)
    if organisation is not None:
        for place, value in organisation["replaced"].items():
            _replace(base, place, value)
    return base


def inconsistent(organisation: Organisation, document: Document) -> Iterator[Dangling]:
    """Yield why an edition is not what its settings make of the edition it names."""
    try:
        base = base_of(document)
    except LookupError as error:
        yield ORGANISATION, "replaced", f"no such entry: {error.args[0]}"
        return
    named = organisation.base
    if (_version(base), sha256_of(base)) != (named.version, named.sha256):
        yield ORGANISATION, "base", f"without the settings this is not edition {named.version}"
        return
    wrong = list(problems(base, organisation.settings))
    yield from wrong
    if not wrong and derived(base, organisation.settings, organisation.revision) != document:
        yield ORGANISATION, "settings", "the edition says something else than they make of it"


# ---------------------------------------------------------------- what can be wrong with settings


def problems(base: Document, settings: Settings) -> Iterator[Dangling]:
    """Yield every setting that the edition has no place for, or that contradicts another."""
    questions = _questions(base)
    for key in settings.help:
        if key not in questions:
            yield ORGANISATION, f"settings.help.{key}", "no such question"
    for key, bands in settings.money_bands.items():
        for path, reason in _wrong_bands(base, key, bands):
            yield ORGANISATION, f"settings.money_bands.{key}{path}", reason
    yield from _wrong_thresholds(base, settings)
    if settings.logo is not None and not _is_png(settings.logo):
        yield ORGANISATION, "settings.logo", "no PNG picture in base64"


def _is_png(text: str) -> bool:
    try:
        return base64.b64decode(text, validate=True).startswith(PNG)
    except (binascii.Error, ValueError):
        return False


def _wrong_bands(base: Document, key: str, bands: Mapping[str, Band]) -> Iterator[tuple[str, str]]:
    if key not in money_questions(base):
        yield "", "no question about an amount of money"
        return
    choices = [choice["key"] for choice in _questions(base)[key]["choices"]]
    for choice in bands:
        if choice not in choices:
            yield f".{choice}", "no such choice"
    edges = [bands[choice].up_to for choice in choices if choice in bands]
    if key != budget_question(base):
        if any(edge is not None for edge in edges):
            yield "", "estimates are not checked against this question: leave up_to out"
        return
    if set(bands) != set(choices):
        yield "", "give every choice, so that the amounts fit together"
    elif None in edges[:-1] or edges[-1] is not None:
        yield "", "every choice but the last needs up_to, and the last has none"
    elif edges[:-1] != sorted(set(edges[:-1]), key=lambda edge: edge or 0):
        yield "", "up_to must rise from choice to choice"


def _wrong_thresholds(base: Document, settings: Settings) -> Iterator[Dangling]:
    thresholds = settings.volume_thresholds
    if thresholds is None:
        return
    if not list(_threshold_places(base)):
        yield ORGANISATION, "settings.volume_thresholds", "no question counts a volume"
    if not 0 < thresholds.medium_from < thresholds.high_from:
        yield ORGANISATION, "settings.volume_thresholds", "must be 0 < medium_from < high_from"


def money_questions(base: Document) -> list[str]:
    """Return the questions whose choices are amounts that an organisation may set."""
    return [
        key
        for key, question in _questions(base).items()
        if question.get("assumption") and question.get("choices")
    ]


def budget_question(base: Document) -> str | None:
    """Return the question on which estimates are checked; None where there are none."""
    estimates = base.get("estimates")
    return estimates["questions"]["budget"] if estimates else None


def thresholds_of(base: Document) -> Thresholds | None:
    """Return from which volume of tokens on a volume is medium and high."""
    for place in _threshold_places(base):
        return Thresholds.model_validate(_at(base, place))
    return None


# ---------------------------------------------------------------- what settings change


def _changes(base: Document, settings: Settings, revision: int) -> Iterator[tuple[str, Value]]:
    """Yield place and new value of everything that the settings replace."""
    version = with_settings(_version(base), settings.name, revision)
    for file, content in base.items():
        if "content_version" in content.get("meta", {}):
            yield f"{file}/meta/content_version", version
    for key, extra in settings.help.items():
        yield f"question_bank/questions/{key}/help", f"{_questions(base)[key]['help']} {extra}"
    for key, bands in settings.money_bands.items():
        yield from _band_changes(base, settings, key, bands)
    if settings.volume_thresholds:
        for place in _threshold_places(base):
            yield f"{place}/medium_from", settings.volume_thresholds.medium_from
            yield f"{place}/high_from", settings.volume_thresholds.high_from


def _band_changes(
    base: Document, settings: Settings, key: str, bands: Mapping[str, Band]
) -> Iterator[tuple[str, Value]]:
    usd = settings.currency.usd if settings.currency else 1
    for choice, band in bands.items():
        yield f"question_bank/questions/{key}/choices/{choice}/label", band.label
        if key == budget_question(base):
            edge = None if band.up_to is None else round(band.up_to * usd, CENTS)
            yield f"estimates/budget/up_to_usd_per_month/{choice}", edge


def _threshold_places(base: Document) -> Iterator[str]:
    for key, question in _questions(base).items():
        for position, scoring in enumerate(question.get("scoring", [])):
            if "thresholds" in scoring:
                yield f"question_bank/questions/{key}/scoring/{position}/thresholds"


def _questions(base: Document) -> dict[str, dict[str, Any]]:
    return {question["key"]: question for question in base["question_bank"]["questions"]}


def _version(base: Document) -> str:
    return str(base["question_bank"]["meta"]["content_version"])


# ---------------------------------------------------------------- places


def _replace(document: Document, place: str, value: Value) -> Any:
    """Put a value at a place and return what was there. Raises LookupError with the place."""
    parent, _slash, name = place.rpartition("/")
    holder = _at(document, parent)
    if not isinstance(holder, dict) or name not in holder:
        raise LookupError(place)
    before = holder[name]
    holder[name] = value
    return before


def _at(document: Document, place: str) -> Any:
    """Return what is at a place; entries of a list are named by their key or position."""
    found: Any = document
    for name in place.split("/"):
        found = _entry(found, name)
        if found is None:
            raise LookupError(place)
    return found


def _entry(holder: Any, name: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(name)
    if isinstance(holder, list):
        if name.isdecimal():
            return holder[int(name)] if int(name) < len(holder) else None
        return next((each for each in holder if each.get("key") == name), None)
    return None
