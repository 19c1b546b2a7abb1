"""A tree of events under one signature: each message alone shows that its register signed it, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.publisher.signature import GROUP, HEADER, SIGNED, Headers, Signer, Verifier, public
from services.publisher.wire import headers_of
from services.register.read import Raw

LOG = uuid4()
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))


def raws(count: int, after: int = 0) -> list[Raw]:
    now = datetime(2025, 3, 1, tzinfo=UTC)
    return [
        Raw(at, UUID(int=at), 1, "unit.registered.v1", now, UUID(int=0), b"{%d}" % at)
        for at in range(after + 1, after + count + 1)
    ]


def sent(signer: Signer, events: list[Raw]) -> list[Headers]:
    headers = [headers_of(LOG, "430000", raw) for raw in events]
    signer.sign(events, headers)
    return headers


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 64, 100, GROUP - 1, GROUP, GROUP + 1, 3 * GROUP + 5])
def test_every_message_is_checked_alone_and_in_any_order(count: int) -> None:
    events = raws(count)
    headers = list(zip(events, sent(Signer.of(KEY), events), strict=True))
    for _, one in headers:
        assert Verifier.of((0, public(KEY))).signed(dict(one))
    verifier = Verifier.of((0, public(KEY)))
    Random(count).shuffle(headers)  # noqa: S311 (the same order each time)
    assert all(verifier.signed(dict(one)) for raw, one in headers)
    assert not any(Verifier.of((0, public(OTHER))).signed(dict(one)) for raw, one in headers)


@pytest.mark.parametrize("name", [*SIGNED, HEADER])
def test_no_part_of_a_message_can_be_another_or_be_left_out(name: str) -> None:
    events = raws(10)
    headers, verifier = sent(Signer.of(KEY), events), Verifier.of((0, public(KEY)))
    mine, next_one = dict(headers[3]), dict(headers[4])
    assert verifier.signed(mine)
    assert verifier.signed(next_one)
    changed = mine[name][:-1] + bytes([mine[name][-1] ^ 1])
    others = [next_one[name], b"", changed] if name == HEADER else [b"", changed]
    for value in others:
        # what is known to be signed is known by its leaf, whatever was sent with it
        assert verifier.signed({**mine, name: value}) == (name == HEADER)
        assert not Verifier.of((0, public(KEY))).signed({**mine, name: value})
    assert not verifier.signed({key: value for key, value in mine.items() if key != name})


def test_a_node_of_the_tree_is_no_event() -> None:
    events = raws(4)
    headers, verifier = sent(Signer.of(KEY), events), Verifier.of((0, public(KEY)))
    first = dict(headers[0])
    assert verifier.signed(first)
    for cut in (64, 96):
        assert not Verifier.of((0, public(KEY))).signed({**first, HEADER: first[HEADER][:cut]})
    assert not Verifier.of((0, public(KEY))).signed({**first, HEADER: first[HEADER] + bytes(32)})


def test_each_key_counts_for_the_positions_after_its_rotation() -> None:
    signer, events = Signer(((0, KEY), (70, OTHER))), raws(200)
    headers = [dict(one) for one in sent(signer, events)]
    both, first, second = (
        Verifier.of(*keys)
        for keys in (((0, public(KEY)), (70, public(OTHER))), ((0, public(KEY)),), ((0, public(OTHER)),))
    )
    for raw, one in zip(events, headers, strict=True):
        assert both.signed(one)
        assert first.signed(one) == (raw.position <= 70)
        assert second.signed(one) == (raw.position > 70)
