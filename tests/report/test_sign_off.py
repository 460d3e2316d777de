"""Who signed and what was decided, in words."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from django.template.loader import render_to_string

from assessor.evidence import Decided, Signed, SignOff
from assessor.models import Review, Signature
from assessor.report import markdown
from assessor.report.formats import decision_record
from assessor.report.parsing import parsed
from assessor.report.reading import read
from assessor.report.record import Record
from assessor.report.review import MOST_ACCEPTED
from assessor.report.sign_off import (
    OPINIONS,
    STEPS,
    Choice,
    SignedOff,
    residual_risks,
    signed_off,
)
from tests.report.records import CASES, NOTHING_IS_LEFT, record
from tests.report.rendered import document, page, words
from tests.report.shown import with_suggestion

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def signed(name: str = "Ana", opinion: Any = "agree", **said: Any) -> Signed:
    about = {"role": "Legal", "reason": "", "accepted_risks": (), "at": AT}
    return Signed(name=name, opinion=opinion, **(about | said))


def decided(step: Any = "approved", reason: str = "") -> Decided:
    return Decided(step=step, name="Vera", role="Sponsor", reason=reason, at=AT)


def in_words(case: str = next(iter(CASES)), **sign_off: Any) -> SignedOff:
    said = signed_off(record(case, sign_off=SignOff(**sign_off)))
    assert said is not None
    return said


def choice(issued: Record, chosen: str, because: str = "Because") -> Choice:
    sign_off = SignOff(decision=decided(), chosen=chosen, chosen_because=because)
    said = signed_off(record(sign_off=sign_off, suggestion=issued.suggestion))
    assert said is not None
    assert said.outcome is not None
    assert said.outcome.choice is not None
    return said.outcome.choice


def rendered(template: str, **context: Any) -> str:
    return words(render_to_string(f"report/{template}", context))


def test_every_opinion_and_every_step_has_a_word() -> None:
    assert set(OPINIONS) == set(get_args(Signed.model_fields["opinion"].annotation))
    assert set(OPINIONS) == set(Signature.Opinion.values)
    assert set(STEPS) == set(get_args(Decided.model_fields["step"].annotation))
    assert set(STEPS) <= set(Review.Step.values)


def test_a_report_that_nobody_has_signed_says_nothing_of_it() -> None:
    assert read(record()).sign_off is None


def test_accepted_risks_are_named_and_those_the_report_does_not_know_stay_as_they_are() -> None:
    issued = record()
    risk = issued.suggestion.risks[0]
    said = in_words(signatures=(signed(accepted_risks=(risk.risk, "long_gone")),))
    assert said.signatories[0].accepted_risks == (risk.label, "long_gone")
    assert said.outcome is None


@pytest.mark.parametrize("case", CASES)
def test_what_can_be_accepted_is_what_stands_under_the_sign_off(case: str) -> None:
    issued = record(case)
    offered = residual_risks(issued)
    assert tuple(offered.values()) == read(issued).review.residual
    assert len(offered) <= MOST_ACCEPTED
    assert {key: risk.label for key, risk in offered.items()}.items() <= {
        risk.risk: risk.label for risk in issued.suggestion.risks
    }.items()


def test_a_report_from_before_there_were_risks_has_none_to_accept() -> None:
    assert residual_risks(with_suggestion(record(), risks=())) == {}


def test_a_choice_is_compared_with_the_suggestion() -> None:
    issued = record()
    first, second = (place.architecture for place in issued.suggestion.ranking[:2])
    out = issued.suggestion.excluded[0].architecture
    assert not choice(issued, first).differs
    assert (choice(issued, second).differs, choice(issued, second).is_ruled_out) == (True, False)
    assert (choice(issued, out).differs, choice(issued, out).is_ruled_out) == (True, True)
    assert choice(issued, "").differs


def test_a_reason_for_the_choice_is_not_given_twice() -> None:
    second = record().suggestion.ranking[1].architecture
    said = in_words(
        "mid_market_full",
        decision=decided(reason="Because"),
        chosen=second,
        chosen_because="Because",
    )
    assert said.outcome is not None
    assert rendered("_chosen.html", outcome=said.outcome).count("Because") == 1


def test_where_nothing_was_suggested_the_choice_says_so() -> None:
    chosen = record().knowledge.options["byoc_platform"]
    said = in_words(NOTHING_IS_LEFT, decision=decided(), chosen=chosen.key, chosen_because="Later")
    assert f"Nothing was suggested, chosen “{chosen.short_name}”, because: Later" in rendered(
        "_chosen.html", outcome=said.outcome
    )
    none = in_words(NOTHING_IS_LEFT, decision=decided(), chosen_because="Find a partner")
    assert "No architecture is chosen for now, because: Find a partner" in rendered(
        "_chosen.html", outcome=none.outcome
    )


SUGGESTED, CHOSEN = "“Small model, private cloud”", "“Platform in your cloud (BYOC)”"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (
            "byoc_platform",
            f"This describes the suggestion, {SUGGESTED}, not what was chosen: {CHOSEN}.",
        ),
        ("", f"This describes the suggestion, {SUGGESTED}, which was not chosen."),
    ],
)
def test_what_describes_the_suggestion_says_so_where_it_was_not_chosen(
    chosen: str, said: str
) -> None:
    issued = record(sign_off=SignOff(decision=decided(), chosen=chosen, chosen_because="Because"))
    for markup in (document(issued), page(issued)):
        for section in ("conditions", "architecture", "costs", "plan"):
            assert said in words(markup.split(f'id="{section}"')[1].split("</section>")[0])
    first = words(document(issued).split("</section>")[0])
    assert first.index(said) < first.index("Three reasons")
    assert decision_record(issued).decode().count(said) == 3


@pytest.mark.parametrize(
    "sign_off",
    [
        None,
        SignOff(decision=decided(), chosen="small_llm_vpc_private_cloud"),
        SignOff(decision=decided("declined", "Too early")),
    ],
)
def test_the_suggestion_is_not_set_apart_from_what_was_not_chosen_instead(
    sign_off: SignOff | None,
) -> None:
    issued = record(sign_off=sign_off)
    for text in (document(issued), page(issued), decision_record(issued).decode()):
        assert "This describes the suggestion" not in text


def test_where_nothing_was_suggested_nothing_is_set_apart() -> None:
    sign_off = SignOff(decision=decided(), chosen="byoc_platform", chosen_because="Later")
    assert "This describes" not in document(record(NOTHING_IS_LEFT, sign_off=sign_off))


def test_a_decline_names_no_architecture() -> None:
    said = in_words(decision=decided("declined", "Too early"))
    assert said.outcome is not None
    assert said.outcome.choice is None
    assert rendered("_chosen.html", outcome=said.outcome) == (
        "Declined by Vera, Sponsor, 25 November 2026. Too early"
    )


def test_what_people_wrote_never_becomes_markup() -> None:
    evil = "<script>x</script>|`*"
    said = in_words(signatures=(signed(evil, "disagree", reason=evil, role=evil),))
    html = render_to_string("report/_signatures.html", {"signatories": said.signatories})
    assert "<script>" not in html
    assert "<script>" not in markdown.written(parsed(f"<html><body>{html}</body></html>"))


def test_signatures_are_a_table_in_every_format() -> None:
    said = in_words(signatures=(signed(), signed("Bo", "conditions", reason="One\nTwo")))
    html = render_to_string("report/_signatures.html", {"signatories": said.signatories})
    text = markdown.written(parsed(f"<html><body>{html}</body></html>"))
    assert "| **Ana**<br>Legal | Agrees | – | – | 25 Nov 2026 |" in text
    assert "| **Bo**<br>Legal | Agrees with conditions | One<br>Two | – | 25 Nov 2026 |" in text
