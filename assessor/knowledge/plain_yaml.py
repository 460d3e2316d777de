"""YAML text → plain values, whoever wrote it: nothing explodes, and nothing is lost unsaid."""

from collections.abc import Hashable
from typing import Any

import yaml

DEEPEST = 100
"""Levels of what lies in what; an edition has less than twenty."""


def plain_data(content: bytes) -> Any:
    """Return what YAML in UTF-8 holds. Raises yaml.YAMLError, with its place where there is one."""
    try:
        text = content.decode()
        _refuse_what_explodes(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    # PyYAML lets these through when a value is not what its form promises: 2026-02-30, !!int one.
    except (ValueError, LookupError, AttributeError) as error:
        raise yaml.YAMLError(str(error)) from None


def _refuse_what_explodes(text: str) -> None:
    """Refuse aliases, and what is nested without end, before anything is built of them.

    libyaml composes by recursion in C, which ends the process where it is too deep.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("aliases (*name) are not allowed", event)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _refusal(f"more than {DEEPEST} levels in each other", event)


def _refusal(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    """Return an error with its place; the marks of libyaml have a line and a column as well."""
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]


class _StrictLoader(yaml.CSafeLoader):
    """Refuses a key that is given twice. libyaml takes a twelfth of the time of Python."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem="a key must be plain text", problem_mark=key.start_mark
                )
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} is given twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)
