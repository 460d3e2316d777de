"""What editions and reports are known by."""

import hashlib
import json
from typing import Any


def sha256_of(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
