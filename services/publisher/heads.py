"""What a register says of its log every few seconds (topic `concord.heads`): how far it goes, and what stands there.

A reader learns from it what silence cannot tell: that the last events were lost, that a position lies beyond the
log, that a clock is off, that the register was restored from before what the reader holds. A head is told while
nothing is unacknowledged, so that every event up to it is on the topic, and none after it. It is signed with the key
that counts at its position.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg

from services.publisher.signature import HEADER, Signer, Verifier
from services.publisher.wire import Message
from services.register.read import raw_tail

HEADS: Final = "concord.heads"
"""Heads of all registers of a broker; key: the place. One partition."""

KEPT_MS: Final = 3_600_000
"""The next head says all that the last one did."""

TELL_SECONDS: Final = 2.0
"""Between two heads."""


@dataclass(frozen=True, slots=True)
class Head:
    """The log of a place goes up to `position`; `digest` is that of the bytes there, `at` the moment by its clock."""

    place: str
    log: UUID
    position: int
    digest: str
    at: datetime

    def encoded(self) -> bytes:
        """As it goes over the wire."""
        return orjson.dumps(
            {
                "place": self.place,
                "log": str(self.log),
                "position": self.position,
                "digest": self.digest,
                "at": self.at.isoformat(),
            }
        )


def head_of(conn: psycopg.Connection[Any], place: str, log: UUID, position: int) -> Head:
    """What stands at a position of this register, as of now by the clock of its database."""
    raws = raw_tail(conn, position - 1, 1) if position else []
    (now,) = conn.execute("SELECT clock_timestamp()").fetchone() or (datetime.now(UTC),)
    return Head(place, log, position, sha256(raws[0].state if raws else b"").hexdigest(), now.astimezone(UTC))


def send(producer: Any, signer: Signer, head: Head) -> Any:
    """Send a head; nobody waits for it, for the next one follows."""
    value = head.encoded()
    signature = signer.sign_head(head.position, value)
    return producer.send(HEADS, value, key=head.place.encode(), headers=[(HEADER, signature)])


def read(message: Message) -> Head | None:
    """The head that a message says; None where it says none."""
    try:
        found = orjson.loads(message.value or b"")
        head = Head(
            found["place"], UUID(found["log"]), found["position"], found["digest"], datetime.fromisoformat(found["at"])
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    shaped = type(head.position) is int and 0 <= head.position < 10**18 and head.at.tzinfo is not None
    return head if shaped and type(head.digest) is str and type(head.place) is str else None


def is_signed(message: Message, head: Head, keys: Verifier) -> bool:
    """Whether the register of these keys said it."""
    signature = dict(message.headers).get(HEADER) or b""
    return keys.signed_head(head.position, message.value or b"", signature)
