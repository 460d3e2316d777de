"""Changes that nobody can notice, each with its reason."""

EQUIVALENT: dict[tuple[str, str, str], str] = {}
"""By path, and the changed lines before and after, as `make mutation` prints them."""


def _equivalent(path: str, reason: str, before: str, *changed: tuple[str, str]) -> None:
    """Note changes of a line, from what to what, where it comes first, as cosmic-ray has it."""
    for old, new in changed:
        EQUIVALENT[path, before, before.replace(old, new, 1)] = reason


A_SECOND = "nobody is promised the second"

_equivalent("assessor/limits.py", A_SECOND, "CLOCK_SLACK = 60", ("60", "61"), ("60", "59"))
_equivalent(
    "assessor/limits.py", A_SECOND, "PRUNE_EVERY = 3600", ("3600", "3601"), ("3600", "3599")
)
_equivalent(
    "assessor/limits.py",
    "two clocks never show the same fraction of a second",
    "if time.monotonic() - _pruned_at > PRUNE_EVERY:",
    (">", ">="),
)
_equivalent(
    "assessor/limits.py",
    "a bucket is never full at this very fraction of a second",
    "if full_at > now + rate.seconds + CLOCK_SLACK:",
    (">", ">="),
)
_equivalent(
    "assessor/limits.py",
    "the seconds after 1970 are as long ago as 1970",
    'full_at = Bucket.objects.filter(key=key).values_list("full_at", flat=True).first() or 0',
    ("or 0", "or 1"),
    ("or 0", "or -1"),
)
_equivalent(
    "assessor/limits.py",
    "only where another process gives back in between: then nobody has to wait",
    "raise TooMany(what, max(1, _wait(key, rate, now)))",
    ("max(1", "max( 0"),
)
