"""Running pytest in a process of its own, on a module that is changed.

Importing what the product stands on and reading the knowledge take ten times as long as most
tests, so this process does it once, and each run is forked off it. Of the product it imports
nothing but the knowledge and the advice: what is changed is imported after the fork, and its file
stays as it is.
"""

import builtins
import gc
import multiprocessing
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cosmic_ray.exceptions import CosmicRayTestingException
from pebble import ProcessPool

from tests.knowledge.editions import shipped
from tests.mutation.changed import change

Module = tuple[str, str]
"""Its path, and the code to import in its place."""

SLOW_TO_IMPORT = (
    "assessor.advice",
    *("django.db.models", "django.forms", "django.test", "django.views.generic"),
    *("docx", "hypothesis", "lxml.etree", "numpy", "PIL.Image", "playwright.sync_api"),
    *("prometheus_client", "pydantic", "pypdf", "segno", "sqlparse", "tinyhtml5", "weasyprint"),
    *("xlsxwriter", "yaml"),
)

QUIETLY = (
    *("-x", "-q", "--reuse-db", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider"),
    *("-p", "no:xdist", "-p", "no:pytest_cov"),
)


class DatabaseMade:
    """Gives the tests a copy of a database that is made: the migrations take seconds."""

    def __init__(self, template: Path) -> None:
        self.template = template

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        result: None = yield
        if fixturedef.argname == "django_db_modify_db_settings":
            settings = import_module("django.conf").settings
            shutil.copy(self.template, settings.DATABASES["default"]["TEST"]["NAME"])
        return result


@contextmanager
def processes(jobs: int) -> Iterator[ProcessPool]:
    """Give a pool whose processes carry out one thing each."""
    for name in SLOW_TO_IMPORT:
        import_module(name)
    shipped()
    gc.freeze()
    # The code that cosmic-ray writes names it without importing it.
    vars(builtins)[CosmicRayTestingException.__name__] = CosmicRayTestingException
    forked = multiprocessing.get_context("fork")
    with ProcessPool(max_workers=jobs, max_tasks=1, context=forked) as pool:
        yield pool


def tried(
    pool: ProcessPool, template: Path, module: Module, tests: Sequence[str], seconds: float
) -> "Future[int]":
    """Return what pytest will say of these tests with a module changed, within so many seconds."""
    future: Future[int] = pool.schedule(_try, (template, module, tests), timeout=seconds)
    return future


def _try(template: Path, module: Module, tests: Sequence[str]) -> int:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    with TemporaryDirectory() as place:
        change(*module, Path(place))
        arguments = [*QUIETLY, f"--basetemp={place}/pytest", *tests]
        try:
            return int(pytest.main(arguments, plugins=[DatabaseMade(template)]))
        finally:
            # Python waits for those that a test has left behind, and they for nothing.
            for child in multiprocessing.active_children():
                child.kill()
