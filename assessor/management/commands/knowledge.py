"""Load an edition of the knowledge base, or check its files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from assessor.knowledge import KnowledgeBase, KnowledgeError, read_folder
from assessor.models import Edition


class Command(BaseCommand):
    """manage.py knowledge load|check FOLDER"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action and the folder that holds the four YAML files."""
        parser.add_argument("action", choices=["load", "check"])
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, action: str, folder: Path, **options: Any) -> None:
        """Print what was done. Raises CommandError with every finding."""
        try:
            knowledge = read_folder(folder)
        except KnowledgeError as error:
            raise CommandError(f"This edition cannot be used:\n{error}") from None
        if action == "load":
            self.load(knowledge)
        else:
            self.stdout.write(f"Edition {knowledge.version} can be loaded ({knowledge.sha256}).")

    @transaction.atomic
    def load(self, knowledge: KnowledgeBase) -> None:
        """Store the edition; loading the same one again changes nothing."""
        stored = Edition.objects.filter(version=knowledge.version).first()
        if stored is None:
            Edition.objects.create(
                version=knowledge.version,
                sha256=knowledge.sha256,
                document=knowledge.document,
            )
            self.stdout.write(f"Edition {knowledge.version} loaded.")
        elif stored.sha256 == knowledge.sha256:
            self.stdout.write(f"Edition {knowledge.version} is loaded already.")
        else:
            raise CommandError(
                f"Edition {knowledge.version} is loaded already, with other content. "
                "Editions never change: give the new content a new content_version."
            )
