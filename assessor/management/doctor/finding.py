"""One line of what was found out about an installation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from assessor.storage.trouble import is_trouble

State = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """Never a secret, an answer or a name. ``advice`` says what to do, unless all is well."""

    subject: str
    state: State
    said: str
    advice: str = ""


Examine = Callable[[], Finding]


def well(subject: str, said: str) -> Finding:
    return Finding(subject, "pass", said)


def poor(subject: str, said: str, advice: str) -> Finding:
    return Finding(subject, "warn", said, advice)


def bad(subject: str, said: str, advice: str) -> Finding:
    return Finding(subject, "fail", said, advice)


def examined(examine: Examine) -> Finding:
    """Return what is found, also where the examination itself fails."""
    try:
        return examine()
    except Exception as error:  # noqa: BLE001 (whatever it is, the other lines are wanted)
        subject = examine.__name__.replace("_", " ")
        if is_trouble(error):
            return bad(subject, "the database cannot be used", "See the line “database”.")
        kind = type(error).__name__
        return bad(subject, f"could not be examined: {kind}", "Please report this.")


def every(examinations: tuple[Examine, ...]) -> Iterator[Finding]:
    """Yield the findings as they come."""
    return map(examined, examinations)
