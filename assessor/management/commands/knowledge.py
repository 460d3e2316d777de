"""Load an edition of the knowledge base, or check its files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from assessor.advice.proof import Part, Proof, Witness, prove
from assessor.knowledge import Answer, Answers, KnowledgeBase, KnowledgeError, read_folder
from assessor.models import Edition


class Command(BaseCommand):
    """manage.py knowledge load|check [FOLDER]"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action and the folder that holds the YAML files."""
        parser.add_argument("action", choices=["load", "check"])
        parser.add_argument(
            "folder",
            type=Path,
            nargs="?",
            default=settings.SHIPPED_EDITION,
            help="Where the YAML files are; those that the product ships with if left out.",
        )

    def handle(
        self, *args: Any, action: str, folder: Path, verbosity: int = 1, **options: Any
    ) -> None:
        """Print what was done. Raises CommandError with every finding."""
        try:
            knowledge = read_folder(folder)
        except KnowledgeError as error:
            raise CommandError(f"This edition cannot be used:\n{error}") from None
        if action == "load":
            self.load(knowledge)
        else:
            self.check_edition(knowledge, in_full=verbosity > 1)

    def check_edition(self, knowledge: KnowledgeBase, *, in_full: bool) -> None:
        """Print the whole proof. ``in_full``: with every answer of every witness."""
        proof = prove(knowledge)
        for line in _report(knowledge, proof, in_full=in_full):
            self.stdout.write(line)
        _refuse_if_wrong(proof)
        self.stdout.write("\nNothing to mend.")
        self.stdout.write(f"Edition {knowledge.version} can be loaded ({knowledge.sha256}).")

    def load(self, knowledge: KnowledgeBase) -> None:
        """Store the edition, once it is proven; loading the same one again changes nothing."""
        # Outside the transaction: a proof takes seconds, and nobody could write meanwhile.
        if not Edition.objects.filter(version=knowledge.version).exists():
            _refuse_if_wrong(prove(knowledge))
        self.store(knowledge)

    @transaction.atomic
    def store(self, knowledge: KnowledgeBase) -> None:
        """Store the edition unless it is there already; with other content it is refused."""
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


def _refuse_if_wrong(proof: Proof) -> None:
    """Raise CommandError with every error of the proof."""
    if proof.errors:
        listed = "\n".join(map(str, proof.errors))
        raise CommandError(f"This edition cannot be used, {len(proof.errors)} to mend:\n{listed}")


# ---------------------------------------------------------------- a proof in words


def _report(knowledge: KnowledgeBase, proof: Proof, *, in_full: bool) -> Iterator[str]:
    yield f"Edition {knowledge.version}\n\nExamined"
    yield from (f"  {_counts(part)}" for part in proof.parts)
    yield "\nEvery architecture that can win, and the answers that its lead hangs on"
    for key, witness in proof.witnesses.items():
        keys = tuple(witness.answers) if in_full else witness.decisive
        yield f"  {key} ({_lead(witness)}): {_one_line(witness.answers, keys)}"
    if proof.notes:
        yield "\nGood to know"
        yield from (f"  {note}" for note in proof.notes)


def _counts(part: Part) -> str:
    counts = ", ".join(f"{count} ({method})" for method, count in part.examined.items())
    return f"{part.title}: {counts or 'none'}"


def _lead(witness: Witness) -> str:
    if witness.lead is None:
        return "nothing else is left"
    return f"{witness.lead:.1f} points ahead"


def _one_line(answers: Answers, keys: tuple[str, ...]) -> str:
    return " ".join(f"{key}={_plain(answers[key])}" for key in keys)


def _plain(answer: Answer) -> str:
    return "+".join(answer) if isinstance(answer, list) else str(answer)
