"""Whether the database can be replaced at a moment."""

import pytest

from assessor.storage import locking


def cannot_be_replaced(*_: object) -> None:
    """Fail unless somebody works with the database just now."""
    with pytest.raises(locking.Locked), locking.exclusive():
        pass
