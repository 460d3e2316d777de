"""Run a module of the tests in a process of its own, with the product set up.

python -m tests.resilience.run resilience.seed 4
"""

import sys
from importlib import import_module

import django


def main(module: str, *arguments: str) -> None:
    """Set up and call the own main() of a module of the tests."""
    django.setup()
    import_module(f"tests.{module}").main(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
