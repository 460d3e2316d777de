"""What a report says about people: who answered what, where they differ, who signed and decided.

Plain values that are frozen with a report. Names are copied: nothing that happens later to a
person's row changes them.
"""

from datetime import datetime
from typing import Literal

from assessor.advice.agreement import Agreement
from assessor.advice.voices import Held
from assessor.knowledge import Answer
from assessor.knowledge.conditions import Fact


class Person(Fact):
    """Somebody who answered. ``role`` is a role key of the edition; ``answers`` all they said.

    ``said_at``: when they gave each answer, by question.
    """

    key: str
    name: str
    role: str
    is_owner: bool
    answers: dict[str, Answer]
    said_at: dict[str, datetime] = {}
    finished_at: datetime | None = None
    counts: bool = True


class Settled(Fact):
    """A question that the owner settled."""

    answer: Answer
    reason: str
    name: str
    at: datetime


class Remark(Fact):
    """A note that its author wanted in the report, with its replies."""

    question: str
    name: str
    at: datetime
    text: str
    resolved: bool
    replies: tuple["Remark", ...] = ()


class Voices(Fact):
    """Who answered what where several did. ``by`` names, by question, the person who counts."""

    people: tuple[Person, ...] = ()
    by: dict[str, str] = {}
    held: tuple[Held, ...] = ()
    settled: dict[str, Settled] = {}
    agreement: Agreement | None = None
    remarks: tuple[Remark, ...] = ()


class Signed(Fact):
    """A signature. ``accepted_risks``: keys of risks."""

    name: str
    role: str
    opinion: Literal["agree", "conditions", "disagree"]
    reason: str
    accepted_risks: tuple[str, ...]
    at: datetime


class Decided(Fact):
    """A step of the review that ended in a decision or in a request for changes."""

    step: Literal["changes", "approved", "declined"]
    name: str
    role: str
    reason: str
    at: datetime


class SignOff(Fact):
    """Who signed and what was decided. ``chosen`` is empty until a decision names one."""

    signatures: tuple[Signed, ...] = ()
    decision: Decided | None = None
    chosen: str = ""
    chosen_because: str = ""
