"""What a result says, before any template says it."""

import dataclasses

import pytest

from assessor.advice.scoring import Placement
from assessor.report.options import Reason
from assessor.report.reading import Reading, read
from tests.report.records import (
    CASES,
    FOUR_UNKNOWN,
    NOTHING_IS_LEFT,
    ONE_FITS,
    ONE_IS_LEFT,
    TWO_ARE_EQUAL,
    record,
)


def reading(case: str = ONE_FITS) -> Reading:
    return read(record(case))


# ---------------------------------------------------------------- the answer in one sentence


@pytest.mark.parametrize(
    ("case", "heading"),
    [
        (ONE_FITS, "“Small model, private cloud” fits best"),
        (
            TWO_ARE_EQUAL,
            "Practically equal: “Fine-tuned small model” and “Small model, private cloud”",
        ),
        (FOUR_UNKNOWN, "“Small model, private cloud” fits best, narrowly"),
        (ONE_IS_LEFT, "Only one option is left: Air-gapped"),
        (NOTHING_IS_LEFT, "No option is left under your answers"),
    ],
)
def test_the_heading_is_the_answer(case: str, heading: str) -> None:
    assert reading(case).heading == heading


def test_gaps_are_said_before_anything_else() -> None:
    issued = record()
    gaps = issued.suggestion.model_copy(update={"status": "fit_with_gaps", "gaps": ("governance",)})
    result = read(dataclasses.replace(issued, suggestion=gaps))
    assert result.heading == "“Small model, private cloud” fits best, but with gaps"
    assert result.gaps == ("Governance",)


@pytest.mark.parametrize(
    ("case", "asked"),
    [
        (ONE_FITS, "Approve “Small model, private cloud” as the deployment architecture."),
        (
            TWO_ARE_EQUAL,
            "Choose between “Fine-tuned small model” and “Small model, private cloud”.",
        ),
        (
            FOUR_UNKNOWN,
            (
                "Find out what the result hangs on, then choose between “Small model, private "
                "cloud” and “Foundation model + document look-up”."
            ),
        ),
        (
            "mid_market_health_general",
            (
                "Choose between “Enterprise private foundation model” and “Foundation model + "
                "document look-up”: the first is only narrowly ahead."
            ),
        ),
        (ONE_IS_LEFT, "Confirm the constraints that leave only “Air-gapped”, then approve it."),
        (NOTHING_IS_LEFT, "Decide which of the constraints can be relaxed, or do not start."),
    ],
)
def test_readers_are_told_what_to_decide(case: str, asked: str) -> None:
    assert reading(case).decision == asked


# ---------------------------------------------------------------- options


@pytest.mark.parametrize("case", CASES)
def test_every_option_has_a_place_or_reasons(case: str) -> None:
    result = reading(case)
    left = [option.architecture.key for option in result.ranked]
    out = [option.architecture.key for option in result.out]
    assert sorted(left + out) == sorted(result.record.knowledge.options)
    assert [option.place for option in result.ranked] == list(range(1, len(left) + 1))
    assert all(option.reasons for option in result.out)


@pytest.mark.parametrize("case", CASES)
def test_every_reason_has_its_answers_and_its_sentences(case: str) -> None:
    for option in reading(case).out:
        for reason in option.reasons:
            assert reason.answers, (option.architecture.key, reason.rule)
            assert reason.sentences, (option.architecture.key, reason.rule)


def test_only_options_within_two_points_are_shown_as_equal() -> None:
    assert [option.architecture.key for option in reading(TWO_ARE_EQUAL).equal] == [
        "fine_tuned_small_llm",
        "small_llm_vpc_private_cloud",
    ]
    assert reading(ONE_FITS).equal == ()


def test_the_equal_ones_are_compared_else_the_first_two() -> None:
    for case in (TWO_ARE_EQUAL, ONE_FITS):
        result = reading(case)
        assert [option for option, _ in result.compared] == list(result.ranked[:2])
    assert len(reading(ONE_IS_LEFT).compared) == 1


def test_an_answer_is_named_with_the_options_that_nothing_else_rules_out() -> None:
    result = reading(NOTHING_IS_LEFT)
    most = result.blockers[0]
    assert [answer.question for answer in most.answers] == ["where_dev_team"]
    assert len(most.options) == 11
    alone = [name for blocker in result.blockers for name in blocker.alone]
    one_group = [
        option.architecture.short_name
        for option in result.out
        if len({answers_behind(reason) for reason in option.reasons}) == 1
    ]
    assert sorted(alone) == sorted(one_group)


def answers_behind(reason: Reason) -> tuple[str, ...]:
    return tuple(answer.question for answer in reason.answers)


def test_what_could_still_be_ruled_out_names_the_leader_first() -> None:
    result = reading(FOUR_UNKNOWN)
    assert result.threats[0].hits_leader
    assert not result.threats[-1].hits_leader
    assert "Where may this information be processed?" in {
        part.subject for threat in result.threats for part in threat.ifs
    }
    assert all(option.may_fall for option in result.ranked)
    assert reading(ONE_FITS).threats == ()


def test_the_second_of_two_is_the_runner_up() -> None:
    issued = record()
    two = issued.suggestion.model_copy(update={"ranking": issued.suggestion.ranking[:2]})
    result = read(dataclasses.replace(issued, suggestion=two))
    assert result.runner_up == result.ranked[1]


# ---------------------------------------------------------------- reasons and points


@pytest.mark.parametrize("case", CASES)
def test_the_points_add_up_to_the_scores(case: str) -> None:
    result = reading(case)
    if result.leader:
        assert sum(line.points for line in result.contributions) == pytest.approx(
            result.leader.score
        )
        assert sum(line.available for line in result.contributions) == pytest.approx(100)
    if result.runner_up:
        assert sum(line.next_points or 0 for line in result.contributions) == pytest.approx(
            result.runner_up.score
        )


def test_what_sets_the_leader_apart_comes_first() -> None:
    advantages = [line.advantage for line in reading().speaks_for]
    assert advantages == sorted(advantages, reverse=True)
    assert advantages[0] > 0


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_known_never_speaks_for_an_option(case: str) -> None:
    assert not any(line.is_open for line in reading(case).speaks_for)


@pytest.mark.parametrize("case", CASES)
def test_every_reason_for_the_leader_has_the_answers_that_decided(case: str) -> None:
    result = reading(case)
    assert all(line.decided_by and line.note for line in result.speaks_for)
    assert len(result.speaks_for) in (3, 4) or result.leader is None


def test_what_alone_keeps_an_option_out_is_named_where_nothing_is_left() -> None:
    result = reading(NOTHING_IS_LEFT)
    alone = [blocker for blocker in result.blockers if blocker.alone]
    assert alone
    assert list(result.blocking_alone) == alone


def test_up_to_four_reasons_speak_for_the_leader() -> None:
    assert max(len(reading(case).speaks_for) for case in CASES) == 4


def test_priorities_that_decide_the_order_are_said_to() -> None:
    priorities = reading("mid_market_health_general").priorities
    assert priorities is not None
    assert priorities.first_without == "Foundation model + document look-up"
    assert not priorities.same_first


# ---------------------------------------------------------------- the article's table


def test_a_row_of_the_table_stands_beside_the_situation_in_its_own_words() -> None:
    strip = reading("enterprise_full").strip
    assert [column.label for column in strip] == [
        "Situation",
        "Dev team & CapEx budget",
        "Governance",
        "OpEx budget",
        "IPR / data sensitivity",
        "Specificity of Business Domain",
    ]
    assert [column.nearest for column in strip] == [
        "Enterprise", "Large", "Heavy", "Large", "High", "General",
    ]  # fmt: skip


def test_a_column_with_another_level_differs_and_an_open_one_does_not() -> None:
    differing = [column.label for column in reading(NOTHING_IS_LEFT).strip if column.differs]
    assert "Dev team & CapEx budget" in differing
    open_columns = [column for column in reading(FOUR_UNKNOWN).strip if column.is_open]
    assert [column.yours for column in open_columns] == [("Low", "Medium", "High")]
    assert not open_columns[0].differs


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize("case", CASES)
def test_every_answer_is_listed_once_and_numbered_in_order(case: str) -> None:
    result = reading(case)
    listed = [
        answer for group in result.answer_groups for part in group.parts for answer in part.answers
    ]
    assert {answer.question for answer in listed} == set(result.record.answers)
    assert [answer.number for answer in listed] == list(range(1, len(listed) + 1))


def test_what_was_not_asked_is_listed_apart() -> None:
    issued = record("personal_full", {"policy_versions": "side_by_side"})
    assert issued.suggestion.ignored == ("policy_versions",)
    result = read(issued)
    assert [answer.question for answer in result.ignored] == ["policy_versions"]
    assert "policy_versions" not in {
        answer.question
        for group in result.answer_groups
        for part in group.parts
        for answer in part.answers
    }


def test_success_is_only_quoted_when_somebody_described_it() -> None:
    assert read(record()).success is None
    success = read(record(answers={"why_success": "One day instead of five"})).success
    assert success is not None
    assert success.words == ("One day instead of five",)


# ---------------------------------------------------------------- frozen


def test_nothing_is_computed_anew() -> None:
    """A suggestion that no engine would give is read as it was issued."""
    issued = record()
    first, second, *others = issued.suggestion.ranking
    swapped = (
        Placement(architecture=second.architecture, score=99.5, contributions=second.contributions),
        first,
        *others,
    )
    frozen = issued.suggestion.model_copy(
        update={"ranking": swapped, "leader": second.architecture}
    )
    result = read(dataclasses.replace(issued, suggestion=frozen))
    assert result.heading == "“Small model as a service” fits best"
    assert result.leader is not None
    assert result.leader.score == 99.5
