"""Which of two versions is the later one."""

from itertools import pairwise

import pytest

from assessor.knowledge.versions import is_later, order_of, with_settings

IN_ORDER = [
    "0",
    "1.9",
    "1.10",
    "2026.11",
    "2026.11.2",
    "2026.11.2+northwind.1",
    "2026.11.2+northwind.2",
    "2026.11.2+other-name.10",
    "2026.11.3",
    "2026.12",
    "2027.1",
]


def test_versions_have_an_order() -> None:
    assert sorted(IN_ORDER, key=order_of) == IN_ORDER
    for before, after in pairwise(IN_ORDER):
        assert is_later(after, before)
        assert not is_later(before, after)


def test_a_version_is_not_later_than_itself_however_it_is_written() -> None:
    assert not is_later("2026.11", "2026.11")
    assert not is_later("2026.11.0", "2026.11")
    assert not is_later("2026.11", "2026.11.0")


@pytest.mark.parametrize(
    "text", ["", "new", "v1", "1.", "1..2", "1.2-beta", "1+x", "1+.1", "1+X.1", "1 ", "1,2", "١.٢"]
)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no version"):
        order_of(text)


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("Northwind", "2026.11.2+northwind.3"),
        ("Städtische Werke & Söhne GmbH", "2026.11.2+st-dtische-werke.3"),
        ("  ", "2026.11.2+organisation.3"),
        ("株式会社", "2026.11.2+organisation.3"),
    ],
)
def test_settings_have_a_version_of_their_own(name: str, version: str) -> None:
    assert with_settings("2026.11.2", name, 3) == version
    assert is_later(version, "2026.11.2")
    assert len(version) <= 40
