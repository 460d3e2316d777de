"""One span for each request by OpenTelemetry, off by default.

Made here and not by the library's instrumentation of Django, which notes addresses and queries.
Needs the dependency group ``opentelemetry``.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

from assessor import VERSION
from assessor.observation import request_id
from assessor.observation.requests import method_of, route_of

SERVICE = "assessor"


@cache
def tracer() -> Any:
    """Return what makes spans; OTEL_ variables say where they are sent. Once per process."""
    sdk = import_module("opentelemetry.sdk.trace")
    batches = import_module("opentelemetry.sdk.trace.export").BatchSpanProcessor
    otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter").OTLPSpanExporter
    resource = import_module("opentelemetry.sdk.resources").Resource
    about = {"service.name": SERVICE, "service.version": VERSION}
    provider = sdk.TracerProvider(resource=resource(about))
    provider.add_span_processor(batches(otlp()))
    return provider.get_tracer(SERVICE)


def refuse_missing() -> None:
    """Raise ImproperlyConfigured where the libraries are not installed."""
    try:
        import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError:
        raise ImproperlyConfigured(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed. Run: "
            "make opentelemetry (for an image: docker build --build-arg EXTRAS=opentelemetry)"
        ) from None


def trace(get_response: Callable[[HttpRequest], HttpResponseBase]) -> object:
    """Trace each request by its route, method, status and name; nothing else is noted."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        with tracer().start_as_current_span("request", record_exception=False) as span:
            response = get_response(request)
            span.update_name(f"{method_of(request)} {route_of(request)}")
            span.set_attribute("http.request.method", method_of(request))
            span.set_attribute("http.route", route_of(request))
            span.set_attribute("http.response.status_code", response.status_code)
            span.set_attribute("request_id", request_id.current.get())
        return response

    return respond
