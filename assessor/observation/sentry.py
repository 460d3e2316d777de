"""Reports of failures to Sentry, off by default: only where the program failed, and how.

An event is built anew from what is known to be harmless, so that a new field of the library
cannot carry anything. Needs the dependency group ``sentry``.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from assessor import VERSION
from assessor.observation import request_id

KEPT = ("event_id", "timestamp", "level", "platform", "release", "environment", "sdk", "logger")
KEPT_OF_FRAME = ("filename", "function", "module", "lineno", "in_app")
KEPT_OF_EXCEPTION = ("type", "module")


def start(dsn: str) -> None:
    """Report failures from now on. Raises ImproperlyConfigured."""
    try:
        sdk = import_module("sentry_sdk")
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but sentry-sdk is not installed. Run: make sentry "
            "(for an image: docker build --build-arg EXTRAS=sentry)"
        ) from None
    sdk.init(dsn=dsn, **options())


def options() -> dict[str, Any]:
    """Return what the library is told: nothing is gathered that scrubbing would remove anyway."""
    return {
        "release": VERSION,
        "before_send": scrubbed,
        "before_send_transaction": lambda _event, _hint: None,
        "before_breadcrumb": lambda _crumb, _hint: None,
        "max_breadcrumbs": 0,
        "send_default_pii": False,
        "include_local_variables": False,
        "include_source_context": False,
        "max_request_body_size": "never",
        "auto_session_tracking": False,
        "send_client_reports": False,
        "server_name": "",
    }


def scrubbed(event: Mapping[str, Any], _hint: Any = None) -> dict[str, Any]:
    """Return an event without texts, addresses, headers, variables and people."""
    kept = _only(KEPT, event)
    kept["tags"] = {"request_id": request_id.current.get()}
    exceptions = (event.get("exception") or {}).get("values") or []
    kept["exception"] = {"values": [_exception(each) for each in exceptions]}
    return kept


def _exception(exception: Mapping[str, Any]) -> dict[str, Any]:
    frames = (exception.get("stacktrace") or {}).get("frames") or []
    stacktrace = {"frames": [_only(KEPT_OF_FRAME, frame) for frame in frames]}
    return {**_only(KEPT_OF_EXCEPTION, exception), "stacktrace": stacktrace}


def _only(names: Iterable[str], mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {name: mapping[name] for name in names if name in mapping}
