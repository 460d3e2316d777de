"""The changes that are possible in a module, and a fair choice of them."""

import ast
import difflib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from tests.mutation.operators import OPERATORS

BY_NAME = {each.__name__: each for each in OPERATORS}


@dataclass(frozen=True)
class Mutant:
    """A module with one change, at this line."""

    path: str
    operator: str
    occurrence: int
    line: int

    @property
    def source(self) -> str:
        """Return the changed module."""
        code = Path(self.path).read_text()
        changed: str = mutate_code(code, BY_NAME[self.operator](), self.occurrence)
        return changed

    @property
    def is_code(self) -> bool:
        """Say whether it can be made, and Python can read it.

        cosmic-ray replaces no exception with a dot in its name, and `not` does not go before every
        condition.
        """
        try:
            ast.parse(self.source)
        except (AttributeError, SyntaxError):
            return False
        return True

    @property
    def change(self) -> tuple[str, str]:
        """Return the lines of code that are changed, before and after, each as one."""
        lines = list(
            difflib.unified_diff(
                Path(self.path).read_text().splitlines(), self.source.splitlines(), n=0, lineterm=""
            )
        )[2:]
        return _code("-", lines), _code("+", lines)

    def __str__(self) -> str:
        before, after = self.change
        return f"{self.path}:{self.line} ({self.operator})\n  - {before}\n  + {after}"


def _code(mark: str, lines: Iterable[str]) -> str:
    """Return the lines with a mark as one, without what is no code."""
    marked = (line[1:].strip() for line in lines if line.startswith(mark))
    return " ".join(line for line in marked if line and not line.startswith("#"))


def mutants_of(path: str) -> list[Mutant]:
    """Return all there are of a module, in a lasting order."""
    nodes = list(ast_nodes(get_ast(Path(path).read_text())))
    found = []
    for operator in OPERATORS:
        positions = chain.from_iterable(map(operator().mutation_positions, nodes))
        for occurrence, (start, _end) in enumerate(positions):
            found.append(Mutant(path, operator.__name__, occurrence, start[0]))
    return found


def chosen(paths: Iterable[str], sample: int | None, seed: int) -> list[Mutant]:
    """Return so many of all modules together, of each its share; all where ``sample`` is None."""
    every = {path: mutants_of(path) for path in paths}
    total = sum(map(len, every.values()))
    share = 1.0 if sample is None else min(1.0, sample / total)
    draw = random.Random(seed)  # noqa: S311
    drawn = (draw.sample(each, ceil(len(each) * share)) for each in every.values())
    return [mutant for mutant in chain.from_iterable(drawn) if mutant.is_code]


def function_around(path: str, line: int) -> Sequence[int]:
    """Return the lines of the innermost function with this line; none where it is in no function.

    Its decorators run when the module is imported, but it is the function that they guard.
    """
    functions = [
        range(min([node.lineno, *(each.lineno for each in node.decorator_list)]), end + 1)
        for node in ast.walk(ast.parse(Path(path).read_text()))
        if isinstance(node, ast.FunctionDef) and (end := node.end_lineno)
    ]
    around = [lines for lines in functions if line in lines]
    return min(around, key=len, default=range(0))
