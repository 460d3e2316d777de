"""The answer in one sentence, and what the readers are asked to decide."""

from django.utils.translation import gettext as _

from assessor.report.figures import listed, quoted
from assessor.report.options import Ranked
from assessor.report.record import Record


def heading(record: Record, ranked: tuple[Ranked, ...]) -> str:
    """Say the answer in one sentence."""
    if not ranked:
        return _("No option is left under your answers")
    name = ranked[0].architecture.short_name
    if record.suggestion.status == "forced":
        return _("Only one option is left: %(name)s") % {"name": name}
    if record.suggestion.status == "fit_with_gaps":
        return _("“%(name)s” fits best, but with gaps") % {"name": name}
    if equal := equal_ones(ranked):
        return _("Practically equal: %(names)s") % {"names": _quoted(equal)}
    if record.suggestion.status == "finely_balanced":
        return _("“%(name)s” fits best, narrowly") % {"name": name}
    return _("“%(name)s” fits best") % {"name": name}


def decision(record: Record, ranked: tuple[Ranked, ...]) -> str:
    """Say what the readers are asked to decide."""
    if not ranked:
        return _("Decide which of the constraints can be relaxed, or do not start.")
    words = {"name": ranked[0].architecture.short_name}
    if record.suggestion.status == "forced":
        return _("Confirm the constraints that leave only “%(name)s”, then approve it.") % words
    if equal := equal_ones(ranked):
        return _("Choose between %(names)s.") % {"names": _quoted(equal)}
    if record.suggestion.status == "finely_balanced":
        return _narrow_decision(record, _quoted(ranked[:2]))
    return _("Approve “%(name)s” as the deployment architecture.") % words


def equal_ones(ranked: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """Return the options that are practically equal, none where the first stands apart."""
    return tuple(option for option in ranked if option.is_practically_equal)


def _narrow_decision(record: Record, names: str) -> str:
    if any(unknown.value for unknown in record.suggestion.unknowns):
        return _("Find out what the result hangs on, then choose between %(names)s.") % {
            "names": names
        }
    return _("Choose between %(names)s: the first is only narrowly ahead.") % {"names": names}


def _quoted(chosen: tuple[Ranked, ...]) -> str:
    return listed(quoted([option.architecture.short_name for option in chosen]), _("and"))
