"""What we know: the questions, architectures, rules and controls of one edition.

Pure Python: nothing here imports Django.
"""

from assessor.knowledge.conditions import UNKNOWN, Answer, Answers
from assessor.knowledge.reading import KnowledgeError, read_document, read_folder
from assessor.knowledge.schema import KnowledgeBase

__all__ = [
    "UNKNOWN",
    "Answer",
    "Answers",
    "KnowledgeBase",
    "KnowledgeError",
    "read_document",
    "read_folder",
]
