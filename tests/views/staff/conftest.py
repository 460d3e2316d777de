from collections.abc import Iterator

import pytest

from assessor.models import knowledge_of


@pytest.fixture(autouse=True)
def _no_edition_of_another_test() -> Iterator[None]:
    """Forget editions that were read: those published here get keys that come again."""
    knowledge_of.cache_clear()
    yield
    knowledge_of.cache_clear()
