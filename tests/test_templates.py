"""Every template can be read, is used, and names files that exist."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from assessor import staff_sessions
from tests.knowledge.editions import ROOT

FOLDER = ROOT / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))


def looked_up_by_django(name: str) -> bool:
    return name in {"400.html", "403.html", "404.html", "500.html"} or name.startswith("admin/")


@cache
def text_of(folder: Path, pattern: str) -> str:
    return "".join(path.read_text("utf-8") for path in folder.rglob(pattern))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_can_be_read(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_join_has_escaped_is_neither_escaped_again_nor_cut(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    assert set(re.findall(r'\|join:"[^"]*"\|(\w+)', text)) <= {"default"}


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not looked_up_by_django(name)])
def test_a_template_is_used_by_a_view_a_test_or_another_template(name: str) -> None:
    named = text_of(FOLDER, "*.html") + "".join(
        text_of(ROOT / folder, "*.py") for folder in ("assessor", "tests")
    )
    assert f'"{name}"' in named


def test_what_a_page_sends_by_itself_says_so() -> None:
    """Else it would keep staff signed in who have left their desk."""
    lines = text_of(FOLDER, "*.html").splitlines()
    sent = [line for line in lines if re.search(r'hx-trigger="[^"]*\b(load|every)\b', line)]
    assert sent
    for line in sent:
        assert f'hx-headers=\'{{"{staff_sessions.BY_ITSELF}": "true"}}\'' in line


def test_every_static_file_that_a_template_names_exists() -> None:
    named = set(re.findall(r'{% static "([^"]+)"', text_of(FOLDER, "*.html")))
    assert named
    assert {name for name in named if finders.find(name) is None} == set()


def test_every_static_file_the_page_for_failures_names_exists() -> None:
    named = re.findall(r'"/static/([^"]+)"', (FOLDER / "errors" / "bare.html").read_text("utf-8"))
    assert named
    assert [name for name in named if finders.find(name) is None] == []
