"""The publisher: the log into Kafka, in order.

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
from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from events.governance.register import RegisterBranched
from services.broker import MAKE_NO_TOPIC, end, reach
from services.errors import Unavailable
from services.follower import AWAY, Control, Follower, Lane, Process
from services.observability.metrics import PUBLISHED, PUBLISHER_LAG, PUBLISHER_POSITION
from services.publisher import heads, positions, topic_end
from services.publisher.positions import NotThisLogError
from services.publisher.resend import Resend, requests
from services.publisher.signature import ROTATED, Signer, signer_of
from services.publisher.topics import MOST_BYTES, ensure
from services.publisher.wire import headers_of
from services.register.read import Raw, branches, last_position, raw_tail
from services.vault import KeyFile

BATCH = 2_000
"""Events read at once; a stored position never moves by less while catching up."""

WINDOW = 4
"""Batches sent and not yet acknowledged; more only holds more memory."""

PATIENCE_SECONDS = 0.5
"""Between two looks at whether to stop, while the broker is away."""

ACKNOWLEDGED_SECONDS = 10.0
"""For one acknowledgement: then the broker counts as away, and what it may have is sent again under the same ids."""

BRANCHED = RegisterBranched.about.type

NEW, AGAIN = "new", "again"
"""What has not been sent yet, and what is sent once more; what is sent next does not depend on that."""

FOREVER_MS = 2**31 - 1
"""The producer never gives a batch up: one given up would let later ones pass it."""


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
        end(producer)


@dataclass(slots=True)
class Publisher:
    """Owns what was sent of one channel and is not acknowledged yet.

    What the nation asks for again (`resend`) goes between what is new.
    """

    conn: psycopg.Connection[Any]
    producer: Any
    place: str
    channel: str
    log: UUID
    sent: int
    resend: Resend
    keys: KeyFile
    signer: Signer
    stopping: Callable[[], bool]
    batch: int = BATCH
    _unacknowledged: deque[tuple[int, list[Any]]] = field(default_factory=deque)
    _told: float = -heads.TELL_SECONDS
    _telling: Any = None

    def follower(self) -> Follower[str, Raw]:
        """The log into the topic; a position is stored once everything up to it is acknowledged."""
        return Follower(self._source, self._send, self._lanes, self._settle)

    def _source(self) -> Iterator[tuple[str, Sequence[Raw]]]:
        """What is new, and then what is to be sent again."""
        raws = raw_tail(self.conn, self.sent, self.batch)
        branch = next((at for at, raw in enumerate(raws) if raw.type == BRANCHED), None)
        if branch == 0 and branches(self.conn)[-1][1] != self.log:
            raise Unavailable("the log (it goes on as another one)")
        if raws:
            yield NEW, raws[: branch or None]
        again = self.resend.following(self.sent, self.batch)
        if again is not None:
            first, last = again
            yield AGAIN, raw_tail(self.conn, first - 1, last - first + 1)

    def _send(self, lane: str, raws: Sequence[Raw]) -> int:
        if any(raw.type == ROTATED for raw in raws):
            self.signer = signer_of(self.conn, self.keys)
        headers = [headers_of(self.log, self.place, raw) for raw in raws]
        self.signer.sign(raws, headers)
        futures = [
            self.producer.send(self.channel, raw.state, key=str(raw.stream).encode(), headers=its)
            for raw, its in zip(raws, headers, strict=True)
        ]
        if lane == NEW:
            self.sent = raws[-1].position
        self._unacknowledged.append((self.sent, futures))
        return len(raws)

    def _settle(self, taken: int) -> None:
        """Store the position of each batch that is acknowledged; wait where too many are not, for all when idle."""
        most = WINDOW if taken else 0
        while len(self._unacknowledged) > most:
            position, futures = self._unacknowledged[0]
            for future in futures:
                if not self._acknowledged(future):
                    return
            positions.move(self.conn, self.channel, position)
            self._unacknowledged.popleft()
            PUBLISHED.labels(self.channel).inc(len(futures))
            PUBLISHER_POSITION.labels(self.channel).set(position)
        if not self._unacknowledged and time.monotonic() - self._told >= heads.TELL_SECONDS:
            # where nothing is published, the head alone finds that the broker is away
            if self._telling is not None and not self._acknowledged(self._telling):
                return
            self._told = time.monotonic()
            head = heads.head_of(self.conn, self.place, self.log, self.sent)
            self._telling = heads.send(self.producer, self.signer, head)

    def _acknowledged(self, future: Any) -> bool:
        """Wait for one acknowledgement; False where it is time to stop. Raises why the broker refused, Unavailable."""
        until = time.monotonic() + ACKNOWLEDGED_SECONDS
        while not future.is_done:
            if self.stopping():
                return False
            try:
                future.get(timeout=PATIENCE_SECONDS)
            except KafkaTimeoutError:
                if time.monotonic() > until:
                    raise Unavailable("the broker (it acknowledges nothing)") from None
                self._lanes()
        if future.failed():
            raise future.exception
        return True

    def _lanes(self) -> list[Lane]:
        position = positions.published(self.conn, self.channel)
        PUBLISHER_LAG.labels(self.channel).set(last_position(self.conn) - position)
        return [Lane(self.channel, position)]


def process(
    conninfo: str,
    bootstrap: str,
    place: str,
    topic: str,
    keys: KeyFile,
    *,
    batch: int = BATCH,
    poll_seconds: float = 1.0,
) -> Process:
    """Publishes the register of a place to a topic, signed; while another does, it stands by.

    It ends with NotThisLogError where what was published is not of this log.
    """

    @contextmanager
    def opened(control: Control) -> Iterator[Follower[str, Raw]]:
        ensure(bootstrap, topic)
        ensure(bootstrap, heads.HEADS, partitions=1, kept_ms=heads.KEPT_MS)
        with (
            psycopg.connect(conninfo, autocommit=True, application_name="concord publisher") as conn,
            producing(bootstrap) as producer,
            requests(bootstrap) as wanted,
        ):
            # a position that a crash loses is stored again: what follows it is sent twice
            conn.execute("SET synchronous_commit = off")
            signer = signer_of(conn, keys)
            try:
                log, position = positions.begin(conn, topic)
                topic_end.compare(conn, bootstrap, topic, signer.verifier, branches(conn))
            except NotThisLogError:
                # the last that it says: whoever holds more sees that this log is no longer the one that it was
                head = heads.head_of(conn, place, branches(conn)[-1][1], last_position(conn))
                heads.send(producer, signer, head).get(timeout=ACKNOWLEDGED_SECONDS)
                raise
            resend = Resend(wanted, place, log)
            yield Publisher(
                conn, producer, place, topic, log, position, resend, keys, signer, control.stopping, batch
            ).follower()

    channels, away = ("register_events",), (*AWAY, KafkaError)
    return Process("publisher", conninfo, opened, channels=channels, poll_seconds=poll_seconds, away=away)
