"""Each way in which an answer can differ from the one given, as a sentence."""

import pytest
from django.template.loader import render_to_string

from assessor.knowledge import UNKNOWN, Answer
from assessor.report.other_answers import other_answer
from tests.knowledge.editions import shipped
from tests.report.rendered import words

DATA = "What kinds of information will pass through it?"
PRIORITIES = "Which three matter most for this decision?"
INTERNAL = "“Ordinary internal information”"
PERSONAL = "“Information about identifiable people”"
PUBLIC = "“Published or public information only”"
SAFE = "“Keeping our information safe and under our control”"
SOON = "“Getting something useful soon, with little effort”"
CHEAP = "“Low and predictable running cost”"


@pytest.mark.parametrize(
    ("question", "given", "instead", "sentence"),
    [
        (
            "where_capex", "moderate", "small",
            ("How much can be spent up front, before it is in use? If it were “Very little (up to "
            "about 25,000)” instead of “A moderate amount (about 25,000 to 250,000)”,"),
        ),
        (
            "spec_language", 5, 2,
            ("How special is the language in your content? If it were “2 of 5” instead of "
            "“5 (Ours alone)”,"),
        ),
        ("reg_data", ["internal"], ["internal", "personal"], f"{DATA} If {PERSONAL} were added,"),
        (
            "reg_data", ["internal", "personal"], ["internal"],
            f"{DATA} If {PERSONAL} were taken away,",
        ),
        (
            "reg_data", ["internal", "personal"], ["public"],
            f"{DATA} If it were {PUBLIC} instead of {INTERNAL} and {PERSONAL},",
        ),
        (
            "why_priorities", ["protect_data", "fast_value"], ["fast_value", "protect_data"],
            f"{PRIORITIES} If {SOON} and {SAFE} changed places,",
        ),
        (
            "why_priorities", ["protect_data", "fast_value"], ["low_cost", "fast_value"],
            f"{PRIORITIES} If {CHEAP} came 1st instead of {SAFE},",
        ),
        (
            "why_priorities", ["protect_data", "fast_value"],
            ["protect_data", "fast_value", "low_cost"],
            f"{PRIORITIES} If {CHEAP} were added as 3rd,",
        ),
        (
            "opex_volume", 3000, 37_038,
            ("About how many requests will it handle each month? If it rose from "
            "3,000 requests per month to about 37,000 requests per month,"),
        ),
        (
            "opex_volume", 3000, 999,
            ("About how many requests will it handle each month? If it fell from "
            "3,000 requests per month to about 1,000 requests per month,"),
        ),
        (
            "reg_residency", UNKNOWN, "own_premises",
            ("Where may this information be processed? Once you know: if it is “Only on equipment "
            "on our own premises”,"),
        ),
        (
            "why_priorities", UNKNOWN, ["low_cost"],
            f"{PRIORITIES} Once you know: if it is {CHEAP},",
        ),
    ],
)  # fmt: skip
def test_an_answer_that_differs_is_a_sentence(
    question: str, given: Answer, instead: Answer, sentence: str
) -> None:
    other = other_answer(shipped(), question, given, instead)
    assert words(render_to_string("report/_change.html", {"other": other})) == sentence
