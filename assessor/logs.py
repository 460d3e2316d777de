"""Keep secrets out of the log."""

import logging
import re

SECRET_LINK = re.compile(r"(/r/)[^/\s?]+")


class HideSecretLinks(logging.Filter):
    """Replace the token in every private link by stars before a record is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True (the record is always written), with the tokens hidden."""
        record.msg = SECRET_LINK.sub(r"\1***", record.getMessage())
        record.args = ()
        return True
