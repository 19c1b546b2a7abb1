"""PostgreSQL is killed and comes back while signals flow: intake says so, loses nothing, doubles nothing."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
import pytest
from test_faults import KILLS, each_exactly_once, running, work
from wire import report, send, settled, taken_offsets, wait

from deploy import embedded, kafka
from deploy.embedded.cluster import free_port
from services.follower.processes import processes_now
from services.register.migrate import migrate

OUTAGES = max(2, KILLS // 10)
AWAY_SECONDS = 1.5
WORK = 100

pytestmark = pytest.mark.faults


def _ready(port: int) -> tuple[int, dict[str, object]]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)
    except URLError:
        return 0, {}


def _metric(port: int, name: str) -> float:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


def _told(conninfo: str) -> str:
    """In what state intake is told by `concord ps`."""
    with psycopg.connect(conninfo) as conn:
        (intake,) = [process for process in processes_now(conn) if process.name == "intake"]
    return intake.state


def test_while_postgresql_is_away_intake_says_so_and_then_goes_on(bootstrap: str, tmp_path: Path) -> None:
    server = embedded.start(tmp_path / "postgres")
    database = server.url
    migrate(database)
    settled(database)
    port, over, sent = free_port(18_300), threading.Event(), [0]

    def produce() -> None:
        while not over.is_set():
            send(bootstrap, work(sent[0] * WORK, WORK))
            sent[0] += 1
            time.sleep(0.1)

    producer = threading.Thread(target=produce)
    with running(database, bootstrap, tmp_path, [["--name", "one", "--metrics-port", str(port)]]):
        wait(lambda: _ready(port)[0] == 200, 60, "intake is not ready")
        producer.start()
        for _ in range(OUTAGES):
            before = taken_offsets(database)
            wait(lambda before=before: taken_offsets(database) > before, 60, "nothing is taken")
            os.kill(server.pid, signal.SIGQUIT)  # immediate shutdown: no checkpoint, connections cut
            wait(lambda: _metric(port, "concord_intake_database_away") == 1, 30, "the metric does not tell")
            status, checks = _ready(port)
            assert (status, checks["ready"], checks["database"], checks["broker"]) == (503, False, False, True), checks
            time.sleep(AWAY_SECONDS)
            server = embedded.start(tmp_path / "postgres")
            assert server.url == database
            wait(lambda: _metric(port, "concord_intake_database_away") == 0, 30, "it does not come back")
            assert _ready(port)[1]["database"]
        over.set()
        producer.join(120)
        assert not producer.is_alive()
        published = sum(len(work(turn * WORK, WORK)) for turn in range(sent[0]))
        wait(lambda: taken_offsets(database) == published, 120, f"{taken_offsets(database)} of {published} taken")
        assert _ready(port)[0] == 200
    each_exactly_once(database, sent[0] * WORK)
    embedded.erase(server)


def test_an_idle_intake_knows_that_database_or_broker_is_away(
    bootstrap: str, broker_directory: Path, tmp_path: Path
) -> None:
    server = embedded.start(tmp_path / "postgres")
    migrate(server.url)
    settled(server.url)
    port = free_port(18_320)
    with running(server.url, bootstrap, tmp_path, [["--name", "one", "--metrics-port", str(port)]]):
        send(bootstrap, [report(1, "one")])
        wait(lambda: taken_offsets(server.url) == 1, 60, "it was not taken")
        status, checks = _ready(port)
        assert checks.pop("seconds_since_step") is not None
        assert checks.pop("state") in {"working", "idle"}
        well = {"ready": True, "database": True, "broker": True, "errors": [], "error": None, "halted": {}}
        assert (status, checks) == (200, well | {"process": "intake"})
        broker = kafka.status(broker_directory)
        assert broker is not None
        os.kill(broker.pid, signal.SIGKILL)
        wait(lambda: _ready(port)[1].get("broker") is False, 30, "the broker's end is not told")
        assert _ready(port)[0] == 503
        assert _ready(port)[1]["database"]
        wait(lambda: _told(server.url) == "waiting", 60, "its own heartbeat does not tell it")
        kafka.up(broker_directory)
        wait(lambda: _ready(port)[0] == 200, 60, "intake does not come back")
        wait(lambda: _told(server.url) in {"idle", "working"}, 60, "its own heartbeat does not tell that it is well")
        os.kill(server.pid, signal.SIGQUIT)
        wait(lambda: _metric(port, "concord_intake_database_away") == 1, 30, "the metric does not tell")
        assert _ready(port)[0] == 503
    embedded.erase(embedded.start(tmp_path / "postgres"))
