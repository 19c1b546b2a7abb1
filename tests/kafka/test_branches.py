"""Restored from a backup: noticed by the publisher, the nation and the provinces; and the way back, by two persons."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from events.governance.province import ProvinceBranchFollowed
from events.governance.register import RegisterBranched
from services.casework.register.state import register_stream
from services.follower import follow
from services.publisher import run as publisher
from services.publisher import topic_end
from services.publisher.positions import NotThisLogError
from services.publisher.topics import topic_of
from tests.kafka.provinces import (
    Province,
    agree,
    answering,
    feed,
    join,
    lives,
    record,
    replicated,
    replicating,
    send,
    stopped,
)
from tests.kafka.published import is_published, keys, publishing, until
from tests.projections.histories import entry, store

pytestmark = pytest.mark.usefixtures("frequent_heads")


@contextmanager
def backed_up(server: str, one: Province) -> Iterator[Province]:
    """The register as it is now, in a database beside it: what a restore brings back."""
    there, name = psycopg.conninfo.conninfo_to_dict(one.database)["dbname"], f"concord_backup_{os.getpid()}_{one.place}"
    with psycopg.connect(server, autocommit=True) as conn:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        conn.execute(cut, [there])
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, str(there)))))
        yield Province(one.place, make_conninfo(server, dbname=name), one.log)
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def refused(one: Province, bootstrap: str) -> str:
    """Why its publisher does not begin."""
    with pytest.raises(NotThisLogError) as told:
        follow(publisher.process(one.database, bootstrap, one.place, topic_of(one.place), keys()), lambda: False)
    return str(told.value)


def branch(one: Province, bootstrap: str) -> tuple[Province, int]:
    """Its operator lets the register go on as another log, after what the two have in common."""
    with psycopg.connect(one.database) as conn:
        found = topic_end.shared(conn, bootstrap, topic_of(one.place), one.signer.verifier, one.log)
    assert found is not None
    event = RegisterBranched(log=uuid4(), of=one.log, after=found[0], lost=found[1], reason="示例：由备份恢复")
    store(one.database, [entry(register_stream(one.place), 1, event, datetime.now(UTC))])
    return Province(one.place, one.database, event.log), found[0]


def decide(nation: str, one: Province, after: int) -> None:
    """Two persons at the nation have decided to follow that log from there."""
    event = ProvinceBranchFollowed(log=one.log, after=after, reason="示例：该省由备份恢复")
    store(nation, [entry(uuid5(UUID(int=9), one.place), 2, event, datetime.now(UTC))])


def aside(nation: str, one: Province) -> list[int]:
    with psycopg.connect(nation) as conn:
        query = "SELECT position FROM nation.put_aside WHERE place = %s ORDER BY position"
        return [position for (position,) in conn.execute(query, [one.place])]


def test_E_61_a_restored_province_stops_is_named_branches_and_is_followed_again(
    database: str,
    server: str,
    bootstrap: str,
    provinces: list[Province],
) -> None:
    one, good, _ = provinces
    join(database, one, good)
    with replicating(database, bootstrap):
        with publishing(one.database, bootstrap, one.place), publishing(good.database, bootstrap, good.place):
            until(replicated(database, one, good))
        kept = len(one.raws)
        with backed_up(server, one) as restored:
            with publishing(one.database, bootstrap, one.place):
                store(one.database, lives(3))
                until(replicated(database, one))
            gone = len(one.raws)
            # shorter than what it had published, and the nation hears it from the register itself
            assert f"holds event {gone}" in refused(restored, bootstrap) or "and the log ends at" in refused(
                restored, bootstrap
            )

            def named() -> bool:
                refused(restored, bootstrap)
                return (there := feed(database, one)) is not None and there.kind == "branched"

            until(named, 60)
            # gone on in another way, and longer than before
            store(restored.database, lives(6))
            assert len(restored.raws) > gone
            assert "holds another event" in refused(restored, bootstrap)
            new, after = branch(restored, bootstrap)
            assert after == kept
            with publishing(new.database, bootstrap, new.place):
                until(lambda: is_published(new.database, new.place))
                until(lambda: "goes on as log" in (((there := feed(database, one)) and there.reason) or ""))
                decide(database, new, after)
                until(replicated(database, new), 60)
                store(new.database, lives(1))
                until(replicated(database, new), 60)
            agree(database, new, good)
            # what was given up is kept, and counts for nothing
            assert aside(database, one) == list(range(kept + 1, gone + 1))
            # and it starts again as any other
            with publishing(new.database, bootstrap, new.place):
                until(lambda: is_published(new.database, new.place))


def test_E_65_a_forged_branch_is_put_aside_by_a_decision_and_the_feed_goes_on(
    database: str,
    bootstrap: str,
    provinces: list[Province],
) -> None:
    bad, good, _ = provinces
    join(database, bad, good)
    half = len(bad.raws) // 2
    # by somebody who holds the province's key
    forged = bad.raws[half]._replace(state=bad.raws[half].state + b" ")
    with answering(bootstrap, bad), replicating(database, bootstrap):
        # it has begun: what it finds on its topic at a start it takes for its own
        until(lambda: (there := feed(database, bad)) is not None and there.told_position is not None)
        send(bootstrap, bad.place, [*(record(bad, raw) for raw in bad.raws[:half]), record(bad, forged)])
        until(lambda: (there := feed(database, bad)) is not None and there.position == half + 1)
        send(bootstrap, bad.place, [record(bad, raw) for raw in bad.raws[half:]])
        until(stopped(database, bad, "altered"))
        decide(database, bad, half)
        until(replicated(database, bad))
    agree(database, bad)
    assert aside(database, bad)[0] == half + 1
    with psycopg.connect(database) as conn:
        query = "SELECT state FROM nation.put_aside WHERE place = %s AND position = %s"
        assert conn.execute(query, [bad.place, half + 1]).fetchone() == (forged.state,)


def test_the_replica_is_changed_by_no_other_way(database: str, provinces: list[Province]) -> None:
    one = provinces[0]
    join(database, one)
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("INSERT INTO nation.feeds (place, log, position) VALUES (%s, %s, 1)", [one.place, one.log])
        raw = one.raws[0]
        row = (one.place, 1, raw.stream, raw.version, raw.type, raw.recorded_at, raw.state)
        conn.execute("INSERT INTO nation.replica VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
        for change in (
            "DELETE FROM nation.replica", "UPDATE nation.replica SET version = 2", "TRUNCATE nation.replica",
            "SELECT nation.follow_branch(1)", "SELECT nation.follow_branch(99)",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(change.encode())
