"""``manage.py diagrams``: draw the architectures of the shipped edition."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessor.bootstrap import SHIPPED_EDITION
from assessor.knowledge import read_folder
from assessor.knowledge.catalogue import Architecture
from assessor.report.diagrams import FOLDER, diagram_svg
from assessor.report.drawing import draw

GRAPHVIZ_MISSING = "The program “dot” is missing: install Graphviz (Debian package “graphviz”)."


class Command(BaseCommand):
    """Draw every diagram, or with --check only tell which are out of date."""

    help = "Draw the architecture diagrams of the shipped edition with Graphviz."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer --check."""
        parser.add_argument(
            "--check", action="store_true", help="draw nothing; fail if a diagram is out of date"
        )

    def handle(self, *, check: bool, **_options: Any) -> None:
        """Draw or check."""
        knowledge = read_folder(settings.BASE_DIR / SHIPPED_EDITION)
        architectures = knowledge.architectures.architectures
        if check:
            self._check(architectures)
        else:
            self._draw(architectures)

    def _check(self, architectures: Iterable[Architecture]) -> None:
        old = [item.key for item in architectures if not diagram_svg(item.key, item.diagram)]
        if old:
            raise CommandError(f"Out of date: {', '.join(old)}. Run: manage.py diagrams")
        self.stdout.write("Every diagram is up to date.")

    def _draw(self, architectures: Iterable[Architecture]) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for architecture in architectures:
            try:
                svg = draw(architecture.key, architecture.diagram)
            except FileNotFoundError:
                raise CommandError(GRAPHVIZ_MISSING) from None
            (FOLDER / f"{architecture.key}.svg").write_text(svg, "utf-8")
            self.stdout.write(f"Drew {architecture.key}")
