"""What must hold in every PDF of ours, looked up in its objects: one word for each defect."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from assessor.report import report_file

ACTIVE = ("/OpenAction", "/AA", "/AcroForm")
HEADINGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")


def defects(pdf: bytes) -> set[str]:
    """Return a word for each kind of defect."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return set(_defects(document))


def _defects(document: pikepdf.Pdf) -> Iterator[str]:
    root: Any = document.Root
    checks = {
        "language": bool(root.get("/Lang")),
        "marked": bool(root.get("/MarkInfo", {}).get("/Marked")),
        "title": bool(document.docinfo.get("/Title")),
        "title shown": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")),
        "metadata": "/Metadata" in root,
        "colours": "/OutputIntents" in root,
        "files": _carries_only_ours(root),
        "active": not any(name in root for name in ACTIVE) and not _has_script(document),
        "fonts": all(map(_is_embedded, _of_type(document, "/FontDescriptor"))),
        "pages": all("/StructParents" in page for page in document.pages),
    }
    yield from (name for name, holds in checks.items() if not holds)
    if "/StructTreeRoot" not in root:
        yield "tags"
        return
    elements = list(structure(root.StructTreeRoot))
    if not all(_says(element, "/Alt") for element in elements if element.S == "/Figure"):
        yield "figures"
    if not _headings_step_down(elements):
        yield "headings"
    if not any(element.S == "/TH" for element in elements):
        yield "tables"


def structure(element: Any) -> Iterator[Any]:
    """Yield every element below one, in the order of reading."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from structure(kid)


def _says(element: Any, key: str) -> bool:
    return bool(str(element.get(key, "")).strip())


def _carries_only_ours(root: Any) -> bool:
    tree = root.get("/Names", {}).get("/EmbeddedFiles", {})
    names = [str(name) for name in list(tree.get("/Names", []))[::2]]
    return names == [report_file.NAME] and len(root.get("/AF", [])) == 1


def _has_script(document: pikepdf.Pdf) -> bool:
    actions = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
    return any("/JS" in item or item.get("/S") == "/Launch" for item in actions)


def _of_type(document: pikepdf.Pdf, kind: str) -> Iterator[Any]:
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == kind:
            yield item


def _is_embedded(font: Any) -> bool:
    return "/FontFile2" in font or "/FontFile3" in font


def _headings_step_down(elements: list[Any]) -> bool:
    """Say whether there is one first heading, and no level is left out on the way down."""
    levels = [HEADINGS.index(str(element.S)) + 1 for element in elements if element.S in HEADINGS]
    steps = zip([0, *levels], levels, strict=False)
    return levels.count(1) == 1 and all(lower <= higher + 1 for higher, lower in steps)
