"""What the nation asks a province to send again (topic `concord.wanted`): read, bounded, and answered from the log.

A request is not trusted: only what this register has sent before is sent again, under the same ids, so
the worst that a forged one brings about is doubles, which every consumer drops.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from kafka import KafkaConsumer, TopicPartition

from services.broker import SAFE, reach
from services.publisher.topics import ensure

WANTED: Final = "concord.wanted"
"""Requests of the nation; key: the place. One partition: the last request of a place is the one that counts."""

KEPT_MS: Final = 24 * 3_600_000
"""A request is repeated for as long as it stands, so none needs to be kept long."""

MOST: Final = 100_000
"""Events sent again for one request."""

log = structlog.get_logger("publisher")


@dataclass(frozen=True, slots=True)
class Range:
    """The positions `first` to `last` of the log of a place."""

    place: str
    log: UUID
    first: int
    last: int

    def encoded(self) -> bytes:
        """As it goes over the wire."""
        return orjson.dumps({"place": self.place, "log": str(self.log), "from": self.first, "until": self.last})


def decoded(value: bytes | None) -> Range | None:
    """The range that a message asks for; None where it asks for none."""
    try:
        found = orjson.loads(value or b"")
        wanted = Range(found["place"], UUID(found["log"]), found["from"], found["until"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not all(type(position) is int for position in (wanted.first, wanted.last)):
        return None
    return wanted if 1 <= wanted.first <= wanted.last else None


@contextmanager
def requests(bootstrap: str) -> Iterator[Any]:
    """A consumer of the requests that come from now on: what still stands is asked again.

    Raises kafka-python's errors.
    """
    ensure(bootstrap, WANTED, partitions=1, kept_ms=KEPT_MS)
    consumer = KafkaConsumer(
        **reach(bootstrap) | SAFE | {"auto_offset_reset": "latest"},
        client_id="concord-publisher",
    )
    try:
        only = TopicPartition(WANTED, 0)
        consumer.assign([only])
        consumer.seek_to_end(only)
        consumer.position(only)
        yield consumer
    finally:
        consumer.close(autocommit=False)


@dataclass(slots=True)
class Resend:
    """Owns what is still to be sent again: the range of the last request, from `_next` on."""

    consumer: Any
    place: str
    log: UUID
    _next: int = 1
    _last: int = 0

    def following(self, sent: int, most: int) -> tuple[int, int] | None:
        """The next positions to send again, at most so many and none beyond `sent`; None where none is wanted."""
        for messages in self.consumer.poll(timeout_ms=0).values():
            for message in messages:
                self._heed(decoded(message.value), sent)
        first, last = self._next, min(self._last, self._next + most - 1)
        if first > last:
            return None
        self._next = last + 1
        return first, last

    def _heed(self, wanted: Range | None, sent: int) -> None:
        if wanted is None:
            log.warning("a request that cannot be read", topic=WANTED)
        elif (wanted.place, wanted.log) == (self.place, self.log):
            self._next, self._last = wanted.first, min(wanted.last, wanted.first + MOST - 1, sent)
            log.warning("sending again", place=self.place, first=self._next, last=self._last)
