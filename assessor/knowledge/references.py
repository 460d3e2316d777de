"""Every name in an edition must mean something: find the ones that do not."""

import re
from collections.abc import Iterable, Iterator

from assessor.knowledge.applicability import AnyOf, Applicability
from assessor.knowledge.case_names import unknown_in_cases
from assessor.knowledge.catalogue import APPROACH, Architecture
from assessor.knowledge.conditions import (
    UNKNOWN,
    AttributeClause,
    Clause,
    Comparison,
    CriterionClause,
    QuestionClause,
)
from assessor.knowledge.contradictions import contradictions
from assessor.knowledge.cost_references import ESTIMATES, unresolved_costs
from assessor.knowledge.findings import (
    BANK,
    CASES,
    CATALOGUE,
    CONTROLS,
    Dangling,
    repeated,
    unknown,
)
from assessor.knowledge.library import (
    JURISDICTION,
    SAFEGUARDS,
    CounselQuestion,
    LegalDate,
)
from assessor.knowledge.question_bank import (
    TASKS,
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
    TextQuestion,
    TokenScoring,
)
from assessor.knowledge.schema import KnowledgeBase

PLACEHOLDER = re.compile(r"\{(\w+)\}")
ORDERED = ("gte", "lte")
ALONE = ("eq", "ne")
FLOOR_FACTS = {"name", "criterion", "level", "note"}


def unresolved(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    """Yield every reference that points nowhere."""
    yield from _versions(knowledge)
    yield from _duplicates(knowledge)
    yield from _questions(knowledge)
    yield from _criteria(knowledge)
    yield from _weights(knowledge)
    for position, option in enumerate(knowledge.architectures.architectures):
        path = f"architectures.{position} ({option.key})"
        yield from (
            (CATALOGUE, f"{path}.{at}", why) for at, why in _architecture(knowledge, option)
        )
    yield from _rules(knowledge)
    yield from _parts(knowledge)
    yield from _alternatives(knowledge)
    yield from _controls(knowledge)
    yield from _risks(knowledge)
    yield from _law(knowledge)
    yield from contradictions(knowledge)
    yield from unknown_in_cases(knowledge)
    yield from unresolved_costs(knowledge)
    yield from _habits(knowledge)


def choice_keys(question: Question) -> tuple[str, ...] | None:
    """Return the keys a person can choose from, or None where the answer is free."""
    match question:
        case SingleQuestion() | MultiQuestion() | RankedQuestion():
            return tuple(choice.key for choice in question.choices)
        case ScaleQuestion(scale=scale):
            return tuple(str(point) for point in range(scale.min, scale.max + 1))
        case _:
            return None


def answers_named(question: Question) -> tuple[str | int, ...]:
    """Return what a clause can name of an answer: choices or points; nothing where it is free."""
    if isinstance(question, ScaleQuestion):
        return tuple(range(question.scale.min, question.scale.max + 1))
    return choice_keys(question) or ()


def _versions(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    for file, meta in (
        (CATALOGUE, knowledge.architectures.meta),
        (CONTROLS, knowledge.controls.meta),
    ):
        if meta.content_version != knowledge.version:
            reason = f"{meta.content_version}, but {BANK} says {knowledge.version}"
            yield file, "meta.content_version", reason


def _duplicates(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    bank, catalogue, library = (
        knowledge.question_bank,
        knowledge.architectures,
        knowledge.controls,
    )
    lists: tuple[tuple[str, str, Iterable[str]], ...] = (
        (BANK, "groups", (group.key for group in bank.groups)),
        (BANK, "considerations", (part.key for part in bank.considerations)),
        (BANK, "roles", (role.key for role in bank.roles)),
        (BANK, "dimensions", (criterion.key for criterion in bank.dimensions)),
        (BANK, "questions", (question.key for question in bank.questions)),
        (BANK, "article_sentences", (sentence.id for sentence in bank.article_sentences)),
        (CATALOGUE, "architectures", (option.key for option in catalogue.architectures)),
        (CATALOGUE, "knockout_rules", (rule.key for rule in catalogue.knockout_rules)),
        (CATALOGUE, "condition_rules", (rule.key for rule in catalogue.condition_rules)),
        (CATALOGUE, "alternatives", (other.key for other in catalogue.alternatives)),
        (CONTROLS, "controls", (control.key for control in library.controls)),
        (CONTROLS, "risks", (risk.key for risk in library.risks)),
        (CONTROLS, "legal_calendar", (due.key for due in library.legal_calendar if due.key)),
        (CASES, "cases", (case.key for case in knowledge.golden_cases.cases)),
    )
    for file, path, keys in lists:
        for key in repeated(keys):
            yield file, path, f"the key {key!r} is given twice"


def _questions(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    bank = knowledge.question_bank
    known = {
        "group": {group.key for group in bank.groups},
        "role": set(knowledge.roles),
        "sentence": set(knowledge.sentences),
    }
    considerations = {part.key for part in bank.considerations} | {None}
    earlier: set[str] = set()
    for key, question in knowledge.questions.items():
        path = f"questions ({key})"
        yield from unknown(BANK, f"{path}.group", "group", [question.group], known["group"])
        yield from unknown(BANK, f"{path}.answered_by", "role", question.answered_by, known["role"])
        yield from unknown(BANK, f"{path}.trace", "sentence", question.trace, known["sentence"])
        if question.consideration not in considerations:
            yield BANK, f"{path}.consideration", f"no consideration {question.consideration!r}"
        for clause in question.show_if:
            if clause.question in knowledge.questions and clause.question not in earlier:
                yield BANK, f"{path}.show_if", f"{clause.question!r} is asked later"
        yield from _clauses(knowledge, BANK, f"{path}.show_if", question.show_if)
        yield from _scoring(knowledge, question, path)
        earlier.add(key)
    for sentence in bank.article_sentences:
        yield from unknown(
            BANK,
            f"article_sentences ({sentence.id}).questions",
            "question",
            sentence.questions,
            set(knowledge.questions),
        )


def _scoring(knowledge: KnowledgeBase, question: Question, path: str) -> Iterator[Dangling]:
    for scoring in question.scoring:
        criterion = knowledge.criteria.get(scoring.dimension)
        if criterion is None:
            yield BANK, f"{path}.scoring", f"no dimension {scoring.dimension!r}"
        elif isinstance(scoring, TokenScoring):
            tasks = _choices_of(knowledge, TASKS)
            counted = set(knowledge.question_bank.estimate_defaults.tokens_by_task)
            if tasks != counted:
                yield BANK, "estimate_defaults.tokens_by_task", f"must name every choice of {TASKS}"
        else:
            levels = set(criterion.levels)
            yield from unknown(BANK, f"{path}.scoring.map", "level", scoring.map.values(), levels)
            missing = set(choice_keys(question) or ()) ^ set(scoring.map)
            if missing:
                yield BANK, f"{path}.scoring.map", f"choices and map differ: {sorted(missing)}"


def _choices_of(knowledge: KnowledgeBase, key: str) -> set[str]:
    question = knowledge.questions.get(key)
    return set(choice_keys(question) or ()) if question else set()


def _criteria(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    for key, criterion in knowledge.criteria.items():
        if set(criterion.level_labels) != set(criterion.levels):
            yield BANK, f"dimensions ({key}).level_labels", "must name every level once"


def _weights(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    bank = knowledge.question_bank
    criteria = set(knowledge.criteria)
    if set(bank.base_weights) != criteria:
        yield BANK, "base_weights", "must name every dimension once"
    for priority, raised in bank.priority_map.items():
        yield from unknown(BANK, f"priority_map.{priority}", "dimension", raised, criteria)
    for question in knowledge.questions.values():
        if isinstance(question, RankedQuestion):
            keys = set(choice_keys(question) or ())
            yield from unknown(BANK, "priority_map", "priority", keys, set(bank.priority_map))
    for gate in bank.stop_gates:
        yield from _clauses(knowledge, BANK, f"stop_gates ({gate.key})", gate.when)


def _architecture(knowledge: KnowledgeBase, option: Architecture) -> Iterator[tuple[str, str]]:
    catalogue = knowledge.architectures
    for key, criterion in knowledge.criteria.items():
        if key not in option.fit:
            yield "fit", f"no grades for {key!r}"
        elif set(option.fit[key].grades) != set(criterion.levels):
            yield f"fit.{key}", f"must grade the levels {', '.join(criterion.levels)}"
        if criterion.core and option.ideal_profile.get(key) not in criterion.levels:
            yield "ideal_profile", f"no level for {key!r}"
    for name in set(option.fit) - set(knowledge.criteria):
        yield "fit", f"no dimension {name!r}"
    for name in set(option.attributes) ^ set(catalogue.attribute_definitions):
        yield "attributes", f"{name!r} must be defined, and given for every architecture"
    for name in set(option.components) - set(catalogue.components):
        yield "components", f"no component {name!r}"
    for name in set(option.trace) - set(knowledge.sentences):
        yield "trace", f"no sentence {name!r}"
    yield from _way(knowledge, option)
    yield from _diagram(option)


def _way(knowledge: KnowledgeBase, option: Architecture) -> Iterator[tuple[str, str]]:
    """Check how to come to an architecture, start with it, and go on from it."""
    for name in set(option.approaches) - _choices_of(knowledge, APPROACH):
        yield "approaches", f"no choice {name!r} of {APPROACH}"
    for name in {step.owner for step in option.steps if step.owner} - set(knowledge.roles):
        yield "first_90_days", f"no role {name!r}"
    for name in {growth.architecture for growth in option.grows_into}:
        if name == option.key or name not in knowledge.options:
            yield "grows_into", f"no other architecture {name!r}"


def _diagram(option: Architecture) -> Iterator[tuple[str, str]]:
    zones = {zone.id for zone in option.diagram.zones}
    nodes = {node.id for node in option.diagram.nodes}
    for node in option.diagram.nodes:
        if node.zone not in zones:
            yield f"diagram.nodes ({node.id})", f"no zone {node.zone!r}"
    for edge in option.diagram.edges:
        for end in {edge.source, edge.target} - nodes:
            yield "diagram.edges", f"no node {end!r}"


def _rules(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    catalogue = knowledge.architectures
    for kind, reason in catalogue.floor_reasons:
        used = PLACEHOLDER.findall(reason)
        yield from unknown(CATALOGUE, f"floor_reasons.{kind}", "placeholder", used, FLOOR_FACTS)
    placeholders = {"name", "min_team_label"} | set(catalogue.attribute_definitions)
    for rule in catalogue.knockout_rules:
        path = f"knockout_rules ({rule.key})"
        yield from _clauses(knowledge, CATALOGUE, path, (*rule.when, rule.exclude_where))
        used = PLACEHOLDER.findall(rule.reason)
        yield from unknown(CATALOGUE, f"{path}.reason", "placeholder", used, placeholders)
        yield from unknown(
            CATALOGUE, f"{path}.trace", "sentence", rule.trace, set(knowledge.sentences)
        )
    for condition in catalogue.condition_rules:
        path = f"condition_rules ({condition.key})"
        yield from _clauses(knowledge, CATALOGUE, path, (*condition.when, condition.applies_where))


def _parts(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    catalogue = knowledge.architectures
    known = set(catalogue.components)
    for key, component in catalogue.components.items():
        path = f"components ({key}).includes"
        yield from unknown(CATALOGUE, path, "component", component.includes, known)
    tasks = _choices_of(knowledge, TASKS)
    for task, needed in catalogue.task_components.items():
        yield from unknown(CATALOGUE, "task_components", "task", [task], tasks)
        yield from unknown(CATALOGUE, f"task_components.{task}", "component", needed, known)


def _alternatives(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    for other in knowledge.architectures.alternatives:
        path = f"alternatives ({other.key}).applies"
        clauses = other.applies.any if isinstance(other.applies, AnyOf) else ()
        yield from _clauses(knowledge, CATALOGUE, path, clauses)
        if not all(isinstance(clause, QuestionClause) for clause in clauses):
            yield CATALOGUE, path, "a clause must be about a question"


def _controls(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    library = knowledge.controls
    risks = {risk.key for risk in library.risks}
    phases = set(library.meta.phases)
    for control in library.controls:
        path = f"controls ({control.key})"
        named: tuple[tuple[str, str, Iterable[str], set[str]], ...] = (
            ("risks", "risk", control.risks, risks),
            ("owner", "role", [control.owner], set(knowledge.roles)),
            ("phase", "phase", [control.phase], phases),
            ("consideration", "consideration", [control.consideration], _considerations(knowledge)),
        )
        for field, kind, names, known in named:
            yield from unknown(CONTROLS, f"{path}.{field}", kind, names, known)
        yield from _applicability(knowledge, path, control.applies)
    controls = {control.key for control in library.controls}
    safeguards = _choices_of(knowledge, SAFEGUARDS)
    yield from unknown(CONTROLS, "satisfies", "safeguard", library.satisfies, safeguards)
    for safeguard, put_in_place in library.satisfies.items():
        yield from unknown(CONTROLS, f"satisfies.{safeguard}", "control", put_in_place, controls)


def _risks(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    considerations = _considerations(knowledge)
    for risk in knowledge.controls.risks:
        path = f"risks ({risk.key})"
        yield from unknown(
            CONTROLS, f"{path}.consideration", "consideration", [risk.consideration], considerations
        )
        yield from _applicability(knowledge, path, risk.applies)
        yield from _clauses(knowledge, CONTROLS, f"{path}.raised_by", risk.raised_by)


def _law(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    library = knowledge.controls
    for at, due in enumerate(library.legal_calendar):
        path = f"legal_calendar ({due.key or at})"
        yield from unknown(CONTROLS, f"{path}.source", "source", [due.source], set(library.sources))
        yield from _where_it_matters(knowledge, path, due)
    for at, asked in enumerate(library.counsel_questions):
        yield from _where_it_matters(knowledge, f"counsel_questions ({at})", asked)


def _where_it_matters(
    knowledge: KnowledgeBase, path: str, entry: LegalDate | CounselQuestion
) -> Iterator[Dangling]:
    places = _choices_of(knowledge, JURISDICTION)
    kind = "jurisdiction"
    yield from unknown(CONTROLS, f"{path}.{kind}", kind, [entry.jurisdiction], places)
    yield from _applicability(knowledge, path, entry.applies)


def _considerations(knowledge: KnowledgeBase) -> set[str]:
    return {part.key for part in knowledge.question_bank.considerations}


def _applicability(
    knowledge: KnowledgeBase, path: str, applicability: Applicability
) -> Iterator[Dangling]:
    if isinstance(applicability, AnyOf):
        yield from _clauses(knowledge, CONTROLS, f"{path}.applies", applicability.any)


def _habits(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    by_people = knowledge.estimates and knowledge.estimates.requests_by_people
    for position, habit in enumerate(by_people.habits if by_people else ()):
        path = f"requests_by_people.habits.{position}.when"
        yield from _clauses(knowledge, ESTIMATES, path, habit.when)


def _clauses(
    knowledge: KnowledgeBase, file: str, path: str, clauses: Iterable[Clause]
) -> Iterator[Dangling]:
    for clause in clauses:
        match clause:
            case QuestionClause():
                question = knowledge.questions.get(clause.question)
                if question is None:
                    yield file, path, f"no question {clause.question!r}"
                else:
                    yield from _question_values(file, path, clause, question)
            case CriterionClause():
                criterion = knowledge.criteria.get(clause.criterion)
                if criterion is None:
                    yield file, path, f"no dimension {clause.criterion!r}"
                else:
                    yield from _named_values(file, path, clause, set(criterion.levels))
            case AttributeClause():
                if clause.attribute not in knowledge.architectures.attribute_definitions:
                    yield file, path, f"no attribute {clause.attribute!r}"
                elif clause.op in ORDERED:
                    options = knowledge.options.values()
                    values = [option.attributes.get(clause.attribute) for option in options]
                    yield from _numbers(file, path, [*values, clause.value])


def _question_values(
    file: str, path: str, clause: QuestionClause, question: Question
) -> Iterator[Dangling]:
    match question:
        case ScaleQuestion() | NumberQuestion():
            values = _values(clause)
            yield from _numbers(file, path, [value for value in values if value != UNKNOWN])
        case SingleQuestion() | MultiQuestion() | RankedQuestion():
            yield from _named_values(file, path, clause, {*(choice_keys(question) or ()), UNKNOWN})
            if clause.op in ALONE and not isinstance(question, SingleQuestion):
                yield from _never_alone(file, path, clause)
        case TextQuestion():
            yield file, path, f"{clause.question!r} is free text: no rule can be about it"


def _never_alone(file: str, path: str, clause: QuestionClause) -> Iterator[Dangling]:
    """Only "I don't know yet" is an answer that is not a list, so only it can be equal."""
    if clause.value != UNKNOWN:
        yield file, path, f"{clause.op} compares one answer, but {clause.question!r} has several"


def _numbers(file: str, path: str, values: Iterable[object]) -> Iterator[Dangling]:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int):
            yield file, path, f"{value!r} is not a whole number"


def _named_values(
    file: str, path: str, clause: Comparison, allowed: set[str]
) -> Iterator[Dangling]:
    if clause.op in ORDERED:
        yield file, path, f"{clause.op} needs numbers, not names"
    yield from unknown(file, path, "value", map(str, _values(clause)), allowed)


def _values(clause: Comparison) -> tuple[object, ...]:
    return clause.value if isinstance(clause.value, tuple) else (clause.value,)
