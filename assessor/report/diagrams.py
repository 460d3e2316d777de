"""Architecture diagrams: in words, in Graphviz's language, and as committed drawings.

Drawing needs Graphviz and happens before a release (``manage.py diagrams``). At run time the
drawings are only read, and only if they still show the same diagram.
"""

import hashlib
import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from assessor.knowledge.catalogue import Diagram, Edge, Node

LEGEND = "A thick line with a ring marks a flow that crosses a border"
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "diagrams"


class Flow(NamedTuple):
    """One arrow of a diagram in words, for everyone who does not see the drawing."""

    source: str
    source_zone: str
    label: str
    target: str
    target_zone: str
    crosses: bool

    def __str__(self) -> str:
        start, end = f"{self.source} ({self.source_zone})", f"{self.target} ({self.target_zone})"
        border = "; crosses a border" if self.crosses else ""
        return f"{start} → {self.label} → {end}{border}"


def flows(diagram: Diagram) -> list[Flow]:
    """Return every arrow, in the order of the catalogue."""
    zones = {zone.id: zone.label for zone in diagram.zones}
    nodes = {node.id: node for node in diagram.nodes}
    return [
        _flow(nodes[edge.source], edge.label, nodes[edge.target], zones) for edge in diagram.edges
    ]


def _flow(source: Node, label: str, target: Node, zones: dict[str, str]) -> Flow:
    crosses = source.zone != target.zone
    return Flow(source.label, zones[source.zone], label, target.label, zones[target.zone], crosses)


def title(diagram: Diagram) -> str:
    """Name a drawing by its zones: unlike an architecture's name, they are part of the drawing."""
    return f"Diagram: {', '.join(zone.label for zone in diagram.zones)}"


def description(diagram: Diagram) -> str:
    """Say in words what a drawing shows."""
    told = flows(diagram)
    legend = [LEGEND] if any(flow.crosses for flow in told) else []
    return " ".join(f"{sentence}." for sentence in [*map(str, told), *legend])


def diagram_svg(architecture_key: str, diagram: Diagram) -> str | None:
    """Return the committed drawing, or None if there is none of exactly this diagram."""
    svg = _committed().get(architecture_key, "")
    return svg if f'data-source="{source_hash(diagram)}"' in svg else None


@cache
def _committed() -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.svg")}


@lru_cache(maxsize=64)
def source_hash(diagram: Diagram) -> str:
    """Return what a drawing of this diagram carries as ``data-source``."""
    return hashlib.sha256(dot_source(diagram).encode()).hexdigest()


# In Graphviz's language, whose points we take for pixels.

POINTS_PER_INCH = 72
BOX_WIDTH = 108
BOX_LINE, LABEL_LINE, STACKED_LABEL_LINE = 14, 10, 9  # characters


def dot_source(diagram: Diagram) -> str:
    """Return the diagram in Graphviz's language.

    Zones are not Graphviz clusters, which it lays out as a staircase: invisible edges keep them
    apart, and their columns are drawn around the boxes afterwards.
    """
    plan = _Plan(diagram)
    lines = [
        "digraph {",
        "rankdir=LR nodesep=0.45 ranksep=0.38",
        'node [shape=box fixedsize=true fontname="Public Sans" fontsize=13]',
        'edge [fontname="Public Sans" fontsize=12 arrowsize=0.8]',
        *_zone_lines(diagram),
        *_column_lines(plan.columns()),
        *_edge_lines(plan),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _zone_lines(diagram: Diagram) -> Iterator[str]:
    for zone in diagram.zones:
        yield f"subgraph {_quoted(zone.id)} {{ label={_quoted(zone.label)}"
        yield from (_node_line(node) for node in diagram.nodes if node.zone == zone.id)
        yield "}"


def _node_line(node: Node) -> str:
    width, height = BOX_WIDTH / POINTS_PER_INCH, box_height(node) / POINTS_PER_INCH
    label = _quoted(*wrapped(node.label, BOX_LINE))
    return f"{_quoted(node.id)} [width={width:.3f} height={height:.3f} label={label}]"


def box_height(node: Node) -> int:
    """Return the pixels its label needs; labels of one and two lines get boxes of one height."""
    return 12 + 16 * max(2, len(wrapped(node.label, BOX_LINE)))


def _column_lines(columns: list[list[str]]) -> Iterator[str]:
    for column in columns:
        yield f"{{ rank=same {' '.join(map(_quoted, column))} }}"
    for left, right in pairwise(columns):
        yield f"{_quoted(left[0])} -> {_quoted(right[0])} [style=invis weight=0]"


class _Plan:
    """Decides which boxes stand one above the other; between columns, Graphviz decides."""

    def __init__(self, diagram: Diagram) -> None:
        self.edges = diagram.edges
        self.zone = {node.id: node.zone for node in diagram.nodes}
        self.order = [zone.id for zone in diagram.zones]
        self.above, self.below = self._beside_hubs(diagram.nodes)

    def touching(self, node: str) -> list[Edge]:
        return [edge for edge in self.edges if node in (edge.source, edge.target)]

    def stacked(self, edge: Edge) -> bool:
        """Tell whether the two boxes share a column."""
        return bool({edge.source, edge.target} & (self.above | self.below)) or self._turns(edge)

    def tail_first(self, edge: Edge) -> bool:
        """Tell whether the arrow points right, or down."""
        if self._turns(edge):
            return False
        if self.stacked(edge):
            return edge.source in self.above or edge.target in self.below
        return self.order.index(self.zone[edge.source]) <= self.order.index(self.zone[edge.target])

    def columns(self) -> list[list[str]]:
        """List the boxes of each column: right of what leads to them and of all earlier zones."""
        number = dict.fromkeys(self.zone, 0)
        # Enough rounds for the longest path, and an end to those that go round in a circle.
        for _ in self.zone:
            for edge in self.edges:
                left, right = self.ends(edge)
                number[right] = max(number[right], number[left] + (not self.stacked(edge)))
                if self.stacked(edge):
                    number[left] = number[right]
            for zone, later in pairwise(self.order):
                border = max((number[n] for n in number if self.zone[n] == zone), default=0)
                for node in (n for n in number if self.zone[n] == later):
                    number[node] = max(number[node], border + 1)
        return [[n for n in number if number[n] == place] for place in sorted(set(number.values()))]

    def ends(self, edge: Edge) -> tuple[str, str]:
        """Return the box on the left, or above, and the other one."""
        return (edge.source, edge.target) if self.tail_first(edge) else (edge.target, edge.source)

    def weight(self, edge: Edge) -> int:
        """Between busy boxes an arrow is part of the main path, which should be straight."""
        crossing = 5 if self.zone[edge.source] != self.zone[edge.target] else 1
        return crossing * len(self.touching(edge.source)) * len(self.touching(edge.target))

    def _beside_hubs(self, nodes: Sequence[Node]) -> tuple[set[str], set[str]]:
        """Put one satellite of a box above it and one below, which saves a column."""
        above: dict[str, str] = {}
        below: dict[str, str] = {}
        for satellite, hub, feeds in self._satellites(nodes):
            first, second = (above, below) if feeds else (below, above)
            (second if hub in first else first).setdefault(hub, satellite)
        return set(above.values()), set(below.values())

    def _satellites(self, nodes: Sequence[Node]) -> list[tuple[str, str, bool]]:
        """List boxes with a single arrow, within their zone; first those that feed their hub.

        The first box of all is the way in and stays in a column of its own.
        """
        found = []
        for node in nodes[1:]:
            edges = self.touching(node.id)
            if len(edges) == 1 and self._may_stack(edge := edges[0]):
                feeds = edge.source == node.id
                found.append((node.id, edge.target if feeds else edge.source, feeds))
        return sorted(found, key=lambda satellite: not satellite[2])

    def _may_stack(self, edge: Edge) -> bool:
        label = wrapped(edge.label, LABEL_LINE)
        fits = max(map(len, label), default=0) <= STACKED_LABEL_LINE
        return fits and self.zone[edge.source] == self.zone[edge.target]

    def _turns(self, edge: Edge) -> bool:
        """Tell whether a path turns round here: from the target it goes back to an earlier zone."""
        onward = [self.zone[next_.target] for next_ in self.edges if next_.source == edge.target]
        here = self.zone[edge.target]
        back = any(self.order.index(zone) < self.order.index(here) for zone in onward)
        return back and self.zone[edge.source] == here


def _edge_lines(plan: _Plan) -> Iterator[str]:
    for index, edge in enumerate(plan.edges):
        tail, head = map(_quoted, plan.ends(edge))
        direction = "forward" if plan.tail_first(edge) else "back"
        # Graphviz would put the label of an arrow within a column on the line; we put it beside.
        naming = "comment" if plan.stacked(edge) else "label"
        label = _quoted(*wrapped(edge.label, LABEL_LINE))
        how = f"id={index} dir={direction} weight={plan.weight(edge)}"
        yield f"{tail} -> {head} [{how} {naming}={label}]"


def _quoted(*lines: str) -> str:
    return '"' + "\\n".join(re.sub(r'(["\\])', r"\\\1", line) for line in lines) + '"'


def wrapped(text: str, width: int) -> list[str]:
    """Break into as few lines as fit, and those as even as possible."""

    def broken(width: int) -> list[str]:
        return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)

    fewest = broken(width)
    return next(
        lines for narrow in range(1, width + 1) if len(lines := broken(narrow)) == len(fewest)
    )
