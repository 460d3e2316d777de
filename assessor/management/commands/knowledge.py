"""Check, upload, compare and publish editions of the knowledge base."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from assessor.advice.proof import Part, Proof, Witness, prove
from assessor.knowledge import Answer, Answers, KnowledgeBase, KnowledgeError, read_folder
from assessor.management import editions
from assessor.models import Edition, EditionDraft
from assessor.workflow import publishing

OF_DRAFTS = {
    "diff": editions.differences,
    "effects": editions.effects,
    "publish": editions.publish,
    "discard": editions.discard,
}
"""What is done with a draft."""


class Command(BaseCommand):
    """manage.py knowledge ACTION [WHAT]"""

    help = (
        "load: publish the files of a folder at once, or those that the product ships with. "
        "check: prove them. "
        "upload FOLDER_OR_FILE: keep an edition, or settings of the organisation over the current "
        "one, as a draft. "
        "diff, effects, publish, discard [DRAFT]: what a draft changes, whose suggestion, and what "
        "becomes of it. "
        "download VERSION --to FILE: write an edition as ZIP or JSON."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action and what it is about."""
        parser.add_argument("action", choices=["load", "check", "upload", *OF_DRAFTS, "download"])
        parser.add_argument(
            "what",
            nargs="?",
            default="",
            help="A folder or file, the number or version of a draft, the version of an edition.",
        )
        parser.add_argument("--to", type=Path, help="The file to write, .zip or .json.")
        parser.add_argument("--yes", action="store_true", help="Publish or discard for good.")

    def handle(
        self, *args: Any, action: str, what: str = "", verbosity: int = 1, **options: Any
    ) -> None:
        """Print what was done. Raises CommandError with every finding."""
        if action in {"load", "check"}:
            self.read_and(action, Path(what or settings.SHIPPED_EDITION), verbosity)
            return
        if action == "upload":
            lines = editions.upload(Path(what))
        elif action == "download":
            lines = editions.download(what, options["to"])
        else:
            if action in editions.FOR_GOOD and not options["yes"]:
                raise CommandError(f"This is for good. Add --yes to {action}.")
            lines = OF_DRAFTS[action](editions.draft(what))
        for line in lines:
            self.stdout.write(line)

    def read_and(self, action: str, folder: Path, verbosity: int) -> None:
        """Read the files of a folder, and load or check them."""
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
        if not _not_wanted(knowledge, publishing.current()):
            _refuse_if_wrong(prove(knowledge))
        self.store(knowledge)

    @transaction.atomic
    def store(self, knowledge: KnowledgeBase) -> None:
        """Publish the edition, or keep it as a draft where that would end settings."""
        current = publishing.locked_current()
        if why_not := _not_wanted(knowledge, current):
            self.stdout.write(why_not)
        elif _would_end_settings(knowledge, current):
            draft = publishing.upload(knowledge, [], editions.COMMAND)
            self.stdout.write(
                f"Edition {knowledge.version} is stored as draft {draft.pk}: the current one has "
                "settings of the organisation. Put them over it, then publish."
            )
        else:
            publishing.publish_at_once(knowledge, editions.COMMAND)
            self.stdout.write(f"Edition {knowledge.version} loaded.")


def _not_wanted(knowledge: KnowledgeBase, current: Edition | None) -> str:
    """Say why nothing is to be done: it is known, or older than what is in force.

    Raises CommandError where the version is taken by other content.
    """
    version = knowledge.version
    stored = Edition.objects.filter(version=version).first()
    if stored and stored.sha256 != knowledge.sha256:
        raise CommandError(
            f"Edition {version} is loaded already, with other content. "
            "Editions never change: give the new content a new content_version."
        )
    if stored:
        return f"Edition {version} is loaded already."
    if EditionDraft.objects.filter(sha256=knowledge.sha256).exists():
        return f"Edition {version} was stored as a draft before."
    if current and not publishing.follows(version, current.version):
        return f"Edition {version} is older than the current one, {current.version}: not loaded."
    return ""


def _would_end_settings(knowledge: KnowledgeBase, current: Edition | None) -> bool:
    """Say whether the current edition has settings of the organisation, and this one has none."""
    return bool(current and current.knowledge.organisation and not knowledge.organisation)


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
