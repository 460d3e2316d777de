"""The ways in which code is changed: one at a time, each a mistake that somebody could make.

Of cosmic-ray's operators those are taken that differ least from the code, such as `<=` for `<`:
`==`, `is` and four more in its place would all be noticed by the same test, and make the score
better than it is. cosmic-ray leaves nothing out, so two operators of our own do: a guard is often
a call that may refuse, or one more condition of a query.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import parso
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators import (
    binary_operator_replacement,
    boolean_replacer,
    break_continue,
    comparison_operator_replacement,
    exception_replacer,
    number_replacer,
    remove_decorator,
    unary_operator_replacement,
    zero_iteration_for_loop,
)
from cosmic_ray.operators.operator import Example, Operator

Position = tuple[tuple[int, int], tuple[int, int]]

NEAREST = (
    *("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Is_IsNot", "IsNot_Is"),
    *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "Mod_Div", "Delete_Not"),
)


class EitherForBoth(binary_operator_replacement.ReplaceBinaryOperator_BitOr_BitAnd):
    """Writes `&` for `|`, but not in types: there nobody runs it, or every import fails."""

    def mutation_positions(self, node: Any) -> Iterable[Position]:
        nearest = node.search_ancestor("suite", "file_input", "annassign", "param", "funcdef")
        if nearest is not None and nearest.type in ("suite", "file_input"):
            yield from super().mutation_positions(node)


class KeywordLeftOut(Operator):
    """Leaves out an argument that is given by name, as a condition of a query is."""

    def mutation_positions(self, node: Any) -> Iterable[Position]:
        return ((each.start_pos, each.end_pos) for each in self._keywords(node))

    def mutate(self, node: Any, index: int) -> Any:
        at = node.children.index(self._keywords(node)[index])
        has_comma = node.children[at + 1 : at + 2] == [","]
        del node.children[at : at + 1 + has_comma]
        return node

    @staticmethod
    def _keywords(node: Any) -> Sequence[Any]:
        if node.type not in ("arglist", "trailer"):
            return ()
        given = [each for each in node.children if each.type == "argument"]
        return [each for each in given if each.children[1] == "="]

    @classmethod
    def examples(cls) -> Iterable[Example]:
        return (
            Example("f(a, b=1, c=2)", "f(a, c=2)"),
            Example("f(a, b=1, c=2)", "f(a, b=1,)", occurrence=1),
            Example("f(b=1)", "f()"),
        )


class StatementLeftOut(Operator):
    """Leaves out a call whose result nobody wants, a `raise`, or what is set on an object."""

    def mutation_positions(self, node: Any) -> Iterable[Position]:
        if node.type == "simple_stmt" and self._does_something(node.children[0]):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        before = node.get_first_leaf().prefix
        node.children[0] = parso.parse(f"{before}pass")
        return node

    @staticmethod
    def _does_something(statement: Any) -> bool:
        if statement.type == "expr_stmt":
            statement = statement.children[0]
            return bool(statement.type == "atom_expr")
        is_call = statement.type == "atom_expr" and statement.children[-1].children[0] == "("
        return bool(is_call or statement.type == "raise_stmt")

    @classmethod
    def examples(cls) -> Iterable[Example]:
        return (
            Example("if a:\n    f(a)\n", "if a:\n    pass\n"),
            Example("raise Http404\n", "pass\n"),
            Example("a.b = c\n", "pass\n"),
        )


def _nearest(operators: Iterable[type[Operator]]) -> list[type[Operator]]:
    return [each for each in operators if each.__name__.partition("_")[2] in NEAREST]


OPERATORS: Sequence[type[Operator]] = (
    *_nearest(comparison_operator_replacement.operators()),
    *_nearest(binary_operator_replacement.operators()),
    *_nearest(unary_operator_replacement.operators()),
    boolean_replacer.AddNot,
    boolean_replacer.ReplaceTrueWithFalse,
    boolean_replacer.ReplaceFalseWithTrue,
    boolean_replacer.ReplaceAndWithOr,
    boolean_replacer.ReplaceOrWithAnd,
    break_continue.ReplaceBreakWithContinue,
    break_continue.ReplaceContinueWithBreak,
    exception_replacer.ExceptionReplacer,
    number_replacer.NumberReplacer,
    remove_decorator.RemoveDecorator,
    zero_iteration_for_loop.ZeroIterationForLoop,
    EitherForBoth,
    KeywordLeftOut,
    StatementLeftOut,
)


def shown(operators: Iterable[type[Operator]]) -> None:
    """Raise AssertionError where an operator does not do what its examples show."""
    for operator in operators:
        for each in operator.examples():
            before, after = each.pre_mutation_code, each.post_mutation_code
            assert (mutate_code(before, operator(), each.occurrence) or before) == after, each
