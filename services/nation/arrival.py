"""What came over a province's topic, checked without decoding it: whose, whole, and where in the log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from services.publisher.signature import Verifier
from services.publisher.wire import Message, attributes_of

MISSING, ALTERED, DISORDERED, FOREIGN, BRANCHED = "missing", "altered", "disordered", "foreign", "branched"
"""Why a feed stops (`nation.feeds.class`)."""

FORGED = "forged"
"""Why a message is passed over: whoever wrote it, it was not the province; it stops nothing."""

# every part goes into COPY as it came, so each is held to the very shape that a publisher gives it
_SHAPE: Final = re.compile(
    rb"[1-9][0-9]{0,17}\n[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\n[1-9][0-9]{0,8}\n[a-z0-9.-]{1,100}\n"
    rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z"
)


Content = tuple[bytes, int, bytes, bytes]
"""Stream, version, type and stored bytes: what is the same in every copy of an event."""


class Arrival(NamedTuple):
    """An event as it came; stream, version, type and recorded_at are the bytes of its headers."""

    partition: int
    offset: int
    position: int
    stream: bytes
    version: int
    type: bytes
    recorded_at: bytes
    state: bytes

    @property
    def content(self) -> Content:
        return self.stream, self.version, self.type, self.state


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message is not taken, or a feed stops; for people, in both languages."""

    kind: str
    reason: str


class RefusedError(Exception):
    """A message is not taken; `position` is the one that it claims, None where it claims none of this log.

    `log` is the one that the province signed it as of, where that is another.
    """

    def __init__(self, refusal: Refusal, position: int | None = None, log: UUID | None = None) -> None:
        super().__init__(refusal.reason)
        self.refusal, self.position, self.log = refusal, position, log


def prefix_of(log: UUID) -> bytes:
    """How every id of a log begins."""
    return f"{log}:".encode()


def arrival(partition: int, message: Message, prefix: bytes, keys: Verifier) -> Arrival:
    """The event that a message carries.

    Raises RefusedError where the province did not sign it, and where it did, but it is none of the log, or not whole.
    """
    found = attributes_of(message)
    identifier, state = found.get("ce_id", b""), message.value
    if state is None or not keys.signed(found):
        raise _forged(partition, message.offset, identifier)
    if not identifier.startswith(prefix):
        raise _foreign(partition, message.offset, identifier, found["ce_branch"])
    try:
        recorded_at = found["ce_time"]
        parts = (found["ce_position"], found["ce_subject"], found["ce_version"], found["ce_type"], recorded_at)
        if not _SHAPE.fullmatch(b"\n".join(parts)) or identifier[len(prefix) :] != parts[0]:
            raise _foreign(partition, message.offset, identifier)
        datetime.fromisoformat(recorded_at.decode())
    except (KeyError, ValueError) as error:
        raise _foreign(partition, message.offset, identifier) from error
    position, digest = int(parts[0]), found.get("ce_digest")
    if digest is not None and sha256(state).hexdigest().encode() != digest:
        reason = f"第{position}号事件的字节与其摘要不符 / the bytes of event {position} are not of their digest"
        raise RefusedError(Refusal(ALTERED, reason), position)
    return Arrival(partition, message.offset, position, parts[1], int(parts[2]), parts[3], recorded_at, state)


def _forged(partition: int, offset: int, identifier: bytes) -> RefusedError:
    said = _legible(identifier)
    reason = (
        f"分区{partition}偏移{offset}的消息没有该省登记册的签名 / "
        f"the message at partition {partition}, offset {offset} is not signed by the province's register: {said}"
    )
    return RefusedError(Refusal(FORGED, reason))


def _legible(identifier: bytes) -> str:
    return identifier[:80].decode("ascii", "replace").replace("\0", "�") or "–"


def _foreign(partition: int, offset: int, identifier: bytes, branch: bytes = b"") -> RefusedError:
    reason = (
        f"分区{partition}偏移{offset}的消息不属于入网时登记的日志 / "
        f"the message at partition {partition}, offset {offset} is not of the log that joined: {_legible(identifier)}"
    )
    try:
        of = UUID(branch.decode())
    except ValueError:
        of = None
    return RefusedError(Refusal(FOREIGN, reason), log=of)
