"""Four people about one initiative: two of their disagreements decide it, one can be skipped."""

from assessor.advice.voices import Voice
from assessor.knowledge import Answer
from tests.advice.answers import situation, without

CIO, LEGAL, SECURITY, DEPARTMENT = "cio_cto", "legal_compliance", "security", "department_lead"


def owner(answers: dict[str, Answer], role: str = CIO) -> Voice:
    """Return who started the assessment."""
    return Voice(key="owner", role=role, is_owner=True, answers=answers)


def person(role: str, answers: dict[str, Answer], key: str = "") -> Voice:
    """Return somebody else, known by the role unless a key is given."""
    return Voice(key=key or role, role=role, is_owner=False, answers=answers)


def four_people() -> list[Voice]:
    """Return the owner, from the office of the CIO, and three who were asked a few questions.

    By the answers of those whom each question is for, their own premises lead. If the department
    is right about the money, the platform in their own cloud account does; if the owner is right
    about the language, the private foundation model. Security is stricter than Legal about the
    place, and nothing hangs on it.
    """
    everything = situation(
        where_scope="enterprise",
        where_hosting=["own_datacentre"],
        where_capex="moderate",
        reg_data=["confidential", "financial_account"],
        reg_residency="anywhere",
        gov_harm="person_or_law",
        spec_language=2,
        opex_budget="large",
    )
    return [
        owner(without(everything, "spec_training_data")),
        person(LEGAL, {"reg_residency": "anywhere", "reg_people_decisions": "none"}),
        person(SECURITY, {"reg_residency": "region", "policy_access": "by_role"}),
        person(
            DEPARTMENT,
            {
                "where_capex": "small",
                "how_audience": "staff",
                "spec_language": 4,
                "spec_training_data": "some",
            },
        ),
    ]
