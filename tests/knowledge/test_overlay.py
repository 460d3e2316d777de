"""The settings of an organisation over an edition: whole, checked, and taken away again."""

import base64
from typing import Any

import pytest

from assessor.advice import advise
from assessor.advice.proof import cases
from assessor.knowledge import KnowledgeBase, KnowledgeError, read_document
from assessor.knowledge.archive import FORMATS, packed, read_upload
from assessor.knowledge.hashing import sha256_of
from assessor.knowledge.overlay import (
    PNG,
    Settings,
    base_of,
    budget_question,
    derived,
    money_questions,
    problems,
    thresholds_of,
)
from assessor.knowledge.question_bank import Choice, Question, SingleQuestion
from tests.advice.answers import situation
from tests.knowledge.editions import Document, change, document, shipped

BANDS = {
    "low": {"label": "Up to 2,000 euros", "up_to": 2000},
    "medium": {"label": "2,000 to 20,000 euros", "up_to": 20_000},
    "large": {"label": "More than 20,000 euros"},
}
EURO = {"code": "EUR", "usd": 1.1, "as_of": "2026-11-20"}
ALL: dict[str, Any] = {
    "name": "Northwind",
    "currency": EURO,
    "money_bands": {"opex_budget": BANDS, "where_capex": {"small": {"label": "Next to nothing"}}},
    "volume_thresholds": {"medium_from": 1000, "high_from": 2000},
    "help": {"where_scope": "Ask Kim in doubt."},
    "paper": "letter",
    "language": "de",
    "logo": base64.b64encode(PNG).decode(),
}


def settings(**different: Any) -> Settings:
    return Settings.model_validate({"name": "Northwind", **different})


def over(*, revision: int = 1, **wanted: Any) -> KnowledgeBase:
    return read_document(derived(document(), settings(**wanted), revision))


def wrong(**wanted: Any) -> list[tuple[str, str]]:
    found = problems(document(), settings(**wanted))
    return [(path, reason) for _file, path, reason in found]


# ---------------------------------------------------------------- what settings change


def test_a_derived_edition_has_a_version_and_hash_of_its_own_and_names_its_base() -> None:
    edition = over(revision=3)
    assert edition.version == "2026.11.3+northwind.3"
    assert edition.sha256 not in {shipped().sha256, over(revision=4).sha256}
    assert edition.organisation
    assert edition.organisation.base.sha256 == edition.base_sha256 == shipped().sha256


def choices_of(question: Question) -> tuple[Choice, ...]:
    assert isinstance(question, SingleQuestion)
    return question.choices


def test_every_setting_is_in_force_in_the_edition() -> None:
    edition = over(**ALL)
    labels = {each.key: each.label for each in choices_of(edition.questions["opex_budget"])}
    assert labels["low"] == "Up to 2,000 euros"
    assert edition.estimates is not None
    assert edition.estimates.budget.up_to_usd_per_month == {
        "low": 2200,
        "medium": 22_000,
        "large": None,
    }
    before = shipped().questions["where_scope"].help
    assert edition.questions["where_scope"].help == f"{before} Ask Kim in doubt."
    thresholds = thresholds_of(edition.document)
    assert thresholds
    assert (thresholds.medium_from, thresholds.high_from) == (1000, 2000)


def test_what_is_not_set_stays_as_it_is() -> None:
    edition = over()
    for key, question in edition.questions.items():
        assert question == shipped().questions[key]
    assert edition.estimates
    before = shipped().estimates
    assert before is not None
    assert edition.estimates.budget == before.budget


def test_a_threshold_that_is_set_changes_what_answers_mean() -> None:
    low, high = (
        over(volume_thresholds={"medium_from": at, "high_from": at + 1}) for at in (1, 10**15)
    )
    assert advise(low, situation()).levels["volume"] == "high"
    assert advise(high, situation()).levels["volume"] == "low"


def test_names_and_labels_move_no_word_for_how_sure_a_suggestion_is() -> None:
    named = over(name="Another name", money_bands={"opex_budget": BANDS}, help=ALL["help"])
    before, after = advise(shipped(), situation()), advise(named, situation())
    assert (before.status, before.confidence) == (after.status, after.confidence)
    assert before.ranking == after.ranking


# ---------------------------------------------------------------- a derived edition is whole


@pytest.mark.parametrize("wanted", [{}, ALL], ids=["name alone", "everything"])
def test_without_its_settings_it_is_the_edition_it_came_from(wanted: Any) -> None:
    edition = over(**wanted)
    assert base_of(edition.document) == shipped().document
    assert sha256_of(base_of(edition.document)) == shipped().sha256


def test_an_edition_without_settings_is_its_own_base() -> None:
    assert base_of(shipped().document) == shipped().document
    assert shipped().base_sha256 == shipped().sha256


@pytest.mark.parametrize("kind", FORMATS)
def test_it_can_be_taken_away_and_comes_back_the_same(kind: str) -> None:
    edition = over(**ALL)
    again = read_upload({f"x.{kind}": packed(edition.document, kind)})
    assert again.sha256 == edition.sha256
    assert again.document == edition.document


def test_settings_are_laid_over_the_base_and_never_over_each_other() -> None:
    first = over(**ALL)
    second = read_document(derived(base_of(first.document), settings(name="Northwind"), 2))
    assert second.questions["where_scope"].help == shipped().questions["where_scope"].help
    assert base_of(second.document) == shipped().document


def altered(path: str, value: object) -> Document:
    edition = over(**ALL).document
    change(edition, path, value)
    return edition


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("architectures/architectures/byoc_platform/fit/volume/grades/low", 0, "is not edition"),
        ("question_bank/questions/where_scope/help", "Else.", "something else"),
        ("estimates/budget/up_to_usd_per_month/low", 5.0, "something else"),
        ("organisation/settings/name", "Contoso", "something else"),
        ("organisation/revision", 2, "something else"),
        ("organisation/base/sha256", "0" * 64, "is not edition"),
        ("organisation/base/version", "1", "is not edition"),
        ("organisation/replaced/question_bank~1questions~1gone~1help", "x", "no such entry"),
    ],
)  # fmt: skip
def test_an_edition_that_is_not_what_its_settings_make_of_its_base_is_refused(
    path: str, value: object, said: str
) -> None:
    *parents, last = path.split("/")
    edition = over(**ALL).document
    place: Any = edition
    for name in parents:
        place = (
            place[name] if isinstance(place, dict) else next(e for e in place if e["key"] == name)
        )
    place[last.replace("~1", "/")] = value
    with pytest.raises(KnowledgeError, match=said):
        read_document(edition)


# ---------------------------------------------------------------- worked cases


def test_worked_cases_are_those_of_the_base_whatever_the_settings_move() -> None:
    edition = over(volume_thresholds={"medium_from": 1, "high_from": 2})
    moved = [
        case for case in shipped().golden_cases.cases if list(cases.differences(edition, case))
    ]
    assert moved
    assert cases.part(edition).findings == ()


# ---------------------------------------------------------------- what can be wrong


def test_the_shipped_edition_says_what_can_be_set() -> None:
    assert money_questions(document()) == ["where_capex", "opex_budget"]
    assert budget_question(document()) == "opex_budget"


def test_good_settings_have_no_problems() -> None:
    assert wrong(**{key: value for key, value in ALL.items() if key != "name"}) == []


def bands(**different: Any) -> dict[str, Any]:
    return {"opex_budget": {**BANDS, **different}}


@pytest.mark.parametrize(
    ("wanted", "place", "said"),
    [
        ({"help": {"gone": "x"}}, "settings.help.gone", "no such question"),
        ({"money_bands": {"why_success": {}}}, "settings.money_bands.why_success", "amount"),
        ({"money_bands": {"gone": {}}}, "settings.money_bands.gone", "amount"),
        ({"money_bands": bands(huge={"label": "x"})},
         "settings.money_bands.opex_budget.huge", "choice"),
        ({"money_bands": {"opex_budget": {"low": BANDS["low"]}}},
         "settings.money_bands.opex_budget", "every choice"),
        ({"money_bands": bands(medium={"label": "x", "up_to": 2000})},
         "settings.money_bands.opex_budget", "must rise"),
        ({"money_bands": bands(medium={"label": "x", "up_to": 1})},
         "settings.money_bands.opex_budget", "must rise"),
        ({"money_bands": bands(low={"label": "x"})},
         "settings.money_bands.opex_budget", "needs up_to"),
        ({"money_bands": bands(large={"label": "x", "up_to": 10**6})},
         "settings.money_bands.opex_budget", "the last has none"),
        ({"money_bands": {"where_capex": {"small": {"label": "x", "up_to": 1}}}},
         "settings.money_bands.where_capex", "leave up_to out"),
        ({"volume_thresholds": {"medium_from": 5, "high_from": 5}},
         "settings.volume_thresholds", "medium_from < high_from"),
        ({"volume_thresholds": {"medium_from": 0, "high_from": 5}},
         "settings.volume_thresholds", "medium_from < high_from"),
        ({"logo": "no base64"}, "settings.logo", "PNG"),
        ({"logo": "R0lGODlh"}, "settings.logo", "PNG"),
    ],
)  # fmt: skip
def test_settings_that_the_edition_has_no_place_for_are_named(
    wanted: dict[str, Any], place: str, said: str
) -> None:
    found = wrong(**wanted)
    assert place in [path for path, _reason in found]
    assert any(said in reason for _path, reason in found)


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"currency": {**EURO, "code": "Euro"}},
        {"currency": {**EURO, "usd": 0}},
        {"help": {"where_scope": "x" * 501}},
        {"paper": "a3"},
        {"colour": "x"},
    ],
)
def test_settings_of_the_wrong_form_are_refused(wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        settings(**wanted)
