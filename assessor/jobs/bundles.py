"""Moving a bundle of PDFs on, by a worker or by the page that shows it."""

from assessor.models import Bundle, Paper
from assessor.report import issued
from assessor.report.pdf import PdfError
from assessor.workflow import bundling


def make_next(bundle: Bundle) -> bool:
    """Make or find the next PDF, and note what became of it; say whether there was one to make."""
    bundle.refresh_from_db(fields=["stopped_at"])
    item = bundling.next_item(bundle)
    if item is None:
        return False
    try:
        bundling.made(item, issued.pdf_of(item.report, Paper(bundle.paper)))
    except PdfError as error:
        bundling.failed(item, str(error))
    return True
