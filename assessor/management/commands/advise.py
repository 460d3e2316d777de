"""Give the suggestion for answers in a file: the same engine as in the browser."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from assessor.advice import Suggestion, advise
from assessor.advice.questionnaire import AnswerError, unanswered
from assessor.knowledge import Answers, KnowledgeBase, read_folder
from assessor.knowledge.plain_json import without_repetition
from assessor.knowledge.plain_yaml import plain_data
from assessor.models import Edition

REFUSED = 2
"""The exit code for answers that cannot be used."""


class Command(BaseCommand):
    """manage.py advise FILE [--json] [--pdf OUT] [--edition VERSION] [--batch], or --schema"""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """See docs/advise.md."""
        parser.add_argument(
            "file", nargs="?", help="JSON or YAML mapping of question to answer; - for stdin"
        )
        parser.add_argument("--json", action="store_true", help="write the suggestion as JSON")
        parser.add_argument("--pdf", type=Path, metavar="OUT", help="also write the report")
        parser.add_argument("--edition", metavar="VERSION", help="default: the one loaded last")
        parser.add_argument(
            "--batch", action="store_true", help="one JSON mapping a line, in and out"
        )

        parser.add_argument("--schema", action="store_true", help="write the schema of the JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one suggestion, or one a line."""
        if options["schema"]:
            self.stdout.write(json.dumps(schema(), indent=2))
            return
        if not options["file"]:
            raise CommandError("Name a file of answers, or - for stdin.", returncode=REFUSED)
        if options["batch"] and options["pdf"]:
            raise CommandError("--batch writes no report: leave out --pdf.", returncode=REFUSED)
        knowledge = edition(options["edition"])
        with _opened(options["file"]) as file:
            if options["batch"]:
                self.batch(knowledge, file)
            else:
                self.one(knowledge, file.read(), **options)

    def one(self, knowledge: KnowledgeBase, content: bytes, **options: Any) -> None:
        """Write the suggestion for one mapping. Raises CommandError with exit code 2."""
        try:
            answers = mapping(content)
            suggestion = advise(knowledge, answers)
        except AnswerError as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        if options["pdf"]:
            write_pdf(options["pdf"], knowledge, answers, suggestion)
        if options["json"]:
            self.stdout.write(json.dumps(suggestion.model_dump(mode="json"), indent=2))
            self.warn(knowledge, answers)
        else:
            self.stdout.write(in_words(knowledge, answers, suggestion), ending="")

    def batch(self, knowledge: KnowledgeBase, lines: Iterable[bytes]) -> None:
        """Write a result for each line; those refused say so, and the exit code is 2 at the end."""
        refused = 0
        for number, line in enumerate(filter(bytes.strip, lines), start=1):
            try:
                answers = json_mapping(line)
                result = advise(knowledge, answers).model_dump(mode="json")
            except AnswerError as error:
                refused += 1
                result = {"error": str(error)}
            else:
                self.warn(knowledge, answers, f"Result {number}. ")
            self.stdout.write(json.dumps(result))
        if refused:
            raise CommandError(f"Refused lines: {refused}.", returncode=REFUSED)

    def warn(self, knowledge: KnowledgeBase, answers: Answers, of: str = "") -> None:
        """Name the required questions left out, where JSON is written: not on standard output."""
        if left_out := [question.key for question in unanswered(knowledge, answers)]:
            self.stderr.write(
                f"{of}Required questions without an answer, so not weighed: {', '.join(left_out)}."
            )


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a suggestion as it is written."""
    return Suggestion.model_json_schema(mode="serialization")


def edition(version: str | None) -> KnowledgeBase:
    """Return a loaded edition, or the shipped one where no database has been set up."""
    try:
        if version:
            return Edition.objects.get(version=version).knowledge
        return Edition.objects.current().knowledge
    except (Edition.DoesNotExist, DatabaseError):
        shipped = read_folder(settings.SHIPPED_EDITION)
    if version in (None, shipped.version):
        return shipped
    raise CommandError(f"There is no edition {version} here.", returncode=REFUSED)


def mapping(content: bytes) -> Answers:
    """Read a JSON or YAML mapping in UTF-8. Raises AnswerError."""
    if content.lstrip().startswith(b"{"):
        return json_mapping(content)
    try:
        value = plain_data(content)
    except yaml.YAMLError as error:
        raise AnswerError(f"The answers are neither JSON nor YAML: {error}") from None
    return _as_mapping(value)


def json_mapping(content: bytes) -> Answers:
    """Read a JSON mapping in UTF-8. Raises AnswerError."""
    try:
        value = json.loads(content.decode(), object_pairs_hook=without_repetition)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"not JSON: {error}") from None
    return _as_mapping(value)


def _as_mapping(value: object) -> Answers:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise AnswerError("The answers must be a mapping of question key to answer.")
    return value


def _opened(file: str) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise CommandError(f"Cannot read {file}: {error.strerror}", returncode=REFUSED) from None


def write_pdf(
    path: Path, knowledge: KnowledgeBase, answers: Answers, suggestion: Suggestion
) -> None:
    """Write the report. Raises CommandError when PDFs cannot be made on this machine."""
    # Imported here, because a suggestion needs neither templates nor WeasyPrint.
    from assessor.report.pdf import PdfError, unsaved_pdf  # noqa: PLC0415

    try:
        path.write_bytes(unsaved_pdf(knowledge, answers, suggestion))
    except (PdfError, OSError) as error:
        raise CommandError(f"The report was not written: {error}") from None


def in_words(knowledge: KnowledgeBase, answers: Answers, suggestion: Suggestion) -> str:
    """Return a summary for people, which ends with a line break."""
    # Imported here, because JSON needs no templates.
    from assessor.report.formats import summary  # noqa: PLC0415
    from assessor.report.record import Record  # noqa: PLC0415

    return summary(
        Record(
            initiative="",
            organisation="",
            answers=answers,
            suggestion=suggestion,
            knowledge=knowledge,
        )
    )
