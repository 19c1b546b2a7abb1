"""Delivering the feed to webhooks: batches in the order of the log, signed, tried until they are answered.

Each subscription is on its own: a delivery has a thread and a deadline, and what one receiver does or leaves
undone costs no other anything. A delivery is what a page of `GET /events` holds. The receiver checks
`Concord-Signature: t=…,v1=…`: `v1` is the HMAC-SHA256 of `t`, a full stop and the body, under its secret, in
hexadecimal; `t` is when it was signed, in Unix seconds. What is not answered with 2xx is sent again: events have
ids.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg
import structlog

from events.registry import UnknownTypeError
from services.entry_documents import entry_document
from services.follower import Control, Follower, Lane, Process, StandbyError
from services.observability.logs import error_text
from services.observability.metrics import WEBHOOK_DELIVERIES
from services.publisher import subscriptions
from services.publisher.positions import LOCKS
from services.publisher.post import Post, signature
from services.publisher.subscriptions import Webhook
from services.register.read import Recorded, last_position, tail
from services.vault import KeyFile

BATCH = 200
"""Most events of one delivery."""

DELIVERY_SECONDS: Final = 20.0
"""For a delivery as a whole: a receiver that answers a byte at a time is cut off, and tried again later."""

LONGEST_NAME: Final = 80
"""Characters of an address that are shown."""

GRACE_SECONDS: Final = 2.0
"""For deliveries under way when it is asked to stop: what is answered by then need not be sent again."""

MOST_AT_ONCE: Final = 32
"""Deliveries under way at once."""

log = structlog.get_logger("webhooks")


def body_of(events: Sequence[Recorded]) -> bytes:
    """The body of a delivery; personal fields are masked."""
    documents = [entry_document(one.entry, position=one.position) for one in events]
    return orjson.dumps({"events": documents, "position": events[-1].position}, default=str)


@dataclass(slots=True)
class Delivery:
    """A batch on its way to a receiver, in a thread of its own."""

    webhook: Webhook
    last: int
    post: Post
    until: float


@dataclass(slots=True)
class Deliveries:
    """Owns the connection on which subscriptions are moved on, and what is under way to each."""

    conn: psycopg.Connection[Any]
    kek: KeyFile
    wake: Callable[[], None]
    under_way: dict[UUID, Delivery] = field(default_factory=dict)
    _answers: SimpleQueue[tuple[Delivery, str | None]] = field(default_factory=SimpleQueue)

    def follower(self) -> Follower[Webhook, Recorded]:
        """The log to every subscription that is due; one is moved on once its receiver has answered."""
        return Follower(self._source, self._send, self._lanes, self._settle, self._not_sent)

    def _source(self) -> Iterator[tuple[Webhook, Sequence[Recorded]]]:
        head = last_position(self.conn)
        for webhook in subscriptions.webhooks(self.conn):
            if not webhook.due or webhook.id in self.under_way or len(self.under_way) >= MOST_AT_ONCE:
                continue
            try:
                events = tail(self.conn, webhook.position, BATCH, webhook.types)
            except UnknownTypeError as error:
                self._not_taken(webhook, f"an event of a newer program waits ({error}); upgrade this one first")
                continue
            if events:
                yield webhook, events
            elif head > webhook.position:
                # others' types only: it need not look at them again
                subscriptions.delivered(self.conn, webhook.id, head)

    def _send(self, webhook: Webhook, events: Sequence[Recorded]) -> int:
        """Begin a delivery; nothing has been taken yet."""
        if webhook.id in self.under_way:
            return 0
        first, last, body = events[0].position, events[-1].position, body_of(events)
        headers = {
            "Content-Type": "application/json",
            "Concord-Signature": signature(subscriptions.secret_of(self.kek, webhook), body, int(time.time())),
            "Concord-Delivery": f"{webhook.id}:{first}-{last}",
        }
        delivery = Delivery(webhook, last, Post(webhook.url, body, headers), time.monotonic() + DELIVERY_SECONDS)
        self.under_way[webhook.id] = delivery
        # a daemon: a receiver that does not answer keeps nobody from stopping
        threading.Thread(target=self._post, args=[delivery], daemon=True, name=f"to {webhook.id}").start()
        return 0

    def _post(self, delivery: Delivery) -> None:
        self._answers.put((delivery, delivery.post.send()))
        self.wake()

    def _not_sent(self, webhook: Webhook, _event: Recorded, error: Exception) -> int:
        self._not_taken(webhook, error_text(error))
        return 0

    def _settle(self, _taken: int) -> None:
        """Store what was answered meanwhile; give up what is over its time."""
        with suppress(Empty):
            while True:
                delivery, why = self._answers.get_nowait()
                if self.under_way.get(delivery.webhook.id) is delivery:
                    self._settled(delivery, why)
        for delivery in list(self.under_way.values()):
            if time.monotonic() >= delivery.until:
                delivery.post.cut_off()
                self._settled(delivery, f"no whole answer within {DELIVERY_SECONDS:g} s")

    def finish(self) -> None:
        """Wait a moment for what is under way, and store what was answered."""
        until = time.monotonic() + GRACE_SECONDS
        while self.under_way and (left := until - time.monotonic()) > 0:
            with suppress(Empty):
                delivery, why = self._answers.get(timeout=left)
                if self.under_way.get(delivery.webhook.id) is delivery:
                    self._settled(delivery, why)

    def _settled(self, delivery: Delivery, why: str | None) -> None:
        del self.under_way[delivery.webhook.id]
        if why is not None:
            self._not_taken(delivery.webhook, why)
            return
        subscriptions.delivered(self.conn, delivery.webhook.id, delivery.last)
        WEBHOOK_DELIVERIES.labels("taken").inc()

    def _not_taken(self, webhook: Webhook, why: str) -> None:
        subscriptions.failed(self.conn, webhook.id, why)
        WEBHOOK_DELIVERIES.labels("failed").inc()
        log.warning("not delivered", webhook=str(webhook.id), position=webhook.position, why=why)

    def _lanes(self) -> list[Lane]:
        return [
            Lane(f"{webhook.id} {webhook.url[:LONGEST_NAME]}", webhook.position, error=webhook.error)
            for webhook in subscriptions.webhooks(self.conn)
        ]


def process(conninfo: str, kek: KeyFile, *, poll_seconds: float = 1.0) -> Process:
    """Delivers to every subscription; while another process does, it stands by."""

    @contextmanager
    def opened(control: Control) -> Iterator[Follower[Webhook, Recorded]]:
        with psycopg.connect(conninfo, autocommit=True, application_name="concord webhooks") as conn:
            held = conn.execute("SELECT pg_try_advisory_lock(%s, hashtext('webhooks'))", [LOCKS]).fetchone()
            if held != (True,):
                raise StandbyError("delivering (another process is at work)")
            deliveries = Deliveries(conn, kek, control.wake)
            yield deliveries.follower()
            deliveries.finish()

    return Process("webhooks", conninfo, opened, channels=("register_events",), poll_seconds=poll_seconds)
