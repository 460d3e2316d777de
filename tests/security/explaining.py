"""What a scanner finds now, beside what is explained: rule and file, with place or reason."""

from collections.abc import Iterable, Mapping

Found = tuple[str, str]
"""Rule and file."""


def unexplained(now: Mapping[Found, str], explained: Iterable[Found]) -> list[str]:
    """Return a line for each finding that is not explained, from where each was found."""
    return [f"{now[key]}: {key[0]} is not explained" for key in now.keys() - set(explained)]


def gone(now: Iterable[Found], explained: Iterable[Found]) -> list[str]:
    """Return a line for each explanation of what is not there any more."""
    return [f"{path}: {rule} is gone" for rule, path in set(explained) - set(now)]
