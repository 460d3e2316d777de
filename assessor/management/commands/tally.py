"""Check the counts of the portfolio, or count everything anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessor.models import Assessment
from assessor.workflow import tallying


class Command(BaseCommand):
    """manage.py tally [--rebuild]"""

    help = (
        "The numbers of the portfolio are kept up with every change. This compares them with what "
        "counting gives now (changes made meanwhile may show). With --rebuild it replaces them: "
        "after rows were changed past the program, or TIME_ZONE was. Nobody can submit or decide "
        "meanwhile, half a minute for a hundred thousand assessments: do it when nobody works."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Let somebody count anew."""
        parser.add_argument("--rebuild", action="store_true", help="count everything anew")

    def handle(self, *args: Any, rebuild: bool = False, **options: Any) -> None:
        """Compare or replace. Raises CommandError for counts that are wrong."""
        if rebuild:
            tallying.rebuild()
        found = tallying.stored()
        if not rebuild:
            right = tallying.counts(Assessment.objects.all())
            wrong = [each for each in found.keys() | right.keys() if found[each] != right[each]]
            if wrong:
                raise CommandError(f"{len(wrong)} counts are wrong. Run: manage.py tally --rebuild")
        self.stdout.write(f"{len(found)} counts are right.")
