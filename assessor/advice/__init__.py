"""How we decide: answers in, one suggestion out. Fixed rules, no Django, no AI.

The same answers under the same edition always give the same suggestion.
"""

from assessor.advice.suggestion import Suggestion, advise

__all__ = ["Suggestion", "advise"]
