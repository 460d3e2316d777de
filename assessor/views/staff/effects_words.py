"""Why somebody else leads under another edition, in words."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from assessor.advice.effects import Cause
from assessor.knowledge import KnowledgeBase
from assessor.report.figures import listed, points, quoted, share
from assessor.views.staff.editions_words import architecture, questions


def reasons(causes: Iterable[Cause], then: KnowledgeBase, now: KnowledgeBase) -> list[str]:
    """Return each cause as a sentence, the plainest first."""
    return [sentence for cause in causes for sentence in _sentences(cause, then, now)]


def _sentences(cause: Cause, then: KnowledgeBase, now: KnowledgeBase) -> Iterator[str]:
    name = architecture(cause.architecture, now, then) if cause.architecture else ""
    match cause.kind:
        case "gone":
            yield _("The edition has no “%(name)s” any more.") % {"name": name}
        case "new":
            yield _("“%(name)s” is new in the edition.") % {"name": name}
        case "ruled_out":
            yield _("“%(name)s” is ruled out: %(reason)s") % {"name": name, "reason": cause.reason}
        case "not_ruled_out":
            said = {"name": name, "reason": cause.reason}
            yield _("“%(name)s” is not ruled out any more, as it was by: %(reason)s") % said
        case "equal":
            yield _("Both have the same points now, and “%(name)s” stands first in the list.") % {
                "name": name
            }
        case _:
            yield _gain(cause, then, now)
    if cause.lost:
        lost = listed(quoted(questions(cause.lost, now, then)), _("and"))
        yield _("The answer is not taken over to: %(questions)s") % {"questions": lost}


def _gain(cause: Cause, then: KnowledgeBase, now: KnowledgeBase) -> str:
    """Say by what one gained points on the other."""
    criterion = next(
        each.criteria[cause.criterion].label
        for each in (now, then)
        if cause.criterion in each.criteria
    )
    said = {
        "criterion": criterion,
        "points": points(cause.gain),
        "how": _how(cause, then, now),
    }
    return _("%(criterion)s (%(points)s points): %(how)s") % said


def _how(cause: Cause, then: KnowledgeBase, now: KnowledgeBase) -> str:
    if cause.kind == "grade":
        changed = [
            _("“%(name)s” is graded %(now)s instead of %(then)s")
            % {
                "name": architecture(graded.architecture, now, then),
                "now": _grade(graded.now),
                "then": _grade(graded.then),
            }
            for graded in cause.grades
        ]
        return _("%(changed)s at “%(level)s”.") % {
            "changed": "; ".join(changed),
            "level": _levels(now, cause.criterion, cause.levels_now),
        }
    if cause.kind == "level":
        return _("the answers mean “%(now)s” instead of “%(then)s”.") % {
            "now": _levels(now, cause.criterion, cause.levels_now),
            "then": _levels(then, cause.criterion, cause.levels_then),
        }
    return _("it counts %(now)s instead of %(then)s.") % {
        "now": share(cause.weight_now),
        "then": share(cause.weight_then),
    }


def _grade(grade: float) -> str:
    """Write a grade; the mean over several possible levels with one decimal."""
    return str(int(grade)) if grade == int(grade) else points(grade)


def _levels(knowledge: KnowledgeBase, criterion: str, levels: Iterable[str]) -> str:
    found = knowledge.criteria.get(criterion)
    labels = found.level_labels if found else {}
    return " / ".join(labels.get(level, level) for level in levels) or _("nothing")
