"""The modules that stand between people and what is not theirs: held to more than the others."""

GUARDS: tuple[str, ...] = (
    # who may do what
    "assessor/access.py",
    "assessor/passwords.py",
    "assessor/single_sign_on.py",
    "assessor/staff_sessions.py",
    "assessor/two_factor.py",
    "assessor/viewpoint.py",
    "assessor/admin/accounts.py",
    "assessor/admin/lists.py",
    # private links
    "assessor/models.py",
    "assessor/admin/links.py",
    "assessor/views/links.py",
    "assessor/views/start.py",
    "assessor/workflow/inviting.py",
    # saving
    "assessor/answer_history.py",
    "assessor/forms/keys.py",
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
    "assessor/report/extraction.py",
    "assessor/report/reading.py",
    "assessor/report/uploads.py",
    "assessor/uploads.py",
    "assessor/views/imports.py",
    # what is taken along
    "assessor/admin/exports.py",
    "assessor/exporting.py",
    "assessor/finding/table.py",
    "assessor/report/tables.py",
    "assessor/views/downloads.py",
    "assessor/views/exporting.py",
    "assessor/views/trail.py",
)
"""Paths from the top of the repository."""

if __name__ == "__main__":
    print(",".join(GUARDS))  # noqa: T201 -- for the command that reports on them
