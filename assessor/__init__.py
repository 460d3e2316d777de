"""Assessor: which way to serve generative AI fits an initiative."""

VERSION = "0.1.0"
"""Of the product, as in pyproject.toml."""
