"""The publisher: tails the log into Kafka, in order, until it is told to stop.

At least once: the position is stored after the acknowledgements, so that what a crash leaves between
is sent again under the same ids. Whoever drops ids that were seen has each stream in its order: a
publisher sends without a hole from a stored position, and the idempotent producer keeps that order
in each partition, so the first copies of two events never change places.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from services.broker import MAKE_NO_TOPIC, reach
from services.errors import Unavailable
from services.observed.metrics import PUBLISHED, PUBLISHER_LAG, PUBLISHER_POSITION
from services.publisher import positions
from services.publisher.resend import Resend, requests
from services.publisher.topics import MOST_BYTES, ensure
from services.publisher.wire import headers_of
from services.register.listen import Listener
from services.register.read import Raw, last_position, raw_tail

BATCH = 2_000
"""Events read at once; a stored position never moves by less while catching up."""

WINDOW = 4
"""Batches sent and not yet acknowledged; more only holds more memory."""

RETRY_SECONDS = 1.0
"""Until the next try where database or broker is away."""

PATIENCE_SECONDS = 0.5
"""Between two looks at whether to stop, while the broker is away."""

FOREVER_MS = 2**31 - 1
"""The producer never gives a batch up: one given up would let later ones pass it."""

log = structlog.get_logger("publisher")


@contextmanager
def producing(bootstrap: str) -> Iterator[Any]:
    """A producer with every setting on which order and safety rest said out loud; closed without waiting."""
    producer = KafkaProducer(
        **reach(bootstrap) | MAKE_NO_TOPIC,
        client_id="concord-publisher",
        acks="all",
        enable_idempotence=True,
        # one: no retry of a request can then pass another, whatever client and broker make of sequence numbers
        max_in_flight_requests_per_connection=1,
        delivery_timeout_ms=FOREVER_MS,
        request_timeout_ms=10_000,
        reconnect_backoff_max_ms=1_000,
        max_block_ms=10_000,
        batch_size=256 * 1024,
        linger_ms=2,
        max_request_size=MOST_BYTES,
    )
    try:
        yield producer
    finally:
        producer.close(timeout=0)


@dataclass(slots=True)
class Publisher:
    """Owns what was sent of one channel and is not acknowledged yet."""

    conn: psycopg.Connection[Any]
    producer: Any
    place: str
    channel: str
    log: UUID
    sent: int
    batch: int = BATCH
    _unacknowledged: deque[tuple[int, list[Any]]] = field(default_factory=deque)

    def step(self) -> int:
        """Send the next events, and store the position of the oldest batch once the window is full; events sent."""
        raws = raw_tail(self.conn, self.sent, self.batch)
        if raws:
            self._send(raws, raws[-1].position)
            self.sent = raws[-1].position
        return len(raws)

    def again(self, first: int, last: int) -> None:
        """Send positions that were sent before once more, under the same ids; what is sent next is not affected."""
        self._send(raw_tail(self.conn, first - 1, last - first + 1), self.sent)

    def _send(self, raws: Sequence[Raw], position: int) -> None:
        futures = [
            self.producer.send(
                self.channel, raw.state, key=str(raw.stream).encode(), headers=headers_of(self.log, self.place, raw)
            )
            for raw in raws
        ]
        self._unacknowledged.append((position, futures))

    def settle(self, stopping: Callable[[], bool], most: int) -> None:
        """Wait until at most so many batches are unacknowledged, storing the position of each that is."""
        while len(self._unacknowledged) > most:
            position, futures = self._unacknowledged[0]
            for future in futures:
                if not self._acknowledged(future, stopping):
                    return
            positions.move(self.conn, self.channel, position)
            self._unacknowledged.popleft()
            PUBLISHED.labels(self.channel).inc(len(futures))
            PUBLISHER_POSITION.labels(self.channel).set(position)

    def _acknowledged(self, future: Any, stopping: Callable[[], bool]) -> bool:
        """Wait for one acknowledgement; False where it is time to stop. Raises why the broker refused."""
        while not future.is_done:
            if stopping():
                return False
            try:
                future.get(timeout=PATIENCE_SECONDS)
            except KafkaTimeoutError:
                self.observe()
        if future.failed():
            raise future.exception
        return True

    def observe(self) -> None:
        """Say how far behind the log the acknowledged position is."""
        waiting = last_position(self.conn) - positions.published(self.conn, self.channel)
        PUBLISHER_LAG.labels(self.channel).set(waiting)


def run(
    conninfo: str,
    bootstrap: str,
    place: str,
    topic: str,
    stopping: Callable[[], bool],
    *,
    batch: int = BATCH,
    poll_seconds: float = 1.0,
) -> None:
    """Publish the register of a place to a topic until `stopping`.

    Where database or broker is away, or another publishes, it tries again and again; what the nation
    asks for again (`resend`) goes between what is new.
    Raises NotThisLogError where what was published is not of this log.
    """
    with Listener(conninfo) as listener:
        while not stopping():
            try:
                ensure(bootstrap, topic)
                with (
                    psycopg.connect(conninfo, autocommit=True, application_name="concord publisher") as conn,
                    producing(bootstrap) as producer,
                    requests(bootstrap) as wanted,
                ):
                    # a position that a crash loses is stored again: what follows it is sent twice
                    conn.execute("SET synchronous_commit = off")
                    register, position = positions.begin(conn, topic)
                    publisher = Publisher(conn, producer, place, topic, register, position, batch)
                    _keep_up(publisher, Resend(wanted, place, register), listener, stopping, poll_seconds)
            except (psycopg.OperationalError, psycopg.InterfaceError, KafkaError, OSError, Unavailable) as error:
                log.warning("publishing waits", channel=topic, error=f"{type(error).__name__}: {error}")
                time.sleep(RETRY_SECONDS)


def _keep_up(
    publisher: Publisher, resend: Resend, listener: Listener, stopping: Callable[[], bool], poll_seconds: float
) -> None:
    while not stopping():
        sent = publisher.step()
        again = resend.following(publisher.sent, publisher.batch)
        if again is not None:
            publisher.again(*again)
        if sent or again:
            publisher.settle(stopping, WINDOW)
        else:
            publisher.settle(stopping, 0)
            publisher.observe()
            listener.wait(publisher.sent, poll_seconds)
