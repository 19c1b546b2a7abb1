"""The projector: exactly once through kills, awake through lost connections, one failure stopping one projection."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from events.envelope import Entry, Event
from projections.catalogue import CATALOGUE, Projection
from projections.freshness import freshness, wait_for
from services.casework.kinds import KINDS
from services.casework.pack import Pack
from services.casework.policy.state import policy_stream
from services.follower import follow, step
from services.projector import positions, run, tables
from services.projector.batch import Memory
from services.projector.compare import compare
from services.projector.policy import Following
from services.projector.positions import NotOfThisLogError
from services.projector.rebuild import REBUILD_LOCK, Progress, rebuild
from services.projector.run import Projector, prepare
from tests.forked import forked
from tests.projections.histories import (
    PACK,
    PROVINCE,
    adoption,
    another_version,
    beside,
    history,
    interleaved,
    officer,
    store,
)

ROOT = Path(__file__).parents[2]
PROCESS = """
import sys
from services.casework.pack import load_pack
from services.follower import follow
from services.projector.run import process
follow(process(sys.argv[1], load_pack(version="1"), "430000", batch=50, poll_seconds=0.1), lambda: False)
"""


def entries(seed: int, units: int = 12, most: int = 30) -> list[Entry[Event]]:
    random = Random(seed)  # noqa: S311 (the same histories each time)
    streams = [history(random, number, random.randint(1, most)) for number in range(units)]
    others = [beside(random, kind, seed, 4) for kind in KINDS if kind != "unit"]
    return list(interleaved(random, [*streams, *others, officer(seed)]))


def with_adoptions(everything: list[Entry[Event]], packs: Sequence[Pack]) -> list[Entry[Event]]:
    """The same, with these packs adopted somewhere between, each for a day some weeks later."""
    every = len(everything) // (len(packs) + 1)
    for version, pack in enumerate(packs, 1):
        at = everything[version * every].recorded_at
        everything.insert(version * every, adoption(version, pack, at.date() + timedelta(days=30 * version), at))
    return everything


def rows(database: str) -> dict[str, list[Any]]:
    with psycopg.connect(database) as conn:
        return {
            name: conn.execute(f"SELECT * FROM projections.{name} ORDER BY {', '.join(projection.key)}").fetchall()
            for name, projection in CATALOGUE.items()
        }


def places(database: str) -> dict[str, positions.Place]:
    with psycopg.connect(database) as conn:
        return {place.name: place for place in positions.places(conn)}


def until_at(database: str, position: int, seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while any(place.position < position for place in places(database).values()) or not places(database):
        assert time.monotonic() < limit, places(database)
        time.sleep(0.01)


def catch_up(database: str, batch: int = 2_000) -> None:
    prepare(database, PACK, PROVINCE)
    with psycopg.connect(database, autocommit=True) as conn:
        projector = Projector(conn, database, Following(PROVINCE, PACK), batch)
        while step(projector.follower()):
            pass


@contextmanager
def running(database: str, poll_seconds: float = 0.2) -> Iterator[None]:
    stop = threading.Event()
    process = run.process(database, PACK, PROVINCE, poll_seconds=poll_seconds)
    thread = threading.Thread(target=follow, args=(process, stop.is_set), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    """The province's pack in version 2."""
    monkeypatch.setenv("CONCORD_PACKS", str(tmp_path))
    return another_version(tmp_path, "2")


@pytest.mark.parametrize("seed", range(6))
def test_live_in_batches_of_any_size_equals_a_rebuild(database: str, another: Pack, seed: int) -> None:
    prepare(database, PACK, PROVINCE)
    random = Random(seed)  # noqa: S311
    waiting = with_adoptions(entries(seed), [another, PACK, another][: seed % 4])
    with psycopg.connect(database, autocommit=True) as conn:
        projector = Projector(conn, database, Following(PROVINCE, PACK), batch=random.choice([1, 7, 500]))
        projector.memory = Memory(random.choice([0, 40, 20_000]))
        while waiting:
            size = random.randint(1, 60)
            store(database, waiting[:size])
            waiting = waiting[size:]
            while step(projector.follower()):
                pass
    live = rows(database)
    assert all(live.values())
    rebuild(database, None, PACK, PROVINCE, shards=2)
    assert rows(database) == live
    assert compare(database, PACK, PROVINCE) == []


def test_compare_names_the_row_that_is_not_what_the_events_make(database: str) -> None:
    store(database, entries(1))
    catch_up(database)
    with psycopg.connect(database) as conn:
        row = conn.execute("UPDATE projections.board SET watch = 'wrong' WHERE position > 5 RETURNING unit").fetchone()
        assert row is not None
        conn.execute("DELETE FROM projections.board WHERE unit <> %s", [row[0]])
        conn.execute("DELETE FROM projections.acts WHERE position = 3")
    found = compare(database, PACK, PROVINCE)
    board = [mismatch for mismatch in found if mismatch.projection == "board"]
    wrong = [mismatch for mismatch in board if mismatch.kept is not None]
    assert {mismatch.stream for mismatch in wrong} == {str(row[0])}
    assert wrong[0].kept["watch"] == "wrong"
    assert wrong[0].made["watch"] != "wrong"
    assert len({mismatch.stream for mismatch in board}) == 12
    assert [mismatch.made["position"] for mismatch in found if mismatch.projection == "acts"] == [3]


@pytest.mark.faults
def test_a_killed_projector_goes_on_where_its_rows_are(database: str, another: Pack) -> None:
    prepare(database, PACK, PROVINCE)
    everything = with_adoptions(entries(3, units=60, most=40), [another, PACK])
    for start in range(0, len(everything), 250):
        process = forked(PROCESS, database)
        began = min(place.position for place in places(database).values())
        store(database, everything[start : start + 250])
        while min(place.position for place in places(database).values()) == began:
            assert process.is_alive()
            time.sleep(0.002)
        process.kill()
        process.join()
    catch_up(database)
    live = rows(database)
    rebuild(database, None, PACK, PROVINCE)
    assert rows(database) == live
    assert len(live["acts"]) == len(everything)


def test_two_projectors_at_once_take_every_event_in_once(database: str, another: Pack) -> None:
    everything = with_adoptions(entries(4, units=30), [another])
    prepare(database, PACK, PROVINCE)
    with running(database), running(database):
        for start in range(0, len(everything), 20):
            store(database, everything[start : start + 20])
        until_at(database, len(everything))
    assert compare(database, PACK, PROVINCE) == []


def test_a_failing_projection_stops_alone_before_its_event_and_goes_on_by_a_persons_word(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = entries(5)
    at = next(n for n, one in enumerate(everything, 1) if n >= 37 and one.event.about.type.startswith("unit."))
    store(database, everything)
    prepare(database, PACK, PROVINCE)
    whole = CATALOGUE["acts"]

    def failing(happening: Any) -> Any:
        if happening.position == at:
            raise ValueError("no line can be made")
        return whole.lines(happening)  # type: ignore[misc]

    broken = {**CATALOGUE, "acts": replace(whole, lines=failing)}
    monkeypatch.setattr(run, "CATALOGUE", broken)
    catch_up(database)
    found = places(database)
    stopped = found.pop("acts")
    assert (stopped.status, stopped.position, stopped.failed_at) == ("stopped", at - 1, at)
    failed = everything[at - 1]
    assert stopped.error is not None
    assert failed.event.about.type in stopped.error
    assert failed.id in stopped.error
    assert "no line can be made" in stopped.error
    assert {place.position for place in found.values()} == {len(everything)}
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT max(position) FROM projections.acts").fetchone() <= (at - 1,)

    monkeypatch.setattr(run, "CATALOGUE", CATALOGUE)
    catch_up(database)
    assert places(database)["acts"].position == at - 1  # not by itself
    with psycopg.connect(database) as conn:
        assert positions.resume(conn, "acts")
    catch_up(database)
    assert places(database)["acts"].position == len(everything)
    assert compare(database, PACK, PROVINCE) == []


def test_a_row_that_the_database_refuses_stops_its_projection_alone(database: str) -> None:
    everything = entries(6)
    at = next(n for n, one in enumerate(everything, 1) if n >= 50 and one.event.about.type.startswith("unit."))
    store(database, everything)
    prepare(database, PACK, PROVINCE)
    with psycopg.connect(database) as conn:
        conn.execute(f"ALTER TABLE projections.acts ADD CONSTRAINT refused CHECK (position <> {at})")
    catch_up(database)
    found = places(database)
    assert found.pop("acts").failed_at == at
    assert {place.position for place in found.values()} == {len(everything)}


def test_an_event_of_an_unknown_type_stops_everything_before_it(database: str) -> None:
    store(database, entries(7))
    catch_up(database)
    at = places(database)["board"].position
    with psycopg.connect(database) as conn:
        conn.execute(
            "INSERT INTO register.events SELECT position + 1, gen_random_uuid(), 1, 'unit.unheard-of.v9', recorded_at,"
            " gen_random_uuid(), state FROM register.events WHERE position = %s",
            [at],
        )
    catch_up(database)
    for place in places(database).values():
        assert (place.status, place.position, place.failed_at) == ("stopped", at, at + 1)
        assert "unit.unheard-of.v9" in (place.error or "")


def test_a_pack_that_is_not_here_stops_the_views_where_it_is_adopted(database: str, another: Pack) -> None:
    everything = with_adoptions(entries(16), [another.model_copy(update={"version": "9"})])
    at = next(n for n, entry in enumerate(everything, 1) if entry.event.about.type == "policy.adopted.v1"
              and entry.stream == policy_stream(PROVINCE))  # fmt: skip
    store(database, everything)
    catch_up(database)
    for name, found in places(database).items():
        if CATALOGUE[name].rows is None:
            assert (found.status, found.position) == ("running", len(everything))
        else:
            assert (found.status, found.position, found.failed_at) == ("stopped", at - 1, at)
            assert "version" in (found.error or "")


def test_nobody_else_is_disturbed_while_a_policy_is_adopted(database: str, another: Pack) -> None:
    everything = with_adoptions(entries(17), [another])
    store(database, everything)
    prepare(database, PACK, PROVINCE)
    with psycopg.connect(database, autocommit=True) as conn, psycopg.connect(database, autocommit=True) as other:
        projector = Projector(conn, database, Following(PROVINCE, PACK))
        other.execute("SELECT pg_advisory_lock(%s)", [REBUILD_LOCK])
        while step(projector.follower()):
            pass
        waiting = {place.position for name, place in places(database).items() if CATALOGUE[name].rows is not None}
        assert len(waiting) == 1
        assert waiting.pop() < len(everything)
        other.execute("SELECT pg_advisory_unlock(%s)", [REBUILD_LOCK])
        while step(projector.follower()):
            pass
    assert {place.position for place in places(database).values()} == {len(everything)}
    assert compare(database, PACK, PROVINCE) == []


@pytest.mark.faults
def test_killed_connections_do_not_put_it_to_sleep(database: str) -> None:
    everything = entries(8, units=20)
    prepare(database, PACK, PROVINCE)
    with running(database, poll_seconds=0.2):
        for start in range(0, len(everything), 60):
            with psycopg.connect(database, autocommit=True) as conn:
                for name in ("concord bell", "concord projector"):
                    conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                 " WHERE datname = current_database() AND application_name = %s", [name])  # fmt: skip
                    time.sleep(0.05)
            store(database, everything[start : start + 60])
            until_at(database, min(start + 60, len(everything)), seconds=10)
    assert compare(database, PACK, PROVINCE) == []


def test_a_rebuild_beside_serves_the_old_rows_until_the_switch(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = entries(9, units=20)
    store(database, everything[:200])
    catch_up(database)
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE projections.board SET last_zh = 'old'")
        conn.execute("UPDATE projections.position SET version = 0 WHERE name = 'board'")
    seen: list[list[Any]] = []

    def look(progress: Progress) -> None:
        with psycopg.connect(database) as conn:
            seen.append(conn.execute("SELECT DISTINCT last_zh FROM projections.board").fetchall())
            if len(seen) == 3:
                shown = conn.execute("SELECT rebuilding FROM projections.position WHERE name = 'board'").fetchone()
                assert shown is not None
                assert shown[0]["total"] == 200
        if len(seen) == 5:
            store(database, everything[200:])

    rebuild(database, ["board"], PACK, PROVINCE, shards=1, progress=look)
    assert seen == [[("old",)]] * len(seen)
    found = places(database)["board"]
    assert (found.version, found.position) == (CATALOGUE["board"].version, len(everything))
    catch_up(database)
    assert compare(database, PACK, PROVINCE) == []
    with psycopg.connect(database) as conn:
        tables = conn.execute("SELECT relname FROM pg_class WHERE relname LIKE '%\\_next%'").fetchall()
        roles = conn.execute("SELECT has_table_privilege('concord_reader', 'projections.board', 'SELECT')").fetchone()
    assert tables == [("board_next_due_unit_idx",)], "an index of the column next_due; nothing of a table built beside"
    assert roles == (True,)


def test_rebuilt_tables_are_known_to_be_seen_by_all(database: str) -> None:
    store(database, entries(7))
    rebuild(database, None, PACK, PROVINCE)
    with psycopg.connect(database) as conn:
        found = dict(
            conn.execute(
                "SELECT relname, relallvisible = relpages FROM pg_class "
                "WHERE relnamespace = 'projections'::regnamespace AND relname = ANY (%s)", [list(CATALOGUE)],
            ).fetchall()
        )  # fmt: skip
    assert found == dict.fromkeys(CATALOGUE, True)  # else what an index alone could answer reads every row


def test_a_rebuild_that_fails_leaves_the_old_table(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store(database, entries(10))
    catch_up(database)
    before = rows(database)

    def fail(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(database, None, PACK, PROVINCE, progress=fail)
    assert rows(database) == before
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT count(*) FROM projections.position WHERE rebuilding IS NOT NULL").fetchone() == (0,)


def test_a_projection_of_another_version_is_rebuilt_at_the_start(database: str) -> None:
    store(database, entries(11))
    catch_up(database)
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE projections.position SET version = 0 WHERE name = 'search'")
        conn.execute("DELETE FROM projections.search")
    prepare(database, PACK, PROVINCE)
    assert places(database)["search"].version == CATALOGUE["search"].version
    assert len({row[0] for row in rows(database)["search"]}) == 12


def test_it_does_not_start_ahead_of_the_log_or_on_another_log(database: str) -> None:
    store(database, entries(12))
    catch_up(database)
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE projections.position SET position = 100000 WHERE name = 'board'")
    with pytest.raises(NotOfThisLogError, match="the log ends at"):
        prepare(database, PACK, PROVINCE)
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE projections.position SET position = 1, log = %s WHERE name = 'board'", [uuid4()])
    with pytest.raises(NotOfThisLogError, match="was made from log"):
        prepare(database, PACK, PROVINCE)


def test_a_writer_waits_for_its_own_write(database: str) -> None:
    everything = entries(13)
    prepare(database, PACK, PROVINCE)

    async def write_and_wait() -> tuple[bool, bool, float]:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
            store(database, everything)
            began = time.monotonic()
            seen = await wait_for(conn, len(everything), 10)
            took = time.monotonic() - began
            never = await wait_for(conn, len(everything) + 1, 0.2)
            board = await freshness(conn, "board")
            assert board is not None
            assert board.position == len(everything)
            assert board.as_of == everything[-1].recorded_at
            return seen, never, took

    with running(database, poll_seconds=5):
        time.sleep(0.5)
        seen, never, took = asyncio.run(write_and_wait())
    assert (seen, never) == (True, False)
    assert took < 4


def test_it_needs_no_more_than_its_role(database: str, server: str) -> None:
    login = f"concord_test_projector_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"CREATE ROLE {login} LOGIN PASSWORD 'example' IN ROLE concord_projector")
    try:
        own = make_conninfo(database, user=login, password="example")
        store(database, entries(14))
        catch_up(own)
        live = rows(database)
        rebuild(own, None, PACK, PROVINCE)
        assert rows(own) == live
        assert compare(own, PACK, PROVINCE) == []
        with psycopg.connect(own) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("INSERT INTO register.events SELECT * FROM register.events")
    finally:
        with psycopg.connect(server, autocommit=True) as conn:
            conn.execute(f"DROP ROLE {login}")


def test_a_rebuild_that_cannot_fold_a_stream_names_it(database: str) -> None:
    everything = entries(15)
    gap = everything[-1].model_copy(update={"version": everything[-1].version + 5})
    store(database, [*everything[:-1], gap])
    prepare(database, PACK, PROVINCE)
    with pytest.raises(ValueError, match=r"follows version|ends at version") as raised:
        rebuild(database, None, PACK, PROVINCE, shards=1)
    assert str(gap.stream) in str(raised.value)


FOLDING = """
import signal
from services.projector.rebuild import in_processes
signal.signal(signal.SIGTERM, lambda *_: None)
print(sorted(in_processes(abs, range(8), 2)))
"""

FAILING = """
from services.projector.rebuild import in_processes
try:
    list(in_processes(len, [0] * 5_000, 2))
except TypeError:
    print("told")
"""


def test_its_processes_end_whatever_the_process_that_has_them_does_with_signals() -> None:
    ended = subprocess.run([sys.executable, "-P", "-c", FOLDING], cwd=ROOT, check=True, timeout=30, capture_output=True)
    assert ended.stdout == b"[0, 1, 2, 3, 4, 5, 6, 7]\n"


def test_its_processes_end_where_one_fails_with_much_still_to_do() -> None:
    ended = subprocess.run([sys.executable, "-P", "-c", FAILING], cwd=ROOT, check=True, timeout=60, capture_output=True)
    assert ended.stdout == b"told\n"


def test_a_switch_gives_way_to_whoever_reads_two_of_the_tables(database: str) -> None:
    board, deadlines = CATALOGUE["board"], CATALOGUE["deadlines"]
    with (
        psycopg.connect(database) as reader,
        psycopg.connect(database, autocommit=True) as builder,
        ThreadPoolExecutor(1) as thread,
    ):
        for projection in (board, deadlines):
            for target in (tables.serving(projection), tables.beside(projection)):
                with builder.transaction():
                    tables.create(builder, target)
                    tables.index(builder, target)
        reader.execute("SELECT count(*) FROM projections.deadlines")
        switched = thread.submit(_switched, builder, [board, deadlines])
        while not _waits(reader):
            time.sleep(0.01)
        reader.execute("SELECT count(*) FROM projections.board")
        assert not switched.done()
        reader.commit()
        switched.result(30)
        assert reader.execute("SELECT to_regclass('projections.board_next')").fetchone() == (None,)


def _switched(conn: psycopg.Connection[Any], projections: Sequence[Projection]) -> None:
    with conn.transaction():
        tables.switch(conn, projections)


def _waits(conn: psycopg.Connection[Any]) -> bool:
    """Whether somebody waits for the deadlines while they have the board."""
    query = """SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted
               AND relation = 'projections.deadlines'::regclass"""
    return conn.execute(query).fetchone() == (1,)
