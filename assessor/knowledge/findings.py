"""What is said of an edition that cannot be used, and the words that all checks share."""

from collections.abc import Iterable, Iterator

Dangling = tuple[str, str, str]
"""file, path, reason"""

BANK, CATALOGUE, CONTROLS, CASES = (
    f"{name}.yaml" for name in ("question_bank", "architectures", "controls", "golden_cases")
)


def unknown(
    file: str, path: str, kind: str, names: Iterable[str], known: set[str]
) -> Iterator[Dangling]:
    """Yield every name that is not known."""
    for name in names:
        if name not in known:
            yield file, path, f"no {kind} {name!r}"


def repeated(keys: Iterable[str]) -> list[str]:
    """Return the keys given more than once, sorted."""
    listed = list(keys)
    return sorted({key for key in listed if listed.count(key) > 1})
