"""Access tokens: who holds one, issued once in clear text, kept and looked up only as a hash.

A revoked token is refused within `CACHE_SECONDS` in every process, an expired one at once. A
notification could be lost with its connection; a short memory cannot.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection, Connection

from events.words import ActorKind, Word
from services.errors import Malformed, Problem

PREFIX = "concord_"
"""Lets secret scanners recognise a token that was published by mistake."""

TOKEN_BYTES = 32
"""256 random bits: no salt and no slow hash is needed (ASVS 5.0, 11.4)."""

CACHE_SECONDS = 2.0
"""How long an account is remembered; the longest that a revocation takes elsewhere (ASVS 5.0, 8.3.2)."""

CACHE_SIZE = 4_096
"""Accounts remembered at most, about 1 MB."""

_TOKEN = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_NAME = re.compile(r"[0-9a-f]{16,64}")


class Use(Word):
    """What a machine's token is for."""

    REPORT = "report", "报送信号", "report signals"
    READ = "read", "查阅单位档案和信号", "read files of units and signals"
    INSPECTION = "inspection", "查询减少检查名单", "ask which units are inspected less"
    OFFICES = "offices", "查阅人员和机构", "read who is in office"
    RUNNING = "running", "查看运行情况", "see how the register runs"


@dataclass(frozen=True, slots=True)
class Account:
    """Who a token speaks for: `holder` is the stream of the officer, source or system.

    `uses` and `place` limit a machine's token to some uses and a place; None: all that its holder may.
    """

    holder: UUID
    kind: ActorKind
    unit: UUID | None
    label: str
    uses: frozenset[Use] | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it is listed: `name` is the first 16 hexadecimal digits of its hash; times in UTC."""

    name: str
    account: Account
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


_USES: Mapping[str, Use] = {use.value: use for use in Use}
_KINDS: Mapping[str, ActorKind] = {kind.value: kind for kind in ActorKind}

_recent: dict[bytes, tuple[float, Account]] = {}
"""Hash → (monotonic second until which it is believed, account)."""


def issue(conn: Connection[Any], account: Account, expires_at: datetime) -> str:
    """A new token for the account; the only time that it is seen in clear text."""
    return issue_many(conn, [account], expires_at)[0]


def issue_many(conn: Connection[Any], accounts: Iterable[Account], expires_at: datetime) -> list[str]:
    """A new token for each account, in their order, by one statement."""
    holders = list(accounts)
    tokens = [PREFIX + secrets.token_urlsafe(TOKEN_BYTES) for _ in holders]
    conn.execute(
        """
        INSERT INTO accounts.tokens (hash, holder, kind, unit, label, uses, place, expires_at)
        SELECT hash, holder, kind, unit, label, string_to_array(uses, ','), place, %s
        FROM unnest(%s::bytea[], %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[])
            AS wanted (hash, holder, kind, unit, label, uses, place)
        """,
        (
            expires_at,
            [hash_of(token) for token in tokens],
            [account.holder for account in holders],
            [account.kind.value for account in holders],
            [account.unit for account in holders],
            [account.label for account in holders],
            [",".join(sorted(account.uses)) if account.uses is not None else None for account in holders],
            [account.place for account in holders],
        ),
    )
    return tokens


def remembered(token: str) -> Account | None:
    """The account of a token found in the last `CACHE_SECONDS`: saves taking a connection."""
    until, account = _recent.get(hash_of(token), (0.0, None))
    return account if monotonic() < until else None


async def find(conn: AsyncConnection[Any], token: str, *, anew: bool = False) -> Account | None:
    """The account of a token; None where it is unknown, expired or revoked. Unknown ones are not remembered;
    `anew` asks the database whatever is.
    """
    if _TOKEN.fullmatch(token) is None:
        return None
    known = None if anew else remembered(token)
    if known is not None:
        return known
    return (await find_many(conn, [token])).get(token)


async def find_many(conn: AsyncConnection[Any], tokens: Iterable[str]) -> dict[str, Account]:
    """The accounts of tokens as the database says at this moment, by token; without those that are none."""
    wanted = {hash_of(token): token for token in tokens if _TOKEN.fullmatch(token) is not None}
    found = await (await conn.execute(_FIND, [list(wanted)])).fetchall()
    if len(_recent) + len(found) > CACHE_SIZE:
        _recent.clear()
    accounts: dict[str, Account] = {}
    for digest, holder, kind, unit, label, uses, place, seconds in found:
        accounts[wanted[digest]] = Account(holder, _KINDS[kind], unit, label, _limited(uses), place)
        _recent[digest] = (monotonic() + min(CACHE_SECONDS, seconds), accounts[wanted[digest]])
    return accounts


_FIND: LiteralString = """
SELECT hash, holder, kind, unit, label, uses, place, extract(epoch FROM expires_at - clock_timestamp())::float8
FROM accounts.tokens WHERE hash = ANY (%s) AND revoked_at IS NULL AND expires_at > clock_timestamp()
"""
_REVOKE_HOLDER: LiteralString = """
UPDATE accounts.tokens SET revoked_at = now() WHERE holder = %s AND revoked_at IS NULL
"""
_REVOKE_NAMED: LiteralString = """
UPDATE accounts.tokens SET revoked_at = now() WHERE starts_with(encode(hash, 'hex'), %s) AND revoked_at IS NULL
"""


def revoke(conn: Connection[Any], whose: UUID | str) -> int:
    """Revoke all tokens of a holder, or the one of a name (16 digits or more of its hash); how many it were.

    Holds from the commit. Raises Malformed where the name is none.
    """
    if isinstance(whose, str) and _NAME.fullmatch(whose) is None:
        raise Malformed(
            [Problem("", "令牌名应为16至64位十六进制数字", "a token's name has 16 to 64 hexadecimal digits")]
        )
    statement = _REVOKE_HOLDER if isinstance(whose, UUID) else _REVOKE_NAMED
    revoked = conn.execute(statement, (whose,)).rowcount
    forget()
    return revoked


def forget() -> None:
    """Remember no account: this process asks the database of each anew."""
    _recent.clear()


def _limited(uses: Iterable[str] | None) -> frozenset[Use] | None:
    return frozenset(_USES[use] for use in uses) if uses is not None else None


def list_accounts(conn: Connection[Any]) -> list[Issued]:
    """All tokens ever issued, the newest first; never the tokens themselves."""
    rows = conn.execute(
        """
        SELECT left(encode(hash, 'hex'), 16), holder, kind, unit, label, uses, place, created_at, expires_at, revoked_at
        FROM accounts.tokens ORDER BY created_at DESC, hash
        """
    )
    return [
        Issued(name, Account(holder, _KINDS[kind], unit, label, _limited(uses), place), *times)
        for name, holder, kind, unit, label, uses, place, *times in rows
    ]


def name_of(token: str) -> str:
    """Which token it is, without telling it: the first 16 hexadecimal digits of its hash."""
    return hash_of(token).hex()[:16]


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode()).digest()
