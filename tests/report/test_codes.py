"""The code that stands for a hash on paper."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.report.codes import ALPHABET, NotACode, code_of, start_of_hash

HASHES = st.binary(max_size=8).map(lambda data: hashlib.sha256(data).hexdigest())


@given(HASHES)
def test_a_code_leads_back_to_the_first_eighty_bits_of_its_hash(sha256: str) -> None:
    code = code_of(sha256)
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert start_of_hash(code) == sha256[:20]


@given(HASHES)
def test_it_may_be_typed_as_people_type(sha256: str) -> None:
    code = code_of(sha256)
    sloppy = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert start_of_hash(f" {sloppy}\n") == sha256[:20]
    assert start_of_hash(code.replace("-", "\N{EN DASH}")) == sha256[:20]


def test_no_letter_can_be_read_as_another() -> None:
    assert not set(ALPHABET) & set("ILOU")
    assert len(set(ALPHABET)) == 32


@pytest.mark.parametrize("text", ["", "-", "7K3M", "7K3M-9QXA-2D4F-HJ8P-0", "7K3M-9QXA-2D4F-HJ8!"])
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    with pytest.raises(NotACode):
        start_of_hash(text)


@pytest.mark.parametrize("text", ["٧K3M9QXA2D4FHJ8P", "ß" * 8, "ﬃ" * 16, "\0" * 16, "K" * 10_000])
def test_odd_characters_are_refused(text: str) -> None:
    with pytest.raises(NotACode):
        start_of_hash(text)
