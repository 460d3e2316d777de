"""Starting and saving: nothing acknowledged is lost, nothing is overwritten."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from assessor.knowledge import UNKNOWN, Answer
from assessor.models import (
    AnswerChange,
    Assessment,
    PrivateLink,
    Respondent,
)
from assessor.viewpoint import Viewpoint
from assessor.workflow import drafts
from assessor.workflow.drafts import (
    AlreadyStarted,
    AlreadySubmitted,
    ImpossibleRevision,
    Origin,
    PageSave,
    Stale,
    Start,
)
from tests.advice.answers import situation
from tests.builders import (
    make_assessment,
    make_edition,
    owner_of,
    seen_now,
    stored,
    submitted,
)
from tests.knowledge.editions import change, document

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Respondent:
    return owner_of(make_assessment())


class Rendering:
    """A page as one browser tab shows it: what it has seen, and its form key."""

    def __init__(self, owner: Respondent) -> None:
        self.owner = owner
        self.seen = seen_now(owner.assessment)
        self.form = uuid.uuid4()
        self.turn = 0

    def save(self, *, automatic: bool = False, **answers: Answer | None) -> dict[str, int]:
        page = PageSave(self.seen, self.form, answers, automatic=automatic, turn=self.turn)
        return drafts.save(self.owner, page)

    def autosave(self, **answers: Answer | None) -> None:
        """Save as the page does while typing; the answer tells it what it has seen now."""
        self.seen = self.save(automatic=True, **answers)


def revision_of(owner: Respondent) -> int:
    return Assessment.objects.get(pk=owner.assessment_id).revision


# ---------------------------------------------------------------- starting


def a_start(**different: str) -> Start:
    return Start(uuid.uuid4(), "Contract drafts", "Northwind", **different)


def test_a_new_assessment_has_one_owner_and_a_link_that_opens_it() -> None:
    edition = make_edition()
    owner, token = drafts.start(a_start(name="Dana", email="dana@example.org", role="cio"))
    assert (owner.name, owner.email, owner.role, owner.is_owner) == (
        "Dana",
        "dana@example.org",
        "cio",
        True,
    )
    assert owner.assessment.edition == edition
    assert owner.assessment.is_draft
    assert PrivateLink.objects.get().token_sha256 == PrivateLink.hashed(token)


def test_the_same_start_form_starts_one_assessment() -> None:
    make_edition()
    form = a_start()
    drafts.start(form)
    with pytest.raises(AlreadyStarted):
        drafts.start(form)
    assert Assessment.objects.count() == Respondent.objects.count() == 1


def test_the_second_click_gets_a_fresh_link_to_the_same_assessment() -> None:
    make_edition()
    form = a_start()
    owner, token = drafts.start(form)
    again, other_token = drafts.resend_link(form.creation_key)
    assert again == owner
    assert other_token != token


def test_a_start_form_sent_again_much_later_opens_nothing() -> None:
    make_edition()
    form = a_start()
    drafts.start(form)
    Assessment.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(Respondent.DoesNotExist):
        drafts.resend_link(form.creation_key)


def test_an_assessment_keeps_its_edition_when_a_newer_one_is_loaded() -> None:
    assessment = make_assessment()
    load_newer("2027.1")
    assert Assessment.objects.get(pk=assessment.pk).knowledge.version == "2026.11.3"
    assert drafts.start(a_start())[0].assessment.edition.version == "2027.1"


def load_newer(version: str) -> None:
    newer = document()
    for file in ("question_bank", "architectures", "controls", "estimates"):
        change(newer, f"{file}/meta/content_version", version)
    make_edition(newer)


def test_starting_from_another_takes_answers_and_edition_and_remembers_where_from() -> None:
    source = make_assessment(situation())
    load_newer("2027.1")
    form = Start(uuid.uuid4(), "Invoices", "Northwind", name="Robin")
    owner, _token = drafts.start_from(Origin(source), form, {"opex_budget": "low"})
    made = Assessment.objects.get(pk=owner.assessment_id)
    assert (made.origin, made.origin_report) == (source, None)
    assert (made.edition, made.initiative, owner.name) == (source.edition, "Invoices", "Robin")
    assert (stored(made), seen_now(made)) == ({"opex_budget": "low"}, {"opex_budget": 1})
    assert stored(source) == situation()


def test_starting_from_another_twice_with_the_same_form_starts_one() -> None:
    source = make_assessment(situation())
    form = Start(uuid.uuid4(), "Invoices", "Northwind")
    drafts.start_from(Origin(source), form, situation())
    with pytest.raises(AlreadyStarted):
        drafts.start_from(Origin(source), form, situation())
    assert source.copies.count() == 1


# ---------------------------------------------------------------- saving


def test_a_save_raises_the_revision_and_stores_the_answers(owner: Respondent) -> None:
    Rendering(owner).save(where_scope="function", opex_volume=200)
    assert revision_of(owner) == 1
    assert stored(owner.assessment) == {"where_scope": "function", "opex_volume": 200}


def test_saving_what_is_stored_already_changes_nothing(owner: Respondent) -> None:
    Rendering(owner).save(where_scope="function")
    assert Rendering(owner).save(where_scope="function") == {"where_scope": 1}
    assert revision_of(owner) == AnswerChange.objects.count() == 1


def test_sending_the_same_page_twice_is_harmless(owner: Respondent) -> None:
    page = Rendering(owner)
    assert [page.save(where_scope="function") for _ in range(3)] == [{"where_scope": 1}] * 3
    assert revision_of(owner) == AnswerChange.objects.count() == 1


def test_leaving_a_question_empty_that_never_had_an_answer_stores_nothing(
    owner: Respondent,
) -> None:
    Rendering(owner).save(where_scope=None)
    assert revision_of(owner) == 0
    assert not AnswerChange.objects.exists()


def test_an_answer_taken_back_does_not_count_but_stays_in_the_history(owner: Respondent) -> None:
    Rendering(owner).save(where_scope="function")
    Rendering(owner).save(where_scope=None)
    assert stored(owner.assessment) == {}
    assert [change.value for change in AnswerChange.objects.all()] == ["function", None]


def test_not_knowing_yet_is_an_answer(owner: Respondent) -> None:
    Rendering(owner).save(where_dev_team=UNKNOWN)
    assert stored(owner.assessment) == {"where_dev_team": UNKNOWN}


def test_two_tabs_on_different_questions_both_count(owner: Respondent) -> None:
    one, other = Rendering(owner), Rendering(owner)
    one.save(where_scope="function")
    other.save(where_org_size="mid")
    assert stored(owner.assessment) == {"where_scope": "function", "where_org_size": "mid"}


def test_a_page_claiming_to_be_newer_than_what_is_stored_is_refused(owner: Respondent) -> None:
    page = Rendering(owner)
    page.seen["where_scope"] = 1
    with pytest.raises(ImpossibleRevision):
        page.save(where_scope="function")
    assert stored(owner.assessment) == {}


# ---------------------------------------------------------------- two tabs, the same question


def test_a_stale_page_overwrites_nothing_and_learns_both_values(owner: Respondent) -> None:
    stale, other = Rendering(owner), Rendering(owner)
    other.save(where_scope="function", where_org_size="mid")
    with pytest.raises(Stale) as refused:
        stale.save(where_scope="enterprise", where_dev_team="small")
    (conflict,) = refused.value.conflicts.values()
    assert (conflict.question, conflict.theirs, conflict.revision) == ("where_scope", "function", 1)
    assert stored(owner.assessment) == {"where_scope": "function", "where_org_size": "mid"}


def test_sending_again_from_the_page_that_shows_both_wins(owner: Respondent) -> None:
    stale = Rendering(owner)
    Rendering(owner).save(where_scope="function")
    with pytest.raises(Stale) as refused:
        stale.save(where_scope="enterprise")
    stale.seen["where_scope"] = refused.value.conflicts["where_scope"].revision
    stale.save(where_scope="enterprise")
    assert stored(owner.assessment) == {"where_scope": "enterprise"}


def test_what_was_read_before_another_tab_saved_is_not_relied_on(owner: Respondent) -> None:
    stale, read = Rendering(owner), Viewpoint(owner).mine
    Rendering(owner).save(where_scope="function")
    with pytest.raises(Stale):
        drafts.save(owner, PageSave(stale.seen, stale.form, {"where_scope": "enterprise"}), read)
    assert stored(owner.assessment) == {"where_scope": "function"}


def test_an_answer_the_stale_page_left_alone_keeps_the_newer_value(owner: Respondent) -> None:
    Rendering(owner).save(where_scope="function", where_org_size="mid")
    stale = Rendering(owner)
    Rendering(owner).save(where_scope="enterprise")
    stale.save(where_scope="function", where_org_size="large")
    assert stored(owner.assessment) == {"where_scope": "enterprise", "where_org_size": "large"}


def test_an_empty_question_the_stale_page_left_empty_keeps_the_newer_value(
    owner: Respondent,
) -> None:
    stale = Rendering(owner)
    Rendering(owner).save(where_scope="enterprise")
    stale.save(where_scope=None, where_org_size="large")
    assert stored(owner.assessment) == {"where_scope": "enterprise", "where_org_size": "large"}


def test_both_tabs_giving_the_same_answer_is_no_conflict(owner: Respondent) -> None:
    stale = Rendering(owner)
    Rendering(owner).save(where_scope="function")
    assert stale.save(where_scope="function") == {"where_scope": 1}


def test_an_answer_taken_back_elsewhere_is_a_conflict_too(owner: Respondent) -> None:
    Rendering(owner).save(where_scope="function")
    stale = Rendering(owner)
    Rendering(owner).save(where_scope=None)
    with pytest.raises(Stale) as refused:
        stale.save(where_scope="enterprise")
    assert refused.value.conflicts["where_scope"].theirs is None


def test_a_page_that_hides_what_it_has_seen_still_overwrites_nothing(owner: Respondent) -> None:
    Rendering(owner).save(where_scope="function")
    page = Rendering(owner)
    page.seen = {"junk": 0}
    with pytest.raises(Stale):
        page.save(where_scope="enterprise")


def test_two_tabs_taking_turns_never_lose_an_answer(owner: Respondent) -> None:
    """What a tab learns from its own saves must not cover what the other saved between them."""
    one, other = Rendering(owner), Rendering(owner)
    one.autosave(where_scope=None, where_org_size="mid", where_capex=None)
    other.autosave(where_scope="function", where_org_size=None, where_capex=None)
    one.autosave(where_scope=None, where_org_size="mid", where_capex="small")
    other.save(where_scope="function", where_org_size=None, where_capex=None)
    one.save(where_scope=None, where_org_size="mid", where_capex="small")
    assert stored(owner.assessment) == {
        "where_scope": "function",
        "where_org_size": "mid",
        "where_capex": "small",
    }


# ---------------------------------------------------------------- saving while typing


def test_what_a_page_saved_by_itself_gives_way_to_what_it_sends_at_the_end(
    owner: Respondent,
) -> None:
    """The answer to the automatic save may not have reached the page yet."""
    page = Rendering(owner)
    page.save(automatic=True, where_scope="function")
    page.save(where_scope="enterprise")
    assert stored(owner.assessment) == {"where_scope": "enterprise"}


def test_going_back_to_the_first_answer_before_the_automatic_save_is_answered_counts(
    owner: Respondent,
) -> None:
    Rendering(owner).save(where_scope="function")
    page = Rendering(owner)
    page.save(automatic=True, where_scope="enterprise")
    page.save(where_scope="function")
    assert stored(owner.assessment) == {"where_scope": "function"}


def test_an_automatic_save_never_overrides_what_was_saved_elsewhere(owner: Respondent) -> None:
    page = Rendering(owner)
    Rendering(owner).save(where_scope="function")
    with pytest.raises(Stale):
        page.autosave(where_scope="enterprise")
    assert stored(owner.assessment) == {"where_scope": "function"}


def test_an_automatic_save_that_arrives_after_the_page_was_sent_is_refused(
    owner: Respondent,
) -> None:
    page = Rendering(owner)
    page.save(where_scope="enterprise")
    with pytest.raises(Stale):
        page.save(automatic=True, where_scope="function")
    assert stored(owner.assessment) == {"where_scope": "enterprise"}


def test_an_automatic_save_that_a_later_one_overtook_on_its_way_changes_nothing(
    owner: Respondent,
) -> None:
    page = Rendering(owner)
    page.turn = 2
    page.save(automatic=True, where_scope="enterprise")
    page.turn = 1
    page.save(automatic=True, where_scope="function", why_success="Less waiting")
    assert stored(owner.assessment) == {
        "where_scope": "enterprise",
        "why_success": "Less waiting",
    }
    page.turn = 3
    page.save(where_scope="individual")
    assert stored(owner.assessment)["where_scope"] == "individual"


def test_another_tab_does_not_override_what_was_saved_automatically(owner: Respondent) -> None:
    other = Rendering(owner)
    Rendering(owner).autosave(where_scope="function")
    with pytest.raises(Stale):
        other.save(where_scope="enterprise")


def test_an_automatic_save_whose_answer_was_lost_can_be_repeated(owner: Respondent) -> None:
    page = Rendering(owner)
    page.save(automatic=True, where_scope="function")
    page.save(automatic=True, where_scope="enterprise")
    assert stored(owner.assessment) == {"where_scope": "enterprise"}


def test_saving_one_answer_automatically_does_not_hide_a_change_of_another(
    owner: Respondent,
) -> None:
    """The page still shows the old scope; sending it must not bring that back."""
    Rendering(owner).save(where_scope="function")
    page = Rendering(owner)
    Rendering(owner).save(where_scope="enterprise")
    page.autosave(where_scope="function", where_org_size="mid")
    page.save(where_scope="function", where_org_size="mid")
    assert stored(owner.assessment) == {"where_scope": "enterprise", "where_org_size": "mid"}


def test_typing_and_sending_with_every_automatic_save_answered_is_never_a_conflict(
    owner: Respondent,
) -> None:
    page = Rendering(owner)
    for scope in ("individual", "function", "enterprise"):
        page.autosave(where_scope=scope)
    page.save(where_scope="function")
    assert stored(owner.assessment) == {"where_scope": "function"}


def test_a_submitted_assessment_refuses_saves() -> None:
    report = submitted()
    with pytest.raises(AlreadySubmitted):
        Rendering(owner_of(report.assessment)).save(where_scope="enterprise")
    assert stored(report.assessment)["where_scope"] == "function"
