"""The nation's projector: the same rows as the province's own, by province; one failure stops one province."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import psycopg
import pytest

from services.casework.pack import load_pack
from services.follower import step
from services.nation.projected import Projected, projected
from services.nation.projector import Projector, prepare
from services.nation.rebuild import rebuild
from services.projector import run as provincial
from services.projector.policy import Following
from tests.forked import forked
from tests.nation.instances import adopted
from tests.nation.provinces import all_rows, entries, replicate, rows
from tests.projections.histories import store

PACK = load_pack()
HUNAN, GUANGDONG, SICHUAN = "430000", "440000", "510000"
ROOT = Path(__file__).parents[2]
PROCESS = """
import sys
from services.casework.pack import load_pack
from services.follower import follow
from services.nation import projector
projector.BATCH = 40
follow(projector.process(sys.argv[1], load_pack(), poll_seconds=0.05), lambda: False)
"""


def catch_up(database: str, batch: int = 500) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        projector = Projector(conn, PACK, batch)
        while step(projector.follower()):
            pass


def places(database: str) -> dict[str, Projected]:
    with psycopg.connect(database) as conn:
        return {one.place: one for one in projected(conn)}


def test_the_nation_keeps_the_rows_that_the_province_keeps(database: str) -> None:
    log = entries(1)
    store(database, log)
    provincial.prepare(database, PACK, HUNAN)
    with psycopg.connect(database, autocommit=True) as conn:
        own = provincial.Projector(conn, database, Following(HUNAN, PACK))
        while step(own.follower()):
            pass
    replicate(database, HUNAN, log)
    prepare(database, PACK)
    catch_up(database)
    with psycopg.connect(database) as conn:
        for table in ("board", "signals"):
            query = f"SELECT to_jsonb(t) FROM projections.{table} AS t ORDER BY 1"
            kept = [row for (row,) in conn.execute(query.encode()).fetchall()]
            assert kept
            assert rows(database, table, HUNAN) == kept


@pytest.mark.parametrize("seed", range(4))
def test_batches_of_any_size_equal_a_rebuild(database: str, seed: int) -> None:
    prepare(database, PACK)
    random = Random(seed)  # noqa: S311
    logs = {place: entries(seed + number) for number, place in enumerate((HUNAN, GUANGDONG, SICHUAN))}
    with psycopg.connect(database, autocommit=True) as conn:
        projector = Projector(conn, PACK, batch=random.choice([1, 9, 500]))
        while any(logs.values()):
            for place, waiting in logs.items():
                size = random.randint(1, 80)
                if waiting:
                    replicate(database, place, waiting[:size])
                    logs[place] = waiting[size:]
            while step(projector.follower()):
                pass
    live = all_rows(database)
    assert all(live.values())
    rebuild(database, PACK, processes=2)
    assert all_rows(database) == live
    assert {one.status for one in places(database).values()} == {"running"}


def test_L_50_a_province_that_adopts_another_pack_is_read_by_it_from_there_on(database: str) -> None:
    prepare(database, PACK)
    log = entries(3)
    adoption = adopted(HUNAN, load_pack("example-1"), log[len(log) // 2].day)
    replicate(database, HUNAN, log[: len(log) // 2])
    replicate(database, GUANGDONG, log)
    catch_up(database)
    assert rows(database, "signals", HUNAN)
    replicate(database, HUNAN, [adoption, *log[len(log) // 2 :]])
    catch_up(database)
    live = all_rows(database)
    assert {one.status for one in places(database).values()} == {"running"}
    assert rows(database, "board", HUNAN) != rows(database, "board", GUANGDONG), "what freezes differs"
    rebuild(database, PACK, processes=1)
    assert all_rows(database) == live


def test_the_same_enterprise_is_kept_for_each_province(database: str) -> None:
    prepare(database, PACK)
    log = entries(5, units=3)
    replicate(database, HUNAN, log)
    replicate(database, GUANGDONG, log)
    catch_up(database)
    kept = rows(database, "board", HUNAN)
    assert len({row["unit"] for row in kept}) == 3
    assert rows(database, "board", GUANGDONG) == kept


def test_a_province_that_cannot_be_folded_stops_alone_and_says_so(database: str) -> None:
    prepare(database, PACK)
    log = entries(6)
    gap = log[-1].model_copy(update={"version": log[-1].version + 4})
    replicate(database, HUNAN, [*log[:-1], gap])
    replicate(database, GUANGDONG, entries(7))
    catch_up(database)
    found = places(database)
    stopped = found[HUNAN]
    assert (stopped.status, stopped.position, stopped.failed_at) == ("stopped", len(log) - 1, len(log))
    assert stopped.error is not None
    assert str(gap.stream) in stopped.error
    assert found[GUANGDONG].running
    assert found[GUANGDONG].position == len(entries(7))
    kept = all_rows(database)
    rebuild(database, PACK, processes=1)
    assert places(database)[HUNAN].position == 0
    catch_up(database)
    assert all_rows(database) == kept
    assert places(database)[HUNAN].failed_at == len(log)


def test_a_province_that_left_is_kept_no_longer(database: str) -> None:
    prepare(database, PACK)
    replicate(database, HUNAN, entries(8))
    replicate(database, GUANGDONG, entries(9))
    catch_up(database)
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE nation.feeds SET status = 'left' WHERE place = %s", [HUNAN])
    catch_up(database)
    assert rows(database, "board", HUNAN) == []
    assert rows(database, "board", GUANGDONG)
    assert set(places(database)) == {GUANGDONG}


def test_tables_of_another_version_are_made_anew_at_the_start(database: str) -> None:
    prepare(database, PACK)
    replicate(database, HUNAN, entries(10))
    catch_up(database)
    kept = all_rows(database)
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE nation.projected SET version = 0")
        conn.execute("DELETE FROM nation.signals")
    catch_up(database)
    assert all_rows(database) != kept, "rows of another version are left alone"
    prepare(database, PACK)
    assert all_rows(database) == kept


@pytest.mark.faults
def test_a_killed_projector_goes_on_where_its_rows_are(database: str) -> None:
    prepare(database, PACK)
    logs = {HUNAN: entries(11, units=30), GUANGDONG: entries(12, units=30)}
    for turn in range(5):
        process = forked(PROCESS, database)
        began = {place: one.position for place, one in places(database).items()}
        for place, log in logs.items():
            replicate(database, place, log[turn * 60 : turn * 60 + 60])
        while {place: one.position for place, one in places(database).items()} == began:
            assert process.is_alive()
            time.sleep(0.002)
        process.kill()
        process.join()
    for place, log in logs.items():
        replicate(database, place, log[300:])
    catch_up(database)
    live = all_rows(database)
    assert {place: one.position for place, one in places(database).items()} == {p: len(log) for p, log in logs.items()}
    rebuild(database, PACK)
    assert all_rows(database) == live
