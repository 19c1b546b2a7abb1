"""Putting a province's log together in memory: whatever the order of what comes, the log is the province's."""

from __future__ import annotations

from hashlib import sha256
from random import Random
from typing import NamedTuple
from uuid import UUID, uuid5

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.nation.arrival import (
    ALTERED,
    DISORDERED,
    FOREIGN,
    FORGED,
    MISSING,
    Arrival,
    RefusedError,
    arrival,
    prefix_of,
)
from services.nation.merge import Merge, streams_of
from services.publisher.signature import HEADER, Verifier, leaf_of, public, signatures

LOG, OTHER = UUID(int=1), UUID(int=2)
PARTITIONS = 3
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def event(position: int, stream: int = 0, version: int | None = None, offset: int = 0, state: bytes = b"{}") -> Arrival:
    name = str(uuid5(LOG, str(stream))).encode()
    return Arrival(
        stream % PARTITIONS, offset, position, name, position if version is None else version, b"unit.named.v1",
        b"2026-01-01T00:00:00Z", state,
    )  # fmt: skip


def fed(*events: Arrival, position: int = 0, held: int = 100) -> Merge:
    merge = Merge("430000", LOG, position, held=held)
    for one in events:
        merge.versions.setdefault(one.stream, 0)
        merge.take(one)
        merge.advance()
    return merge


def positions(merge: Merge) -> list[int]:
    return [one.position for one in merge.ready]


class Record(NamedTuple):
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


def record(**changed: bytes) -> Record:
    value = changed.pop("value", b"{}")
    headers = {
        "ce_id": b"%s:7" % str(LOG).encode(), "ce_position": b"7", "ce_subject": str(OTHER).encode(),
        "ce_version": b"3", "ce_type": b"unit.named.v1", "ce_time": b"2026-01-01T00:00:00.000001Z",
        "ce_digest": sha256(b"{}").hexdigest().encode(), "ce_source": b"urn:concord:430000",
        "ce_branch": str(LOG).encode(), **changed,
    }  # fmt: skip
    (signature,) = signatures(KEY, [leaf_of(headers)])
    return Record(5, b"", value, [*headers.items(), (HEADER, signature)])


def read(one: Record, partition: int = 0) -> Arrival:
    """As the replicator reads it, whatever it came to know before."""
    return arrival(partition, one, prefix_of(LOG), Verifier.of((0, public(KEY))))


def test_an_event_is_read_from_its_headers() -> None:
    one = read(record(), 2)
    assert one == Arrival(
        2, 5, 7, str(OTHER).encode(), 3, b"unit.named.v1", b"2026-01-01T00:00:00.000001Z", b"{}"
    )  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"ce_id": b"%s:7" % str(OTHER).encode()}, {"ce_id": b"%s:8" % str(LOG).encode()}, {"ce_position": b"8"},
        {"ce_subject": b"\\x"}, {"ce_version": b"0"}, {"ce_type": b"a\tb"}, {"ce_time": b"2026-13-01T00:00:00Z"},
        {"ce_version": b"99999999999"}, {"ce_time": b"2026-01-01T00:00:00"},
    ],
)  # fmt: skip
def test_what_is_not_of_the_shape_of_this_log_is_foreign(changed: dict[str, bytes]) -> None:
    with pytest.raises(RefusedError) as caught:
        read(record(**changed))
    assert (caught.value.refusal.kind, caught.value.position) == (FOREIGN, None)


@pytest.mark.parametrize("position", [b"07", b"0", b"-7", b"1" * 19, b"", "７".encode()])
def test_what_has_no_position_is_nobodys(position: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        read(record(ce_position=position))
    assert caught.value.refusal.kind == FORGED


def test_what_is_not_signed_is_forged_whatever_it_says() -> None:
    one = record()
    for headers in (one.headers[:-1], [], [(HEADER, one.headers[-1][1])]):
        with pytest.raises(RefusedError) as caught:
            read(one._replace(headers=headers))
        assert (caught.value.refusal.kind, caught.value.position) == (FORGED, None)


def test_bytes_that_are_not_of_their_digest_are_altered() -> None:
    with pytest.raises(RefusedError) as caught:
        read(record(value=b'{"a":1}'))
    assert (caught.value.refusal.kind, caught.value.position) == (ALTERED, 7)


def test_what_is_out_of_its_place_waits_and_a_double_is_dropped() -> None:
    merge = fed(event(1), event(3), event(3), event(4))
    assert positions(merge) == [1]
    assert merge.judge(missing=False) is None
    merge.take(event(2))
    merge.advance()
    assert positions(merge) == [1, 2, 3, 4]


def test_a_missing_range_is_named_until_it_comes() -> None:
    merge = fed(event(1), event(5), event(6))
    stop = merge.judge(missing=True)
    assert stop is not None
    assert (stop.kind, stop.at, stop.first, stop.last) == (MISSING, 2, 2, 4)
    assert merge.judge(missing=False) == stop, "said once, it stands"
    for position in (4, 3, 2):
        merge.take(event(position))
    merge.advance()
    assert (positions(merge), merge.judge(missing=False)) == ([1, 2, 3, 4, 5, 6], None)


def test_two_copies_that_differ_are_both_dropped_until_one_comes_again() -> None:
    merge = fed(event(1), event(3), event(3, state=b'{"a":1}'), event(2))
    stop = merge.judge(missing=False)
    assert stop is not None
    assert (stop.kind, stop.first, stop.last) == (ALTERED, 3, 3)
    merge.take(event(3))
    merge.advance()
    assert (positions(merge), merge.judge(missing=False)) == ([1, 2, 3], None)


def test_a_version_out_of_order_stops_before_it() -> None:
    merge = fed(event(1), event(2, version=7), event(3))
    stop = merge.judge(missing=False)
    assert stop is not None
    assert (stop.kind, stop.at, positions(merge)) == (DISORDERED, 2, [1])
    merge.take(event(2))
    merge.advance()
    assert positions(merge) == [1, 2, 3]


def test_what_differs_from_what_is_stored_holds_the_log_until_it_comes_as_stored() -> None:
    merge = fed(event(1), event(2))
    merge.ready = []
    stored = {1: event(1).content, 2: event(2).content}
    merge.take(event(1, state=b'{"a":1}'))
    merge.take(event(2))
    merge.compare(stored)
    merge.take(event(3))
    assert not merge.advance()
    stop = merge.judge(missing=False)
    assert stop is not None
    assert (stop.kind, stop.first, stop.last) == (ALTERED, 1, 1)
    again = Merge("430000", LOG, 2, versions={event(1).stream: 2})
    again.resume(stop)
    for one in (merge, again):
        one.take(event(1))
        one.take(event(3))
        one.compare(stored)
        assert one.advance()
        assert (positions(one), one.judge(missing=False)) == ([3], None)


def test_a_foreign_message_before_the_first_event_holds_it_until_it_comes_again() -> None:
    merge = Merge("430000", LOG, 0, versions={event(1).stream: 0})
    with pytest.raises(RefusedError) as caught:
        read(record(ce_id=b"x"))
    merge.refuse(0, 0, caught.value)
    merge.take(event(1))
    assert not merge.advance()
    stop = merge.judge(missing=False)
    assert stop is not None
    assert (stop.kind, stop.at, stop.first, stop.last) == (FOREIGN, 1, 1, 1)
    merge.take(event(1))
    assert (merge.advance(), merge.judge(missing=False)) == (True, None)


def test_offsets_never_pass_what_is_held() -> None:
    merge = fed(event(1, offset=0), event(3, offset=1), event(4, offset=2))
    assert merge.durable_offsets() == {0: 1}
    merge.take(event(2, offset=3))
    merge.advance()
    assert merge.durable_offsets() == {0: 4}


def test_long_events_that_claim_far_positions_are_held_within_bounds() -> None:
    merge = Merge("430000", LOG, 0, held_bytes=1_000)
    for number in range(200):
        merge.take(event(2 + number, offset=number, state=b"x" * 100))
        assert sum(len(one.state) for one in merge.ahead.values()) <= 1_000
    assert merge.durable_offsets() == {0: 0}


@given(st.integers(0, 2**32), st.integers(2, 30), st.integers(4, 60))
def test_whatever_the_order_of_reading_the_log_is_put_together(seed: int, held: int, held_bytes: int) -> None:
    random = Random(seed)  # noqa: S311
    topic: list[list[Arrival]] = [[] for _ in range(PARTITIONS)]
    versions: dict[int, int] = {}
    log = []
    for position in range(1, 121):
        stream = random.randrange(7)
        versions[stream] = versions.get(stream, 0) + 1
        log.append((position, stream, versions[stream]))
    lost = set(random.sample(range(1, 121), 5))
    for position, stream, version in [one for one in log if one[0] not in lost] + [
        one for one in log if one[0] in lost
    ]:
        for _ in range(random.choice((1, 1, 1, 2))):
            part = topic[stream % PARTITIONS]
            part.append(event(position, stream, version, offset=len(part)))
    merge, read = Merge("430000", LOG, 0, held=held, held_bytes=held_bytes), [0] * PARTITIONS
    while any(read[part] < len(topic[part]) for part in range(PARTITIONS)):
        part = random.choice([part for part in range(PARTITIONS) if read[part] < len(topic[part])])
        piece = topic[part][read[part] : read[part] + random.randint(1, 20)]
        read[part] += len(piece)
        merge.versions.update(dict.fromkeys(streams_of(piece, merge.versions), 0))
        for one in piece:
            merge.take(one)
        merge.advance()
        offsets = merge.durable_offsets()
        for number in offsets:
            still = {one.position for one in topic[number][offsets[number] :]}
            before = {one.position for one in topic[number][: offsets[number]]}
            assert all(position <= merge.position for position in before - still), "an offset passed what is not stored"
        for number, offset in merge.rewind().items():
            read[number] = offset
    assert [(one.position, one.version) for one in merge.ready] == [(position, version) for position, _, version in log]
