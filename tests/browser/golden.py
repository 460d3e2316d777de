"""The worked cases that come with the knowledge base, as answers to give."""

from assessor.knowledge.cases import GoldenCase
from tests.knowledge.editions import shipped


def golden(key: str) -> GoldenCase:
    return next(case for case in shipped().golden_cases.cases if case.key == key)
