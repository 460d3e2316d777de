import pytest
from pydantic import ValidationError

from assessor.knowledge import KnowledgeBase, KnowledgeError, read_document
from assessor.knowledge.question_bank import TokenScoring
from tests.knowledge.editions import changed, document

CORE = ["situation", "team_capex", "governance", "opex", "sensitivity", "specificity"]


def test_questions_come_in_the_order_of_their_groups(knowledge: KnowledgeBase) -> None:
    groups = [asked.group for asked in knowledge.questions.values()]
    assert list(dict.fromkeys(groups)) == ["where", "how", "what", "why"]
    assert groups == sorted(groups, key=["where", "how", "what", "why"].index)


def test_the_order_of_questions_does_not_depend_on_the_file(knowledge: KnowledgeBase) -> None:
    edition = document()
    edition["question_bank"]["questions"].reverse()
    assert list(read_document(edition).questions) == list(knowledge.questions)


def test_the_columns_of_the_articles_table_come_first(knowledge: KnowledgeBase) -> None:
    assert list(knowledge.criteria)[:6] == CORE
    assert [key for key, criterion in knowledge.criteria.items() if criterion.core] == CORE


def test_a_question_with_one_scoring_need_not_write_a_list(knowledge: KnowledgeBase) -> None:
    scoring = {
        "dimension": "opex",
        "combine": "set",
        "map": {"low": "low", "medium": "medium", "large": "large"},
    }
    edition = changed("question_bank/questions/opex_budget/scoring", scoring)
    assert read_document(edition) == knowledge


def test_the_volume_is_scored_by_tokens(knowledge: KnowledgeBase) -> None:
    (scoring,) = knowledge.questions["opex_volume"].scoring
    assert isinstance(scoring, TokenScoring)
    assert knowledge.question_bank.estimate_defaults.tokens_by_task["act"].total == 16_500


def test_a_grade_is_looked_up_by_criterion_and_level(knowledge: KnowledgeBase) -> None:
    assert knowledge.options["air_gapped"].grade("sensitivity", "high") == 4
    assert knowledge.options["air_gapped"].grade("sensitivity", "low") == 0


def test_values_cannot_be_changed(knowledge: KnowledgeBase) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        knowledge.options["air_gapped"].name = "Open door"  # type: ignore[misc]


# ---------------------------------------------------------------- the hash


def test_the_hash_does_not_depend_on_the_order_of_keys(knowledge: KnowledgeBase) -> None:
    weights = dict(reversed(knowledge.question_bank.base_weights.items()))
    edition = changed("question_bank/base_weights", weights)
    reordered = {key: edition[key] for key in reversed(edition)}
    assert read_document(reordered).sha256 == knowledge.sha256


def test_the_hash_changes_with_one_word(knowledge: KnowledgeBase) -> None:
    edition = changed("question_bank/questions/where_scope/help", "Pick one.")
    assert read_document(edition).sha256 != knowledge.sha256


# ---------------------------------------------------------------- what the content promises


def test_the_ideal_level_is_a_best_graded_level(knowledge: KnowledgeBase) -> None:
    for option in knowledge.options.values():
        for criterion, ideal in option.ideal_profile.items():
            grades = option.fit[criterion].grades
            assert grades[ideal] == max(grades.values()), (option.key, criterion)


def test_the_articles_rows_are_ideal_on_their_own_columns(knowledge: KnowledgeBase) -> None:
    canonical = [option for option in knowledge.options.values() if option.canonical]
    assert len(canonical) == 3
    for option in canonical:
        assert {option.grade(*column) for column in option.ideal_profile.items()} == {4}


def test_the_bank_counts_its_questions(knowledge: KnowledgeBase) -> None:
    assert len(knowledge.questions) == knowledge.question_bank.meta.question_count


def test_a_sentence_and_its_questions_name_each_other(knowledge: KnowledgeBase) -> None:
    from_sentences = {
        (sentence.id, key)
        for sentence in knowledge.sentences.values()
        for key in sentence.questions
    }
    from_questions = {
        (sentence, key) for key, asked in knowledge.questions.items() for sentence in asked.trace
    }
    assert from_sentences == from_questions


def test_every_sentence_with_content_became_something(knowledge: KnowledgeBase) -> None:
    for sentence in knowledge.sentences.values():
        assert sentence.context or sentence.questions or sentence.becomes, sentence.id


KEYS = [
    "question_bank/questions/where_scope/key",
    "question_bank/questions/where_scope/choices/function/key",
    "architectures/architectures/local_quantised_model/key",
    "architectures/knockout_rules/no_team/key",
    "controls/controls/ai_register/key",
]


@pytest.mark.parametrize("key", ["where users/now", "where:users", "Where", "", "x" * 61])
@pytest.mark.parametrize("place", KEYS)
def test_a_key_fits_addresses_and_columns(place: str, key: str) -> None:
    """Nothing else may be published: it could not be taken back, and pages would break."""
    with pytest.raises(KnowledgeError, match="key"):
        read_document(changed(place, key))
