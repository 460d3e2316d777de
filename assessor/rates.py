"""How often something may be done: what settings say, as plain values."""

import re
from dataclasses import dataclass

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
WRITTEN = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,2})?([smhd])")

IN_GENERAL = {
    "STARTS": "10/h",
    "LINKS": "20/h",
    "LINKS_EVERYWHERE": "1000/h",
    "SAVES": "120/m",
    "NOTES": "120/h",
    "PDFS": "6/h",
    "PDFS_FROM": "30/h",
    "EXPORTS": "60/h",
    "INVITATIONS": "20/d",
    "UPLOADS": "60/h",
    "SIGN_INS": "5/m,10/h,40/d",
    "SIGN_INS_FROM": "30/h",
    "SIGN_INS_ANYWHERE": "100/h",
    "CODES": "5/15m",
}
"""What holds where nothing else is set; docs/security/limits.md says what each is about."""

ON_ONE_MACHINE = 10
"""So many times as much where everybody comes from the same address: a person and their tests."""


@dataclass(frozen=True)
class Rate:
    """So many times in so many seconds."""

    times: int
    seconds: int

    @property
    def interval(self) -> float:
        """Return the seconds after which one more time is free again."""
        return self.seconds / self.times


Rates = tuple[Rate, ...]


def rates(text: str) -> Rates:
    """Return what ``5/15m`` or ``5/m,10/h`` says; ``0`` is no limit. Raises ValueError."""
    if text.strip() == "0":
        return ()
    return tuple(_rate(part.strip()) for part in text.split(","))


def _rate(text: str) -> Rate:
    found = WRITTEN.fullmatch(text)
    if not found:
        raise ValueError(text)
    times, count, unit = found.groups()
    return Rate(int(times), int(count or 1) * UNITS[unit])


def more_often(text: str) -> Rates:
    """Return the same rates for an installation that only one machine uses."""
    return tuple(Rate(rate.times * ON_ONE_MACHINE, rate.seconds) for rate in rates(text))
