"""Log lines: one JSON object each, with the ids that tie them together and without personal data."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any, TextIO
from uuid import UUID

import orjson
import structlog
from pydantic import ValidationError
from structlog.typing import EventDict, Processor, WrappedLogger

from events import personal
from events.sealed import MASK, Sealed
from services.settings import Settings

PROBLEMS, LONGEST_ERROR = 5, 1_000
"""Problems of one event that are told of, and characters of an error."""


def configure(settings: Settings, to: TextIO | None = None) -> None:
    """Send what structlog and the standard library log to one stream (default: standard output), one shape.

    Run uvicorn with `log_config=None`, or it sets up its own beside this.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    render: Processor = (
        structlog.processors.JSONRenderer(serializer=_json)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    after: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        mask,
        render,
    ]
    handler = logging.StreamHandler(to or sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=after))
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    # its client says each try to reach a broker that is away; who uses it says once that it waits
    logging.getLogger("kafka").setLevel(logging.DEBUG if settings.log_level == "debug" else logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def bind(
    *,
    request_id: str | None = None,
    command_id: UUID | None = None,
    correlation_id: UUID | None = None,
    unit_id: UUID | None = None,
) -> None:
    """Every later line of this task carries these ids."""
    ids = {"request_id": request_id, "command_id": command_id, "correlation_id": correlation_id, "unit_id": unit_id}
    structlog.contextvars.bind_contextvars(**{name: value for name, value in ids.items() if value})


def mask(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A structlog processor: no sealed value, and nothing that looks like an ID number or a telephone, goes on."""
    return {name: masked(value) for name, value in line.items()}


def masked(value: Any) -> Any:
    """A JSON-like copy of a value with personal data masked; what is no JSON is shown by its `repr`, masked."""
    match value:
        case Sealed():
            return MASK
        case None | bool() | float():
            return value
        case int():
            return MASK if personal.masked(str(value)) == MASK else value
        case str():
            return personal.masked(value)
        case UUID():
            return str(value)
        case Mapping():
            return {masked(str(name)): masked(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [masked(inner) for inner in value]
        case _:
            return personal.masked(repr(value))


def _json(line: EventDict, **_: Any) -> str:
    return orjson.dumps(line).decode()


def error_text(error: BaseException) -> str:
    """An error in one line for people who read of it: never with the content of what was read, that may be personal."""
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_input=False, include_context=False)
        text = "; ".join(f"/{'/'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in found[:PROBLEMS])
    else:
        text = " ".join(str(error).split())
    return str(masked(f"{type(error).__name__}: {text}")).replace("\x00", "\N{SYMBOL FOR NULL}")[:LONGEST_ERROR]
