"""People who do anything in any order: nothing lost, nothing shown to whom it does not concern.

A state machine in which Hypothesis looks for an order of steps that breaks a promise. What is
stored is compared with a model of it, by the rules in docs/decisions/0001-answers-are-rows.md.
"""

import os
import uuid
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assessor.advice.questionnaire import unanswered
from assessor.knowledge import Answer
from assessor.models import AnswerChange, Assessment, Note, Settlement
from assessor.workflow import drafts, inviting
from tests.advice.answers import situation
from tests.builders import (
    autosave_url,
    client_of,
    invited,
    make_assessment,
    owner_of,
    step_url,
)
from tests.fuzz.page_forms import Values, forms_of

pytestmark = pytest.mark.django_db

ALL = int(os.environ.get("FUZZ_REQUESTS", "20000"))
IS_LONG = ALL > 20_000
"""Then a failure is made small before it is shown, which takes minutes."""

SHARE = 50
"""One request of so many is sent here, where each is checked against a model; see the corpus."""

STEPS, TO_EACH = 30, 40
"""How much people do in one story, and some how many requests that comes to."""

OWNER, COLLEAGUE, INSIDER = "owner", "colleague", "insider"
READER, STRANGER = "reader", "stranger"
ANSWERING = (OWNER, COLLEAGUE, INSIDER)
EVERYBODY = (*ANSWERING, READER, STRANGER)

CHOICES: dict[str, tuple[str, list[Answer]]] = {
    "where": ("where_scope", ["individual", "function", "enterprise"]),
    "what-opex": ("opex_volume", [1, 2, 3]),
    "why": ("why_success", ["less work", "<b>more</b> & faster", "fewer errors"]),
}
"""One question of each page, with some answers."""

everybody = st.sampled_from(EVERYBODY)
anybody_answering = st.sampled_from(ANSWERING)
some_page = st.sampled_from(list(CHOICES))
some_answer = st.integers(0, 2)


@dataclass(frozen=True)
class Change:
    """A save of one answer."""

    revision: int
    value: Answer
    form: str
    automatic: bool


@dataclass(frozen=True)
class Rendering:
    """A page that somebody has open."""

    person: str
    page: str
    values: Values
    seen: int
    form: str

    @property
    def question(self) -> str:
        return CHOICES[self.page][0]


class Answering(RuleBasedStateMachine):
    """The owner, a colleague asked one group, an insider, a reader and a stranger."""

    pages = Bundle("pages")

    def __init__(self) -> None:
        super().__init__()
        self.undoing = transaction.atomic()
        self.undoing.__enter__()
        self.assessment = make_assessment(situation())
        owner = owner_of(self.assessment)
        people = {
            OWNER: owner,
            COLLEAGUE: invited(self.assessment, asked="group:where"),
            INSIDER: invited(self.assessment, name="Ines", sees_all=True),
        }
        self.ids = {name: person.pk for name, person in people.items()}
        self.clients = {name: client_of(person) for name, person in people.items()}
        self.clients[STRANGER] = Client()
        self.clients[READER] = Client()
        self.clients[READER].post(f"/r/{inviting.share(owner, 'Readers', days=7)}/")
        first = situation()
        self.history: dict[tuple[str, str], list[Change]] = {
            (OWNER, question): [Change(1, first[question], "", automatic=False)]
            for question, _answers in CHOICES.values()
            if question in first
        }
        self.revision = 1
        self.others = AnswerChange.objects.count() - len(self.history)
        self.is_draft, self.is_deleted = True, False
        self.gone: set[str] = set()
        self.reports = self.notes = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undoing.__exit__(None, None, None)

    # ------------------------------------------------------------ what must come out

    def takes_part(self, person: str) -> bool:
        return person in ANSWERING and person not in self.gone and not self.is_deleted

    def is_asked(self, person: str, page: str) -> bool:
        return self.takes_part(person) and (person != COLLEAGUE or page == "where")

    def owns(self, person: str) -> bool:
        return person == OWNER and not self.is_deleted

    def send(self, person: str, address: str, data: Any = None) -> Any:
        COUNT["requests"] += 1
        return self.clients[person].post(address, data or {})

    def look(self, person: str, address: str) -> Any:
        COUNT["requests"] += 1
        return self.clients[person].get(address)

    def address(self, rest: str) -> str:
        return f"/a/{self.assessment.pk}/{rest}"

    # ------------------------------------------------------------ answering

    @initialize(target=pages, page=some_page)
    def open_two_tabs(self, page: str) -> Any:
        return multiple(*(self.open_page(OWNER, page) for _ in range(2)))

    @rule(target=pages, person=everybody, page=some_page)
    def open_page(self, person: str, page: str) -> Any:
        response = self.look(person, step_url(self.assessment, page))
        if not self.takes_part(person):
            assert response.status_code == 404
        elif not self.is_draft:
            assert response.status_code == 302
        elif not self.is_asked(person, page):
            assert response.status_code == 404
        else:
            assert response.status_code == 200
            return self.rendering(person, page, response)
        return multiple()

    def rendering(self, person: str, page: str, response: Any) -> Rendering:
        html = response.content.decode()
        values = next(form.values for form in forms_of("", html) if "seen" in form.values)
        seen = dict(entry.split(":") for entry in values["seen"][0].split())
        return Rendering(
            person, page, values, int(seen[CHOICES[page][0]]), uuid.UUID(values["form_key"][0]).hex
        )

    def expected(self, rendering: Rendering, value: Answer) -> str:
        """Return what must become of an answer: stored, unchanged, left or refused."""
        history = self.history.get((rendering.person, rendering.question), [])
        shown = [change.value for change in history if change.revision <= rendering.seen]
        if history and history[-1].value == value:
            return "unchanged"
        if not history or history[-1].revision == rendering.seen:
            return "stored"
        if history[-1].automatic and history[-1].form == rendering.form:
            return "stored"
        return "left" if shown and shown[-1] == value else "refused"

    def remember(self, rendering: Rendering, value: Answer, *, automatic: bool) -> None:
        self.revision += 1
        change = Change(self.revision, value, rendering.form, automatic)
        self.history.setdefault((rendering.person, rendering.question), []).append(change)

    @rule(target=pages, rendering=consumes(pages), answer=some_answer, keep=st.booleans())
    def save(self, rendering: Rendering, answer: int, keep: bool) -> Any:  # noqa: FBT001
        """Save a page; the browser may keep it, to send it again or go back to it."""
        value = CHOICES[rendering.page][1][answer]
        values = {**rendering.values, rendering.question: [str(value)], "action": ["later"]}
        sent = replace(rendering, values=values)
        response = self.send(rendering.person, step_url(self.assessment, rendering.page), values)
        if not self.is_asked(rendering.person, rendering.page):
            assert response.status_code == 404
            return multiple()
        if not self.is_draft:
            assert response.status_code == 409
            return sent
        outcome = self.expected(rendering, value)
        if outcome == "refused":
            assert response.status_code == 409
            return self.shown_both(rendering, value, response)
        assert response.status_code == 302
        if outcome == "stored":
            self.remember(rendering, value, automatic=False)
        return sent if keep else multiple()

    def shown_both(self, rendering: Rendering, mine: Answer, response: Any) -> Rendering:
        """Check that the page that refuses a save holds both answers; return it, still open."""
        theirs = self.history[rendering.person, rendering.question][-1]
        again = self.rendering(rendering.person, rendering.page, response)
        assert again.values[rendering.question] == [str(mine)]
        assert again.seen == theirs.revision
        if isinstance(theirs.value, str) and rendering.page == "why":
            assert theirs.value in response.context["conflicts"][rendering.question].theirs
        return again

    @rule(target=pages, rendering=consumes(pages), answer=some_answer)
    def autosave(self, rendering: Rendering, answer: int) -> Any:
        """Type; the script saves it and takes note of what the page has seen now."""
        value = CHOICES[rendering.page][1][answer]
        values = {**rendering.values, rendering.question: [str(value)]}
        address = autosave_url(self.assessment, rendering.page)
        response = self.send(rendering.person, address, values)
        if not self.is_asked(rendering.person, rendering.page):
            assert response.status_code == 404
            return multiple()
        outcome = self.expected(rendering, value)
        if not self.is_draft or outcome == "refused":
            assert response.status_code == 409
            return replace(rendering, values=values)
        assert response.status_code == 200
        if outcome == "stored":
            self.remember(rendering, value, automatic=True)
        seen = forms_of("", f"<form>{response.content.decode()}</form>")[0].values["seen"]
        at = dict(entry.split(":") for entry in seen[0].split())[rendering.question]
        return replace(rendering, values={**values, "seen": seen}, seen=int(at))

    # ------------------------------------------------------------ talking and settling

    @rule(person=everybody, page=some_page, clicks=st.integers(1, 2))
    def note(self, person: str, page: str, clicks: int) -> None:
        """Write a note; whoever clicks twice has written one."""
        address = self.address(f"question/{CHOICES[page][0]}/note/")
        may = self.takes_part(person) and (person != COLLEAGUE or page == "where")
        for _ in range(clicks):
            response = self.send(person, address, {"text": f"Since {self.notes}?"})
            assert response.status_code == (302 if may else 404)
        self.notes += may

    @rule(person=everybody)
    def settle_on_what_nobody_said(self, person: str) -> None:
        address = self.address("question/where_scope/settle/")
        response = self.send(person, address, {"reason": "Agreed.", "answer": "nonsense"})
        if not self.owns(person):
            assert response.status_code == 404
        else:
            assert response.status_code == 409
        assert not Settlement.objects.exists()

    # ------------------------------------------------------------ inviting, ending, copying

    @rule(person=everybody)
    def invite(self, person: str) -> None:
        data = {"name": "Noor", "asked": "group:where", "days": "30"}
        response = self.send(person, self.address("people/"), data)
        if self.owns(person):
            assert response.status_code == 302
            self.assessment.respondents.filter(name="Noor").delete()
        else:
            assert response.status_code == 404

    @rule(person=everybody, whom=st.sampled_from([COLLEAGUE, INSIDER]))
    def withdraw(self, person: str, whom: str) -> None:
        address = self.address(f"people/{self.ids[whom]}/withdraw/")
        response = self.send(person, address, {"answers": "keep"})
        if self.owns(person) and whom not in self.gone:
            assert response.status_code == 302
            self.gone.add(whom)
        else:
            assert response.status_code in {302, 404, 409}
            assert self.owns(person) or response.status_code == 404

    @rule(person=everybody)
    def duplicate(self, person: str) -> None:
        before = Assessment.objects.count()
        data = {
            "creation_key": str(uuid.uuid4()),
            "initiative": "Another",
            "organisation": "Northwind",
        }
        response = self.send(person, self.address("duplicate/"), data)
        may = person in {OWNER, INSIDER} and self.takes_part(person)
        assert response.status_code == (302 if may else 404)
        assert Assessment.objects.count() == before + may

    # ------------------------------------------------------------ the life of an assessment

    @rule(person=everybody)
    def submit(self, person: str) -> None:
        response = self.send(person, self.address("submit/"))
        if not self.owns(person):
            assert response.status_code == 404
        elif response.status_code == 422:
            draft = Assessment.objects.get(pk=self.assessment.pk)
            assert unanswered(draft.knowledge, draft.given_answers())
        else:
            assert response.status_code == 302
            self.reports += self.is_draft
            self.is_draft = False

    @rule(person=everybody)
    def reopen(self, person: str) -> None:
        response = self.send(person, self.address("reopen/"))
        assert response.status_code == (302 if self.owns(person) else 404)
        if self.owns(person):
            self.is_draft = True

    @precondition(lambda self: self.revision > 4)
    @rule(person=everybody, understood=st.sampled_from([False, False, False, True]))
    def delete(self, person: str, understood: bool) -> None:  # noqa: FBT001
        data = {"understood": "on"} if understood else {}
        response = self.send(person, self.address("delete/"), data)
        if not self.owns(person):
            assert response.status_code == 404
        elif not understood:
            assert response.status_code == 422
        else:
            assert response.status_code == 302
            self.is_deleted = True

    @rule(person=everybody)
    def look_around(self, person: str) -> None:
        """Nobody sees what does not concern them, and nothing changes by looking."""
        reads = person in {OWNER, INSIDER} and self.takes_part(person)
        has_link = person == READER and not self.is_deleted
        for rest, may in {
            "": self.takes_part(person) or has_link,
            "result/": reads or (has_link and self.reports > 0),
            "check/": self.owns(person),
            "people/": self.owns(person),
            "export/": self.owns(person),
        }.items():
            status = self.look(person, self.address(rest)).status_code
            assert (status == 404) != may, rest

    # ------------------------------------------------------------ what must hold

    @invariant()
    def what_is_stored_is_what_was_said(self) -> None:
        kept = Assessment.objects.filter(pk=self.assessment.pk).first()
        assert (kept is None) == self.is_deleted
        if kept is None:
            assert not AnswerChange.objects.filter(assessment_id=self.assessment.pk).exists()
            return
        assert (kept.revision, kept.is_draft) == (self.revision, self.is_draft)
        assert kept.reports.count() == self.reports
        assert Note.objects.filter(assessment=kept).count() == self.notes
        questions = [question for question, _answers in CHOICES.values()]
        now = {
            (row.respondent_id, row.question): (row.value, row.revision)
            for row in kept.answers.filter(question__in=questions)
        }
        assert now == {
            (self.ids[who], question): (changes[-1].value, changes[-1].revision)
            for (who, question), changes in self.history.items()
        }
        assert kept.changes.count() == self.others + sum(map(len, self.history.values()))


COUNT = {"requests": 0}


@pytest.fixture(autouse=True)
def _counting() -> None:
    COUNT["requests"] = 0


def run(examples: int) -> None:
    run_state_machine_as_test(
        Answering,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            report_multiple_bugs=False,
            derandomize=True,
            database=None,
            phases=(Phase.generate, Phase.shrink) if IS_LONG else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_people_do_in_whatever_order_nothing_is_lost() -> None:
    run(max(6, ALL // SHARE // TO_EACH))
    print(f"\nstate machine: {COUNT['requests']} requests, 0 failures")  # noqa: T201


def test_a_save_that_overwrites_what_others_saved_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sorted_out = drafts._sorted_out

    def overwriting(*arguments: Any) -> Any:
        changed, conflicts = sorted_out(*arguments)
        page = arguments[1]
        return {**changed, **{key: page.answers[key] for key in conflicts}}, {}

    monkeypatch.setattr(drafts, "_sorted_out", overwriting)
    with pytest.raises(AssertionError):
        run(200)
