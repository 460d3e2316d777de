"""Store the demo assessments of invented organisations, submitted and with their reports."""

import uuid
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from assessor import demos, deployment
from assessor.demos import Demo
from assessor.knowledge import Answers, KnowledgeBase
from assessor.models import Assessment, Edition, Report, Respondent
from assessor.workflow import drafts, inviting, issuing
from assessor.workflow.drafts import PageSave, Start
from assessor.workflow.inviting import Invitation

MARK = "(demo)"
"""Stands behind the organisation of every demo, on pages, in reports and in lists."""


class Command(BaseCommand):
    """manage.py demo [--yes]. Safe to run again: nothing is stored twice."""

    help = (
        "Stores one submitted assessment for each architecture, and one that leaves none. "
        f"The organisations are invented and marked {MARK}. They stay until somebody deletes each "
        "of them or they are kept no longer, so try demos on data you can throw away."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the person confirm what cannot be taken back."""
        parser.add_argument(
            "--yes", action="store_true", help="store them also where other people work"
        )

    def handle(self, *args: Any, yes: bool = False, **options: Any) -> None:
        """Print what was suggested to each, and the private link of its owner."""
        if deployment.is_public(settings.PUBLIC_URL) and not yes:
            raise CommandError(
                f"Other people work at {settings.PUBLIC_URL}. Demos would stand in their lists "
                "and figures until somebody deletes each of them. Add --yes if you mean it."
            )
        knowledge = current_edition()
        for demo in demos_for(knowledge).values():
            self.stdout.write(f"{demo.initiative}, {marked(demo)}")
            self.stdout.write("\n".join(f"  {line}" for line in stored(demo, knowledge)))
        self.stdout.write(f"Administrators find all of them at {address_of_list()}")


def current_edition() -> KnowledgeBase:
    """Return the edition that assessments start with now. Raises CommandError before the first."""
    try:
        return Edition.objects.current().knowledge
    except Edition.DoesNotExist:
        raise CommandError("There is no edition yet. First: manage.py knowledge load") from None


def demos_for(knowledge: KnowledgeBase) -> dict[str, Demo]:
    """Return the demos. Raises CommandError when the edition does not ask what they answer."""
    try:
        return demos.every(knowledge)
    except demos.DemoError as error:
        raise CommandError(f"Edition {knowledge.version} and the demos differ:\n{error}") from None


def stored(demo: Demo, knowledge: KnowledgeBase) -> list[str]:
    """Store a demo that is not there yet; return what to say about it."""
    new = store(demo)
    if new is None:
        return ["is there already"]
    report, token = new
    name = knowledge.options[report.leader].name if report.leader else "no architecture is left"
    return [f"{report.status}: {name}", settings.PUBLIC_URL + reverse("redeem", args=[token])]


@transaction.atomic
def store(demo: Demo) -> tuple[Report, str] | None:
    """Store a demo by the same steps as people take; None when it is there already.

    Returns its report and the token of its owner's private link.
    """
    organisation = marked(demo)
    same = Assessment.objects.filter(initiative=demo.initiative, organisation=organisation)
    if same.exists():
        return None
    person = demo.prepared_by
    owner, token = drafts.start(
        Start(uuid.uuid4(), demo.initiative, organisation, name=person.name, role=person.role)
    )
    says(owner, demo.answers)
    for colleague in demo.colleagues:
        invitation = Invitation(colleague.name, colleague.role, Respondent.ALL)
        says(inviting.invite(owner, invitation)[0], colleague.answers)
    return issuing.submit(owner), token


def says(person: Respondent, answers: Answers) -> None:
    """Save somebody's answers, the first they give."""
    drafts.save(person, PageSave(seen={}, form=uuid.uuid4(), answers=answers))


def marked(demo: Demo) -> str:
    """Return the organisation so that nobody takes it for a real one."""
    return f"{demo.organisation} {MARK}"


def address_of_list() -> str:
    """Return where administrators find the demos."""
    path = reverse("admin:assessor_assessment_changelist")
    return f"{settings.PUBLIC_URL}{path}?q={quote(MARK)}"
