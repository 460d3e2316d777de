"""Pictures of every page, to be looked at. Runs only when SCREENSHOTS names a folder for them."""

import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import ViewportSize

from tests.browser.golden import golden
from tests.browser.pages import PAGES
from tests.browser.visitor import Visitor, Visitors
from tests.builders import make_assessment, submitted

FOLDER = Path(os.environ.get("SCREENSHOTS", ""))
WIDE = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=320, height=640)
LARGEST = 150_000
INITIATIVE = "Claims assistant"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("SCREENSHOTS" not in os.environ, reason="SCREENSHOTS names no folder"),
]


@pytest.fixture(autouse=True)
def _folder() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)


@pytest.mark.parametrize("name", PAGES)
def test_take_pictures_of_a_page(visitors: Visitors, name: str) -> None:
    visitor = visitors(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    PAGES[name](visitor)
    file_name = re.sub(r"[^a-z]+", "-", name)

    visitor.page.screenshot(path=FOLDER / f"{file_name}-light.png", full_page=True)
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.screenshot(path=FOLDER / f"{file_name}-dark.png", full_page=True)
    visitor.page.emulate_media(color_scheme="light")
    visitor.page.set_viewport_size(NARROW)
    visitor.page.screenshot(path=FOLDER / f"{file_name}-narrow.png", full_page=True)


def test_take_the_pictures_of_the_readme(visitors: Visitors) -> None:
    visitor = visitors(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    answers = golden("mid_market_full").answers

    draft = visitor.open(make_assessment(answers, initiative=INITIATIVE))
    visitor.go("step", draft.pk, "where")
    save_small(visitor, FOLDER / "wizard.png")

    report = visitor.open(submitted(answers, initiative=INITIATIVE).assessment)
    visitor.go("result", report.pk)
    save_small(visitor, FOLDER / "result.png")
    visitor.go("report", report.pk)
    save_small(visitor, FOLDER / "report.png")


def save_small(visitor: Visitor, path: Path) -> None:
    """Save what the screen shows in few colours, the rare ones included."""
    picture = Image.open(BytesIO(visitor.page.screenshot())).convert("RGB")
    few = picture.quantize(
        128, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
    )
    few.save(path, optimize=True)
    assert path.stat().st_size < LARGEST
