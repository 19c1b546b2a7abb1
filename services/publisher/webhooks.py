"""Delivering the feed to webhooks: batches in the order of the log, signed, tried until they are answered.

A delivery is what a page of `GET /events` holds. The receiver checks `Concord-Signature: t=…,v1=…`:
`v1` is the HMAC-SHA256 of `t`, a full stop and the body, under its secret, in hexadecimal; `t` is
when it was signed, in Unix seconds. What is not answered with 2xx is sent again: events have ids.
"""

from __future__ import annotations

import hmac
import http.client
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import orjson
import psycopg
import structlog

from events.registry import UnknownTypeError
from services.api.problems import entry_document
from services.errors import Unavailable
from services.observed.metrics import WEBHOOK_DELIVERIES
from services.publisher import subscriptions
from services.publisher.positions import LOCKS
from services.publisher.subscriptions import Webhook
from services.register.listen import Listener
from services.register.read import Recorded, last_position, tail
from services.vault import KeyFile

BATCH = 200
"""Most events of one delivery."""

TIMEOUT_SECONDS = 10.0
"""For connecting, and for each piece of an answer."""

RETRY_SECONDS = 1.0

log = structlog.get_logger("webhooks")


def signature(secret: bytes, body: bytes, at: int) -> str:
    """The value of `Concord-Signature`."""
    return f"t={at},v1={hmac.new(secret, b'%d.' % at + body, sha256).hexdigest()}"


def body_of(events: Sequence[Recorded]) -> bytes:
    """The body of a delivery; personal fields are masked."""
    documents = [entry_document(one.entry, position=one.position) for one in events]
    return orjson.dumps({"events": documents, "position": events[-1].position}, default=str)


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; redirects are not followed. Raises OSError and HTTPException."""
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection: http.client.HTTPConnection = connect(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def deliver(conn: psycopg.Connection[Any], kek: KeyFile, webhook: Webhook) -> bool:
    """Try the next batch of a webhook; False where nothing waits, or it was not taken."""
    head = last_position(conn)
    try:
        events = tail(conn, webhook.position, BATCH, webhook.types)
    except UnknownTypeError as error:
        return _not_taken(conn, webhook, f"an event of a newer program waits ({error}); upgrade this one first")
    if not events:
        if head > webhook.position:
            # others' types only: it need not look at them again
            subscriptions.delivered(conn, webhook.id, head)
        return False
    first, last, body = events[0].position, events[-1].position, body_of(events)
    try:
        signed = signature(subscriptions.secret_of(kek, webhook), body, int(time.time()))
    except Unavailable as error:
        return _not_taken(conn, webhook, str(error))
    headers = {
        "Content-Type": "application/json",
        "Concord-Signature": signed,
        "Concord-Delivery": f"{webhook.id}:{first}-{last}",
    }
    try:
        status = post(webhook.url, body, headers)
    except (OSError, HTTPException) as error:
        return _not_taken(conn, webhook, f"{type(error).__name__}: {error}")
    if not 200 <= status < 300:
        return _not_taken(conn, webhook, f"answered {status}")
    subscriptions.delivered(conn, webhook.id, last)
    WEBHOOK_DELIVERIES.labels("taken").inc()
    return True


def _not_taken(conn: psycopg.Connection[Any], webhook: Webhook, why: str) -> bool:
    subscriptions.failed(conn, webhook.id, why)
    WEBHOOK_DELIVERIES.labels("failed").inc()
    log.warning("not delivered", webhook=str(webhook.id), position=webhook.position, why=why)
    return False


def sweep(conn: psycopg.Connection[Any], kek: KeyFile) -> int:
    """One try for each webhook that is due; the deliveries that were taken."""
    return sum(deliver(conn, kek, webhook) for webhook in subscriptions.webhooks(conn) if webhook.due)


def run(conninfo: str, kek: KeyFile, stopping: Callable[[], bool], *, poll_seconds: float = 1.0) -> None:
    """Deliver until `stopping`; where the database is away, or another process delivers, try again and again."""
    with Listener(conninfo) as listener:
        while not stopping():
            try:
                with psycopg.connect(conninfo, autocommit=True, application_name="concord webhooks") as conn:
                    held = conn.execute("SELECT pg_try_advisory_lock(%s, hashtext('webhooks'))", [LOCKS]).fetchone()
                    if held != (True,):
                        raise Unavailable("delivering (another process is at work)")
                    while not stopping():
                        if not sweep(conn, kek):
                            listener.wait(last_position(conn), poll_seconds)
            except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as error:
                log.warning("delivering waits", error=f"{type(error).__name__}: {error}")
                time.sleep(RETRY_SECONDS)
