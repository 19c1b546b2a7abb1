"""The nation's replica on a real broker: every province's log event for event, and what is wrong stops one province."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID, uuid4, uuid5

import orjson
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import KafkaProducer

from deploy import kafka
from events.governance.province import ProvinceJoined, ProvinceLeft
from events.governance.register import RegisterKeyRotated
from services.publisher import resend, topic_end
from services.publisher.resend import WANTED, Range, decoded
from services.publisher.signature import Signer, Verifier, public, signing_key
from services.publisher.topics import topic_of
from services.publisher.wire import attributes_of, headers_of
from services.register.read import Raw
from tests.forked import forked
from tests.kafka.provinces import (
    Province,
    Record,
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
from tests.kafka.published import (
    KILLS,
    is_published,
    keys,
    messages,
    publishing,
    signed,
    until,
)
from tests.projections.histories import entry, store

REPLICATOR = """
import sys
from services.follower import follow
from services.nation import replicate
replicate.BATCH, replicate.FEW = 40, 1
follow(replicate.process(*sys.argv[1:3]), lambda: False)
"""


def test_three_provinces_are_replicated_as_they_publish(
    database: str, bootstrap: str, provinces: list[Province]
) -> None:
    join(database, *provinces)
    with ExitStack() as stack:
        for one in provinces:
            stack.enter_context(publishing(one.database, bootstrap, one.place))
        stack.enter_context(replicating(database, bootstrap))
        until(replicated(database, *provinces))
        for one in provinces:
            store(one.database, lives(3))
        until(replicated(database, *provinces))
    agree(database, *provinces)
    for one in provinces:
        found = feed(database, one)
        assert found is not None
        assert (found.recorded_at, found.kind) == (one.raws[-1].recorded_at, None)


Spoil = Callable[[Province, list[Raw]], list[Record]]


def _missing(one: Province, raws: list[Raw]) -> list[Record]:
    return [record(one, raw) for raw in raws if not 20 <= raw.position <= 25]


def _altered(one: Province, raws: list[Raw]) -> list[Record]:
    records = [record(one, raw) for raw in raws]
    key, value, headers = records[19]
    records[19] = (key, value.replace(b'"type":', b'"typo":', 1) + b" ", headers)
    return records


def _had_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishers that were at work before anything was forged with their key: at a start they would refuse (E-61)."""
    monkeypatch.setattr(topic_end, "compare", lambda *_: None)


def _altered_double(one: Province, raws: list[Raw]) -> list[Record]:
    forged = raws[19]._replace(state=raws[19].state + b" ")
    return [*(record(one, raw) for raw in raws[:60]), record(one, forged), *(record(one, raw) for raw in raws[60:])]


def _disordered(one: Province, raws: list[Raw]) -> list[Record]:
    return [record(one, raw._replace(version=raw.version + 1) if raw.position == 20 else raw) for raw in raws]


def _foreign(one: Province, raws: list[Raw]) -> list[Record]:
    other = Province(one.place, one.database, uuid4())
    return [*(record(one, raw) for raw in raws[:20]), record(other, raws[3]), *(record(one, raw) for raw in raws[20:])]


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (_missing, "missing"),
        (_altered, "altered"),
        (_altered_double, "altered"),
        (_disordered, "disordered"),
        (_foreign, "foreign"),
    ],
)
def test_a_wrong_feed_stops_alone_asks_and_goes_on_by_itself(
    database: str, bootstrap: str, provinces: list[Province], spoil: Spoil, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _had_started(monkeypatch)
    bad, *good = provinces
    join(database, *provinces)
    send(bootstrap, bad.place, spoil(bad, bad.raws))
    for one in good:
        send(bootstrap, one.place, [record(one, raw) for raw in one.raws])
    with replicating(database, bootstrap):
        until(stopped(database, bad, kind))
        until(replicated(database, *good))
        found = feed(database, bad)
        assert found is not None
        assert found.reason is not None
        assert found.stopped_at is not None
        assert found.stopped_at <= found.position + 1 <= len(bad.raws)
        if spoil in (_missing, _altered, _disordered):
            assert (found.position, found.stopped_at, found.wanted_from) == (19, 20, 20)
        with answering(bootstrap, bad):
            until(replicated(database, *provinces), 30)
    agree(database, *provinces)
    asked = [orjson.loads(one.value) for one in messages(bootstrap, WANTED) if one.key == bad.place.encode()]
    assert asked[0]["log"] == str(bad.log)
    if spoil is _missing:
        assert (asked[0]["from"], asked[0]["until"]) == (20, 25)


def test_doubled_and_reordered_events_change_nothing(database: str, bootstrap: str, provinces: list[Province]) -> None:
    doubled, reordered, _ = provinces
    join(database, doubled, reordered)
    send(bootstrap, doubled.place, [record(doubled, raw) for raw in doubled.raws for _ in range(2)])
    random, mixed = Random(1), reordered.raws  # noqa: S311
    for start in range(0, len(mixed), 30):
        piece = mixed[start : start + 30]
        random.shuffle(piece)
        mixed[start : start + 30] = piece
    send(bootstrap, reordered.place, [record(reordered, raw) for raw in mixed])
    with replicating(database, bootstrap):
        until(replicated(database, doubled, reordered))
        send(bootstrap, doubled.place, [record(doubled, raw) for raw in doubled.raws])
        store(doubled.database, lives(1))
        send(bootstrap, doubled.place, [record(doubled, raw) for raw in doubled.raws[-5:]])
        if len(doubled.raws) > 5:
            send(bootstrap, doubled.place, [record(doubled, raw) for raw in doubled.raws])
        until(replicated(database, doubled, reordered))
    agree(database, doubled, reordered)
    assert not [one for one in messages(bootstrap, WANTED) if one.key == reordered.place.encode()]


def test_what_truly_differs_stays_stopped(
    database: str, bootstrap: str, provinces: list[Province], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forged event that came first is found when the true one comes; the replica is not edited, a person looks."""
    _had_started(monkeypatch)
    bad = provinces[0]
    join(database, bad)
    forged = bad.raws[0]._replace(state=bad.raws[0].state + b" ")
    send(bootstrap, bad.place, [record(bad, forged)])
    with replicating(database, bootstrap):
        until(lambda: (found := feed(database, bad)) is not None and found.position == 1)
        with answering(bootstrap, bad):
            send(bootstrap, bad.place, [record(bad, raw) for raw in bad.raws])
            until(stopped(database, bad, "altered"))
            before = len([one for one in messages(bootstrap, WANTED) if one.key == bad.place.encode()])
            until(lambda: len([one for one in messages(bootstrap, WANTED) if one.key == bad.place.encode()]) > before)
            assert stopped(database, bad, "altered")()
    with psycopg.connect(database) as conn:
        query = "SELECT state FROM nation.replica WHERE place = %s ORDER BY position"
        kept = [state for (state,) in conn.execute(query, [bad.place])]
    # what other partitions brought before the true one came may have followed; nothing after it
    assert kept == [forged.state, *(raw.state for raw in bad.raws[1 : len(kept)])]
    assert len(kept) < len(bad.raws)


Forge = Callable[[Province, Raw], Record]


def _unsigned(one: Province, raw: Raw) -> Record:
    return str(raw.stream).encode(), raw.state, headers_of(one.log, one.place, raw)


def _attributes_of_another(one: Province, raw: Raw) -> Record:
    signer = Signer.of(Ed25519PrivateKey.generate())
    return str(raw.stream).encode(), raw.state, signed(signer, one.log, one.place, raw)


def _another_log(one: Province, raw: Raw) -> Record:
    return str(raw.stream).encode(), raw.state, headers_of(uuid4(), one.place, raw)


def _far(one: Province, raw: Raw) -> Record:
    return _unsigned(one, raw._replace(position=10**15))


def _moved_signature(one: Province, raw: Raw) -> Record:
    key, value, headers = _unsigned(one, raw)
    return key, value, [*headers, record(one, one.raws[1])[2][-1]]


@pytest.mark.parametrize("forge", [_unsigned, _attributes_of_another, _another_log, _far, _moved_signature])
def test_E_60_what_a_province_did_not_sign_is_passed_over_counted_and_stops_nothing(
    database: str, bootstrap: str, provinces: list[Province], forge: Forge
) -> None:
    one = provinces[0]
    join(database, one)
    forged = one.raws[0]._replace(state=one.raws[0].state + b" ")
    # all is there before it is read: what a slow sender keeps back for a second may be asked for
    send(bootstrap, one.place, [forge(one, forged), *(record(one, raw) for raw in one.raws)])
    with replicating(database, bootstrap):
        until(replicated(database, one))
        found = feed(database, one)
    assert found is not None
    assert (found.forged, found.status) == (1, "running")
    assert "not signed by the province" in (found.forged_reason or "")
    agree(database, one)
    assert not [message for message in messages(bootstrap, WANTED) if message.key == one.place.encode()]


def test_a_province_rotates_its_key_and_what_another_key_signed_counts_where_it_was_signed(
    database: str, bootstrap: str, provinces: list[Province]
) -> None:
    one = provinces[0]
    join(database, one)
    before = one.signer.key
    with psycopg.connect(one.database, autocommit=True) as conn:
        fresh = public(signing_key(conn, keys(), one.log, 2))
    turn = len(one.raws) + 1
    rotated = RegisterKeyRotated(number=2, key=fresh, reason="示例：按期更换")
    store(one.database, [entry(uuid4(), 1, rotated, datetime.now(UTC))])
    store(one.database, lives(3))
    with replicating(database, bootstrap), publishing(one.database, bootstrap, one.place):
        until(replicated(database, one))
    agree(database, one)
    old = Verifier.of((0, before))
    for message in messages(bootstrap, topic_of(one.place)):
        assert old.signed(attributes_of(message)) == (int(dict(message.headers)["ce_position"]) <= turn)


def test_a_foreign_log_is_refused(database: str, bootstrap: str, provinces: list[Province]) -> None:
    foreign, good, _ = provinces
    join(database, foreign, log=uuid4())
    join(database, good)
    with (
        publishing(foreign.database, bootstrap, foreign.place),
        publishing(good.database, bootstrap, good.place),
        replicating(database, bootstrap),
    ):
        until(stopped(database, foreign, "foreign"))
        until(replicated(database, good))
    agree(database, good)
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT count(*) FROM nation.replica WHERE place = %s", [foreign.place]).fetchone() == (0,)


def test_a_province_that_left_is_read_no_longer_and_another_log_cannot_join_in_its_place(
    database: str, bootstrap: str, provinces: list[Province]
) -> None:
    one = provinces[0]
    join(database, one)
    with publishing(one.database, bootstrap, one.place), replicating(database, bootstrap):
        until(replicated(database, one))
        kept = len(one.raws)
        stream = uuid5(UUID(int=9), one.place)
        store(database, [entry(stream, 2, ProvinceLeft(reason="示例"), datetime.now(UTC))])
        until(lambda: (found := feed(database, one)) is not None and found.status == "left")
        store(one.database, lives(1))
        until(lambda: is_published(one.database, one.place))
        again = ProvinceJoined(place=one.place, log=uuid4(), key=one.signer.key, name="示例省")
        store(database, [entry(stream, 3, again, datetime.now(UTC))])
        until(lambda: (found := feed(database, one)) is not None and found.kind == "foreign")
        found = feed(database, one)
        assert found is not None
        assert (found.position, found.log) == (kept, one.log)
        again = ProvinceJoined(place=one.place, log=one.log, key=one.signer.key, name="示例省")
        store(database, [entry(stream, 4, again, datetime.now(UTC))])
        until(replicated(database, one))
    agree(database, one)


def test_two_replicators_are_one_and_a_stand_by(database: str, bootstrap: str, provinces: list[Province]) -> None:
    join(database, *provinces)
    with ExitStack() as stack:
        for one in provinces:
            stack.enter_context(publishing(one.database, bootstrap, one.place))
        first = forked(REPLICATOR, database, bootstrap)
        until(replicated(database, *provinces))
        stack.enter_context(replicating(database, bootstrap))
        store(provinces[0].database, lives(2))
        until(replicated(database, *provinces))
        first.kill()
        first.join()
        store(provinces[1].database, lives(2))
        until(replicated(database, *provinces))
    agree(database, *provinces)


@pytest.mark.parametrize("most", [40, resend.MOST])
def test_a_province_sends_again_only_what_is_its_own_and_was_sent(
    bootstrap: str, provinces: list[Province], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    one = provinces[0]
    monkeypatch.setattr(resend, "MOST", most)
    with publishing(one.database, bootstrap, one.place):
        until(lambda: is_published(one.database, one.place))
        count = len(one.raws)
        again = min(most, count - 1)
        producer = KafkaProducer(bootstrap_servers=bootstrap)
        asked = [
            Range(one.place, uuid4(), 1, 9), Range("999999", one.log, 1, 9), Range(one.place, one.log, 2, count + 9),
        ]  # fmt: skip
        for value in (b"", b"[]", b'{"place":1}', *(wanted.encoded() for wanted in asked)):
            producer.send(WANTED, value).get(timeout=10)
        producer.close()
        until(lambda: len(messages(bootstrap, topic_of(one.place))) == count + again)
        store(one.database, lives(1))
        until(lambda: is_published(one.database, one.place))
    came = messages(bootstrap, topic_of(one.place))
    assert len(came) == len(one.raws) + again


@pytest.mark.parametrize(
    "value",
    [None, b"", b"{}", b'{"place":"430000","log":"x","from":1,"until":2}', b"\xff"],
)
def test_a_request_that_cannot_be_read_is_none(value: bytes | None) -> None:
    assert decoded(value) is None


def test_a_request_of_an_impossible_range_is_none() -> None:
    log = uuid4()
    for first, last in ((0, 5), (5, 4), (True, 5), ("1", 5)):
        assert decoded(Range("430000", log, first, last).encoded()) is None  # type: ignore[arg-type]
    assert decoded(Range("430000", log, 1, 5).encoded()) == Range("430000", log, 1, 5)


@pytest.mark.faults
def test_killed_again_and_again_the_replica_is_whole(database: str, bootstrap: str, provinces: list[Province]) -> None:
    random = Random(7)  # noqa: S311 (the same kills each time)
    join(database, *provinces)
    with ExitStack() as stack:
        for one in provinces:
            store(one.database, lives(40))
            stack.enter_context(publishing(one.database, bootstrap, one.place))
        for number in range(KILLS):
            running = forked(REPLICATOR, database, bootstrap)
            before = _stored(database)
            until(lambda before=before: _stored(database) > before)  # type: ignore[misc]
            time.sleep(random.uniform(0, 0.05))
            running.kill()
            running.join()
            store(provinces[number % 3].database, lives(5))
        stack.enter_context(replicating(database, bootstrap))
        until(replicated(database, *provinces))
    agree(database, *provinces)


def _stored(nation: str) -> int:
    with psycopg.connect(nation) as conn:
        row = conn.execute("SELECT count(*) FROM nation.replica").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.faults
def test_the_broker_is_killed_while_it_replicates(
    database: str, bootstrap: str, broker_directory: Path, provinces: list[Province]
) -> None:
    join(database, *provinces)
    with ExitStack() as stack:
        for one in provinces:
            stack.enter_context(publishing(one.database, bootstrap, one.place, batch=10))
        stack.enter_context(replicating(database, bootstrap))
        for number in range(3):
            store(provinces[number].database, lives(20))
            broker = kafka.status(broker_directory)
            assert broker is not None
            os.kill(broker.pid, signal.SIGKILL)
            store(provinces[number].database, lives(5))
            kafka.up(broker_directory)
        until(replicated(database, *provinces), 120)
    agree(database, *provinces)


@pytest.mark.faults
def test_the_database_is_cut_off_while_it_replicates(
    database: str, server: str, bootstrap: str, provinces: list[Province]
) -> None:
    join(database, *provinces)
    with ExitStack() as stack, psycopg.connect(server, autocommit=True) as admin:
        for one in provinces:
            stack.enter_context(publishing(one.database, bootstrap, one.place))
        stack.enter_context(replicating(database, bootstrap))
        for number in range(4):
            before = _stored(database)
            store(provinces[number % 3].database, lives(10))
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'concord replicator'"
            )
            until(lambda before=before: _stored(database) > before)  # type: ignore[misc]
        until(replicated(database, *provinces))
    agree(database, *provinces)
