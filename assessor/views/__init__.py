"""Thin views, by subject."""
