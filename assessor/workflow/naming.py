"""The names an assessment is searched by, in one text of which databases index the trigrams.

Names stand one below the other, and two spaces before each word: so even the start of a word of
one letter is three characters long. Case and compatible forms of characters are folded.
"""

import re
import unicodedata
from collections.abc import Iterable

from assessor.models import Assessment, Names

BEFORE_A_WORD = "  "
TRIGRAM = 3


def keep(assessment: Assessment) -> None:
    """Write down the names of an assessment and of all who take part, as they are now.

    To be used in the transaction that changes one of them.
    """
    # One after the other: who writes last has seen the names that others have just written.
    list(Names.objects.select_for_update().filter(assessment=assessment).values_list("pk"))
    people = assessment.respondents.order_by("pk").values_list("name", "email")
    names = (name for person in people for name in person if name)
    Names.objects.bulk_create(
        [
            Names(
                assessment=assessment,
                text=written([assessment.initiative, assessment.organisation, *names]),
            )
        ],
        update_conflicts=True,
        unique_fields=["assessment"],
        update_fields=["text"],
    )


def written(names: Iterable[str]) -> str:
    """Return the text of some names."""
    return "\n".join(BEFORE_A_WORD + _folded(name) for name in names)


def pattern(words: str) -> str:
    """Return what of the text to look for: one or two letters at the start of a word only."""
    return _folded(words).rjust(TRIGRAM)


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", BEFORE_A_WORD, folded.strip())
