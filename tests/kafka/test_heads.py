"""Provinces tell how far their log goes: what is lost at the end, lies beyond it, or is of another time is seen."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from kafka import KafkaProducer

from services.nation.feeds import Feed
from services.publisher import heads
from services.publisher.heads import HEADS, Head
from services.publisher.resend import WANTED
from services.publisher.signature import HEADER
from services.publisher.topics import ensure
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
)
from tests.kafka.published import messages, publishing, until
from tests.projections.histories import store

pytestmark = pytest.mark.usefixtures("frequent_heads")


def say(bootstrap: str, head: Head, signature: bytes) -> None:
    """Tell a head as somebody who may write to the topic."""
    ensure(bootstrap, HEADS, partitions=1, kept_ms=heads.KEPT_MS)
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    producer.send(HEADS, head.encoded(), key=head.place.encode(), headers=[(HEADER, signature)]).get(timeout=20)
    producer.close()


def found(nation: str, one: Province) -> Feed:
    there = feed(nation, one)
    assert there is not None
    return there


def asked(bootstrap: str, one: Province) -> list[Any]:
    return [message for message in messages(bootstrap, WANTED) if message.key == one.place.encode()]


def test_E_67_the_last_events_lost_are_noticed_within_seconds_and_asked_for_again(
    database: str,
    bootstrap: str,
    provinces: list[Province],
) -> None:
    one = provinces[0]
    join(database, one)
    send(bootstrap, one.place, [record(one, raw) for raw in one.raws[:-5]])
    with replicating(database, bootstrap):
        until(lambda: (there := feed(database, one)) is not None and there.position == len(one.raws) - 5)
        began = time.monotonic()
        with answering(bootstrap, one):
            until(lambda: found(database, one).told_position == len(one.raws))
            until(replicated(database, one), 30)
            assert time.monotonic() - began < 30
    agree(database, one)
    assert asked(bootstrap, one)


def test_E_64_a_position_beyond_the_log_is_a_forgery_and_named_so(
    database: str,
    bootstrap: str,
    provinces: list[Province],
) -> None:
    one = provinces[0]
    join(database, one)
    far = one.raws[3]._replace(position=10**15)
    # by somebody who holds the province's key: nobody else is believed that far
    with replicating(database, bootstrap), answering(bootstrap, one):
        until(lambda: (there := feed(database, one)) is not None and there.told_position is not None)
        send(bootstrap, one.place, [record(one, far), *(record(one, raw) for raw in one.raws[:-1])])
        until(lambda: (there := feed(database, one)) is not None and there.forged == 1, 30)
        until(replicated(database, one), 30)
        store(one.database, lives(2))
        until(replicated(database, one), 30)
    there = found(database, one)
    assert "beyond the end of the log" in (there.forged_reason or "")
    assert (there.status, there.wanted_until) == ("running", None)
    agree(database, one)


def test_a_head_that_the_province_did_not_sign_says_nothing(
    database: str,
    bootstrap: str,
    provinces: list[Province],
) -> None:
    one, other, _ = provinces
    join(database, one)
    with replicating(database, bootstrap), publishing(one.database, bootstrap, one.place):
        until(replicated(database, one))
        until(lambda: found(database, one).told_position == len(one.raws))
        head = Head(one.place, one.log, 1, "0" * 64, datetime.now(UTC) + timedelta(minutes=1))
        say(bootstrap, head, other.signer.sign_head(1, head.encoded()))
        until(lambda: found(database, one).forged == 1)
        store(one.database, lives(1))
        until(replicated(database, one))
    assert "a head not signed" in (found(database, one).forged_reason or "")


def test_a_head_said_before_what_is_stored_contradicts_nothing(
    database: str,
    bootstrap: str,
    provinces: list[Province],
) -> None:
    one = provinces[0]
    join(database, one)
    send(bootstrap, one.place, [record(one, raw) for raw in one.raws])
    with replicating(database, bootstrap):
        until(replicated(database, one))
        for seconds in range(6):
            said = one.raws[-1].recorded_at - timedelta(seconds=10 - seconds)
            head = Head(one.place, one.log, 5, "0" * 64, said)
            say(bootstrap, head, one.signer.sign_head(5, head.encoded()))
            time.sleep(1)
        store(one.database, lives(1))
        send(bootstrap, one.place, [record(one, raw) for raw in one.raws])
        until(replicated(database, one))
    agree(database, one)


@pytest.mark.parametrize("what", ["shorter", "other bytes"])
def test_E_62_a_province_whose_log_is_no_longer_what_was_told_is_stopped_and_named(
    database: str,
    bootstrap: str,
    provinces: list[Province],
    what: str,
) -> None:
    one, good, _ = provinces
    join(database, one, good)
    with replicating(database, bootstrap), publishing(good.database, bootstrap, good.place):
        send(bootstrap, one.place, [record(one, raw) for raw in one.raws])
        until(replicated(database, one, good))
        position = len(one.raws) - 3 if what == "shorter" else len(one.raws)

        def stopped() -> bool:
            head = Head(one.place, one.log, position, "0" * 64, datetime.now(UTC))
            say(bootstrap, head, one.signer.sign_head(position, head.encoded()))
            return found(database, one).kind == "branched"

        until(stopped, 30)
        store(good.database, lives(1))
        until(replicated(database, good))
    # it stays so, whatever process looks next, until persons have decided
    with replicating(database, bootstrap), answering(bootstrap, one):
        time.sleep(3)
    there = found(database, one)
    assert (there.status, there.kind, there.position) == ("stopped", "branched", len(one.raws))
    with psycopg.connect(database) as conn:
        (rows,) = conn.execute("SELECT count(*) FROM nation.replica WHERE place = %s", [one.place]).fetchone() or (0,)
    assert rows == len(one.raws)


def test_E_66_a_clock_that_is_off_is_seen(
    database: str,
    bootstrap: str,
    provinces: list[Province],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = provinces[0]
    join(database, one)
    true = heads.head_of

    def ahead(*arguments: Any) -> Head:
        head = true(*arguments)
        return Head(head.place, head.log, head.position, head.digest, head.at + timedelta(days=1))

    monkeypatch.setattr(heads, "head_of", ahead)
    with replicating(database, bootstrap), publishing(one.database, bootstrap, one.place):
        until(lambda: (there := feed(database, one)) is not None and there.skew_seconds is not None)
    assert found(database, one).skew_seconds == pytest.approx(86_400, abs=30)
