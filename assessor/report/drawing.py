"""Draws a diagram as SVG around the places that Graphviz finds for boxes and arrows.

Zones are columns from left to right. Every shape has a literal light colour, which WeasyPrint
uses, and a class, by which the style sheet recolours it in dark mode. Graphviz leaves room for
labels as wide as Public Sans makes them, if that font (``static/report/fonts``) is installed.
"""

import json
import math
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from assessor.knowledge.catalogue import Diagram, Edge, Node, Zone
from assessor.report.diagrams import (
    BOX_LINE,
    BOX_WIDTH,
    LABEL_LINE,
    box_height,
    description,
    dot_source,
    flows,
    source_hash,
    title,
    wrapped,
)

PADDING = 12
ZONE_GAP = 28
LEGEND_HEIGHT = 30
INK, MUTED, BRAND = "#13212b", "#465866", "#0b5a6e"
ACCENT, SURFACE, PAPER = "#d56326", "#edf2f4", "#ffffff"
LEGEND = "Flow that crosses a border"


class Point(NamedTuple):
    """A place in a drawing, in pixels; y points down."""

    x: float
    y: float


class Arrow(NamedTuple):
    """A Bézier curve from source to target, the tip of its head, and where its label stands.

    An arrow within a column has no place for its label: it goes beside the middle of the arrow.
    """

    edge: Edge
    curve: list[Point]
    tip: Point
    label: Point | None


class Layout(NamedTuple):
    """What Graphviz found: the middle of every box, and the arrows in the diagram's order."""

    boxes: dict[str, Point]
    arrows: list[Arrow]
    size: Point


class Column(NamedTuple):
    """The area of a zone."""

    zone: Zone
    left: float
    right: float

    @property
    def title(self) -> list[str]:
        """Its label, broken to its width."""
        return wrapped(self.zone.label, round((self.right - self.left - 2 * PADDING) / 6.4))


def draw(architecture_key: str, diagram: Diagram) -> str:
    """Return the SVG. Raises FileNotFoundError if Graphviz is not installed."""
    svg = _svg(architecture_key, diagram, _spread(diagram, _layout(diagram)))
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def _layout(diagram: Diagram) -> Layout:
    answer = subprocess.run(
        ["dot", "-Tjson"],  # noqa: S607
        input=dot_source(diagram),
        capture_output=True,
        text=True,
        check=True,
    )
    graph: dict[str, Any] = json.loads(answer.stdout)
    width, height = map(float, graph["bb"].split(",")[2:])
    places = {item["name"]: item["pos"] for item in graph["objects"] if "pos" in item}
    items = {item["id"]: item for item in graph["edges"] if "id" in item}
    return Layout(
        boxes={name: _point(place, height) for name, place in places.items()},
        arrows=[_arrow(edge, items[str(i)], height) for i, edge in enumerate(diagram.edges)],
        size=Point(width, height),
    )


def _arrow(edge: Edge, item: dict[str, str], height: float) -> Arrow:
    """Read ``e,<tip> <curve>``, or ``s,<tip> <curve>`` if the curve starts at its tip."""
    tip, *places = item["pos"].split()
    points = [_point(place, height) for place in places]
    label = _point(item["lp"], height) if "lp" in item else None
    curve = _levelled([*(points[::-1] if tip[0] == "s" else points), _point(tip[2:], height)])
    return Arrow(edge, curve[:-1], curve[-1], label)


def _levelled(points: list[Point]) -> list[Point]:
    """Make an arrow level that Graphviz bent a little to pass below its label."""
    ys = [point.y for point in points]
    return [Point(x, ys[-1]) for x, _ in points] if max(ys) - min(ys) < 8 else points


def _point(place: str, height: float) -> Point:
    """Turn Graphviz's y axis, which points up."""
    x, y = map(float, place.split(","))
    return Point(x, height - y)


# Shapes


def _columns(diagram: Diagram, layout: Layout) -> list[Column]:
    reach = BOX_WIDTH / 2 + PADDING
    found = []
    for zone in diagram.zones:
        centres = [layout.boxes[node.id].x for node in diagram.nodes if node.zone == zone.id]
        found.append(Column(zone, min(centres) - reach, max(centres) + reach))
    return found


def _spread(diagram: Diagram, layout: Layout) -> Layout:
    """Move zones apart that nearly touch because no label stands between them."""
    gaps = [(left.right, right.left) for left, right in pairwise(_columns(diagram, layout))]
    moves = [((start + end) / 2, max(0, ZONE_GAP - (end - start))) for start, end in gaps]

    def moved(point: Point) -> Point:
        return Point(point.x + sum(by for border, by in moves if point.x > border), point.y)

    return Layout(
        boxes={name: moved(point) for name, point in layout.boxes.items()},
        arrows=[
            Arrow(edge, list(map(moved, curve)), moved(tip), label and moved(label))
            for edge, curve, tip, label in layout.arrows
        ],
        size=moved(layout.size),
    )


def _svg(architecture_key: str, diagram: Diagram, layout: Layout) -> ET.Element:
    columns = _columns(diagram, layout)
    top = PADDING + 15 * max(len(column.title) for column in columns) + 8
    bottom = layout.size.y + PADDING
    crossed = any(flow.crosses for flow in flows(diagram))
    width, height = layout.size.x + 2 * PADDING, top + bottom + (LEGEND_HEIGHT if crossed else 0)
    svg = _root(architecture_key, diagram, f"{-PADDING} {-top} {width:.0f} {height:.0f}")
    for column in columns:
        svg.extend(_zone(column, -top, bottom))
    for arrow in layout.arrows:
        svg.append(_edge(arrow, columns, diagram))
    for node in diagram.nodes:
        svg.extend(_box(node, layout.boxes[node.id]))
    if crossed:
        svg.extend(_legend(Point(0, bottom + LEGEND_HEIGHT / 2 + 4)))
    return svg


def _root(architecture_key: str, diagram: Diagram, view_box: str) -> ET.Element:
    _, _, width, height = view_box.split()
    title_id, text_id = f"diagram-{architecture_key}-title", f"diagram-{architecture_key}-desc"
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "diagram",
            "role": "img",
            "aria-labelledby": title_id,
            "aria-describedby": text_id,
            "data-source": source_hash(diagram),
            "viewBox": view_box,
            "width": width,
            "height": height,
            "font-family": "Public Sans, sans-serif",
        },
    )
    ET.SubElement(svg, "title", id=title_id).text = title(diagram)
    ET.SubElement(svg, "desc", id=text_id).text = description(diagram)
    return svg


def _zone(column: Column, top: float, bottom: float) -> Iterator[ET.Element]:
    yield _element(
        "rect",
        "zone",
        x=column.left,
        y=top,
        width=column.right - column.left,
        height=bottom - top,
        rx=10,
        fill=SURFACE,
    )
    for i, line in enumerate(column.title):
        place = Point(column.left + PADDING, top + PADDING + 10 + 15 * i)
        yield _text("zone-label", line, place, size=12, fill=MUTED, font_weight=600)


def _box(node: Node, centre: Point) -> Iterator[ET.Element]:
    lines = wrapped(node.label, BOX_LINE)
    height = box_height(node)
    yield _element(
        "rect",
        "node",
        x=centre.x - BOX_WIDTH / 2,
        y=centre.y - height / 2,
        width=BOX_WIDTH,
        height=height,
        rx=8,
        fill=PAPER,
        stroke=BRAND,
        stroke_width=1.5,
    )
    yield from _lines("node-label", lines, centre, size=13, fill=INK, text_anchor="middle")


def _edge(arrow: Arrow, columns: Sequence[Column], diagram: Diagram) -> ET.Element:
    zones = {node.id: node.zone for node in diagram.nodes}
    leaves, enters = zones[arrow.edge.source], zones[arrow.edge.target]
    crosses = leaves != enters
    group = ET.Element("g", {"class": "edge crossing" if crosses else "edge"})
    colour, width = (ACCENT, 2) if crosses else (MUTED, 1.5)
    group.append(_curve(arrow.curve, colour, width))
    group.append(_head(arrow.curve[-1], arrow.tip, colour))
    if crosses:
        column = {column.zone.id: column for column in columns}
        onward = column[leaves].left < column[enters].left
        border = column[leaves].right if onward else column[leaves].left
        group.append(_marker(min(_along(arrow.curve), key=lambda point: abs(point.x - border))))
    group.extend(_label(arrow))
    return group


def _label(arrow: Arrow) -> Iterator[ET.Element]:
    lines = wrapped(arrow.edge.label, LABEL_LINE)
    if arrow.label:
        place, anchor = Point(arrow.label.x, arrow.label.y - 5), "middle"
    else:
        points = list(_along(arrow.curve))
        middle = points[len(points) // 2]
        place, anchor = Point(middle.x - 8, middle.y), "end"
    return _lines("edge-label", lines, place, size=12, fill=INK, text_anchor=anchor)


def _curve(points: Sequence[Point], colour: str, width: float) -> ET.Element:
    start, *rest = (f"{x:.1f} {y:.1f}" for x, y in points)
    path = f"M{start} C{' '.join(rest)}"
    return _element("path", "edge-line", d=path, fill="none", stroke=colour, stroke_width=width)


def _head(base: Point, tip: Point, colour: str) -> ET.Element:
    """A triangle from the end of the curve to the tip."""
    length = math.dist(base, tip)
    across = Point(-(tip.y - base.y) / length * 4, (tip.x - base.x) / length * 4)
    corners = (
        tip,
        Point(base.x + across.x, base.y + across.y),
        Point(base.x - across.x, base.y - across.y),
    )
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return _element("polygon", "edge-head", points=points, fill=colour)


def _marker(place: Point) -> ET.Element:
    """A ring, so that the crossing shows without colour, too."""
    return _element(
        "circle", "border", cx=place.x, cy=place.y, r=4, fill=PAPER, stroke=ACCENT, stroke_width=2
    )


def _legend(start: Point) -> Iterator[ET.Element]:
    end = Point(start.x + 36, start.y)
    group = ET.Element("g", {"class": "edge crossing"})
    group.append(_curve([start, start, end, end], ACCENT, 2))
    group.append(_head(end, Point(end.x + 8, end.y), ACCENT))
    group.append(_marker(Point(start.x + 16, start.y)))
    group.append(_text("edge-label", LEGEND, Point(end.x + 18, end.y + 4), size=12, fill=INK))
    yield group


def _along(curve: Sequence[Point]) -> Iterator[Point]:
    """Walk along the curve in steps small enough to find a border."""
    for i in range(0, len(curve) - 1, 3):
        for step in range(101):
            yield _on_curve(curve[i : i + 4], step / 100)


def _on_curve(points: Sequence[Point], share: float) -> Point:
    """Return the point of a Bézier curve by de Casteljau's construction."""
    while len(points) > 1:
        points = [
            Point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share) for a, b in pairwise(points)
        ]
    return points[0]


def _lines(
    name: str, lines: Sequence[str], centre: Point, size: int, **attributes: str | float
) -> Iterator[ET.Element]:
    """Centre the lines vertically; 0.35 em below the middle is where the letters stand."""
    height = size + 2
    first = centre.y - height * (len(lines) - 1) / 2 + 0.35 * size
    for i, line in enumerate(lines):
        yield _text(name, line, Point(centre.x, first + height * i), size=size, **attributes)


def _text(name: str, text: str, place: Point, size: int, **attributes: str | float) -> ET.Element:
    element = _element("text", name, x=place.x, y=place.y, font_size=size, **attributes)
    element.text = text
    return element


def _element(tag: str, name: str, **attributes: str | float) -> ET.Element:
    written = {
        key.replace("_", "-"): value if isinstance(value, str) else f"{round(value, 1):g}"
        for key, value in attributes.items()
    }
    return ET.Element(tag, {"class": name, **written})
