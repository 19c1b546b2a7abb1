"""An event on the wire: CloudEvents 1.0 in Kafka's binary mode; the value is the stored bytes, unread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, Protocol
from uuid import UUID

from services.errors import ConcordError
from services.register.read import Raw

Headers = list[tuple[str, bytes]]

_NUMBER = re.compile(r"[1-9][0-9]{0,17}").fullmatch
"""A position as a publisher writes it."""


class Message(Protocol):
    """What a consumer is handed, as far as it is read here."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


class ForeignMessageError(ConcordError):
    """A message of the topic is not an event of this register: whoever wrote it had no right to."""

    code = "foreign-message"


class Arrived(NamedTuple):
    """An event as it came over the wire, its state undecoded."""

    offset: int
    position: int
    stream: UUID
    version: int
    type: str
    recorded_at: datetime
    state: bytes


def headers_of(log: UUID, place: str, raw: Raw) -> Headers:
    """The attributes of a stored event; one id for ever, however often it is sent."""
    when = raw.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"%s:%d" % (str(log).encode(), raw.position)),
        ("ce_source", b"urn:concord:" + place.encode()),
        ("ce_type", raw.type.encode()),
        ("ce_subject", str(raw.stream).encode()),
        ("ce_time", when.encode()),
        ("ce_dataschema", b"urn:concord:event:" + raw.type.encode()),
        ("ce_branch", str(log).encode()),
        ("ce_position", b"%d" % raw.position),
        ("ce_version", b"%d" % raw.version),
        ("ce_digest", sha256(raw.state).hexdigest().encode()),
        ("content-type", b"application/json"),
    ]


def attributes_of(message: Message) -> dict[str, bytes]:
    """The headers by name; Kafka takes one without a value, which says nothing."""
    return {name: value for name, value in message.headers if value is not None}


def arrived(message: Message, log: UUID) -> Arrived:
    """The event that a message carries. Raises ForeignMessageError where it is none of this log."""
    found = {name: value.decode("utf-8", "replace") for name, value in message.headers if value is not None}
    try:
        prefix, position = found["ce_id"].rsplit(":", 1)
        if prefix != str(log) or found["ce_position"] != position or message.value is None or not _NUMBER(position):
            raise ForeignMessageError(f"offset {message.offset} is not of log {log}: {found['ce_id'][:80]}")
        return Arrived(
            message.offset,
            int(position),
            UUID(found["ce_subject"]),
            int(found["ce_version"]),
            found["ce_type"],
            datetime.fromisoformat(found["ce_time"]),
            bytes(message.value),
        )
    except (KeyError, ValueError) as error:
        raise ForeignMessageError(f"offset {message.offset} is no event: {error!r}"[:200]) from error
