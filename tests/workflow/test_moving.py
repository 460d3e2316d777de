"""Moving a draft to the current edition: what is shown is what happens."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from assessor.knowledge import Answer
from assessor.models import (
    AnswerChange,
    Assessment,
    AuditEntry,
    Edition,
    GivenAnswer,
    Note,
    Respondent,
    Settlement,
)
from assessor.workflow import (
    drafts,
    inviting,
    issuing,
    moving,
    noting,
    reviewing,
    settling,
    tallying,
)
from assessor.workflow.drafts import AlreadySubmitted, NotTaken, PageSave
from assessor.workflow.noting import Author
from tests.advice.answers import situation
from tests.builders import (
    another_edition,
    complete,
    database,
    invited,
    make_assessment,
    make_edition,
    owner_of,
    says,
    stored,
    submitted,
)
from tests.knowledge.editions import Document, change, document, shipped

pytestmark = pytest.mark.django_db

EVIDENCE = "how_small_model_evidence"
WEAK = situation(how_small_model_evidence="not_good_enough")


def newer_edition(**renamed: str) -> Edition:
    """Return an edition that is current, with other keys for some questions or choices."""
    return another_edition("2027.1", **renamed)


def changed_edition(path: str, value: Any) -> Edition:
    text = json.dumps(document()).replace(f'"{shipped().version}"', '"2027.1"')
    content: Document = json.loads(text)
    change(content, path, value)
    return make_edition(content)


def moved(assessment: Assessment, to: str = "2027.1") -> Assessment:
    return moving.move(owner_of(assessment), to, assessment.revision)


def preview(assessment: Assessment) -> moving.Move:
    fresh = Assessment.objects.get(pk=assessment.pk)
    edition = moving.newer(fresh)
    assert edition
    return moving.preview(fresh, edition)


# ---------------------------------------------------------------- where it is offered


def test_a_draft_on_the_current_edition_has_nowhere_to_move() -> None:
    assert moving.newer(make_assessment()) is None


def test_a_draft_can_be_moved_once_there_is_a_newer_edition() -> None:
    assessment = make_assessment()
    edition = newer_edition()
    assert moving.newer(assessment) == edition


def test_what_was_submitted_is_not_moved_until_it_is_a_draft_again() -> None:
    assessment = submitted().assessment
    newer_edition()
    assert moving.newer(assessment) is None
    with pytest.raises(AlreadySubmitted):
        moved(assessment)
    reviewing.reopen(owner_of(assessment))
    assessment.refresh_from_db()
    assert moving.newer(assessment)


# ---------------------------------------------------------------- what is shown


def test_looking_changes_nothing() -> None:
    assessment = make_assessment(WEAK)
    newer_edition(not_good_enough="too_weak")
    before = list(GivenAnswer.objects.values()), list(Assessment.objects.values())
    preview(assessment)
    assert (list(GivenAnswer.objects.values()), list(Assessment.objects.values())) == before


def test_an_edition_that_asks_the_same_changes_nothing() -> None:
    assessment = make_assessment(situation())
    newer_edition()
    shown = preview(assessment)
    assert (shown.lost, shown.asked, shown.reworded, shown.unprinted) == ((), (), (), 0)
    assert shown.unasked == ()
    assert shown.then.name == shown.now.name == "Small model, private cloud"


def test_answers_that_no_longer_fit_are_shown_with_their_person() -> None:
    assessment = make_assessment(WEAK)
    colleague = invited(assessment)
    says(colleague, **{EVIDENCE: "not_good_enough"})
    newer_edition(not_good_enough="too_weak")
    shown = preview(assessment)
    assert [lost.person for lost in shown.lost] == [owner_of(assessment), colleague]
    for lost in shown.lost:
        [refused] = lost.carried.refused
        assert refused.question == shipped().questions[EVIDENCE].text


def test_the_suggestion_is_told_then_and_now_where_it_can_be() -> None:
    assessment = make_assessment(WEAK)
    newer_edition(not_good_enough="too_weak")
    shown = preview(assessment)
    assert shown.then.leader == "foundation_api_rag"
    required = shipped().questions[EVIDENCE].required
    assert bool(shown.now.missing) == required
    assert shown.now.leader == (None if required else "small_llm_vpc_private_cloud")


def test_before_all_required_answers_are_there_no_suggestion_is_told() -> None:
    assessment = make_assessment({"where_scope": "function"})
    newer_edition()
    shown = preview(assessment)
    assert shown.then.leader is None
    assert shown.then.missing
    assert shown.then.missing == shown.now.missing


def test_a_question_under_a_new_key_is_one_that_is_new_and_one_that_is_gone() -> None:
    assessment = make_assessment(situation())
    newer_edition(opex_volume="opex_requests")
    shown = preview(assessment)
    assert [question.key for question in shown.asked] == ["opex_requests"]
    [lost] = shown.lost
    assert [refused.question for refused in lost.carried.refused] == [
        shipped().questions["opex_volume"].text
    ]


@pytest.mark.parametrize("place", ["text", "choices/function/label"])
def test_answered_questions_that_read_differently_are_shown(place: str) -> None:
    assessment = make_assessment(situation())
    changed_edition(f"question_bank/questions/where_scope/{place}", "Other words")
    [(before, after)] = preview(assessment).reworded
    assert before == shipped().questions["where_scope"]
    assert after.key == "where_scope"


def test_a_choice_that_nobody_chose_may_read_differently_without_a_word() -> None:
    assessment = make_assessment(situation())
    changed_edition("question_bank/questions/where_scope/choices/enterprise/label", "Other words")
    assert preview(assessment).reworded == ()


# ---------------------------------------------------------------- what happens


def test_moving_pins_the_draft_to_the_current_edition_and_is_on_record() -> None:
    assessment = make_assessment(situation())
    newer_edition()
    moved(assessment)
    assessment.refresh_from_db()
    assert assessment.edition.version == "2027.1"
    assert stored(assessment) == situation()
    entry = AuditEntry.objects.latest("pk")
    assert entry.event == "assessment.moved"
    assert entry.subject == f"assessment {assessment.pk} edition 2027.1"


def test_an_answer_that_does_not_fit_is_taken_back_with_its_history() -> None:
    assessment = make_assessment(WEAK)
    colleague = invited(assessment)
    says(colleague, **{EVIDENCE: "not_good_enough"})
    assessment.refresh_from_db()
    newer_edition(not_good_enough="too_weak")
    moved(assessment)
    assert EVIDENCE not in stored(assessment)
    rows = GivenAnswer.objects.filter(question=EVIDENCE)
    assert [row.value for row in rows] == [None, None]
    for person in assessment.respondents.all():
        changes = AnswerChange.objects.filter(respondent=person, question=EVIDENCE)
        assert [change.value for change in changes] == ["not_good_enough", None]
    assert {row.revision for row in rows} == {assessment.revision + 1}
    kept = {key: answer for key, answer in WEAK.items() if key != EVIDENCE}
    assert stored(assessment) == kept


def test_it_can_be_answered_and_submitted_under_the_new_edition() -> None:
    assessment = make_assessment(WEAK)
    newer_edition(not_good_enough="too_weak")
    moved(assessment)
    complete(assessment, {EVIDENCE: "too_weak"})
    report = issuing.submit(owner_of(assessment))
    assert report.edition.version == "2027.1"
    assert report.answers[EVIDENCE] == "too_weak"


def test_a_settlement_on_what_does_not_fit_is_gone_and_others_stay() -> None:
    assessment = make_assessment(WEAK)
    says(invited(assessment), **{EVIDENCE: "good_enough", "where_scope": "enterprise"})
    settling.settle(owner_of(assessment), EVIDENCE, "not_good_enough", "We tried it.")
    settling.settle(owner_of(assessment), "where_scope", "enterprise", "It will spread.")
    assessment.refresh_from_db()
    newer_edition(not_good_enough="too_weak")
    moved(assessment)
    assert [row.question for row in Settlement.objects.all()] == ["where_scope"]


def test_notes_on_a_question_that_is_gone_stay_and_are_not_printed() -> None:
    assessment = make_assessment(situation())
    author = Author("Dana", owner_of(assessment))
    for question in ("opex_volume", "where_scope"):
        noting.write(assessment, author, question, "Look here.", in_report=True)
    newer_edition(opex_volume="opex_requests")
    assert preview(assessment).unprinted == 1
    assessment.refresh_from_db()
    moved(assessment)
    printed = dict(Note.objects.values_list("question", "in_report"))
    assert printed == {"opex_volume": False, "where_scope": True}
    complete(assessment, {"opex_requests": 1000})
    report = issuing.submit(owner_of(assessment))
    assert [remark["question"] for remark in report.voices["remarks"]] == ["where_scope"]


def test_people_who_were_asked_what_is_gone_are_asked_nothing_rather_than_more() -> None:
    assessment = make_assessment(situation())
    invited(assessment, name="Gone", asked="group:why")
    invited(assessment, name="Signs", asked="role:finance", may_sign=True)
    invited(assessment, name="There", asked="group:how")
    invited(assessment, name="All")
    left = invited(assessment, name="Left", asked="group:why")
    inviting.withdraw(left, "owner", keep_answers=True)
    newer_edition(**{'"why"': '"wherefore"', "finance": "money"})
    assert [person.name for person in preview(assessment).unasked] == ["Gone", "Signs"]
    moved(assessment)
    asked = dict(assessment.respondents.values_list("name", "asked"))
    del asked["Dana"]
    assert asked == {
        "Gone": "none",
        "Signs": "none",
        "There": "group:how",
        "All": "all",
        "Left": "none",
    }
    signs = assessment.respondents.get(name="Signs")
    assert (signs.may_sign, signs.sees_all, signs.counts) == (True, True, True)


def test_the_counts_of_the_portfolio_stay_right() -> None:
    assessment = make_assessment(situation())
    newer_edition()
    moved(assessment)
    assert tallying.stored() == tallying.counts(Assessment.objects.all())


def test_reports_that_were_issued_keep_their_edition_and_their_answers() -> None:
    report = submitted(WEAK)
    reviewing.reopen(owner_of(report.assessment))
    newer_edition(not_good_enough="too_weak")
    moved(Assessment.objects.get(pk=report.assessment_id))
    report.refresh_from_db()
    assert report.edition.version == shipped().version
    assert report.answers[EVIDENCE] == "not_good_enough"


# ---------------------------------------------------------------- what was shown is what is moved


def test_answers_that_changed_meanwhile_are_looked_at_first() -> None:
    assessment = make_assessment(situation())
    newer_edition()
    complete(assessment, situation(opex_volume=5))
    with pytest.raises(moving.MovedOn):
        moved(assessment)
    assert Assessment.objects.get().edition.version == shipped().version


def test_an_edition_that_was_published_meanwhile_is_looked_at_first() -> None:
    assessment = make_assessment(situation())
    newer_edition()
    another_edition("2027.2")
    with pytest.raises(moving.MovedOn):
        moved(assessment, to="2027.1")


def test_moving_twice_is_harmless() -> None:
    assessment = make_assessment(situation())
    newer_edition()
    moved(assessment)
    before = list(Assessment.objects.values()), AuditEntry.objects.count()
    moved(assessment)
    assert (list(Assessment.objects.values()), AuditEntry.objects.count()) == before


def test_nobody_moves_to_an_edition_that_is_not_there() -> None:
    assessment = make_assessment(situation())
    with pytest.raises(moving.MovedOn):
        moved(assessment, to="9")
    assert Assessment.objects.get().edition.version == shipped().version


# ---------------------------------------------------------------- what comes at the same moment

Act = Callable[[Respondent], object]
"""What somebody does who was let in before the move."""


def saying(**answers: Answer | None) -> Act:
    page = PageSave(dict.fromkeys(answers, 1), uuid.uuid4(), answers)
    return lambda person: drafts.save(person, page)


def noting_down(person: Respondent) -> None:
    noting.write(person.assessment, Author("Dana", person), EVIDENCE, "So far", in_report=True)


def replying(person: Respondent) -> None:
    noting.reply(Note.objects.get(), Author("Dana", person), "So it is")


def settling_on(person: Respondent) -> None:
    settling.settle(person, EVIDENCE, "good_enough", "Seen it")


def asking(what: str) -> Act:
    return lambda owner: inviting.invite(owner, inviting.Invitation("Bo", "", what))


@pytest.mark.parametrize(
    ("renamed", "act"),
    [
        ({EVIDENCE: "how_small_other"}, saying(**{EVIDENCE: "good_enough"})),
        ({"not_good_enough": "too_weak"}, saying(**{EVIDENCE: "not_good_enough"})),
        ({EVIDENCE: "how_small_other"}, noting_down),
        ({EVIDENCE: "how_small_other"}, replying),
        ({EVIDENCE: "how_small_other"}, settling_on),
        ({"legal_compliance": "counsel"}, asking("role:legal_compliance")),
    ],
    ids=["question", "choice", "note", "reply", "settlement", "invitation"],
)
def test_what_the_edition_does_not_take_is_refused_a_moment_after_the_move(
    renamed: dict[str, str], act: Act
) -> None:
    """Whoever was let in before the move has read the edition of before."""
    assessment = make_assessment(situation())
    let_in = Respondent.objects.select_related("assessment").get(pk=owner_of(assessment).pk)
    noting.write(assessment, Author("Dana", let_in), EVIDENCE, "How far?", in_report=False)
    newer_edition(**renamed)
    moved(assessment)
    before = database()
    with pytest.raises(NotTaken):
        act(let_in)
    assert database() == before


def test_answers_that_fit_both_editions_are_saved_a_moment_after_the_move() -> None:
    assessment = make_assessment(situation())
    let_in = Respondent.objects.select_related("assessment").get(pk=owner_of(assessment).pk)
    newer_edition(**{EVIDENCE: "how_small_other"})
    moved(assessment)
    saying(opex_volume=7)(let_in)
    assert stored(assessment)["opex_volume"] == 7


def test_an_answer_to_a_question_that_is_gone_can_still_be_taken_back() -> None:
    assessment = make_assessment(situation(**{EVIDENCE: "good_enough"}))
    let_in = Respondent.objects.select_related("assessment").get(pk=owner_of(assessment).pk)
    newer_edition(**{EVIDENCE: "how_small_other"})
    moved(assessment)
    saying(**{EVIDENCE: None})(let_in)
    assert EVIDENCE not in stored(assessment)
