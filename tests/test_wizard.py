"""One page of questions after another, as a browser sends them."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from assessor.knowledge import UNKNOWN, Answer
from assessor.models import AnswerChange, Assessment, GivenAnswer, Report
from assessor.workflow import drafts, issuing, reviewing
from tests.advice.answers import situation
from tests.builders import (
    MANAGEMENT,
    Response,
    autosave_url,
    complete,
    database,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    page_data,
    step_url,
    stored,
    text_of,
)
from tests.fuzz.page_forms import forms_of
from tests.knowledge.editions import changed

pytestmark = pytest.mark.django_db

# Several choices are stored in the order of the question.
ALL = situation(how_tasks=["draft", "extract"])
WHERE = {key: value for key, value in situation().items() if key.startswith("where_")}
OPEX = {key: value for key, value in situation().items() if key.startswith(("opex_", "policy_"))}


class Tab:
    """One open page in a browser: what it sends says what it showed when it was rendered."""

    def __init__(self, assessment: Assessment, page: str, browser: Client | None = None) -> None:
        self.assessment = assessment
        self.page = page
        self.browser = browser or owner_client(assessment)
        rendered = page_data(assessment, page)
        self.rendering = {name: rendered[name] for name in ("seen", "form_key")}

    def send(self, answers: dict[str, Answer], **more: Any) -> Response:
        data = page_data(self.assessment, self.page, answers, **{**self.rendering, **more})
        return self.browser.post(step_url(self.assessment, self.page), data)

    def autosave(self, answers: dict[str, Answer], **more: Any) -> Response:
        data = page_data(self.assessment, self.page, answers, **{**self.rendering, **more})
        return self.browser.post(autosave_url(self.assessment, self.page), data)


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment()


@pytest.fixture
def where(assessment: Assessment) -> Tab:
    return Tab(assessment, "where")


def sent_again(response: Response) -> dict[str, list[str]]:
    """Return what a browser sends when the person changes nothing on the page it was shown."""
    data = response.context["form"].data
    return {name: data.getlist(name) for name in data}


# ---------------------------------------------------------------- the whole way


def test_from_the_first_page_to_checking_the_answers(assessment: Assessment) -> None:
    browser = owner_client(assessment)
    pages = []
    address = step_url(assessment, "where")
    while "/questions/" in address:
        pages.append(address.split("/")[-2])
        assert browser.get(address).status_code == 200
        response = browser.post(address, page_data(assessment, pages[-1], ALL))
        assert response.status_code == 302
        address = response["Location"]
    assert pages == ["where", "how", "what-regulatory", "what-governance", "what-opex", "why"]
    assert address == f"/a/{assessment.pk}/check/"
    assert stored(assessment) == ALL


def test_a_page_says_which_step_it_belongs_to_and_which_page_of_it_it_is(
    assessment: Assessment,
) -> None:
    shown = text_of(owner_client(assessment).get(step_url(assessment, "what-governance")))
    caption = " ".join(shown.partition('class="caption"')[2].partition("</p>")[0].split())
    assert "Step 3 of 4 · What considerations apply? · page 2 of 3 ·" in caption


def test_answers_are_rows_and_never_in_the_session(where: Tab) -> None:
    where.send(WHERE)
    assert GivenAnswer.objects.count() == len(WHERE)
    for session in Session.objects.all():
        assert set(session.get_decoded()) <= {"links"}
    assert "public_cloud_private_net" not in str(where.browser.cookies)


def test_a_page_shows_the_answers_that_were_saved(assessment: Assessment) -> None:
    complete(assessment)
    for page, texts in {
        "where": ['value="function" id="id_where_scope_1" checked'],
        "what-opex": ['value="200000"'],
        "what-governance": ['value="5" id="id_spec_language_4" checked'],
        "why": ['<option value="low_cost" selected>', '<option value="switch_supplier" selected>'],
    }.items():
        shown = text_of(owner_client(assessment).get(step_url(assessment, page)))
        assert all(text in shown for text in texts), page


def test_not_knowing_yet_is_shown_again_for_every_kind_of_question(
    assessment: Assessment,
) -> None:
    unknown: dict[str, Answer] = dict.fromkeys(
        ["where_dev_team", "where_hosting", "spec_language", "opex_volume", "why_priorities"],
        UNKNOWN,
    )
    complete(assessment, unknown)
    browser = owner_client(assessment)
    shown = "".join(
        text_of(browser.get(step_url(assessment, page)))
        for page in ("where", "what-governance", "what-opex", "why")
    )
    ticked = re.findall(r'name="([a-z_-]+)" value="dont_know" id="[a-z0-9_-]+" checked', shown)
    assert [name.removesuffix("-unknown") for name in ticked] == list(unknown)


# ---------------------------------------------------------------- going on, or finishing later


def test_a_required_question_without_an_answer_holds_the_page_back(where: Tab) -> None:
    response = where.send({"where_org_size": "mid"})
    assert response.status_code == 422
    assert "Select an answer to “Who will use this AI, and how widely?”" in text_of(response)
    assert 'href="#id_where_scope_0"' in text_of(response)
    assert 'value="mid" id="id_where_org_size_2" checked' in text_of(response)
    assert stored(where.assessment) == {}


def test_save_and_finish_later_stores_an_incomplete_page(where: Tab) -> None:
    response = where.send({"where_org_size": "mid"}, action="later")
    assert response["Location"] == f"/a/{where.assessment.pk}/"
    assert stored(where.assessment) == {"where_org_size": "mid"}
    assert "Saved. You can go on whenever you like." in text_of(
        where.browser.get(response["Location"])
    )


def test_finishing_later_on_the_last_page_leads_to_the_hub_too(assessment: Assessment) -> None:
    response = Tab(assessment, "why").send({}, action="later")
    assert response["Location"] == f"/a/{assessment.pk}/"


def test_finishing_later_keeps_valid_answers_beside_an_invalid_one(assessment: Assessment) -> None:
    response = Tab(assessment, "what-opex").send(
        {"opex_budget": "medium"}, opex_volume="many", action="later"
    )
    assert response.status_code == 422
    assert 'value="many"' in text_of(response)
    assert "Enter a whole number of requests per month, such as 10,000." in text_of(response)
    assert stored(assessment) == {"opex_budget": "medium"}


def test_after_finishing_later_with_a_mistake_the_page_can_be_mended_and_changed(
    assessment: Assessment,
) -> None:
    """What the page itself saved is no conflict with what it sends next."""
    tab = Tab(assessment, "what-opex")
    first = tab.send({"opex_budget": "medium"}, opex_volume="many", action="later")
    form = first.context["form"]
    second = tab.send(
        {**OPEX, "opex_budget": "low"},
        seen=form["seen"].value(),
        form_key=str(form["form_key"].value()),
        action="later",
    )
    assert second.status_code == 302, text_of(second)
    assert stored(assessment)["opex_budget"] == "low"


def test_coming_from_the_check_page_one_returns_to_it(where: Tab) -> None:
    url = step_url(where.assessment, "where")
    shown = text_of(where.browser.get(f"{url}?next=check"))
    assert '<input type="hidden" name="next" value="check">' in shown
    response = where.send(WHERE, next="check")
    assert response["Location"] == f"/a/{where.assessment.pk}/check/"


def test_a_mistake_does_not_forget_the_way_back_to_the_check_page(where: Tab) -> None:
    shown = text_of(where.send({}, next="check"))
    assert '<input type="hidden" name="next" value="check">' in shown


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "hub", "javascript:1"]
)
def test_one_returns_nowhere_but_to_the_check_page(where: Tab, target: str) -> None:
    response = where.send(WHERE, next=target)
    assert response["Location"] == step_url(where.assessment, "how")


# ---------------------------------------------------------------- conditional questions


def test_a_question_asked_because_of_an_earlier_page_is_required(assessment: Assessment) -> None:
    complete(assessment, {"where_scope": "function"})
    response = Tab(assessment, "what-opex").send(OPEX, policy_versions=None)
    assert response.status_code == 422
    assert stored(assessment) == {"where_scope": "function"}


def test_a_question_that_an_earlier_page_rules_out_is_not_on_the_page(
    assessment: Assessment,
) -> None:
    complete(assessment, {"where_scope": "individual"})
    tab = Tab(assessment, "what-opex")
    shown = text_of(tab.browser.get(step_url(assessment, "what-opex")))
    assert "question-policy_versions" not in shown
    assert tab.send({**OPEX, "policy_versions": "per_department"}).status_code == 302
    assert "policy_versions" not in stored(assessment)


def test_a_question_that_hangs_on_one_of_the_same_page_is_there_but_off(
    assessment: Assessment,
) -> None:
    complete(assessment, {"where_scope": "function", "spec_language": 1})
    shown = text_of(owner_client(assessment).get(step_url(assessment, "what-governance")))
    assert 'data-question="spec_training_data" data-off' in shown
    assert "is 3 or more, or not known yet" in shown


@pytest.mark.parametrize(("language", "status"), [("1", 302), ("3", 422), (UNKNOWN, 422)])
def test_a_question_is_required_only_when_the_same_page_asks_for_it(
    assessment: Assessment, language: str, status: int
) -> None:
    complete(assessment, {"where_scope": "function"})
    tab = Tab(assessment, "what-governance")
    assert (
        tab.send(situation(), spec_language=language, spec_training_data=None).status_code == status
    )


def test_rubbish_in_a_question_that_is_not_asked_is_forgiven(assessment: Assessment) -> None:
    complete(assessment, {"where_scope": "function"})
    tab = Tab(assessment, "what-governance")
    response = tab.send(situation(), spec_language="1", spec_training_data="rubbish")
    assert response.status_code == 302
    assert "spec_training_data" not in stored(assessment)


def test_an_answer_that_is_no_longer_asked_never_counts(assessment: Assessment) -> None:
    complete(assessment)
    Tab(assessment, "where").send({**WHERE, "where_scope": "individual"})
    assert stored(assessment)["policy_versions"] == "current_only"
    assert "policy_versions" not in issuing.submit(owner_of(assessment)).answers


@pytest.fixture
def only_for_departments() -> Assessment:
    """An assessment under an edition in which the last page is not for individuals."""
    condition = [{"question": "where_scope", "op": "in", "value": ["function", "enterprise"]}]
    document = changed("question_bank/questions/why_priorities/show_if", condition)
    for question in document["question_bank"]["questions"]:
        if question["key"] == "why_success":
            question["show_if"] = condition
    return make_assessment({"where_scope": "individual"}, edition=make_edition(document))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_without_questions_leads_back_and_stores_nothing(
    only_for_departments: Assessment, method: str
) -> None:
    browser = owner_client(only_for_departments)
    data = page_data(only_for_departments, "why", situation())
    response = getattr(browser, method)(step_url(only_for_departments, "why"), data)
    assert response["Location"] == f"/a/{only_for_departments.pk}/"
    assert stored(only_for_departments) == {"where_scope": "individual"}


def test_the_way_leads_past_a_page_without_questions(only_for_departments: Assessment) -> None:
    response = Tab(only_for_departments, "what-opex").send(OPEX, policy_versions=None)
    assert response["Location"] == f"/a/{only_for_departments.pk}/check/"


def test_a_group_without_questions_is_not_in_the_list_of_steps(
    only_for_departments: Assessment,
) -> None:
    browser = owner_client(only_for_departments)
    response = browser.get(step_url(only_for_departments, "where"))
    assert response.status_code == 200
    assert step_url(only_for_departments, "why") not in text_of(response)


def test_the_hub_manages_a_group_without_questions(only_for_departments: Assessment) -> None:
    response = owner_client(only_for_departments).get(f"/a/{only_for_departments.pk}/")
    assert response.status_code == 200
    assert step_url(only_for_departments, "why") not in text_of(response)


def test_an_answer_may_open_the_next_page(only_for_departments: Assessment) -> None:
    Tab(only_for_departments, "where").send(WHERE)
    response = Tab(only_for_departments, "what-opex").send(OPEX)
    assert response["Location"] == step_url(only_for_departments, "why")


# ---------------------------------------------------------------- two tabs


def test_a_stale_page_is_shown_with_both_values_and_overwrites_nothing(
    assessment: Assessment,
) -> None:
    stale, other = Tab(assessment, "where"), Tab(assessment, "where")
    other.send(WHERE)
    response = stale.send({**WHERE, "where_scope": "enterprise"})
    assert response.status_code == 409
    shown = text_of(response)
    assert "Nothing was overwritten" in shown
    assert "One department or one business function" in shown
    assert 'value="enterprise" id="id_where_scope_2" checked' in shown
    assert stored(assessment) == WHERE


def test_sending_the_page_with_both_values_again_wins(assessment: Assessment) -> None:
    stale, other = Tab(assessment, "where"), Tab(assessment, "where")
    other.send(WHERE)
    both = stale.send({**WHERE, "where_scope": "enterprise"})
    data = sent_again(both)
    response = stale.browser.post(step_url(assessment, "where"), data)
    assert response.status_code == 302
    assert stored(assessment) == {**WHERE, "where_scope": "enterprise"}


def test_the_page_with_both_values_has_seen_both(assessment: Assessment) -> None:
    stale = Tab(assessment, "where")
    Tab(assessment, "where").send(WHERE)
    form = stale.send({**WHERE, "where_scope": "enterprise"}).context["form"]
    assert "where_scope:1 where_org_size:0" in form["seen"].value()


def test_a_third_change_while_both_values_are_shown_is_a_conflict_again(
    assessment: Assessment,
) -> None:
    stale = Tab(assessment, "where")
    Tab(assessment, "where").send(WHERE)
    both = stale.send({**WHERE, "where_scope": "enterprise"})
    Tab(assessment, "where").send({**WHERE, "where_scope": "individual"})
    data = sent_again(both)
    assert stale.browser.post(step_url(assessment, "where"), data).status_code == 409
    assert stored(assessment)["where_scope"] == "individual"


def test_resolving_one_conflict_brings_back_no_other_old_answer(assessment: Assessment) -> None:
    """The stale page still holds the old size, which its person never touched."""
    Tab(assessment, "where").send(WHERE)
    stale = Tab(assessment, "where")
    Tab(assessment, "where").send({**WHERE, "where_scope": "individual", "where_org_size": "large"})
    both = stale.send({**WHERE, "where_scope": "enterprise"})
    assert both.status_code == 409
    stale.browser.post(step_url(assessment, "where"), sent_again(both))
    assert stored(assessment)["where_scope"] == "enterprise"
    assert stored(assessment)["where_org_size"] == "large"


def test_an_unchanged_stale_page_merges_silently(assessment: Assessment) -> None:
    Tab(assessment, "where").send(WHERE)
    stale = Tab(assessment, "where")
    Tab(assessment, "where").send({**WHERE, "where_scope": "enterprise"})
    assert stale.send(WHERE).status_code == 302
    assert stored(assessment) == {**WHERE, "where_scope": "enterprise"}


def test_finishing_later_with_a_mistake_does_not_settle_a_conflict_by_itself(
    assessment: Assessment,
) -> None:
    stale = Tab(assessment, "what-opex")
    Tab(assessment, "what-opex").send({"opex_budget": "medium"}, action="later")
    response = stale.send({"opex_budget": "low"}, opex_volume="many", action="later")
    assert response.status_code == 409
    assert stored(assessment) == {"opex_budget": "medium"}


def test_finishing_later_from_a_stale_page_shows_both_values(assessment: Assessment) -> None:
    stale = Tab(assessment, "where")
    Tab(assessment, "where").send(WHERE)
    response = stale.send({**WHERE, "where_scope": "enterprise"}, action="later")
    assert response.status_code == 409
    assert stored(assessment) == WHERE


@pytest.mark.parametrize(
    ("step", "theirs", "mine", "shown"),
    [
        ("what-opex", {"opex_volume": 5000}, {"opex_volume": 70}, "5,000"),
        ("why", {"why_priorities": ["low_cost"]}, {"why_priorities": ["switch_supplier"]}, "Low"),
        ("why", {"why_success": "<b>theirs</b>"}, {"why_success": "mine"}, "&lt;b&gt;theirs"),
        ("what-governance", {"spec_language": UNKNOWN}, {"spec_language": 2}, "know yet"),
    ],
)
def test_both_values_are_shown_for_every_kind_of_question(
    assessment: Assessment,
    step: str,
    theirs: dict[str, Answer],
    mine: dict[str, Answer],
    shown: str,
) -> None:
    stale = Tab(assessment, step)
    Tab(assessment, step).send(theirs, action="later")
    response = stale.send(mine, action="later")
    assert response.status_code == 409
    clash = text_of(response).split('class="conflict"')[1].split("You, just now")[0]
    assert shown in clash
    assert stored(assessment) == theirs


def test_an_answer_that_was_taken_back_meanwhile_is_said_in_words(assessment: Assessment) -> None:
    Tab(assessment, "where").send(WHERE)
    stale = Tab(assessment, "where")
    Tab(assessment, "where").send(WHERE, where_capex=None, action="later")
    response = stale.send({**WHERE, "where_capex": "small"})
    assert "The answer was taken back" in text_of(response)


def test_a_double_click_saves_once(where: Tab) -> None:
    assert [where.send(WHERE).status_code for _ in range(2)] == [302, 302]
    assert AnswerChange.objects.count() == len(WHERE)


@pytest.mark.parametrize("action", ["continue", "later"])
def test_an_answer_that_a_page_never_showed_is_not_taken_back_by_it(
    assessment: Assessment, action: str
) -> None:
    """Another tab makes a question come up on a page that was rendered without it."""
    complete(assessment, situation(where_scope="individual"))
    browser = owner_client(assessment)
    address = step_url(assessment, "what-opex")
    forms = forms_of(address, text_of(browser.get(address)))
    rendered = next(form.values for form in forms if "seen" in form.values)
    assert "policy_versions" not in rendered
    complete(assessment, {"where_scope": "function"})
    sent = {**rendered, "opex_volume": "2", "action": action}
    assert browser.post(address, sent).status_code == 302
    assert stored(assessment) == situation(opex_volume=2)


# ---------------------------------------------------------------- saving while typing


def test_an_automatic_save_stores_what_is_valid_and_says_what_the_page_has_seen(where: Tab) -> None:
    response = where.autosave({"where_scope": "function"})
    assert response.status_code == 200
    shown = text_of(response)
    assert 'name="seen" id="id_seen" value="where_scope:1 where_org_size:0' in shown
    assert 'hx-swap-oob="true"' in shown
    assert stored(where.assessment) == {"where_scope": "function"}
    assert AnswerChange.objects.get().automatic


def test_an_automatic_save_says_which_questions_are_asked_now(assessment: Assessment) -> None:
    complete(assessment, {"where_scope": "function"})
    shown = []
    for language in ("1", "4"):
        saved = Tab(assessment, "what-governance").autosave({}, spec_language=language)
        shown.append(saved.headers["HX-Trigger"])
    assert '"spec_training_data": false' in shown[0]
    assert '"spec_training_data": true' in shown[1]


def test_an_automatic_save_keeps_valid_answers_beside_an_invalid_one(
    assessment: Assessment,
) -> None:
    Tab(assessment, "what-opex").autosave({"opex_budget": "low"}, opex_volume="many")
    assert stored(assessment) == {"opex_budget": "low"}


@pytest.mark.parametrize(
    ("step", "answers", "typed", "state"),
    [
        ("what-opex", {"opex_budget": "low"}, {}, "saved"),
        ("what-opex", {}, {"opex_volume": "10,000"}, "saved"),
        ("what-opex", {}, {"opex_volume": "many"}, "partly"),
        ("what-opex", {}, {"opex_volume": "-1"}, "partly"),
        ("what-opex", {"opex_volume": UNKNOWN}, {"opex_volume": "7"}, "partly"),
        ("why", {"why_priorities": ["low_cost", "low_cost"]}, {}, "partly"),
    ],
)
def test_an_automatic_save_says_whether_everything_is_saved(
    assessment: Assessment, step: str, answers: dict[str, Answer], typed: Any, state: str
) -> None:
    complete(assessment, {"opex_volume": 5000, "why_priorities": ["low_cost"]})
    before = stored(assessment)
    response = Tab(assessment, step).autosave(answers, **typed)
    assert (response.status_code, response["Save-State"]) == (200, state)
    assert (stored(assessment) == before) is (state == "partly")


def test_sending_the_page_after_it_saved_itself_is_no_conflict(where: Tab) -> None:
    where.autosave({"where_scope": "individual"})
    assert where.send(WHERE).status_code == 302
    assert stored(where.assessment) == WHERE


def test_an_automatic_save_never_overrides_a_newer_answer(assessment: Assessment) -> None:
    stale = Tab(assessment, "where")
    Tab(assessment, "where").send(WHERE)
    assert stale.autosave({**WHERE, "where_scope": "enterprise"}).status_code == 409
    assert stored(assessment) == WHERE


def test_an_automatic_save_needs_the_fields_the_page_fills_in(where: Tab) -> None:
    for more in ({"seen": None}, {"seen": "where_scope:7"}, {"seen": "x"}, {"form_key": "x"}):
        assert where.autosave(WHERE, **more).status_code == 400
    assert stored(where.assessment) == {}


def test_looking_at_the_address_of_automatic_saves_is_refused(where: Tab) -> None:
    response = where.browser.get(autosave_url(where.assessment, where.page))
    assert (response.status_code, response["Allow"]) == (405, "POST")


# ---------------------------------------------------------------- after submission


@pytest.fixture
def finished() -> Assessment:
    assessment = make_assessment(situation())
    issuing.submit(owner_of(assessment))
    return assessment


def test_looking_at_a_page_of_a_submitted_assessment_leads_to_the_result(
    finished: Assessment,
) -> None:
    response = owner_client(finished).get(step_url(finished, "where"))
    assert response["Location"] == f"/a/{finished.pk}/result/"


def test_a_submitted_assessment_refuses_a_page_and_says_why(finished: Assessment) -> None:
    tab = Tab(finished, "where")
    before = database()
    response = tab.send({**WHERE, "where_scope": "enterprise"})
    assert response.status_code == 409
    assert "This assessment was already submitted" in text_of(response)
    assert tab.autosave({**WHERE, "where_scope": "enterprise"}).status_code == 409
    assert database() == before


def test_a_page_that_comes_at_the_moment_of_submitting_is_refused_too(
    where: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a draft when the page was opened, and is none when it would be saved."""

    def submitted_first(*_: object, **__: object) -> None:
        raise drafts.AlreadySubmitted

    monkeypatch.setattr(drafts, "save", submitted_first)
    response = where.send(WHERE)
    assert response.status_code == 409
    assert "This assessment was already submitted" in text_of(response)


def test_a_page_left_open_over_submitting_and_reopening_still_loses_nothing(
    finished: Assessment,
) -> None:
    tab = Tab(finished, "where")
    reviewing.reopen(owner_of(finished))
    assert tab.send({**WHERE, "where_scope": "enterprise"}).status_code == 302
    assert stored(finished)["where_scope"] == "enterprise"
    assert Report.objects.get().answers["where_scope"] == "function"


# ---------------------------------------------------------------- pages that were tampered with


@pytest.mark.parametrize(
    "more",
    [
        {MANAGEMENT: None},
        {MANAGEMENT: ""},
        {MANAGEMENT: "how"},
        {MANAGEMENT: "no-such-page"},
        {MANAGEMENT: "where\x00"},
        {"seen": None},
        {"seen": ""},
        {"seen": "where_scope"},
        {"seen": "where_scope:-1"},
        {"seen": "where_scope:1"},
        {"seen": "where_scope:1.5"},
        {"seen": "where_scope:x"},
        {"seen": "where_scope:٣"},
        {"seen": f"where_scope:{'9' * 9}"},
        {"seen": f"where_scope:{'9' * 5000}"},
        {"seen": "where_scope:0,where_org_size:0"},
        {"seen": "where_scope:0\x00"},
        {"seen": "where_scope:0 <b>:0"},
        {"form_key": None},
        {"form_key": ""},
        {"form_key": "rubbish"},
        {"form_key": "0" * 4000},
    ],
    ids=lambda more: str(more)[:40],
)
def test_a_page_without_its_own_fields_is_refused(where: Tab, more: dict[str, str | None]) -> None:
    for action in ("continue", "later", "rubbish"):
        response = where.send(WHERE, **more, action=action)
        assert response.status_code == 400
        assert "This page came back incomplete" in text_of(response)
        assert f'href="/a/{where.assessment.pk}/"' in text_of(response)
    assert stored(where.assessment) == {}


@pytest.mark.parametrize("step", ["done", "no-such-page", "WHERE", "0", "what"])
def test_a_page_that_does_not_exist_is_not_found(assessment: Assessment, step: str) -> None:
    browser = owner_client(assessment)
    data = {**page_data(assessment, "where", WHERE), MANAGEMENT: step}
    for method in (browser.get, browser.head, browser.post):
        assert method(step_url(assessment, step), data).status_code == 404
    assert browser.post(autosave_url(assessment, step), data).status_code == 404
    assert stored(assessment) == {}


@pytest.mark.parametrize("query", ["reset", "done", "wizard_goto_step=how", "step=how", "next=x"])
def test_looking_changes_nothing_whatever_the_query_says(
    assessment: Assessment, query: str
) -> None:
    complete(assessment)
    browser = owner_client(assessment)
    before = database()
    assert browser.get(f"{step_url(assessment, 'where')}?{query}").status_code == 200
    assert browser.head(f"{step_url(assessment, 'where')}?{query}").status_code == 200
    assert database() == before


def test_a_page_is_saved_whatever_else_is_sent_with_it(where: Tab) -> None:
    """The wizard library would throw the answers away for a field that no page of ours has."""
    response = where.send(WHERE, wizard_goto_step="how", reset="1")
    assert response.status_code == 302
    assert stored(where.assessment) == WHERE


def test_questions_of_another_page_and_unknown_names_are_not_stored(where: Tab) -> None:
    where.send(WHERE, how_audience="staff", reg_data=["personal"], junk="x" * 10_000, status="x")
    assert stored(where.assessment) == WHERE


def test_skipping_to_the_last_page_is_allowed_but_not_submitting(assessment: Assessment) -> None:
    tab = Tab(assessment, "why")
    assert tab.send(situation()).status_code == 302
    response = tab.browser.post(f"/a/{assessment.pk}/submit/")
    assert response.status_code == 422
    assert not Report.objects.exists()


def test_every_rendering_has_a_form_key_of_its_own(where: Tab) -> None:
    url = step_url(where.assessment, "where")
    keys = {where.browser.get(url).context["form"]["form_key"].value() for _ in range(2)}
    assert len(keys) == 2
    assert all(uuid.UUID(key) for key in keys)
