"""The first lines of a suggestion, alone."""

import pytest

from assessor.advice import advise
from assessor.advice.outlook import issued, outlook
from assessor.advice.questionnaire import AnswerError
from tests.advice.answers import situation
from tests.knowledge.editions import shipped

CASES = {case.key: dict(case.answers) for case in shipped().golden_cases.cases if case.answers}


@pytest.mark.parametrize("case", CASES)
def test_it_is_what_the_whole_advice_says(case: str) -> None:
    suggestion = advise(shipped(), CASES[case])
    found = outlook(shipped(), CASES[case])
    assert found == issued(suggestion)
    assert (found.leader, found.lead) == (suggestion.leader, suggestion.lead)


def test_an_answer_that_its_question_does_not_allow_is_refused() -> None:
    with pytest.raises(AnswerError):
        outlook(shipped(), situation(opex_budget="gigantic"))
