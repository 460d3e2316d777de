"""The shipped edition is proven, and a defect of one kind shows in the whole proof."""

from assessor.advice.proof import Finding, Part, Proof
from assessor.knowledge import KnowledgeBase
from tests.advice.proof.planting import proven


def test_the_shipped_edition_has_nothing_to_mend() -> None:
    assert proven().errors == ()


def test_there_is_a_witness_for_every_architecture(knowledge: KnowledgeBase) -> None:
    assert list(proven().witnesses) == list(knowledge.options)


def test_every_part_looked_at_something() -> None:
    assert len(proven().parts) == 9
    assert all(sum(part.examined.values()) for part in proven().parts)


def test_errors_and_notes_are_told_apart() -> None:
    error = Finding("error", "question_bank.yaml", "questions (x)", "is wrong")
    note = Finding("note", "question_bank.yaml", "questions (y)", "is odd", "search: 40 starts")
    proof = Proof((Part.of("One", ["exact"], [note]), Part.of("Other", ["exact"], [error])), {})
    assert proof.findings == (note, error)
    assert (proof.errors, proof.notes) == ((error,), (note,))


def test_a_finding_says_where_what_and_how_it_was_found() -> None:
    note = Finding("note", "question_bank.yaml", "questions (y)", "is odd", "search: 40 starts")
    assert str(note) == "question_bank.yaml: questions (y): is odd [search: 40 starts]"
