"""The short code that stands for the hash of a report: 80 of its bits in letters and digits."""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O and U: they are read as 1, 1, 0 and V, or make words."""

READ_AS = str.maketrans("ILOU", "110V")
LENGTH = 16
GROUP = 4
HEX_DIGITS = 20
"""Digits of the hash that the code holds."""


class NotACode(ValueError):
    """A text that cannot be a code."""


def code_of(sha256: str) -> str:
    """Return the code of a hash, in groups of four."""
    bits = int(sha256[:HEX_DIGITS], 16)
    letters = [ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH))]
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, LENGTH, GROUP))


def start_of_hash(code: str) -> str:
    """Return the first digits of the hash that a code stands for, however it was typed.

    Raises NotACode.
    """
    typed = re.sub(r"[\s\u2010-\u2015-]", "", code)
    letters = typed.upper().translate(READ_AS) if typed.isascii() else ""
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        raise NotACode
    bits = 0
    for letter in letters:
        bits = bits << 5 | ALPHABET.index(letter)
    return f"{bits:0{HEX_DIGITS}x}"
