"""Run a module of this package in a process of its own, with the product set up.

python -m tests.resilience.run seed 4
"""

import sys
from importlib import import_module

import django


def main(module: str, *arguments: str) -> None:
    """Set up and call the module's own main()."""
    django.setup()
    import_module(f"tests.resilience.{module}").main(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
