"""Moving a bundle of PDFs on, by a worker or by the page that shows it."""

from assessor.models import Bundle, Paper
from assessor.report import issued
from assessor.report.pdf import NoPlace, PdfError
from assessor.workflow import bundling


def make_next(bundle: Bundle) -> bool:
    """Make or find the next PDF, and note what became of it; say whether to go on at once.

    That is not so when none is left, or when others wait for PDFs: then it is left for later.
    """
    bundle.refresh_from_db(fields=["stopped_at"])
    item = bundling.next_item(bundle)
    if item is None:
        return False
    try:
        bundling.made(item, issued.pdf_of(item.report, Paper(bundle.paper)))
    except NoPlace:
        return False
    except PdfError as error:
        bundling.failed(item, str(error))
    return True
