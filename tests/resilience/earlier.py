"""Make a database as an earlier version of the product did, with answers and reports in it.

    python -m tests.resilience.run resilience.earlier

The state of the schema is that of the first version with several reports; what is in it is put
there by the models of that time.
"""

import uuid
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from assessor.advice import advise
from assessor.knowledge.hashing import sha256_of
from tests.advice.answers import situation
from tests.knowledge.editions import shipped

STATE = "0004_issued_pdfs"
ASSESSMENTS = 5


def main() -> None:
    """Migrate to that state, and fill it."""
    call_command("migrate", "assessor", STATE, verbosity=0)
    models = MigrationExecutor(connection).loader.project_state([("assessor", STATE)]).apps
    edition = models.get_model("assessor", "Edition").objects.create(
        version=shipped().version, sha256=shipped().sha256, document=shipped().document
    )
    for number in range(ASSESSMENTS):
        _assessment(models, edition, number)


def _assessment(models: Any, edition: Any, number: int) -> None:
    answers = situation(opex_volume=number, why_success=f"Ümlaut & <b>{number}</b> 👩‍👩‍👧")
    suggestion = advise(shipped(), answers)
    assessment = models.get_model("assessor", "Assessment").objects.create(
        initiative=f"Initiative {number}",
        organisation="Northwind",
        status="submitted" if number % 2 else "draft",
        revision=2,
        edition=edition,
    )
    owner = models.get_model("assessor", "Respondent").objects.create(
        assessment=assessment, name="Dana", is_owner=True
    )
    common = {"assessment": assessment, "respondent": owner}
    for question, value in answers.items():
        models.get_model("assessor", "GivenAnswer").objects.create(
            question=question, value=value, revision=2, **common
        )
        for revision in (1, 2):
            models.get_model("assessor", "AnswerChange").objects.create(
                question=question,
                value=value if revision == 2 else None,
                revision=revision,
                form=uuid.uuid4(),
                **common,
            )
    dumped = suggestion.model_dump(mode="json")
    models.get_model("assessor", "Report").objects.create(
        assessment=assessment,
        edition=edition,
        number=1,
        initiative=assessment.initiative,
        organisation=assessment.organisation,
        prepared_by="Dana",
        answers=answers,
        suggestion=dumped,
        leader=suggestion.leader or "",
        score=suggestion.ranking[0].score,
        status=suggestion.status,
        sha256=sha256_of(dumped),
    )
