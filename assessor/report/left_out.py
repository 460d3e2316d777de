"""What formats without drawings say in the place of one."""

from django.utils.translation import gettext as _

from assessor.report.blocks import Drawing


def left_out(drawing: Drawing) -> str:
    """Name the drawing; the lists beside it say the same."""
    return _("%(title)s. Only the PDF has this drawing; what it shows is listed here.") % {
        "title": drawing.title
    }
