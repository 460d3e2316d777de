"""One edition: frozen values, one class for each kind of entry in the YAML files.

Unknown keys are errors. What the keys mean is said in the files themselves.
"""

from functools import cached_property
from typing import Any

from pydantic import Field

from assessor.knowledge.cases import GoldenCases
from assessor.knowledge.catalogue import Architecture, Catalogue
from assessor.knowledge.conditions import Fact
from assessor.knowledge.costs import EstimateModel
from assessor.knowledge.hashing import sha256_of
from assessor.knowledge.library import ControlLibrary
from assessor.knowledge.overlay import Organisation
from assessor.knowledge.question_bank import Criterion, Question, QuestionBank, Role, Sentence


class KnowledgeBase(Fact):
    """One edition: its files, and the ways into them."""

    question_bank: QuestionBank
    architectures: Catalogue
    controls: ControlLibrary
    golden_cases: GoldenCases
    estimates: EstimateModel | None = Field(default=None, description="None before 2026.11.2.")
    organisation: Organisation | None = Field(
        default=None, description="The settings that lie over it; None without any."
    )

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnowledgeBase) and self.sha256 == other.sha256

    @property
    def version(self) -> str:
        """Return the content version, for example 2026.11.1."""
        return self.question_bank.meta.content_version

    @cached_property
    def document(self) -> dict[str, Any]:
        """Return the whole edition as plain JSON values: what its files say, and no defaults.

        So a later version of the product, which knows more keys, still finds the same hash.
        """
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    @cached_property
    def sha256(self) -> str:
        """Return the hash of the whole edition."""
        return sha256_of(self.document)

    @property
    def base_sha256(self) -> str:
        """Return the hash of the edition without the settings of an organisation."""
        return self.organisation.base.sha256 if self.organisation else self.sha256

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Return the questions by key, in the order of groups and of questions in them."""
        group_order = {group.key: group.order for group in self.question_bank.groups}
        ordered = sorted(
            self.question_bank.questions, key=lambda q: (group_order.get(q.group, 0), q.order)
        )
        return {question.key: question for question in ordered}

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Return the criteria by key, the six columns of the article's table first."""
        ordered = sorted(self.question_bank.dimensions, key=lambda criterion: criterion.order)
        return {criterion.key: criterion for criterion in ordered}

    @cached_property
    def options(self) -> dict[str, Architecture]:
        """Return the architectures by key, in the order of the catalogue."""
        return {option.key: option for option in self.architectures.architectures}

    @cached_property
    def roles(self) -> dict[str, Role]:
        return {role.key: role for role in self.question_bank.roles}

    @cached_property
    def sentences(self) -> dict[str, Sentence]:
        return {sentence.id: sentence for sentence in self.question_bank.article_sentences}
