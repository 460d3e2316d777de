"""The committed drawings are current, fit the strict page policy, and are told in words."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from assessor.knowledge.catalogue import Architecture, Diagram
from assessor.report import diagrams
from assessor.report.diagrams import FOLDER, diagram_svg, dot_source, flows, source_hash
from assessor.report.drawing import draw
from tests.knowledge.editions import shipped

OPTIONS = shipped().options
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED_TAGS = {"svg", "title", "desc", "g", "rect", "path", "polygon", "circle", "text"}

every_architecture = pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS.keys())
needs_graphviz = pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")


def drawing(option: Architecture) -> ET.Element:
    return ET.fromstring((FOLDER / f"{option.key}.svg").read_text("utf-8"))  # noqa: S314


def diagram(**parts: list[dict[str, str]]) -> Diagram:
    return Diagram.model_validate(
        {
            "zones": [{"id": "home", "label": "Home"}, {"id": "away", "label": "Away"}],
            "nodes": [
                {"id": "app", "label": "Application", "zone": "home"},
                {"id": "log", "label": "Logs", "zone": "home"},
                {"id": "model", "label": "Model", "zone": "away"},
            ],
            "edges": [
                {"from": "app", "to": "model", "label": "ask"},
                {"from": "app", "to": "log", "label": "record"},
            ],
            **parts,
        }
    )


@every_architecture
def test_every_architecture_has_a_current_drawing(option: Architecture) -> None:
    assert diagram_svg(option.key, option.diagram)
    assert drawing(option).get("data-source") == source_hash(option.diagram)


def test_there_is_no_drawing_without_an_architecture() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(OPTIONS)


@every_architecture
def test_a_drawing_has_a_name_and_tells_every_flow(option: Architecture) -> None:
    root = drawing(option)
    described = root.findtext(f"{SVG}desc") or ""
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title", "").startswith("Diagram: ")
    assert root[0].get("id") == root.get("aria-labelledby")
    assert root[1].get("id") == root.get("aria-describedby")
    assert all(str(flow) in described for flow in flows(option.diagram))


@every_architecture
def test_a_drawing_uses_nothing_the_page_policy_forbids(option: Architecture) -> None:
    elements = list(drawing(option).iter())
    names = {name for element in elements for name in element.attrib}
    values = " ".join(value for element in elements for value in element.attrib.values())
    assert {element.tag.removeprefix(SVG) for element in elements} <= ALLOWED_TAGS
    assert not [
        name for name in names if name == "style" or name.startswith("on") or "href" in name
    ]
    assert "url(" not in values
    assert "//" not in values


def test_ids_are_unique_across_all_drawings() -> None:
    ids = [element.get("id") for option in OPTIONS.values() for element in drawing(option).iter()]
    named = [name for name in ids if name]
    assert len(named) == len(set(named)) == 2 * len(OPTIONS)


@every_architecture
def test_a_drawing_fits_a_page_and_its_letters_can_be_read(option: Architecture) -> None:
    root = drawing(option)
    sizes = [float(text.get("font-size", "0")) for text in root.iter(f"{SVG}text")]
    assert int(root.get("width", "")) <= 700
    assert root.get("viewBox", "").split()[2:] == [root.get("width"), root.get("height")]
    assert min(sizes) >= 12


@every_architecture
def test_a_drawing_shows_every_box_arrow_and_crossing(option: Architecture) -> None:
    root = drawing(option)
    classes = [element.get("class") for element in root.iter()]
    crossings = [flow for flow in flows(option.diagram) if flow.crosses]
    legend = 1 if crossings else 0
    assert classes.count("zone") == len(option.diagram.zones)
    assert classes.count("node") == len(option.diagram.nodes)
    assert classes.count("edge-head") == len(option.diagram.edges) + legend
    assert classes.count("border") == len(crossings) + legend


@every_architecture
def test_zones_and_boxes_do_not_overlap(option: Architecture) -> None:
    for name in ("zone", "node"):
        areas = [element for element in drawing(option).iter() if element.get("class") == name]
        pairs = [(a, b) for i, a in enumerate(areas) for b in areas[i + 1 :]]
        assert not [pair for pair in pairs if overlap(*pair)]


def overlap(a: ET.Element, b: ET.Element) -> bool:
    return all(
        float(p.get(axis, "")) < float(q.get(axis, "")) + float(q.get(size, ""))
        for axis, size in (("x", "width"), ("y", "height"))
        for p, q in ((a, b), (b, a))
    )


def test_a_changed_diagram_has_no_drawing() -> None:
    key, option = next(iter(OPTIONS.items()))
    edges = option.diagram.edges
    changed = option.diagram.model_copy(
        update={"edges": (edges[0].model_copy(update={"label": "something else"}), *edges[1:])}
    )
    assert diagram_svg(key, changed) is None


@pytest.mark.parametrize("key", ["unknown", "../diagrams/air_gapped", ""])
def test_an_unknown_architecture_has_no_drawing(key: str) -> None:
    assert diagram_svg(key, OPTIONS["air_gapped"].diagram) is None


def test_a_flow_says_where_it_comes_from_and_whether_it_crosses_a_border() -> None:
    assert list(map(str, flows(diagram()))) == [
        "Application (Home) → ask → Model (Away); crosses a border",
        "Application (Home) → record → Logs (Home)",
    ]


def test_labels_cannot_break_out_of_the_source() -> None:
    zones = [{"id": "home", "label": 'A "quoted" \\ label'}, {"id": "away", "label": "Away"}]
    assert r'label="A \"quoted\" \\ label"' in dot_source(diagram(zones=zones))


def test_arrows_in_a_circle_and_empty_labels_still_have_a_source() -> None:
    edges = [
        {"from": "app", "to": "log", "label": ""},
        {"from": "log", "to": "app", "label": "back"},
        {"from": "log", "to": "log", "label": "again"},
    ]
    assert dot_source(diagram(edges=edges)).count("id=") == 3


def test_the_check_passes_without_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    call_command("diagrams", "--check")


def test_the_check_names_what_is_out_of_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagrams, "_committed", dict)
    with pytest.raises(CommandError, match=r"Out of date: .*air_gapped"):
        call_command("diagrams", "--check")


def test_without_graphviz_the_command_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CommandError, match="Debian package “graphviz”"):
        call_command("diagrams")


@needs_graphviz
def test_the_command_draws_every_architecture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("assessor.management.commands.diagrams.FOLDER", tmp_path)
    call_command("diagrams")
    assert {path.stem for path in tmp_path.iterdir()} == set(OPTIONS)


@needs_graphviz
def test_what_people_wrote_is_text_in_the_drawing() -> None:
    zones = [{"id": "home", "label": "<script>&"}, {"id": "away", "label": "Away"}]
    svg = draw("any", diagram(zones=zones))
    assert "<script" not in svg
    assert re.search(r"&lt;script&gt;&amp;</text>", svg)
