"""An assessment as one person sees it: what is asked of them, what they said, what others said."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from assessor.advice import questionnaire
from assessor.knowledge import UNKNOWN, Answer, Answers
from assessor.knowledge.question_bank import Question
from assessor.models import Assessment, Respondent, StoredAnswer
from assessor.pages import Page, pages_of


@dataclass(frozen=True)
class Counting:
    """What beside a page decides which questions are shown.

    ``answers`` are this person's, and others' where this person has none; ``others`` what counts
    without this person; ``prevailing`` what counts now although this person may say otherwise.
    """

    answers: Answers
    others: Answers
    prevailing: Answers

    def sets(self, given: Mapping[str, Answer]) -> tuple[dict[str, Answer], ...]:
        """Return the sets of answers a page has to suit, once it sends what is given.

        A question is asked when either does: what this person says, and what counts.
        """
        mine = {**self.answers, **given}
        return (mine, {**mine, **self.prevailing}) if self.prevailing else (mine,)

    def without(self, questions: frozenset[str]) -> "Counting":
        """Return the same where this person has not answered these questions."""
        others = {key: self.others[key] for key in questions & self.others.keys()}
        elsewhere = {key: each for key, each in self.answers.items() if key not in questions}
        return Counting({**elsewhere, **others}, self.others, self.prevailing)


def alone(answers: Answers) -> Counting:
    """Return what counts where nobody else answers."""
    return Counting(answers, {}, {})


@dataclass(frozen=True)
class Viewpoint:
    """An assessment as a respondent sees it."""

    respondent: Respondent

    @property
    def assessment(self) -> Assessment:
        return self.respondent.assessment

    @cached_property
    def mine(self) -> dict[str, StoredAnswer]:
        """Return the rows of this person's answers, those taken back too."""
        return self.assessment.answers_of(self.respondent)

    @cached_property
    def given(self) -> dict[str, Answer]:
        """Return this person's answers by question."""
        return self.assessment.given_by(self.respondent)

    @cached_property
    def counting(self) -> Counting:
        mine = self.given
        if not self.respondent.reads_all:
            return self._own_alone(mine)
        if self.assessment.only_heard(self.respondent):
            return alone(mine)
        others = self.assessment.working(without=self.respondent).answers
        now = self.assessment.working()
        prevailing = {
            key: answer
            for key, answer in now.answers.items()
            if now.by.get(key) != str(self.respondent.pk)
        }
        return Counting({**others, **mine}, others, prevailing)

    def _own_alone(self, mine: Answers) -> Counting:
        """Return what counts for somebody who must not learn what others said.

        What they have not answered may have any answer, so a question that hangs on it is shown.
        """
        return alone({**dict.fromkeys(self.assessment.knowledge.questions, UNKNOWN), **mine})

    @cached_property
    def asked(self) -> frozenset[str]:
        """Return the questions that are put to this person, shown or not."""
        return frozenset(
            key
            for key, question in self.assessment.knowledge.questions.items()
            if is_asked(self.respondent, question)
        )

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Return the pages that have questions for this person, by key and in order."""
        every = pages_of(self.assessment.knowledge)
        if self.respondent.asked == Respondent.ALL:
            return dict(every)
        narrowed = {key: page.only(self.asked) for key, page in every.items()}
        return {key: page for key, page in narrowed.items() if page.questions}

    def shown(self) -> list[Question]:
        """Return the questions put to this person that are asked under the answers so far."""
        knowledge = self.assessment.knowledge
        keys = {
            question.key
            for answers in self.counting.sets({})
            for question in questionnaire.questions_shown(knowledge, answers)
        }
        return [
            question
            for key, question in knowledge.questions.items()
            if key in keys and key in self.asked
        ]


def is_asked(respondent: Respondent, question: Question) -> bool:
    """Say whether a question is put to this person; see Respondent.asked."""
    kind, _colon, key = respondent.asked.partition(":")
    match kind:
        case Respondent.ALL:
            return True
        case "group":
            return question.group == key
        case "role":
            return key in question.answered_by
        case _:
            return False
