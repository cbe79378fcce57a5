"""Structured logs on stderr: JSON lines for machines, short text for people.

Everything passes the mask given to :func:`configure`, also what libraries log through ``logging``.
Bind what a line is about with ``structlog.contextvars.bind_contextvars(job=…, key=…)``.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Literal

import structlog
from structlog.typing import Processor, WrappedLogger

_PLAIN = frozenset({"timestamp", "level", "logger"})
_CHATTY = ("urllib3", "werkzeug", "huey", "alembic.runtime", "gunicorn.access")


def configure(
    *,
    level: Literal["debug", "info", "warning", "error"],
    form: Literal["json", "text"],
    mask: Callable[[Any, str], Any],
) -> None:
    """Send all logs of this process to stderr, masked.

    Args:
        level: the lowest level that is written.
        form: ``json`` or ``text``.
        mask: gets each value and its name and returns what may be written.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ExtraAdder(),
        _masker(mask),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _masker(mask: Callable[[Any, str], Any]) -> Processor:
    def masked(
        _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
    ) -> Mapping[str, Any]:
        return {
            key: value if key in _PLAIN or key.startswith("_") else mask(value, key)
            for key, value in event.items()
        }

    return masked
