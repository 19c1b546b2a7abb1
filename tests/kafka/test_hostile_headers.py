"""Headers that Kafka takes and no publisher of ours writes: one record stops nobody who reads the topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from kafka import KafkaProducer
from wire import drain, intake, letters, recorded, report, settled

from services.intake.topics import SIGNALS
from services.nation.arrival import RefusedError, arrival, prefix_of
from services.nation.feeds import feeds
from services.publisher.signature import Verifier
from services.publisher.topics import ensure, topic_of
from services.publisher.wire import ForeignMessageError, arrived
from tests.kafka.provinces import Province, join, record, replicating
from tests.kafka.published import until


class Unreadable(str):
    """A name that is no UTF-8 on the wire, with a name after it that is."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe" + str.encode(self)


def _sent(bootstrap: str, topic: str, *records: dict[str, Any]) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=50)
    for one in [producer.send(topic, **one, partition=0) for one in records]:
        one.get(timeout=30)
    producer.close()


def test_a_signal_with_unreadable_names_is_read_and_those_beside_it_too(database: str, bootstrap: str) -> None:
    settled(database)
    odd = report(1, "odd")
    odd["headers"] = [(Unreadable("ce_x"), b"1"), *odd["headers"], (Unreadable("y"), b"\xff")]
    _sent(bootstrap, SIGNALS, report(2, "before"), odd, report(3, "after"))
    with intake(database, bootstrap) as running:
        drain(running, 3)
    assert recorded(database).keys() == {"before", "odd", "after"}
    assert letters(database) == []


def test_a_province_stops_neither_itself_nor_another(
    database: str,
    bootstrap: str,
    provinces: list[Province],
) -> None:
    one, other, _ = provinces
    join(database, one, other)
    for each in (one, other):
        ensure(bootstrap, topic_of(each.place))
        sent = [dict(zip(("key", "value", "headers"), record(each, raw), strict=True)) for raw in each.raws]
        if each is one:
            again = dict(sent[1])
            sent.insert(1, {**again, "headers": [(Unreadable("x"), b"1"), *again["headers"]]})
        _sent(bootstrap, topic_of(each.place), *sent)

    def both_here() -> bool:
        with psycopg.connect(database) as conn:
            return {feed.place: feed.position for feed in feeds(conn)} == {
                each.place: len(each.raws) for each in (one, other)
            }

    with replicating(database, bootstrap):
        until(both_here)


class _Message:
    def __init__(self, **headers: bytes | None) -> None:
        self.offset = 7
        self.key: bytes | None = b"k"
        self.value: bytes | None = b"{}"
        self.headers: Sequence[tuple[str, bytes | None]] = list(headers.items())


@pytest.mark.parametrize("position", ["-5", "0", "01", "١", "1_0", "+1", "1" * 19, " 1"])
def test_a_position_is_written_one_way(position: str) -> None:
    log = uuid4()
    headers = {
        "ce_id": f"{log}:{position}", "ce_position": position, "ce_subject": str(uuid4()), "ce_version": "1",
        "ce_type": "national.decided.v1", "ce_time": "2025-01-01T00:00:00Z",
    }  # fmt: skip
    with pytest.raises(ForeignMessageError):
        arrived(_Message(**{name: text.encode() for name, text in headers.items()}), log)


def test_a_message_without_an_id_is_nobodys() -> None:
    with pytest.raises(ForeignMessageError):
        arrived(_Message(ce_id=None), uuid4())
    with pytest.raises(RefusedError):
        arrival(0, _Message(ce_id=None), prefix_of(uuid4()), Verifier.of((0, "a" * 64)))
    nothing = _Message(ce_id=b"00000000-0000-0000-0000-000000000000:1", ce_time=None)
    with pytest.raises(RefusedError):
        arrival(0, nothing, prefix_of(UUID(int=0)), Verifier.of((0, "a" * 64)))
