"""How the log is written: to standard error alone, and without what people typed.

Django's default would mail what people typed to administrators.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any, Literal

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from assessor.observation import request_id
from assessor.storage.trouble import is_trouble

Form = Literal["plain", "json"]
FORMS: tuple[Form, ...] = ("plain", "json")

SECRET_LINK = re.compile(r"(/r/)[^/\s?]+")


class HideSecretLinks(logging.Filter):
    """Replace the token in every private link by stars before a record is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True (the record is always written), with the tokens hidden."""
        record.msg = SECRET_LINK.sub(r"\1***", record.getMessage())
        record.args = ()
        record.request_id = request_id.current.get()
        record.exc_text = None  # Somebody else may have formatted it, with all that it says.
        return True


def trace(error: BaseException) -> str:
    """Return where something failed and what kind of failure it was, not what it was about.

    The text of an exception often quotes what it could not read, and PostgreSQL quotes whole rows.
    Only that of storage trouble is kept: it tells of disks and connections.
    """
    return "".join(_traces(error)).rstrip()


def _traces(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _traces(before)
        yield "\nwhich led to\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    yield f"{kind}: {_first_line(error)}\n" if is_trouble(error) else f"{kind}\n"


def _first_line(error: BaseException) -> str:
    """Return what went wrong without the DETAIL that PostgreSQL adds in further lines."""
    return next(iter(str(error).splitlines()), "")


class Plain(logging.Formatter):
    """For people."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 (named by logging)
        return trace(ei[1]) if ei[1] else ""


class Json(JsonFormatter):
    """One JSON object a line, for whatever collects logs. Times are UTC."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "request_id"],
            rename_fields={"levelname": "level", "name": "logger", "timestamp": "time"},
            reserved_attrs=[*RESERVED_ATTRS, "request", "server_time", "status_code"],
            timestamp=True,
        )

    def formatException(self, ei: Any) -> str:  # noqa: N802 (named by logging)
        return trace(ei[1]) if ei[1] else ""


def configuration(form: Form) -> dict[str, Any]:
    """Return Django's LOGGING."""
    plain = "{asctime} {levelname} {name} {message} {request_id}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"secret_links": {"()": HideSecretLinks}},
        "formatters": {
            "plain": {"()": Plain, "fmt": plain, "style": "{"},
            "json": {"()": Json},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["secret_links"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
        },
    }
