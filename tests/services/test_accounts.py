"""Access tokens: kept as hashes only, expired and revoked in time, found by whole token alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import psycopg
import pytest

from events.words import ActorKind
from services.access import accounts
from services.access.accounts import Account
from services.errors import Malformed


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The monotonic clock in a cell, with nothing remembered from other tests."""
    now = [1_000.0]
    monkeypatch.setattr(accounts, "monotonic", lambda: now[0])
    accounts._recent.clear()
    yield now
    accounts._recent.clear()


def officer(label: str = "示例科员", unit: UUID | None = None) -> Account:
    return Account(uuid4(), ActorKind.OFFICER, unit, label)


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def found(database: str, token: str) -> Account | None:
    async def ask() -> Account | None:
        async with await psycopg.AsyncConnection.connect(database) as conn:
            return await accounts.find(conn, token)

    return asyncio.run(ask())


def test_a_token_finds_its_account(database: str) -> None:
    agent = Account(uuid4(), ActorKind.APPLICANT, uuid4(), "示例公司经办人")
    with psycopg.connect(database) as conn:
        token = accounts.issue(conn, agent, soon())
    assert token.startswith("concord_")
    assert len(token) == len("concord_") + 43
    assert found(database, token) == agent


def test_only_the_hash_of_a_token_is_stored(database: str) -> None:
    with psycopg.connect(database) as conn:
        token = accounts.issue(conn, officer(), soon())
        row = conn.execute("SELECT hash, t::text FROM accounts.tokens AS t").fetchone()
    assert row is not None
    assert row[0] == sha256(token.encode()).digest()
    assert token.removeprefix("concord_") not in row[1]


def test_many_tokens_are_issued_in_the_order_of_their_accounts(database: str) -> None:
    holders = [officer(f"示例{n}", uuid4() if n % 2 else None) for n in range(200)]
    with psycopg.connect(database) as conn:
        tokens = accounts.issue_many(conn, holders, soon())
        assert accounts.issue_many(conn, [], soon()) == []
    assert len(set(tokens)) == 200
    assert [found(database, token) for token in tokens[:4]] == holders[:4]


@pytest.mark.parametrize("token", ["", "concord_", "concord_" + "A" * 43, "A" * 51, "concord_' OR true --", "令牌\x00"])
def test_what_was_never_issued_finds_nobody(database: str, token: str) -> None:
    with psycopg.connect(database) as conn:
        accounts.issue(conn, officer(), soon())
    assert found(database, token) is None


def test_the_hash_of_a_token_is_no_token(database: str) -> None:
    with psycopg.connect(database) as conn:
        token = accounts.issue(conn, officer(), soon())
    assert found(database, sha256(token.encode()).hexdigest()) is None
    assert found(database, token[:-1]) is None


def test_an_expired_token_finds_nobody(database: str) -> None:
    with psycopg.connect(database) as conn:
        token = accounts.issue(conn, officer(), datetime.now(UTC) - timedelta(seconds=1))
    assert found(database, token) is None


def test_an_account_is_not_remembered_beyond_its_expiry(database: str, clock: list[float]) -> None:
    with psycopg.connect(database) as conn:
        token = accounts.issue(conn, officer(), datetime.now(UTC) + timedelta(seconds=1))
    assert found(database, token) is not None
    clock[0] += 1.0
    assert accounts.remembered(token) is None


def test_a_revocation_elsewhere_holds_within_the_promised_time(database: str, clock: list[float]) -> None:
    account = officer()
    with psycopg.connect(database) as conn:
        token = accounts.issue(conn, account, soon())
    assert found(database, token) == account
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE accounts.tokens SET revoked_at = now()")
    clock[0] += accounts.CACHE_SECONDS
    assert accounts.CACHE_SECONDS <= 2.0
    assert found(database, token) is None


def test_revoking_a_holder_revokes_all_their_tokens_and_no_others(database: str) -> None:
    one, other = officer(), officer()
    with psycopg.connect(database, autocommit=True) as conn:
        tokens = accounts.issue_many(conn, [one, one, other], soon())
        assert [found(database, token) for token in tokens] == [one, one, other]
        assert accounts.revoke(conn, one.holder) == 2
        assert accounts.revoke(conn, one.holder) == 0
    assert [found(database, token) for token in tokens] == [None, None, other]


def test_one_token_is_revoked_by_the_name_it_is_listed_under(database: str) -> None:
    account = officer()
    with psycopg.connect(database, autocommit=True) as conn:
        tokens = accounts.issue_many(conn, [account, account], soon())
        name = sha256(tokens[0].encode()).hexdigest()[:16]
        assert {issued.name for issued in accounts.list_accounts(conn)} >= {name}
        assert accounts.revoke(conn, name) == 1
        revoked = {issued.name for issued in accounts.list_accounts(conn) if issued.revoked_at}
        assert revoked == {name}
        assert all(issued.account == account for issued in accounts.list_accounts(conn))
    assert [found(database, token) for token in tokens] == [None, account]


@pytest.mark.parametrize("name", ["", "abcdef", "%", "A" * 16])
def test_a_name_too_short_to_mean_one_token_revokes_nothing(database: str, name: str) -> None:
    with psycopg.connect(database) as conn, pytest.raises(Malformed):
        accounts.revoke(conn, name)


def test_the_memory_is_bounded(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "CACHE_SIZE", 2)
    with psycopg.connect(database) as conn:
        tokens = accounts.issue_many(conn, [officer() for _ in range(3)], soon())
    assert all(found(database, token) for token in tokens)
    assert len(accounts._recent) == 1
