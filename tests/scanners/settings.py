"""The settings of the product, with planted pages besides, and nothing that a request did stays.

A scanner sends each form a thousand times: the first must not take away what the others need.
"""

from assessor.settings import *  # noqa: F403
from assessor.settings import MIDDLEWARE as OF_THE_PRODUCT

ROOT_URLCONF = "tests.scanners.planted"
MIDDLEWARE = ["tests.scanners.planted.take_back", *OF_THE_PRODUCT]
