"""The modules that stand between people and what is not theirs: held to more than the others.

python -m tests.guards modules
python -m tests.guards tests
"""

import sys

GUARDS: tuple[str, ...] = (
    # who may do what
    "assessor/access.py",
    "assessor/middleware.py",
    "assessor/passwords.py",
    "assessor/single_sign_on.py",
    "assessor/staff_sessions.py",
    "assessor/two_factor.py",
    "assessor/viewpoint.py",
    "assessor/admin/accounts.py",
    "assessor/admin/lists.py",
    # what is stored, private links among it
    "assessor/models/answers.py",
    "assessor/models/assessments.py",
    "assessor/models/audit.py",
    "assessor/models/decisions.py",
    "assessor/models/editions.py",
    "assessor/models/facts.py",
    "assessor/models/issued.py",
    "assessor/models/people.py",
    "assessor/models/reports.py",
    "assessor/models/reruns.py",
    "assessor/models/running.py",
    # private links
    "assessor/admin/links.py",
    "assessor/views/links.py",
    "assessor/views/people.py",
    "assessor/views/sharing.py",
    "assessor/views/start.py",
    "assessor/workflow/inviting.py",
    # saving
    "assessor/answer_history.py",
    "assessor/forms/fields.py",
    "assessor/forms/keys.py",
    "assessor/forms/page.py",
    "assessor/views/saving.py",
    "assessor/wizard.py",
    "assessor/workflow/drafts.py",
    # how often
    "assessor/limits.py",
    "assessor/networks.py",
    "assessor/rates.py",
    "assessor/workflow/sign_ins.py",
    # what is brought in
    "assessor/carrying_over.py",
    "assessor/knowledge/archive.py",
    "assessor/knowledge/plain_json.py",
    "assessor/knowledge/plain_yaml.py",
    "assessor/knowledge/reading.py",
    "assessor/management/framing.py",
    "assessor/report/extraction.py",
    "assessor/report/reading.py",
    "assessor/report/report_file.py",
    "assessor/report/uploads.py",
    "assessor/report/verification.py",
    "assessor/uploads.py",
    "assessor/views/imports.py",
    "assessor/views/staff/editions.py",
    # what is taken along
    "assessor/admin/exports.py",
    "assessor/exporting.py",
    "assessor/finding/table.py",
    "assessor/report/tables.py",
    "assessor/views/downloads.py",
    "assessor/views/exporting.py",
    "assessor/views/issued.py",
    "assessor/views/result.py",
    "assessor/views/trail.py",
    "assessor/workflow/bundling.py",
)
"""Paths from the top of the repository."""

NEAR = {
    "": "access accounts answer_history authorisation carrying_over middleware migrations models "
    "networks roles single_sign_on staff_authorisation two_factor uploads viewpoint wizard "
    "wizard_together",
    "knowledge/": "archive reading",
    "management/": "changepassword export framing",
    "report/": "extraction reading report_file tables uploads",
    "security/": "forgery headers held_back limits links",
    "views/": "bundles copies deciding downloads errors exporting imports overtaken people "
    "questions result sharing signing start trail unavailable verify",
    "views/staff/": "editions",
}
"""Test files by folder."""

TESTS = (
    "tests/admin",
    "tests/forms",
    *(f"tests/{folder}test_{name}.py" for folder, names in NEAR.items() for name in names.split()),
    "tests/workflow",
)
"""The tests of what the guards do, and of the pages that they stand before. The others say little
about a guard, and take longer."""

if __name__ == "__main__":
    printed = {"modules": ",".join(GUARDS), "tests": " ".join(TESTS)}
    print(printed[sys.argv[1]])  # noqa: T201 -- for the commands that ask them
