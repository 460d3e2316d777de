"""What other answers would lead to, beside a report."""

import dataclasses

import pytest

from assessor.advice.outlook import outlook
from assessor.knowledge import Answer
from assessor.report.answers import Given
from assessor.report.record import Record
from assessor.report.what_if import WhatIf, what_if
from tests.report.records import FOUR_UNKNOWN, NOTHING_IS_LEFT, ONE_FITS, ONE_IS_LEFT, record

PRIVATE = "Small model, private cloud"


def compared(case: str = ONE_FITS, **changes: Answer) -> WhatIf:
    return compare(record(case), **changes)


def compare(given: Record, **changes: Answer) -> WhatIf:
    answers = {**given.answers, **changes}
    return what_if(given, answers, outlook(given.knowledge, answers))


def said(answers: tuple[Given, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(answer.question, answer.words) for answer in answers]


# ---------------------------------------------------------------- old and new


def test_without_a_change_both_sides_are_the_report() -> None:
    found = compared()
    assert found.before == found.after
    assert found.headline == f"“{PRIVATE}” still leads, with 97 of 100 as before."
    assert (found.changed, found.has_reason) == (0, False)


def test_another_leader_is_said_with_both_scores() -> None:
    found = compared(how_deadline="under_1m")
    assert found.headline == "97 → 90 of 100. “Small model as a service” now leads."
    assert (found.before.leader, found.before.status) == (PRIVATE, "clear")
    assert (found.after.leader, found.after.status) == ("Small model as a service", "fairly_clear")
    assert found.before.lead == pytest.approx(6.6, abs=0.05)
    assert found.after.lead == pytest.approx(4.2, abs=0.05)
    assert found.changed == 1


def test_the_same_leader_with_another_score_still_leads() -> None:
    found = compared(reg_data=["internal", "trade_secret"])
    assert found.headline == f"97 → 95 of 100. “{PRIVATE}” still leads."


def test_it_is_said_when_no_option_is_left() -> None:
    found = compared(where_dev_team="none", how_point_solution="none")
    assert found.headline == "With these answers, no option is left."
    assert (found.after.leader, found.after.status) == ("", "no_option")
    assert found.put_out[0].options == (PRIVATE,)
    nothing = compared(NOTHING_IS_LEFT)
    assert nothing.headline == "Still no option is left."
    assert (nothing.after.leader, nothing.after.score, nothing.after.lead) == ("", None, None)


def test_it_is_said_when_an_option_opens() -> None:
    found = compared(NOTHING_IS_LEFT, where_dev_team="small")
    assert found.headline == (
        f"“{found.after.leader}” is left now, with {round(found.after.score or 0)} of 100."
    )
    assert found.after.leader in found.let_in[0].options


def test_the_old_side_is_the_frozen_one_even_where_the_rules_say_something_else_now() -> None:
    given = record()
    ranking = given.suggestion.ranking
    old = given.suggestion.model_copy(
        update={"ranking": (ranking[0].model_copy(update={"score": 42.0}), *ranking[1:])}
    )
    found = compare(dataclasses.replace(given, suggestion=old))
    assert found.before.score == 42


# ---------------------------------------------------------------- why


def test_the_leader_that_is_ruled_out_comes_first_with_rule_and_answer() -> None:
    first, others = compared(how_deadline="under_1m").put_out
    assert first.options == (PRIVATE,)
    assert first.text.startswith("You need a first version within a month.")
    assert said(first.answers) == [("how_deadline", ("Within a month",))]
    assert "Enterprise private foundation model" in others.options
    assert others.text == ""


def test_a_rule_that_puts_the_leader_out_is_reason_enough() -> None:
    assert compared(how_deadline="under_1m").mover is None


def test_what_opens_the_new_leader_is_the_rule_of_the_report_and_its_answer() -> None:
    found = compared(ONE_IS_LEFT, reg_residency="own_premises")
    (opened,) = found.let_in
    assert opened.options == (found.after.leader,)
    assert opened.text.startswith("You said the information may only be processed on systems")
    assert said(opened.answers) == [
        ("reg_residency", ("Only on systems with no connection to the outside",))
    ]


def test_without_a_rule_the_criterion_that_moves_most_is_the_reason() -> None:
    found = compared("enterprise_full", reg_data=["confidential", "personal"])
    assert (found.put_out, found.let_in) == ((), ())
    mover = found.mover
    assert mover is not None
    assert mover.label == "IPR / data sensitivity"
    assert (mover.was, mover.now) == (("High",), ("Medium",))
    assert mover.points == pytest.approx(8.5, abs=0.05)
    assert [answer.question for answer in mover.answers] == ["reg_data"]


def test_the_criterion_named_moves_the_way_the_score_does() -> None:
    found = compared("enterprise_full", where_scope="function")
    assert found.before.leader == found.after.leader
    assert found.mover is not None
    assert found.mover.points < 0


def test_other_priorities_are_told_as_another_share_of_the_weight() -> None:
    given = record()
    priorities = given.answers["why_priorities"]
    assert isinstance(priorities, list)
    mover = compare(given, why_priorities=priorities[::-1]).mover
    assert mover is not None
    assert mover.was == mover.now
    assert mover.weight_was != mover.weight_now
    assert [answer.question for answer in mover.answers] == ["why_priorities"]


def test_a_change_that_moves_nothing_has_no_reason() -> None:
    found = compared(reg_data=["confidential"])
    assert (found.changed, found.has_reason) == (1, False)
    assert found.headline.endswith("as before.")


def test_questions_that_only_the_new_answers_bring_up_are_named() -> None:
    found = compared(how_tasks=["draft", "act"])
    assert found.asked == ("May it act by itself?",)


def test_finding_out_what_was_not_known_is_a_change_like_any_other() -> None:
    found = compared(FOUR_UNKNOWN, reg_residency="air_gapped")
    assert found.headline == "91 → 73 of 100. “Local model” now leads."
    assert found.put_out[0].options == (PRIVATE,)
