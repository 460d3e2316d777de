"""Examine this installation: see docs/operations/monitor.md."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessor.management.doctor import configuration, data, machine
from assessor.management.doctor.finding import Finding, every

EXAMINATIONS = (*machine.EXAMINATIONS, *data.EXAMINATIONS, *configuration.EXAMINATIONS)


class Command(BaseCommand):
    """manage.py doctor [--json]. Exits with 1 when something fails."""

    help = (
        "Looks at everything that can be wrong with an installation and says what to do about it. "
        "Holds no secret, answer or name: it can be put into a bug report."
    )
    # What they complain about is one of the lines; the others are wanted then too.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the form of what is printed."""
        parser.add_argument("--json", action="store_true", help="print JSON, for a machine")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is found, as it is found."""
        findings = []
        for finding in every(EXAMINATIONS):
            findings.append(finding)
            if not options["json"]:
                self._print(finding)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2))
        failed = [finding.subject for finding in findings if finding.state == "fail"]
        if failed:
            raise CommandError(f"Not well: {', '.join(failed)}")

    def _print(self, finding: Finding) -> None:
        style = {"pass": self.style.SUCCESS, "warn": self.style.WARNING, "fail": self.style.ERROR}
        self.stdout.write(
            f"{style[finding.state](finding.state)}  {finding.subject}: {finding.said}"
        )
        if finding.advice:
            self.stdout.write(f"      {finding.advice}")
        self.stdout.flush()
