"""A name that means nothing is found when an edition is read, not when somebody answers."""

import re

import pytest

from assessor.knowledge import KnowledgeBase, KnowledgeError, read_document
from assessor.knowledge.references import choice_keys, unresolved
from tests.knowledge.editions import GONE, Document, change, changed, document

BANK, CATALOGUE, CONTROLS, CASES = (
    "question_bank.yaml",
    "architectures.yaml",
    "controls.yaml",
    "golden_cases.yaml",
)

QUESTIONS = "question_bank/questions"
OPTION = "architectures/architectures/air_gapped"
RULES = "architectures/knockout_rules"
CONTROL = "controls/controls/ai_register"
RISK = "controls/risks/drift"
LAW = "controls/legal_calendar/ai_act_literacy"


def refusal(edition: Document) -> str:
    with pytest.raises(KnowledgeError) as refused:
        read_document(edition)
    return str(refused.value)


def clause(subject: str, name: str, op: str, value: object) -> dict[str, object]:
    return {subject: name, "op": op, "value": value}


def document_at(path: str) -> list[dict[str, object]]:
    """Return the entries at the path of a question's list."""
    part, name, key, entries = path.split("/")
    found: list[dict[str, object]] = next(
        entry for entry in document()[part][name] if entry["key"] == key
    )[entries]
    return found


def test_every_name_in_the_shipped_edition_means_something(knowledge: KnowledgeBase) -> None:
    assert list(unresolved(knowledge)) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (f"{QUESTIONS}/where_scope/group", "who", "questions (where_scope).group: no group 'who'"),
        (
            f"{QUESTIONS}/where_scope/answered_by",
            ["janitor"],
            "questions (where_scope).answered_by: no role 'janitor'",
        ),
        (
            f"{QUESTIONS}/where_scope/trace",
            ["X1"],
            "questions (where_scope).trace: no sentence 'X1'",
        ),
        (
            f"{QUESTIONS}/gov_harm/consideration",
            "luck",
            "questions (gov_harm).consideration: no consideration 'luck'",
        ),
        (
            f"{QUESTIONS}/gov_harm/scoring/0/dimension",
            "luck",
            "questions (gov_harm).scoring: no dimension 'luck'",
        ),
        (
            f"{QUESTIONS}/gov_harm/scoring/0/map/nuisance",
            "tiny",
            "questions (gov_harm).scoring.map: no level 'tiny'",
        ),
        (
            f"{QUESTIONS}/gov_harm/scoring/0/map/nuisance",
            GONE,
            "questions (gov_harm).scoring.map: choices and map differ: ['nuisance']",
        ),
        (
            f"{QUESTIONS}/where_scope/show_if",
            [clause("question", "why_success", "eq", "yes")],
            "questions (where_scope).show_if: 'why_success' is asked later",
        ),
        (
            f"{QUESTIONS}/gov_autonomy/show_if/0/question",
            "how_task",
            "questions (gov_autonomy).show_if: no question 'how_task'",
        ),
        (
            f"{QUESTIONS}/gov_autonomy/show_if/0/value",
            ["acts"],
            "questions (gov_autonomy).show_if: no value 'acts'",
        ),
        (
            "question_bank/base_weights/volume",
            GONE,
            "base_weights: must name every dimension once",
        ),
        (
            "question_bank/priority_map/low_cost",
            ["price"],
            "priority_map.low_cost: no dimension 'price'",
        ),
        (
            "question_bank/priority_map/low_cost",
            GONE,
            "priority_map: no priority 'low_cost'",
        ),
        (
            "question_bank/stop_gates/classified/when/0/question",
            "data",
            "stop_gates (classified): no question 'data'",
        ),
        (
            "question_bank/article_sentences/I2/questions",
            ["why_succeed"],
            "article_sentences (I2).questions: no question 'why_succeed'",
        ),
    ],
)
def test_a_dangling_name_in_the_question_bank(path: str, value: object, expected: str) -> None:
    assert f"{BANK}: {expected}" in refusal(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (f"{OPTION}/fit/opex", GONE, "(air_gapped).fit: no grades for 'opex'"),
        (
            f"{OPTION}/fit/opex/grades/low",
            GONE,
            "(air_gapped).fit.opex: must grade the levels low, medium, large",
        ),
        (f"{OPTION}/ideal_profile/opex", "huge", "(air_gapped).ideal_profile: no level for 'opex'"),
        (
            f"{OPTION}/attributes/min_team",
            GONE,
            "(air_gapped).attributes: 'min_team' must be defined, and given for every architecture",
        ),
        (
            f"{OPTION}/attributes/magic",
            True,
            "(air_gapped).attributes: 'magic' must be defined, and given for every architecture",
        ),
        (f"{OPTION}/components", ["moat"], "(air_gapped).components: no component 'moat'"),
        (f"{OPTION}/trace", ["X1"], "(air_gapped).trace: no sentence 'X1'"),
        (
            f"{OPTION}/diagram/nodes/ts/zone",
            "moon",
            "(air_gapped).diagram.nodes (ts): no zone 'moon'",
        ),
        (f"{OPTION}/diagram/edges/0/to", "moon", "(air_gapped).diagram.edges: no node 'moon'"),
        (
            f"{RULES}/no_team/when/0/value",
            "nobody",
            "knockout_rules (no_team): no value 'nobody'",
        ),
        (
            f"{RULES}/no_team/exclude_where/attribute",
            "team",
            "knockout_rules (no_team): no attribute 'team'",
        ),
        (
            f"{RULES}/no_team/reason",
            "{nme} needs a team.",
            "knockout_rules (no_team).reason: no placeholder 'nme'",
        ),
        (f"{RULES}/no_team/trace", ["X1"], "knockout_rules (no_team).trace: no sentence 'X1'"),
        (
            "architectures/condition_rules/plan_exit/when/0/question",
            "priorities",
            "condition_rules (plan_exit): no question 'priorities'",
        ),
        (
            f"{OPTION}/approaches",
            ["steal"],
            "(air_gapped).approaches: no choice 'steal' of how_approach",
        ),
        (
            f"{OPTION}/first_90_days",
            [{"text": "Ask first", "owner": "janitor"}],
            "(air_gapped).first_90_days: no role 'janitor'",
        ),
        (
            f"{OPTION}/grows_into",
            [{"architecture": "the_moon", "when": "…", "how": "…"}],
            "(air_gapped).grows_into: no other architecture 'the_moon'",
        ),
        (
            f"{OPTION}/grows_into",
            [{"architecture": "air_gapped", "when": "…", "how": "…"}],
            "(air_gapped).grows_into: no other architecture 'air_gapped'",
        ),
        (
            "architectures/components/saas_product/includes",
            ["moat"],
            "components (saas_product).includes: no component 'moat'",
        ),
        (
            "architectures/task_components/dream",
            ["gateway"],
            "task_components: no task 'dream'",
        ),
        (
            "architectures/task_components/draft",
            ["moat"],
            "task_components.draft: no component 'moat'",
        ),
        (
            "architectures/alternatives/extractive/applies/any/0/value",
            ["dream"],
            "alternatives (extractive).applies: no value 'dream'",
        ),
        (
            "architectures/alternatives/extractive/applies/any",
            [clause("dimension", "opex", "eq", "low")],
            "alternatives (extractive).applies: a clause must be about a question",
        ),
    ],
)
def test_a_dangling_name_in_the_catalogue(path: str, value: object, expected: str) -> None:
    message = refusal(changed(path, value))
    assert message.startswith(f"{CATALOGUE}: ")
    assert expected in message


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (f"{CONTROL}/risks", ["boredom"], "controls (ai_register).risks: no risk 'boredom'"),
        (f"{CONTROL}/owner", "janitor", "controls (ai_register).owner: no role 'janitor'"),
        (f"{CONTROL}/phase", "some_day", "controls (ai_register).phase: no phase 'some_day'"),
        (
            f"{CONTROL}/applies",
            {"any": [clause("dimension", "luck", "eq", "high")]},
            "controls (ai_register).applies: no dimension 'luck'",
        ),
        (
            f"{CONTROL}/applies",
            {"any": [clause("dimension", "opex", "eq", "huge")]},
            "controls (ai_register).applies: no value 'huge'",
        ),
        (
            "controls/satisfies/ai_policy",
            ["good_will"],
            "satisfies.ai_policy: no control 'good_will'",
        ),
        (
            f"{CONTROL}/consideration",
            "luck",
            "controls (ai_register).consideration: no consideration 'luck'",
        ),
        (
            "controls/satisfies/good_will",
            ["use_policy"],
            "satisfies: no safeguard 'good_will'",
        ),
        (
            f"{RISK}/consideration",
            "luck",
            "risks (drift).consideration: no consideration 'luck'",
        ),
        (
            f"{RISK}/applies",
            {"any": [clause("question", "luck", "eq", "bad")]},
            "risks (drift).applies: no question 'luck'",
        ),
        (
            f"{RISK}/raised_by",
            [clause("attribute", "luck", "eq", "bad")],
            "risks (drift).raised_by: no attribute 'luck'",
        ),
        (
            f"{LAW}/source",
            "hearsay",
            "legal_calendar (ai_act_literacy).source: no source 'hearsay'",
        ),
        (
            f"{LAW}/applies",
            {"any": [clause("question", "reg_data", "contains_any", ["gossip"])]},
            "legal_calendar (ai_act_literacy).applies: no value 'gossip'",
        ),
        (
            "controls/counsel_questions/0/applies",
            {"any": [clause("dimension", "opex", "eq", "huge")]},
            "counsel_questions (0).applies: no value 'huge'",
        ),
        (
            "controls/meta/content_version",
            "2026.10.0",
            "meta.content_version: 2026.10.0, but question_bank.yaml says 2026.11.3",
        ),
    ],
)
def test_a_dangling_name_in_the_controls(path: str, value: object, expected: str) -> None:
    assert f"{CONTROLS}: {expected}" in refusal(changed(path, value))


def test_a_jurisdiction_that_nobody_can_choose() -> None:
    edition = document()
    choices = [choice for choice in jurisdictions(edition) if choice["key"] != "us"]
    change(edition, f"{QUESTIONS}/reg_jurisdiction/choices", choices)
    message = refusal(edition)
    assert f"{CONTROLS}: legal_calendar (us_ftc).jurisdiction: no jurisdiction 'us'" in message
    assert re.search(r"counsel_questions \(\d+\).jurisdiction: no jurisdiction 'us'", message)


def jurisdictions(edition: Document) -> list[dict[str, str]]:
    questions = edition["question_bank"]["questions"]
    (asked,) = (found for found in questions if found["key"] == "reg_jurisdiction")
    choices: list[dict[str, str]] = asked["choices"]
    return choices


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{RULES}/residency_air_gapped/when/0/op", "gte"),
        (f"{QUESTIONS}/spec_training_data/show_if/0/value", "3"),
        (f"{RULES}/deadline/exclude_where/attribute", "data_location"),
        ("architectures/floor_reasons/unsuitable", "{nme} is not suitable."),
        ("question_bank/dimensions/governance/level_labels/heavy", GONE),
        ("question_bank/estimate_defaults/tokens_by_task/draft", GONE),
        ("question_bank/base_weights/situation", -12.5),
    ],
    ids=[
        "an order between choices",
        "a point of a scale as text",
        "an order between words",
        "a placeholder of the floor",
        "a level without a label",
        "a task without tokens",
        "a weight below zero",
    ],
)
def test_what_could_only_fail_while_advising_is_refused(path: str, value: object) -> None:
    assert refusal(changed(path, value))


@pytest.mark.parametrize(
    ("file", "path"),
    [
        (BANK, "question_bank/groups"),
        (BANK, "question_bank/considerations"),
        (BANK, "question_bank/roles"),
        (BANK, "question_bank/dimensions"),
        (BANK, "question_bank/questions"),
        (CATALOGUE, "architectures/architectures"),
        (CATALOGUE, "architectures/knockout_rules"),
        (CATALOGUE, "architectures/condition_rules"),
        (CATALOGUE, "architectures/alternatives"),
        (CONTROLS, "controls/controls"),
        (CONTROLS, "controls/risks"),
        (CONTROLS, "controls/legal_calendar"),
        (CASES, "golden_cases/cases"),
    ],
)
def test_an_entry_given_twice(file: str, path: str) -> None:
    part, name = path.split("/")
    entries = document()[part][name]
    message = refusal(changed(path, [*entries, entries[0]]))
    assert f"{file}: {name}: the key {entries[0]['key']!r} is given twice" in message


# ---------------------------------------------------------------- contradictions


def test_a_choice_given_twice() -> None:
    path = f"{QUESTIONS}/how_deadline/choices"
    choices = document_at(path)
    message = refusal(changed(path, [*choices, choices[0]]))
    assert f"{BANK}: questions (how_deadline).choices: the key 'under_1m' is given twice" in message


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            f"{QUESTIONS}/gov_harm/scoring/0/combine",
            "min",
            "questions (gov_harm).scoring.combine: combines 'governance' by min, others by max",
        ),
        (
            f"{QUESTIONS}/why_priorities/max_choices",
            4,
            "questions (why_priorities).max_choices: at most 3 can be ranked",
        ),
        (
            f"{QUESTIONS}/opex_volume/scoring/0/dimension",
            "governance",
            "(opex_volume).scoring.thresholds: 'governance' must have levels low, medium, high",
        ),
        (
            "question_bank/stop_gates/classified/when",
            [clause("question", "reg_data", "eq", "classified")],
            "stop_gates (classified): eq compares one answer, but 'reg_data' has several",
        ),
        (
            "question_bank/stop_gates/classified/when",
            [clause("question", "why_priorities", "ne", "low_cost")],
            "stop_gates (classified): ne compares one answer, but 'why_priorities' has several",
        ),
    ],
)
def test_a_contradiction_in_the_question_bank(path: str, value: object, expected: str) -> None:
    message = refusal(changed(path, value))
    assert message.startswith(f"{BANK}: ")
    assert expected in message


def test_a_count_of_questions_that_is_wrong(knowledge: KnowledgeBase) -> None:
    found = len(knowledge.questions)
    message = refusal(changed("question_bank/meta/question_count", 7))
    assert message == f"{BANK}: meta.question_count: 7, but there are {found} questions"


def test_i_dont_know_yet_is_one_answer_also_where_several_can_be_chosen() -> None:
    unknown = clause("question", "reg_data", "eq", "dont_know")
    edition = read_document(changed("question_bank/stop_gates/classified/when", [unknown]))
    assert edition.question_bank.stop_gates[1].when[0].value == "dont_know"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            f"{OPTION}/ideal_profile/volume",
            "low",
            "(air_gapped).ideal_profile: 'volume' is no core dimension",
        ),
        (
            "architectures/min_team_labels/crowd",
            "a crowd",
            "min_team_labels: no architecture has the min_team 'crowd'",
        ),
        (
            f"{RULES}/no_team/exclude_where/value",
            "nobody",
            "knockout_rules (no_team).exclude_where: no architecture has min_team 'nobody'",
        ),
        (
            "architectures/condition_rules/partner_runs_it/applies_where/value",
            ["small", "crowd"],
            "(partner_runs_it).applies_where: no architecture has min_team 'crowd'",
        ),
    ],
)
def test_a_contradiction_in_the_catalogue(path: str, value: object, expected: str) -> None:
    message = refusal(changed(path, value))
    assert message.startswith(f"{CATALOGUE}: ")
    assert expected in message


def test_a_catalogue_without_a_row_of_the_article() -> None:
    edition = document()
    for option in edition["architectures"]["architectures"]:
        option["canonical"] = False
    expected = f"{CATALOGUE}: architectures: none is canonical: no row can be the nearest"
    assert refusal(edition) == expected


# ---------------------------------------------------------------- worked cases


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("levels", {"luck": "high"}, "levels: no dimension 'luck'"),
        ("levels", {"opex": "huge"}, "levels.opex: no level 'huge'"),
        ("expect/levels", {"opex": ["low", "huge"]}, "expect.levels.opex: no level 'huge'"),
        ("answers/how_task", ["draft"], "answers: no question 'how_task'"),
        ("answers/how_tasks", ["dream"], "answers.how_tasks: no choice 'dream'"),
        ("answers/where_scope", "galaxy", "answers.where_scope: no choice 'galaxy'"),
        ("expect/leader", "the_moon", "expect: no architecture 'the_moon'"),
        ("expect/runner_up", "the_moon", "expect: no architecture 'the_moon'"),
        ("expect/excluded/the_moon", ["deadline"], "expect: no architecture 'the_moon'"),
        ("expect/excluded/air_gapped", ["mood"], "expect.excluded.air_gapped: no rule 'mood'"),
        (
            "expect/excluded/air_gapped",
            ["too_little:luck"],
            "expect.excluded.air_gapped: no rule 'too_little:luck'",
        ),
        ("expect/status", "certain", "expect.status: no status word 'certain'"),
    ],
)
def test_a_dangling_name_in_a_worked_case(path: str, value: object, expected: str) -> None:
    message = refusal(changed(f"golden_cases/cases/enterprise_full/{path}", value))
    assert message == f"{CASES}: cases (enterprise_full).{expected}"


# ---------------------------------------------------------------- choices


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("where_scope", ("individual", "function", "enterprise")),
        ("reg_jurisdiction", ("eu", "uk", "us", "other")),
        ("spec_language", ("1", "2", "3", "4", "5")),
        ("opex_volume", None),
        ("why_success", None),
    ],
)
def test_the_keys_a_person_can_choose_from(
    knowledge: KnowledgeBase, key: str, expected: tuple[str, ...] | None
) -> None:
    assert choice_keys(knowledge.questions[key]) == expected
