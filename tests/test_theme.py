"""The look of the product: its colours can be told apart, and nothing breaks the strict CSP."""

import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from pytest_django.fixtures import Settings

STATIC = Path(django_settings.BASE_DIR) / "static"
TEMPLATES = Path(django_settings.BASE_DIR) / "templates"
THEME = (STATIC / "theme.css").read_text()
SCRIPT = (STATIC / "app.js").read_text()
ADMIN = (STATIC / "admin-theme.css").read_text()

LIGHT = r':root,\n\[data-bs-theme="light"\]'
DARK_BY_SYSTEM = r':root:not\(\[data-bs-theme="light"\]\)'
DARK_BY_CHOICE = r'\n\[data-bs-theme="dark"\]'
ADMIN_LIGHT = r'html\[data-theme="light"\],\n:root'
ADMIN_DARK_BY_SYSTEM = r"  :root"
ADMIN_DARK_BY_CHOICE = r'html\[data-theme="dark"\]'

ON_PAGE_AND_CARD = ("bg", "surface")
EVERYWHERE = (*ON_PAGE_AND_CARD, "surface2")
TONES = ("success", "warning", "danger", "info")

# foreground, background, ratio that WCAG 2.2 AA asks for: 4.5 for text, 3 for borders and marks
NEEDED = [
    *[("ink", ground, 4.5) for ground in (*EVERYWHERE, "brand-soft")],
    *[("ink2", ground, 4.5) for ground in EVERYWHERE],
    *[("brand", ground, 4.5) for ground in (*EVERYWHERE, "brand-soft")],
    *[("control", ground, 3) for ground in EVERYWHERE],
    *[("focus", ground, 3) for ground in ON_PAGE_AND_CARD],
    ("brand-hover", "surface", 4.5),
    ("on-brand", "brand", 4.5),
    ("on-brand", "brand-hover", 4.5),
    *[(tone, "surface", 4.5) for tone in TONES],
    *[(tone, f"{tone}-soft", 4.5) for tone in TONES],
    *[("ink", f"{tone}-soft", 4.5) for tone in TONES],
    *[(f"s{number}", "surface", 3) for number in range(1, 7)],
]

NEEDED_BY_ADMINISTRATORS = [
    ("body-fg", "body-bg", 4.5),
    ("body-fg", "selected-row", 4.5),
    ("body-quiet-color", "body-bg", 4.5),
    ("body-quiet-color", "darkened-bg", 4.5),
    ("link-fg", "body-bg", 4.5),
    ("link-fg", "selected-row", 4.5),
    ("link-fg", "darkened-bg", 4.5),
    ("header-link-color", "header-bg", 4.5),
    ("header-branding-color", "header-bg", 4.5),
    ("breadcrumbs-fg", "breadcrumbs-bg", 4.5),
    ("breadcrumbs-link-fg", "breadcrumbs-bg", 4.5),
    ("button-fg", "button-bg", 4.5),
    ("button-fg", "button-hover-bg", 4.5),
    ("button-fg", "close-button-bg", 4.5),
    ("button-fg", "close-button-hover-bg", 4.5),
    ("button-fg", "delete-button-bg", 4.5),
    ("button-fg", "delete-button-hover-bg", 4.5),
    ("error-fg", "message-error-bg", 4.5),
    ("border-color", "body-bg", 3),
]


def tokens(css: str, selector: str) -> dict[str, str]:
    """Read the colours declared in the first rule of this selector."""
    rule = re.search(selector + r" \{(.*?)\}", css, re.DOTALL)
    assert rule, f"no rule {selector}"
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", rule[1]))


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(colours: dict[str, str], needed: Iterable[tuple[str, str, float]]) -> list[str]:
    """Name the pairs that cannot be told apart well enough."""
    return [
        f"{front} on {back}: {ratio:.2f}, needs {need}"
        for front, back, need in needed
        if (ratio := contrast(colours[front], colours[back])) < need
    ]


def test_black_on_white_has_the_ratio_that_wcag_states() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("selector", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
def test_every_colour_can_be_told_from_its_background(selector: str) -> None:
    assert too_faint(tokens(THEME, selector), NEEDED) == []


@pytest.mark.parametrize("selector", [ADMIN_LIGHT, ADMIN_DARK_BY_CHOICE], ids=["light", "dark"])
def test_the_administration_is_readable_too(selector: str) -> None:
    assert too_faint(tokens(ADMIN, selector), NEEDED_BY_ADMINISTRATORS) == []


def test_light_and_dark_have_the_same_tokens() -> None:
    assert tokens(THEME, LIGHT).keys() == tokens(THEME, DARK_BY_CHOICE).keys()
    assert tokens(ADMIN, ADMIN_LIGHT).keys() == tokens(ADMIN, ADMIN_DARK_BY_CHOICE).keys()


def test_dark_is_the_same_whether_the_system_or_the_person_asks_for_it() -> None:
    assert tokens(THEME, DARK_BY_SYSTEM) == tokens(THEME, DARK_BY_CHOICE)
    assert tokens(ADMIN, ADMIN_DARK_BY_SYSTEM) == tokens(ADMIN, ADMIN_DARK_BY_CHOICE)


def test_the_administration_uses_no_colour_of_its_own() -> None:
    assert set(re.findall(r"#[0-9a-f]{6}", ADMIN)) <= set(re.findall(r"#[0-9a-f]{6}", THEME))


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_loads_nothing_from_elsewhere(path: Path) -> None:
    css = path.read_text()
    assert not re.search(r"""url\(\s*["']?(https?:)?//|@import""", css)
    assert "sourceMappingURL" not in css


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_template_has_nothing_that_the_csp_blocks(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"<style|\sstyle\s*=|javascript:", html)
    assert not re.search(r"<[^>]*\son\w+\s*=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)


def test_every_static_file_that_another_names_is_there(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = stored_with("ManifestStaticFilesStorage")
    call_command("collectstatic", interactive=False, verbosity=0)
    assert list(tmp_path.glob("theme.*.css"))


# Pages


@pytest.fixture
def unhashed(settings: Settings) -> None:
    """Static files under their plain names: they need not have been collected."""
    settings.STORAGES = stored_with("StaticFilesStorage")


def stored_with(storage: str) -> dict[str, dict[str, str]]:
    return {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": f"django.contrib.staticfiles.storage.{storage}"},
    }


def classes(html: str) -> set[str]:
    return set(chain.from_iterable(value.split() for value in re.findall(r'class="([^"]*)"', html)))


def styled() -> set[str]:
    """Return the classes that our style sheet has a rule for."""
    rules = re.sub(r"/\*.*?\*/", "", THEME, flags=re.DOTALL)
    selectors = re.findall(r"^[^@{}]+(?=\{)", rules, re.MULTILINE)
    return set(re.findall(r"\.([a-z][\w-]*)", " ".join(selectors)))


@pytest.mark.usefixtures("unhashed")
def test_the_style_guide_shows_every_class_and_no_other(rf: RequestFactory) -> None:
    shown = classes(render_to_string("styleguide.html", request=rf.get("/")))
    added_by_script = set(re.findall(r'className = "([\w-]+)"', SCRIPT))
    assert styled() == (shown | added_by_script) - {"visually-hidden"}


@pytest.mark.usefixtures("unhashed")
@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html"])
def test_an_error_page_leads_back(rf: RequestFactory, name: str) -> None:
    html = render_to_string(name, request=rf.get("/nowhere/"))
    assert html.count("<h1") == 1
    assert 'href="/assessments/"' in html


@pytest.mark.usefixtures("unhashed")
def test_the_page_for_bad_requests_needs_no_request() -> None:
    html = get_template("400.html").render()
    assert 'href="/assessments/"' in html
    assert "<form" not in html


def test_the_page_for_our_own_failures_needs_nothing_at_all() -> None:
    html = get_template("500.html").render()
    assert 'href="/"' in html
    assert "saved are safe" in html


@pytest.mark.usefixtures("unhashed")
def test_the_chosen_theme_is_written_on_the_page_and_pressed_in_its_control(
    rf: RequestFactory,
) -> None:
    request = rf.get("/help/")
    request.COOKIES["theme"] = "dark"
    html = render_to_string("pages/help.html", request=request)
    assert '<html lang="en" data-bs-theme="dark">' in html
    assert re.findall(r'value="(\w*)" aria-pressed="true"', html) == ["dark"]
    assert 'name="next" value="/help/"' in html


@pytest.mark.usefixtures("unhashed")
def test_without_a_choice_the_page_follows_the_system(rf: RequestFactory) -> None:
    html = render_to_string("pages/help.html", request=rf.get("/help/"))
    assert '<html lang="en">' in html
    assert re.findall(r'value="(\w*)" aria-pressed="true"', html) == [""]
