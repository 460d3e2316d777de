"""The page of one assessment: who answered what, what came of it, and what can be done from it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessor.access import Decider
from assessor.admin import detail as shown
from assessor.finding.words import labels_of
from assessor.models import Assessment, AuditEntry, InternalNote, Report, knowledge_of
from assessor.report.codes import code_of
from assessor.workflow import reviewing
from assessor.workflow.reviewing import Decision, Opinion
from tests.admin.visits import (
    admin_url,
    detail,
    first_row,
    page,
    queries_of,
    reviewer,
    section,
    staff,
    superuser,
)
from tests.advice.answers import situation
from tests.builders import (
    client_of,
    complete,
    make_assessment,
    owner_of,
    says,
    submitted,
)
from tests.lives import signed_and, submitted_together

pytestmark = pytest.mark.django_db


def test_an_assessment_is_shown_with_its_owner_answers_and_result() -> None:
    report = submitted(
        situation(why_success="One day instead of five."),
        name="Dana",
        email="dana@example.org",
        role="cio_cto",
    )
    html = detail(reviewer(), report.assessment)
    for words in [
        "Dana, dana@example.org, CIO / CTO or head of IT",
        "Where will AI be used?",
        "Who will use this AI, and how widely?",
        "One department or one business function",
        "One day instead of five.",
        "Smaller model in your private network or on a private cloud",
    ]:
        assert words in html
    out = {exclusion["architecture"] for exclusion in report.suggestion["excluded"]}
    total = len(knowledge_of(report.edition_id).options)
    assert f"Ruled out by the answers: {len(out)} of {total} architectures." in html


def test_every_section_is_reached_from_the_top() -> None:
    html = detail(superuser(), submitted_together())
    for anchor in (
        *("summary", "suggestion", "decision", "answers", "reports", "steps", "people"),
        *("notes", "internal-notes", "audit"),
    ):
        assert f'href="#{anchor}"' in html
        assert html.count(f'id="{anchor}"') == 1


def test_an_assessment_leads_to_its_result_and_each_report() -> None:
    report = submitted()
    client = reviewer()
    html = detail(client, report.assessment)
    result = reverse("result", args=[report.assessment_id])
    pdf = reverse("pdf", args=[report.assessment_id])
    for address in (result, pdf, f"{result}?report=1", f"{pdf}?report=1"):
        assert f'href="{address}"' in html
    assert client.get(f"{result}?report=1").status_code == 200
    assert code_of(report.sha256) in section(html, "reports")
    assert report.sha256 in section(html, "reports")


def test_a_draft_has_neither_suggestion_nor_buttons() -> None:
    html = detail(reviewer(), make_assessment())
    for words in ("Open result", "The options that fit best", "Mark as reviewed", "Compare with"):
        assert words not in html
    assert "No question has been answered yet." in html
    assert "None has been issued yet" in html


# ---------------------------------------------------------------- answers and their history


def test_everybodys_answer_stands_beside_its_question_and_says_which_counts() -> None:
    said = section(detail(reviewer(), submitted_together()), "answers")
    row = said.split("Who will use this AI, and how widely?")[1].split("How many people")[0]
    assert "One department or one business function Dana Marigold, " in row
    assert "built into the applications the business runs on Ana Heather, " in row
    assert row.count("this answer counts") == 1
    assert row.split("this answer counts")[0].rstrip(" ·").endswith("compliance")


def test_what_an_answer_was_before_stands_below_it() -> None:
    assessment = make_assessment({"where_scope": "function"}, name="Dana")
    says(owner_of(assessment), where_scope="enterprise")
    taken_back: Any = {"where_scope": None}
    complete(assessment, taken_back)
    said = section(detail(reviewer(), assessment), "answers")
    assert "Taken back Dana, " in said
    changes = said.split("how widely? ")[-1]
    assert "built into the applications the business runs on → taken back" in changes
    assert "One department or one business function → Several departments" in changes
    assert changes.index("taken back") < changes.index("One department")


def test_a_few_changes_are_shown_and_the_page_of_the_question_has_all() -> None:
    assessment = make_assessment({"where_scope": "function"})
    for number in range(shown.SHOWN_CHANGES + 1):
        says(owner_of(assessment), where_scope="enterprise" if number % 2 == 0 else "function")
    html = detail(reviewer(), assessment)
    assert section(html, "answers").count("→") == shown.SHOWN_CHANGES
    address = reverse("question", args=[assessment.pk, "where_scope"])
    assert f'href="{address}#history">All changes<' in html


def test_of_very_many_changes_the_latest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "MOST_CHANGES", 2)
    assessment = make_assessment({"where_scope": "function"})
    for answer in ("enterprise", "individual", "function"):
        says(owner_of(assessment), where_scope=answer)
    said = section(detail(reviewer(), assessment), "answers")
    assert said.count("→") == 1
    assert (
        "Individual people, for their own work (drafting, summarising, coding help) → One" in said
    )


def test_an_answer_to_a_question_that_is_not_asked_is_marked() -> None:
    client = reviewer()
    marked = "Not asked under these answers"
    assert marked not in detail(client, make_assessment(situation()))
    assert marked in detail(client, make_assessment(situation(gov_autonomy="suggests")))


def test_an_assessment_nobody_signed_is_shown() -> None:
    html = detail(reviewer(), make_assessment(name=""))
    assert '<div class="readonly">Owner</div>' in html


# ---------------------------------------------------------------- reviews, signatures, notes


def decided() -> Report:
    """Return the report in which another architecture is chosen than the suggested one."""
    report = submitted(name="Dana", role="cio_cto")
    sha256 = report.suggestion_sha256
    owner = owner_of(report.assessment)
    risks = tuple(risk.key for risk in report.knowledge.controls.risks[:1])
    reviewing.sign(owner, Opinion(sha256, "disagree", "Too dear <b>now</b>"))
    reviewing.sign(owner, Opinion(sha256, "agree", accepted_risks=risks))
    chosen = report.suggestion["ranking"][1]["architecture"]
    decider = Decider(report.assessment, "Vera", "Sponsor", "user 1")
    return reviewing.decide(decider, Decision(sha256, "approved", "The GPUs are there", chosen))


def test_a_decision_is_shown_with_everything_that_led_to_it() -> None:
    report, client = decided(), reviewer()
    chosen = labels_of(report.edition_id).architectures[report.sign_off["chosen"]]
    cells = first_row(client)
    assert (cells[2], cells[4]) == ("Approved", chosen)
    steps = section(detail(client, report.assessment), "steps")
    places = [
        steps.index(words)
        for words in (
            "Submitted Dana CIO / CTO or head of IT 1",
            "Signed: Disagree Dana CIO / CTO or head of IT 1 Too dear &lt;b&gt;now&lt;/b&gt;",
            f"Risks accepted: {report.knowledge.controls.risks[0].label}",
            "Approved Vera Sponsor 3 The GPUs are there",
        )
    ]
    assert places == sorted(places)


def test_notes_of_those_who_take_part_are_shown_in_their_threads() -> None:
    notes = section(detail(reviewer(), submitted_together()), "notes")
    assert "printed in the report · resolved Thistle? Ana Heather, " in notes
    assert notes.index("Thistle? Ana Heather") < notes.index("Thistle. Dana Marigold")


def test_whoever_reviews_is_led_to_deciding_and_others_are_not() -> None:
    report = submitted()
    address = f'href="{reverse("decide", args=[report.assessment_id])}"'
    assert address in detail(reviewer(), report.assessment)
    assert address not in detail(staff("view_assessment"), report.assessment)


def test_what_is_decided_is_not_decided_again() -> None:
    assessment = signed_and("approved", submitted_together())
    assert reverse("decide", args=[assessment.pk]) not in detail(reviewer(), assessment)


def test_another_assessment_is_offered_to_compare_with_its_own_organisation_first() -> None:
    other = submitted(initiative="Elsewhere", organisation="Southwind").assessment
    near = submitted(initiative="Nearby").assessment
    make_assessment(initiative="A draft")
    assessment, client = submitted(initiative="This").assessment, reviewer()
    html = detail(client, assessment)
    offered = html.split('class="compare-with"')[1].split("</form>")[0]
    assert offered.index(str(near.pk)) < offered.index(str(other.pk))
    assert "A draft" not in offered
    assert f'value="{assessment.pk}"' in offered
    compared = page(client, reverse("compare"), a=str(assessment.pk), b=str(near.pk))
    assert "Nearby" in compared


# ---------------------------------------------------------------- internal notes


def noting_of(assessment: Assessment) -> str:
    return reverse("admin:assessor_assessment_note", args=[assessment.pk])


def test_an_internal_note_is_added_shown_to_staff_and_written_down() -> None:
    assessment, client = make_assessment(), reviewer()
    for _click in range(2):
        page = client.post(noting_of(assessment), {"text": " Ask legal.\r\nToday. "}, follow=True)
    address = f"{admin_url(Assessment, 'change', assessment)}#internal-notes"
    assert page.redirect_chain == [(address, 302)]
    note = InternalNote.objects.get()
    assert (note.author, note.text) == ("Vera", "Ask legal.\nToday.")
    assert "Ask legal. Today. Vera, " in section(page.content.decode(), "internal-notes")
    entry = AuditEntry.objects.get(event="internal_note.written")
    assert entry.subject == f"assessment {assessment.pk} internal note {note.pk}"


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_a_note_that_cannot_be_stored_comes_back(text: str) -> None:
    assessment, client = make_assessment(), reviewer()
    response = client.post(noting_of(assessment), {"text": text})
    assert response.status_code == 422
    shown = response.content.decode()
    assert "<title>Error: " in shown
    assert text.strip() in shown
    assert not InternalNote.objects.exists()


def test_who_may_only_look_reads_no_internal_notes_and_writes_none() -> None:
    assessment = make_assessment()
    InternalNote.objects.create(assessment=assessment, author="Vera", text="Secret thistle")
    client = staff("view_assessment")
    assert "Secret thistle" not in detail(client, assessment)
    for method in (client.get, client.post):
        assert method(noting_of(assessment), {"text": "x"}).status_code == 403
    assert InternalNote.objects.count() == 1


def test_nobody_who_takes_part_gets_to_see_an_internal_note() -> None:
    assessment = submitted_together()
    InternalNote.objects.create(assessment=assessment, author="Vera", text="Secret nettle")
    browser = client_of(owner_of(assessment))
    for name in ("hub", "result", "people", "export", "report"):
        response = browser.get(reverse(name, args=[assessment.pk]))
        assert response.status_code == 200
        assert b"Secret nettle" not in response.content


# ---------------------------------------------------------------- the audit log


def test_the_last_entries_of_the_log_are_shown_to_whoever_may_read_it() -> None:
    assessment = signed_and("declined", submitted_together())
    submitted()
    log = section(detail(superuser(), assessment), "audit")
    assert log.index("An assessment was declined") < log.index("A suggestion was signed")
    assert "report 1" in log
    assert 'id="audit"' not in detail(reviewer(), assessment)


# ---------------------------------------------------------------- queries


def test_one_assessment_takes_the_same_queries_whatever_happened_to_it(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = superuser()
    report = submitted()
    plain = queries_of(client, admin_url(Assessment, "change", report.assessment))
    assert plain <= 24
    full = signed_and("approved", submitted_together())
    address = admin_url(Assessment, "change", full)
    client.get(address)
    with django_assert_num_queries(plain + 1):  # what was settled
        client.get(address)


def test_the_page_reads_what_the_latest_report_says_and_no_other() -> None:
    report = decided()
    client = reviewer()
    client.get(admin_url(Assessment, "change", report.assessment))
    with CaptureQueriesContext(connection) as queries:
        client.get(admin_url(Assessment, "change", report.assessment))
    documents = [each["sql"] for each in queries if '."suggestion"' in each["sql"]]
    assert len(documents) == 1
    assert "LIMIT 1" in documents[0]
