"""The names that assessments are searched by, and the index of their trigrams."""

import pytest
from django.db import connection

from assessor.finding.wanted import Wanted
from assessor.models import Assessment, Names
from assessor.workflow import inviting, naming
from tests.builders import invited, make_assessment, owner_of

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    assessments = Wanted({"q": text}).found(Assessment.objects.all())
    return sorted(assessments.values_list("initiative", flat=True))


def test_who_starts_is_invited_or_says_their_name_is_found_at_once() -> None:
    assessment = make_assessment(initiative="Mail", name="Dana", email="dana@example.org")
    make_assessment(initiative="Else", name="Sam")
    person = invited(assessment, name="Ana")
    assert found("dana@") == found("ana") == ["Mail"]
    inviting.introduce(person, "Zoë Ångström", "")
    assert found("zoë ångstr") == ["Mail"]
    assert found('"ana"') == ["Mail"]  # as part of Dana
    assert "  ana\n" not in Names.objects.get(assessment=assessment).text + "\n"


def test_what_is_deleted_is_found_no_more() -> None:
    assessment = make_assessment(initiative="Mail", name="Dana")
    owner_of(assessment).links.all().delete()
    assessment.delete()
    assert found("mail") == []
    make_assessment(initiative="Post")
    assert found("mail") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ["Alpha 7"]),
        ("7", ["Alpha 7", "Beta 77"]),
        ("77", ["Beta 77"]),
        ("lph", ["Alpha 7"]),
        ("lp", []),
        ('"beta 77"', ["Beta 77"]),
        ("BETA", ["Beta 77"]),
        ("ＢＥＴＡ", ["Beta 77"]),
        ('"7 gamma"', []),
        ("100%", []),
        ("_eta", []),
        ('be"ta', []),
        ('""', ["Alpha 7", "Beta 77"]),
        ("   ", ["Alpha 7", "Beta 77"]),
        ("beta OR alpha", []),
    ],
)
@pytest.mark.parametrize("many", [naming.TRIGRAM * 1000, -1], ids=["few", "many"])
def test_words_stand_anywhere_and_short_ones_where_a_word_starts(
    text: str, expected: list[str], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessor.finding.wanted.MANY", many)
    make_assessment(initiative="Alpha 7", organisation="Gamma", name="Sam")
    make_assessment(initiative="Beta 77", organisation="Gamma", name="Sam")
    assert found(text) == expected


def test_a_whole_line_of_names_is_not_one_name() -> None:
    make_assessment(initiative="Alpha", organisation="Gamma")
    assert found('"alpha gamma"') == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite for its plan")
def test_the_index_of_trigrams_is_asked() -> None:
    make_assessment()
    plan = Wanted({"q": "contract"}).found(Assessment.objects.all()).explain()
    assert "assessor_names_trigrams VIRTUAL TABLE INDEX" in plan
    assert "SCAN assessor_assessment" not in plan


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL for its index")
def test_postgresql_has_the_index_of_trigrams() -> None:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Names._meta.db_table)
    assert constraints["assessor_names_trigrams"]["type"] == "gin"
