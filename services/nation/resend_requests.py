"""Asking a province to send a range of its log again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError

from services.broker import MAKE_NO_TOPIC, end, reach
from services.nation.merge import Stop
from services.publisher.resend import KEPT_MS, WANTED, Range
from services.publisher.topics import ensure

log = structlog.get_logger("replicator")


@dataclass(slots=True)
class Asking:
    """Owns the producer of requests, and what became of the last to each place."""

    producer: Any
    _sent: dict[str, Any] = field(default_factory=dict)

    def ask(self, place: str, of: UUID, stop: Stop) -> None:
        """Ask once; nobody waits for it, for what is still missing is asked again."""
        before = self._sent.get(place)
        if before is not None and before.is_done and before.failed():
            log.warning("a request was not taken", place=place, error=repr(before.exception))
        value = Range(place, of, stop.first, stop.last).encoded()
        try:
            self._sent[place] = self.producer.send(WANTED, value, key=place.encode())
        except KafkaError as error:
            log.warning("a request was not sent", place=place, error=repr(error))


@contextmanager
def asking(bootstrap: str) -> Iterator[Asking]:
    """A producer of requests; closed without waiting. Raises kafka-python's errors."""
    ensure(bootstrap, WANTED, partitions=1, kept_ms=KEPT_MS)
    producer = KafkaProducer(
        **reach(bootstrap) | MAKE_NO_TOPIC,
        client_id="concord-replicator",
        acks="all",
        enable_idempotence=True,
        delivery_timeout_ms=15_000,
        request_timeout_ms=10_000,
        max_block_ms=1_000,
        reconnect_backoff_max_ms=1_000,
    )
    try:
        yield Asking(producer)
    finally:
        end(producer)
