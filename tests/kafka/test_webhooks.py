"""Webhooks: signed batches of the feed, tried until they are answered, with a queue that is seen."""

from __future__ import annotations

import hmac
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from events.governance.officer import OfficerRegistered
from events.sealed import MASK, Sealed
from services.errors import Malformed
from services.follower import follow, step
from services.publisher import subscriptions, webhooks
from services.publisher.webhooks import Deliveries, signature
from services.vault import KeyFile
from services.vault.keys import provision
from services.vault.sealing import needed, seal
from tests.kafka.published import entries, threaded, until
from tests.projections.histories import BEGAN, entry, store


@dataclass
class Receiver:
    """A subscriber on the loopback: what it got, and what it answers next."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    drip_seconds: float = 0.0
    """Between two bytes of an answer that never ends; 0: it answers at once."""

    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver of its own, in a thread."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            status = found.answers.pop(0) if found.answers else 204
            if status == 204:
                found.taken.extend(json.loads(body)["events"])
            while found.drip_seconds:
                self.wfile.write(b"H")
                time.sleep(found.drip_seconds)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/events?of=example"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    found.drip_seconds = 0.0
    server.shutdown()
    thread.join()
    server.server_close()


def settled(deliveries: Deliveries) -> bool:
    """Whether nothing is under way any more, once what was answered is stored."""
    deliveries.follower().checkpoint(0)
    return not deliveries.under_way


def sweep(conn: psycopg.Connection[Any], keys: KeyFile) -> int:
    """One try for each subscription that is due, to its end; how many have been moved on."""
    before = {found.id: found.position for found in subscriptions.webhooks(conn)}
    deliveries = Deliveries(conn, keys, lambda: None)
    step(deliveries.follower())
    until(lambda: settled(deliveries))
    return sum(found.position > before[found.id] for found in subscriptions.webhooks(conn))


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile.at(tmp_path / "key")


def test_batches_come_in_order_signed_by_the_secret(database: str, receiver: Receiver, keys: KeyFile) -> None:
    everything = entries(1, units=30)
    with psycopg.connect(database, autocommit=True) as conn:
        subscription, secret = subscriptions.add(conn, keys, receiver.url, after=0)
    store(database, everything)
    with threaded(follow, webhooks.process(database, keys, poll_seconds=0.1)):
        until(lambda: len(receiver.taken) == len(everything))
    assert [one["position"] for one in receiver.taken] == list(range(1, len(everything) + 1))
    assert len(receiver.got) > 1
    for headers, body in receiver.got:
        at, given = (part.split("=", 1)[1] for part in headers["Concord-Signature"].split(","))
        assert hmac.new(bytes.fromhex(secret), at.encode() + b"." + body, sha256).hexdigest() == given
        assert abs(time.time() - int(at)) < 60
        assert headers["Concord-Delivery"].startswith(f"{subscription}:")
    with psycopg.connect(database) as conn:
        (found,) = subscriptions.webhooks(conn)
        assert (found.position, subscriptions.waiting(conn, found)) == (len(everything), 0)
        assert bytes.fromhex(secret) not in found.secret


def test_what_is_not_taken_waits_longer_and_longer_and_is_seen(
    database: str, receiver: Receiver, keys: KeyFile
) -> None:
    store(database, entries(2))
    receiver.answers = [500, 302, 204]
    with psycopg.connect(database, autocommit=True) as conn:
        subscriptions.add(conn, keys, receiver.url, after=0)
        pauses = []
        for failures, why in ((1, "answered 500"), (2, "answered 302")):
            assert sweep(conn, keys) == 0
            (found,) = subscriptions.webhooks(conn)
            assert (found.failures, found.error, found.position, found.due) == (failures, why, 0, False)
            assert subscriptions.waiting(conn, found) > 0
            assert sweep(conn, keys) == 0
            pause = conn.execute("SELECT extract(epoch FROM next_try - updated_at) FROM register.webhooks").fetchone()
            assert pause is not None
            pauses.append(float(pause[0]))
            conn.execute("UPDATE register.webhooks SET next_try = now()")
        assert pauses == [1, 2]
        assert len(receiver.got) == 2, "not before its time, and no redirect is followed"
        assert sweep(conn, keys) == 1
        (found,) = subscriptions.webhooks(conn)
        assert (found.failures, found.error, found.due) == (0, None, True)
    assert receiver.got[0][1] == receiver.got[2][1]


def test_nobody_there_hinders_no_other(database: str, receiver: Receiver, keys: KeyFile) -> None:
    store(database, entries(3)[:20])
    with psycopg.connect(database, autocommit=True) as conn:
        subscriptions.add(conn, keys, "http://127.0.0.1:9/", after=0)
        subscriptions.add(conn, keys, receiver.url, after=0)
        assert sweep(conn, keys) == 1
        assert [one.failures for one in subscriptions.webhooks(conn)] == [1, 0]
    assert len(receiver.taken) == 20


def test_only_the_types_asked_for_and_from_now_on(database: str, receiver: Receiver, keys: KeyFile) -> None:
    everything = entries(4)
    store(database, everything[:50])
    with psycopg.connect(database, autocommit=True) as conn:
        subscription, _ = subscriptions.add(conn, keys, receiver.url, ["unit.named.v1"])
        store(database, everything[50:])
        while sweep(conn, keys):
            pass
        sweep(conn, keys)
        wanted = [n for n, one in enumerate(everything, 1) if n > 50 and one.event.about.type == "unit.named.v1"]
        assert wanted
        assert [one["position"] for one in receiver.taken] == wanted
        (found,) = subscriptions.webhooks(conn)
        assert found.position == len(everything)
        assert subscriptions.remove(conn, subscription)
        assert subscriptions.webhooks(conn) == []


def test_personal_fields_are_masked(database: str, receiver: Receiver, keys: KeyFile) -> None:
    clear = entry(uuid4(), 1, OfficerRegistered(name=Sealed(clear="张三（示例）")), BEGAN)
    with psycopg.connect(database, autocommit=True) as conn:
        store(database, [seal(clear, provision(conn, keys, needed(clear)))])
        subscriptions.add(conn, keys, receiver.url, after=0)
        assert sweep(conn, keys) == 1
    assert receiver.taken[0]["event"]["name"] == MASK


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://127.0.0.1/", "https://a:b@example.org/", "https://", "https://a..example.org/",
        "https://.example.org/", f"https://{'a' * 64}.example.org/", "https://exa mple.org/", "https://[::1", "https://a:0x/",
    ],
)  # fmt: skip
def test_E_30_an_address_that_nobody_can_be_asked_at_is_refused_when_it_is_added(
    database: str, keys: KeyFile, url: str
) -> None:
    with psycopg.connect(database, autocommit=True) as conn, pytest.raises(Malformed):
        subscriptions.add(conn, keys, url)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://例子.example.org/事件?省=湖南", "https://xn--fsqu00a.example.org/%E4%BA%8B%E4%BB%B6?%E7%9C%81=%E6%B9%96%E5%8D%97"),
        ("https://example.org:8443/a%20b?c=d&e=%41#f", "https://example.org:8443/a%20b?c=d&e=%41"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ],
)  # fmt: skip
def test_E_30_an_address_is_encoded_when_it_is_added(database: str, keys: KeyFile, url: str, sent: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        subscriptions.add(conn, keys, url)
        assert [found.url for found in subscriptions.webhooks(conn)] == [sent]


def test_E_30_an_address_that_was_stored_before_hurts_only_its_own_subscription(
    database: str, receiver: Receiver, keys: KeyFile
) -> None:
    store(database, entries(3)[:20])
    with psycopg.connect(database, autocommit=True) as conn:
        for url in ("https://a..example.org/", "https://\u4f8b.example.org/\u4e8b", "https://[broken/"):
            subscription, _ = subscriptions.add(conn, keys, receiver.url, after=0)
            conn.execute("UPDATE register.webhooks SET url = %s WHERE id = %s", [url, subscription])
        subscriptions.add(conn, keys, receiver.url, after=0)
        assert sweep(conn, keys) == 1
        assert [found.failures for found in subscriptions.webhooks(conn)] == [1, 1, 1, 0]
    assert len(receiver.taken) == 20


def test_E_31_a_receiver_that_drips_costs_its_neighbours_nothing_and_is_cut_off(
    database: str, receiver: Receiver, keys: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "DELIVERY_SECONDS", 3.0)
    store(database, entries(3)[:20])
    with receiving() as dripping, psycopg.connect(database, autocommit=True) as conn:
        dripping.drip_seconds = 0.5
        slow, _ = subscriptions.add(conn, keys, dripping.url, after=0)
        subscriptions.add(conn, keys, receiver.url, after=0)
        with threaded(follow, webhooks.process(database, keys, poll_seconds=0.1)):
            until(lambda: len(receiver.taken) == 20)
            assert {found.id: found.failures for found in subscriptions.webhooks(conn)}[slow] == 0, "it still drips"
            until(lambda: subscriptions.webhooks(conn)[0].failures == 1)
        assert subscriptions.webhooks(conn)[0].error == "no whole answer within 3 s"


def test_E_31_it_stops_when_it_is_asked_while_a_receiver_drips(database: str, keys: KeyFile, tmp_path: Path) -> None:
    store(database, entries(3)[:20])
    with receiving() as dripping, psycopg.connect(database, autocommit=True) as conn:
        dripping.drip_seconds = 0.5
        subscriptions.add(conn, keys, dripping.url, after=0)
        environment = {**os.environ, "CONCORD_DATABASE_URL": database, "CONCORD_DATA_DIR": str(tmp_path)}
        command = [sys.executable, "-P", "-m", "deploy.cli", "serve", "webhooks"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            until(lambda: bool(dripping.got))
            process.send_signal(signal.SIGTERM)
            # far less than a delivery's deadline, and without being killed
            assert process.wait(webhooks.DELIVERY_SECONDS / 2) == 0
        finally:
            process.kill()
            process.wait()


def test_a_signature_is_what_its_documentation_says() -> None:
    digest = hmac.new(b"k", b'7.{"events":[]}', sha256).hexdigest()
    assert signature(b"k", b'{"events":[]}', 7) == f"t=7,v1={digest}"
