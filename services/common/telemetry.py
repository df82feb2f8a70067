"""Logs and metrics of a process, without personal data: fields are named one by one, never bodies or error texts."""

from __future__ import annotations

import contextvars
import logging
import sys
import traceback
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

correlation = contextvars.ContextVar("correlation", default="")

HTTP_SECONDS = Histogram("nuanxin_http_seconds", "Time to answer a request", ["service", "route", "status"], buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10))
HTTP_CONNECTIONS = Gauge("nuanxin_http_connections", "Open HTTP connections", ["service"])
HTTP_REFUSED = Counter("nuanxin_http_connections_refused_total", "Connections refused because too many were open", ["service"])
OUTBOX_DEPTH = Gauge("nuanxin_outbox_depth", "Aggregates with facts that are not yet published", ["service"])
OUTBOX_AGE = Gauge("nuanxin_outbox_age_seconds", "Age of the oldest fact that is not yet published", ["service"])
PUBLISHED = Counter("nuanxin_published_total", "Facts published and confirmed", ["service"])
RELAY_ERRORS = Counter("nuanxin_relay_errors_total", "Relay connections thrown away after an error", ["service"])
INBOX = Counter("nuanxin_inbox_total", "Messages by what became of them", ["service", "outcome"])
INBOX_IN_FLIGHT = Gauge("nuanxin_inbox_in_flight", "Messages taken from the inbox and not yet acknowledged", ["service"])
INBOX_LAG = Histogram("nuanxin_inbox_lag_seconds", "Time from a fact to its effect here", ["service"], buckets=(0.05, 0.1, 0.5, 1, 5, 10, 60, 600))
CASCADE_LAG = Histogram("nuanxin_cascade_lag_seconds", "Time from a fact of life to this service's answer", ["service"], buckets=(1, 5, 10, 30, 60, 120, 600, 3600))
CASCADES_LATE = Gauge("nuanxin_cascades_late", "Facts of life of the last days that some service should have answered by now", ["service"])
JOB_SECONDS = Histogram("nuanxin_job_seconds", "Time of one run of a clock job", ["service", "job"])


def _with_correlation(_logger: Any, _method: str, entry: dict[str, Any]) -> dict[str, Any]:
    if correlation.get():
        entry.setdefault("correlation_id", correlation.get())
    return entry


class _ForeignRecords(logging.Handler):
    """Passes on what libraries log, by level, logger and place only: their texts may quote messages and values."""

    def emit(self, record: logging.LogRecord) -> None:
        # Libraries log exceptions with their text, and drivers put values into it; the type and place are enough to look it up.
        cause = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        log.log(record.levelno, "library", logger=record.name, place=f"{record.module}:{record.lineno}", cause=cause)


def configure(service: str, level: str = "INFO") -> None:
    """Send one JSON object a line to standard output."""
    number = logging.getLevelName(level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _with_correlation,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)
    root = logging.getLogger()
    root.handlers[:] = [_ForeignRecords()]
    root.setLevel(logging.WARNING)
    # nameko calls every refusal of a service method an error; what really fails is logged where it is answered.
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)


log = structlog.get_logger()


def where(error: BaseException) -> str:
    """Return the type of an error and the lines it came through, without its text, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return f"{type(error).__name__} at " + " < ".join(f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno}" for frame in reversed(frames))


def metrics() -> tuple[bytes, str]:
    """Return the body and content type of /metrics."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
