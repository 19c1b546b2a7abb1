"""One frame under every process: it finds the bad item, waits for what is away, says where it stands, tells idle
from stale."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from serving import serve
from world import TestClock

from events.registry import decode
from events.unit.naming import UnitNamed
from services.follower import BrokenError, Control, Follower, Lane, Process, StandbyError, follow, log, step
from services.follower.processes import Running, processes_now
from services.projector.run import prepare
from services.register.read import last_position, raw_tail
from tests.projections.histories import PACK, PROVINCE, history, interleaved, store

ROOT = Path(__file__).parents[2]


def until(reached: Callable[[], bool], seconds: float = 60.0) -> None:
    limit = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < limit, "it did not come in time"
        time.sleep(0.02)


@contextmanager
def following(process: Process) -> Iterator[list[BaseException]]:
    """The process in a thread; what it ended with."""
    stop, ends = threading.Event(), list[BaseException]()

    def work() -> None:
        try:
            follow(process, stop.is_set)
        except Exception as error:  # noqa: BLE001 (told to the test)
            ends.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield ends
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def seen(database: str, name: str) -> Running | None:
    with psycopg.connect(database, autocommit=True) as conn:
        return next((found for found in processes_now(conn) if found.name == name), None)


def state(database: str, name: str) -> str | None:
    found = seen(database, name)
    return found.state if found is not None else None


def entries(units: int = 6) -> list[Any]:
    random = Random(5)  # noqa: S311 (the same histories each time)
    return list(interleaved(random, [history(random, number, 20) for number in range(units)]))


def test_the_one_bad_item_is_found_and_all_others_take_effect() -> None:
    taken, bad, asked = list[int](), list[int](), 0

    def sink(_lane: str, items: Sequence[int]) -> int:
        nonlocal asked
        asked += 1
        if 613 in items:
            raise ValueError("613")
        taken.extend(items)
        return len(items)

    def aside(_lane: str, item: int, _error: Exception) -> int:
        bad.append(item)
        return 1

    follower = Follower(lambda: [("lane", range(1_000))], sink, list, failure=aside)
    assert step(follower) == 1_000
    assert (taken, bad) == ([number for number in range(1_000) if number != 613], [613])
    assert asked < 25, "it halves, and does not try one by one"


def test_what_is_away_is_no_items_fault() -> None:
    def sink(_lane: str, _items: Sequence[int]) -> int:
        raise psycopg.OperationalError("away")

    follower = Follower(lambda: [("lane", range(10))], sink, list, failure=lambda *_: pytest.fail("blamed"))
    with pytest.raises(psycopg.OperationalError):
        step(follower)


def example() -> Any:
    spec = importlib.util.spec_from_file_location("namings", ROOT / "docs/examples/namings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_process_in_the_docs_counts_every_naming_once(database: str) -> None:
    assert len((ROOT / "docs/examples/namings.py").read_text().splitlines()) <= 40
    everything = entries(12)
    store(database, everything[:100])
    with following(example().process(database)), following(example().process(database)):
        store(database, everything[100:])
        until(lambda: tracked(database) == len(everything))
    with psycopg.connect(database) as conn:
        named = [decode(raw.type, raw.state) for raw in raw_tail(conn, 0, 10_000, [UnitNamed.about.type])]
        counts = dict(conn.execute("SELECT place, count FROM projections.namings").fetchall())
    assert named
    assert counts == {place: sum(entry.actor.place == place for entry in named) for place in counts}
    assert sum(counts.values()) == len(named)


def tracked(database: str) -> int:
    with psycopg.connect(database) as conn:
        row = conn.execute("SELECT notification_id FROM projections.tracking").fetchone()
    return row[0] if row else 0


def test_it_stops_before_the_entry_on_which_it_fails_and_says_so(database: str) -> None:
    store(database, entries()[:60])

    def effect(conn: psycopg.Connection[Any], found: Sequence[Any]) -> None:
        conn.execute("INSERT INTO projections.seen SELECT unnest(%s::uuid[])", [[entry.stream for entry in found]])
        if any(entry.version == 7 for entry in found):
            raise ValueError("the seventh")

    def table(conn: psycopg.Connection[Any]) -> None:
        conn.execute("CREATE TABLE projections.seen (stream uuid)")

    with psycopg.connect(database) as conn:
        (failing,) = [raw.position for raw in raw_tail(conn, 0, 100) if raw.version == 7][:1]
    with following(log.process(database, "seen", effect, prepare=table)) as ends:
        until(lambda: bool(ends))
    assert isinstance(ends[0], BrokenError)
    assert f"before position {failing}" in str(ends[0])
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT count(*) FROM projections.seen").fetchone() == (failing - 1,)
    found = seen(database, "seen")
    assert found is not None
    assert found.state == "stopped"
    assert "the seventh" in (found.error or "")


def test_a_process_that_starts_while_the_database_is_away_waits_and_says_so(server: str, database: str) -> None:
    name, waited = conninfo_to_dict(database)["dbname"], list[Exception]()

    def renamed(old: str, new: str) -> None:
        with psycopg.connect(server, autocommit=True) as conn:
            conn.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))

    def prepared() -> None:
        try:
            prepare(database, PACK, PROVINCE)
        except psycopg.OperationalError as error:
            waited.append(error)
            raise

    process = replace(log.process(database, "late", lambda *_: None), prepare=prepared)
    renamed(str(name), f"{name}_away")
    with following(process):
        until(lambda: len(waited) >= 2)
        renamed(f"{name}_away", str(name))
        until(lambda: state(database, "late") == "idle")
        found = seen(database, "late")
        assert found is not None
        assert (found.error or "").startswith("OperationalError")
        assert found.error_at is not None
    until(lambda: state(database, "late") == "ended")


def test_a_second_copy_stands_by_and_takes_over(database: str) -> None:
    held = threading.Lock()

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[str, int]]:
        if not held.acquire(blocking=False):
            raise StandbyError("working (another is at work)")
        try:
            yield Follower(lambda: (), lambda _lane, _items: 0, lambda: [Lane("one", 3, 5)])
        finally:
            held.release()

    with following(Process("twin", database, opened)):
        until(lambda: state(database, "twin") == "idle")
        with following(Process("second", database, opened)):
            until(lambda: state(database, "second") == "standby")
            found = seen(database, "twin")
            assert found is not None
            assert [(lane["name"], lane["position"], lane["head"], lane["lag"]) for lane in found.lanes] == [
                ("one", 3, 5, 2)
            ]


@contextmanager
def projector(database: str, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "CONCORD_DATABASE_URL": database, "CONCORD_DATA_DIR": str(directory)}
    command = [sys.executable, "-P", "-m", "deploy.cli", "serve", "projector"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_E_16_a_frozen_projector_is_stale_within_three_seconds_and_an_idle_one_is_not(
    database: str, tmp_path: Path
) -> None:
    everything = entries()
    store(database, everything[:-3])
    with projector(database, tmp_path) as process:
        api, address = serve(database, tmp_path, tmp_path / "key", TestClock())
        with httpx2.Client(base_url=address, timeout=60) as client:

            def board() -> dict[str, Any]:
                return dict(client.get("/readyz").json()["projections"].get("board", {}))

            until(lambda: board() == {"lag": 0, "status": "running"}, 120)
            time.sleep(4)
            assert client.get("/readyz").status_code == 200, "idle is not stale"
            assert state(database, "projector") == "idle"
            os.kill(process.pid, signal.SIGSTOP)
            store(database, everything[-3:])
            stopped = time.monotonic()
            until(lambda: board()["status"] == "stale")
            took = time.monotonic() - stopped
            assert board()["lag"] == 3
            ready = client.get("/readyz")
            assert ready.status_code == 503
            assert [one["state"] for one in ready.json()["processes"]] == ["stale"]
            page = client.get("/board").text
            assert "数据陈旧" in page
            assert "3条未纳入" in page
            os.kill(process.pid, signal.SIGCONT)
            until(lambda: board() == {"lag": 0, "status": "running"})
            assert "数据陈旧" not in client.get("/board").text
            assert client.get("/readyz").status_code == 200
        api.should_exit = True
    print(f"stale was said after {took:.1f} s")


def test_processes_are_told_over_http_to_whoever_has_an_account(served: Any) -> None:
    assert served.client.get("/api/v1/processes").status_code == 401
    until(lambda: bool(served.get("processes").json()["processes"]))
    until(lambda: bool(served.get("processes").json()["processes"][0]["lanes"]))
    (found,) = served.get("processes").json()["processes"]
    assert (found["name"], found["pid"]) == ("projector", os.getpid())
    assert found["state"] in {"idle", "working"}
    assert {lane["name"] for lane in found["lanes"]} >= {"board", "deadlines", "acts"}
    with psycopg.connect(served.conninfo) as conn:
        assert all(0 <= lane["position"] <= last_position(conn) for lane in found["lanes"])


@pytest.mark.parametrize("room", ["projector", "publisher", "timekeeper", "intake", "nation"])
def test_nobody_but_the_frame_listens_sleeps_or_loops_until_it_is_stopped(room: str) -> None:
    found = []
    for path in sorted((ROOT / "services" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            loops = isinstance(node, ast.While) and "stop" in ast.unparse(node.test)
            if name in {"sleep", "notifies", "patiently"} or loops:
                found.append(f"{path.name}:{getattr(node, 'lineno', 0)}")
            if isinstance(node, ast.Constant) and str(node.value).startswith("LISTEN"):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


@pytest.mark.parametrize("package", ["services", "projections", "deploy/cli", "deploy/demo"])
def test_only_the_register_reads_its_tables(package: str) -> None:
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        if path.is_relative_to(ROOT / "services" / "register") or path.is_relative_to(ROOT / "services" / "verifier"):
            continue  # the verifier holds the very rows against what the register says of them
        for node in ast.walk(ast.parse(path.read_text())):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if re.search(r"\b(FROM|JOIN|INTO|UPDATE|COPY) register\.(events|streams|commands)\b", text):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []
