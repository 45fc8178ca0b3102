"""How log lines look: one event a line, with the request or task it belongs to."""

from __future__ import annotations

import logging.config
import re
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict

SECRET = re.compile(r"sdk_[\w-]{20,}")
"""The keys and secret addresses that the desk hands out (``accounts.secrets``)."""


def without_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Leave out the secrets that addresses hold: who reads the log is not who was given them."""
    return {key: SECRET.sub("sdk_…", value) if isinstance(value, str) else value for key, value in event.items()}


SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    without_secrets,
]


def logging_settings(*, level: str, json: bool) -> dict[str, Any]:
    """Answer the logging dictionary: text for a terminal, JSON for a collector."""
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if json
        # Plain tracebacks: the pretty ones print the values of local variables, secrets among them.
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django.request": {"level": "ERROR"}},  # the request's own line tells of 4xx
    }


def configure(config: dict[str, Any]) -> None:
    """Set up the standard library's logging and structlog to write through the same handler."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
