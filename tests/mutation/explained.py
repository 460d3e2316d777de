"""Changes that nobody can notice, each with its reason."""

from tests.guards import GUARDS

EQUIVALENT: dict[tuple[str, str, str], str] = {}
"""By path, and the changed lines before and after, as `make mutation` prints them."""


def _equivalent(path: str, reason: str, before: str, *changed: tuple[str, str]) -> None:
    """Note changes of a line, from what to what, where it comes first, as cosmic-ray has it."""
    for old, new in changed:
        EQUIVALENT[path, before, before.replace(old, new, 1)] = reason


A_SECOND = "nobody is promised the second"

_equivalent(
    "assessor/staff_sessions.py",
    A_SECOND,
    "if idle > timedelta(minutes=settings.STAFF_IDLE_MINUTES):",
    (">", ">="),
)
_equivalent(
    "assessor/workflow/bundling.py",
    "others wait a little longer for their turn",
    "sleep(BREATH)",
    ("sleep(BREATH)", "pass"),
)
_equivalent("assessor/limits.py", A_SECOND, "CLOCK_SLACK = 60", ("60", "61"), ("60", "59"))
_equivalent(
    "assessor/two_factor.py", A_SECOND, "OFFER_SECONDS = 3600", ("3600", "3601"), ("3600", "3599")
)
_equivalent("assessor/report/uploads.py", A_SECOND, "PATIENCE = 15", ("15", "16"), ("15", "14"))
_equivalent("assessor/report/uploads.py", A_SECOND, "TIMEOUT = 5", ("5", "6"), ("5", "4"))
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
_equivalent(
    "assessor/single_sign_on.py",
    "the library has compared the algorithm before, with the same setting",
    "algorithms=[self.OIDC_RP_SIGN_ALGO],",
    ("algorithms=[self.OIDC_RP_SIGN_ALGO],", ""),
)
_equivalent(
    "assessor/two_factor.py",
    "a code a little larger or smaller is scanned as well",
    'scale=4, border=4, dark="#000", light="#fff"',
    ("scale=4", "scale= 5"),
    ("scale=4", "scale= 3"),
    ("border=4", "border= 5"),
)
_equivalent(
    "assessor/admin/lists.py",
    "two rows beyond the limit say as much as one",
    'few = list(found.order_by().values_list("pk", flat=True)[: MOST_FOUND + 1])',
    ("+ 1", "+ 2"),
)
_equivalent(
    "assessor/admin/lists.py",
    "two rows beyond the limit say as much as one",
    "self._counted = len(few) if is_counted else found.order_by()[: most + 1].count()",
    ("+ 1", "+ 2"),
)
_equivalent(
    "assessor/workflow/drafts.py",
    "Django inserts by itself what has a new key",
    "assessment.save(force_insert=True)",
    ("True", "False"),
    ("force_insert=True", ""),
)
for listener in (
    "user_logged_in.connect(_signed_in",
    "user_logged_out.connect(_signed_out",
    "user_login_failed.connect(_refused",
):
    _equivalent(
        "assessor/workflow/sign_ins.py",
        "a function of a module is the same one each time",
        f'{listener}, dispatch_uid="assessor")',
        (' dispatch_uid="assessor"', ""),
    )
_equivalent(
    "assessor/report/extraction.py",
    "what is imported for types alone may be imported",
    "if TYPE_CHECKING:",
    ("if", "if not"),
)
for path, line, number, others in (
    ("assessor/models/editions.py", "@lru_cache(maxsize=2)", "2", (" 3", " 1")),
    ("assessor/models/editions.py", "@lru_cache(maxsize=8)", "8", (" 9", " 7")),
    ("assessor/models/editions.py", "@lru_cache(maxsize=8)", "maxsize=8", ("",)),
    ("assessor/views/downloads.py", "KEPT = 16", "16", ("15", "17")),
):
    _equivalent(
        path,
        "whatever is not kept is made again",
        line,
        *((number, other) for other in others),
    )
_equivalent(
    "assessor/two_factor.py",
    "Django tells what was deleted of each model, and that is empty where nothing was",
    "removed = [model.objects.filter(user=user).delete()[0] for model in devices]",
    ("[0]", "[ -1]"),
    ("[0]", "[ 1]"),
)
_equivalent(
    "assessor/admin/lists.py",
    "nobody is promised how many lines a page has",
    "list_per_page = 50",
    ("50", "51"),
    ("50", "49"),
)
for path, line, number, others in (
    ("assessor/workflow/bundling.py", "MOST_REPORTS = 500", "500", ("499", "501")),
    ("assessor/workflow/bundling.py", "AT_ONCE = 500", "500", ("499", "501")),
    ("assessor/workflow/bundling.py", "NOTED_AT_ONCE = 200", "200", ("199", "201")),
    ("assessor/knowledge/archive.py", "LINE = 100", "100", ("99", "101")),
):
    _equivalent(
        path,
        "nobody is promised one more or less",
        line,
        *((number, other) for other in others),
    )
_equivalent(
    "assessor/views/issued.py",
    "no assessment has so many reports",
    "if not text.isascii() or not text.isdigit() or len(text) > 6:",
    ("> 6", ">= 6"),
    ("> 6", "> 5"),
    ("> 6", "> 7"),
)
_equivalent(
    "assessor/finding/table.py",
    "nobody is promised how wide a column is",
    "WIDTH = 24",
    ("24", "25"),
    ("24", "23"),
)
_equivalent(
    "assessor/admin/lists.py",
    "templates call what can be called",
    "@property",
    ("@property", ""),
)
_equivalent(
    "assessor/models/editions.py",
    "there is one database",
    'return EditionQuerySet(self.model, using=self._db).defer("document")',
    (" using=self._db", ""),
)
_equivalent(
    "assessor/uploads.py",
    "a byte is as small as none",
    "if (file.size or 0) > LARGEST:",
    ("or 0", "or 1"),
    ("or 0", "or -1"),
)
for path in GUARDS:
    for methods in ('["GET", "HEAD", "POST"]', "LOOK_AND_SEND"):
        taken = f"@require_http_methods({methods})"
        reason = "no address takes other methods: assessor/middleware.py"
        _equivalent(path, reason, taken, (taken, ""))
    _equivalent(
        path,
        "nothing is set on what is made once, and what did it would be found by mypy",
        "@dataclass(frozen=True)",
        ("frozen=True", "frozen=False"),
        ("frozen=True", ""),
    )
