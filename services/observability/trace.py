"""W3C Trace Context (https://www.w3.org/TR/trace-context/): which request, in which system, caused this."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from uuid import UUID

SAMPLED = 0x01
"""The one flag of version 00."""

_HEADER = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Trace:
    """One step (`span_id`, 16 hex digits) of one chain of causes (`trace_id`, 32 hex digits)."""

    trace_id: str
    span_id: str
    flags: int = SAMPLED

    @property
    def correlation_id(self) -> UUID:
        """The chain's id in the shape in which an event carries it."""
        return UUID(hex=self.trace_id)

    @property
    def traceparent(self) -> str:
        """The header to send on."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags:02x}"


def read_traceparent(header: str | None) -> Trace | None:
    """The caller's trace, or None where the header is absent or not to be trusted (§3.2.2): begin a new one."""
    found = _HEADER.fullmatch(header.strip()) if header else None
    if found is None:
        return None
    version, trace_id, span_id, flags, rest = found.groups()
    if version == "ff" or (version == "00" and rest) or not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return Trace(trace_id, span_id, int(flags, 16) & SAMPLED)


def new_trace() -> Trace:
    """The first step of a new chain."""
    return Trace(_identifier(16), _identifier(8))


def child(trace: Trace) -> Trace:
    """The next step of the same chain."""
    return replace(trace, span_id=_identifier(8))


def _identifier(length: int) -> str:
    found = secrets.token_hex(length)
    # all zeroes means "none" in the standard
    return found if found.strip("0") else _identifier(length)
