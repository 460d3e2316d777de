"""What every file of an edition is made of."""

from typing import Annotated, Literal

from pydantic import Field

from assessor.knowledge.conditions import Fact

Grade = Annotated[int, Field(strict=True, ge=0, le=4)]
"""0 unsuitable, 1 poor, 2 workable with effort, 3 good, 4 ideal."""

Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def with_text_keys(value: object) -> object:
    """Let YAML write the points of a scale as numbers; JSON keys are always text."""
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else value


class Meta(Fact):
    """Version and date of a file. The remaining entries are notes for editors."""

    schema_version: Literal[1]
    content_version: str
    as_of: str
