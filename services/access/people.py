"""Accounts of people: a name and a password, a second factor, links and codes; each stands on a token of its own.

What a link, a step or a code says in clear text is seen once by whom it is for; here are their hashes alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection

from events.words import ActorKind, Role
from services.access.accounts import Account
from services.access.sessions import hash_of_id

ONE_TIME_BYTES: Final = 32
HANDOVER_BYTES: Final = 5
"""Of the code beside a link: 40 random bits, and five tries."""

SECOND_FACTOR: Final = frozenset({Role.APPROVER, Role.ADMINISTRATOR, Role.DATA_OFFICER})
"""In these roles nobody signs in by a password alone."""

Connection = AsyncConnection[Any]
_KINDS = {kind.value: kind for kind in ActorKind}


@dataclass(frozen=True, slots=True)
class Person:
    """An account that is open. `token` is the hash of the token that its sessions stand on; `secret` as it is kept."""

    name: str
    account: Account
    token: bytes = field(repr=False)
    password: str | None = field(repr=False)
    secret: bytes | None = field(repr=False)
    step: int = 0


class CredentialReset(StrEnum):
    """A credential that another administrator has to reset: with it one alone could act as somebody else (T-04)."""

    LINK = "link"
    SECOND_FACTOR = "second-factor"


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """A reset that an administrator asked another one for; `holder` is whose account it is."""

    id: UUID
    what: CredentialReset
    name: str
    asked_by: UUID
    asked_at: datetime
    expires_at: datetime
    holder: UUID


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody who has given the password and is to give the second factor; `fresh` is a secret that is set up now."""

    name: str
    fresh: bytes | None = field(repr=False)


async def find(conn: Connection, name: str) -> Person | None:
    """The account of that name; None where there is none, or it was closed."""
    row = await _row(conn, "SELECT * FROM accounts.person(%s)", name)
    return _person(row) if row is not None else None


async def signed_in(conn: Connection, session: str) -> Person | None:
    """The account that a session was begun with; None where it was begun with a token that somebody holds."""
    row = await _row(conn, "SELECT * FROM accounts.person_signed_in(%s)", hash_of_id(session))
    return _person(row) if row is not None else None


async def of(conn: Connection, holders: Sequence[UUID]) -> dict[UUID, Person]:
    """The accounts of these holders."""
    rows = await (await conn.execute("SELECT * FROM accounts.people_of(%s)", (list(holders),))).fetchall()
    return {row[1]: _person(row) for row in rows}


async def add(conn: Connection, session: str, name: str, account: Account) -> bool:
    """A new account without a password, by the person who is signed in; False where the name is taken."""
    unseen = sha256(secrets.token_bytes(ONE_TIME_BYTES)).digest()
    return bool(
        await _value(
            conn, "SELECT accounts.add_person(%s, %s, %s, %s, %s, %s, %s)", hash_of_id(session), name, unseen,
            account.holder, account.kind.value, account.unit, account.label,
        )
    )  # fmt: skip


async def ask(conn: Connection, session: str, what: CredentialReset, name: str, until: datetime) -> str | None:
    """Ask another administrator for it, until then: the code that whoever asks hands over, beside the link that who
    confirms does; empty where there is nothing to hand over. None where nobody is signed in.
    """
    code = secrets.token_hex(HANDOVER_BYTES).upper() if what is CredentialReset.LINK else ""
    values = (hash_of_id(session), what.value, name, _hash(code) if code else None, until)
    return code if await _value(conn, "SELECT accounts.ask_another(%s, %s, %s, %s, %s)", *values) else None


async def requests(conn: Connection) -> list[ResetRequest]:
    """What waits for another administrator, the oldest first."""
    rows = await (await conn.execute("SELECT * FROM accounts.requests_open()")).fetchall()
    return [ResetRequest(one, CredentialReset(what), *rest) for one, what, *rest in rows]


async def confirm(conn: Connection, session: str, request: UUID) -> str | None:
    """Confirm what another administrator asked for: what the link holds by which a password is chosen once, with the
    code of who asked; void where it was no link. None where it was not done: it is settled, too old, or one's own.
    """
    clear = secrets.token_urlsafe(ONE_TIME_BYTES)
    values = (hash_of_id(session), request, _hash(clear))
    return clear if await _value(conn, "SELECT accounts.confirm_request(%s, %s, %s)", *values) else None


async def drop(conn: Connection, session: str, request: UUID) -> bool:
    """Withdraw what one asked for, or turn down what another did."""
    return bool(await _value(conn, "SELECT accounts.drop_request(%s, %s)", hash_of_id(session), request))


async def named_by(conn: Connection, link: str) -> str | None:
    """The name of the account for which a link lets one choose a password; None where it is void."""
    row = await _row(conn, "SELECT name FROM accounts.one_time(%s, 'password')", _hash(link))
    return row[0] if row is not None else None


async def choose_by_link(conn: Connection, link: str, code: str, password: str, codes: Sequence[bytes]) -> bool:
    """The password was chosen by a link and the code beside it, and both are void from then on; False where either is
    wrong: the fifth wrong code voids the link. `codes` are hashes.
    """
    values = (_hash(link), _hash(_handed_over(code)), password, list(codes))
    return await _value(conn, "SELECT accounts.choose_by_link(%s, %s, %s, %s)", *values) is not None


def _handed_over(code: str) -> str:
    return "".join(filter(str.isalnum, code)).upper()


async def choose_by_code(conn: Connection, name: str, code: bytes, password: str) -> bool:
    """The password was chosen by a recovery code, told by its hash; False where that is none."""
    return bool(await _value(conn, "SELECT accounts.choose_by_code(%s, %s, %s)", name, code, password))


async def new_codes(conn: Connection, session: str, codes: Sequence[bytes]) -> bool:
    """The recovery codes of the person who is signed in, told by their hashes; those before are void."""
    return bool(await _value(conn, "SELECT accounts.new_codes(%s, %s)", hash_of_id(session), list(codes)))


async def choose(conn: Connection, session: str, password: str) -> bool:
    """The password was chosen by the person who is signed in with it; all their sessions end."""
    return await _value(conn, "SELECT accounts.choose_signed_in(%s, %s)", hash_of_id(session), password) is not None


async def ask_second(conn: Connection, name: str, fresh: bytes | None) -> str:
    """What the form of the second factor holds: good for five minutes."""
    clear = secrets.token_urlsafe(ONE_TIME_BYTES)
    await conn.execute("SELECT accounts.ask_second(%s, %s, %s)", (name, _hash(clear), fresh))
    return clear


async def asked(conn: Connection, step: str) -> Step | None:
    """Who is asked for the second factor; None where that is over."""
    row = await _row(conn, "SELECT name, payload FROM accounts.one_time(%s, 'second-factor')", _hash(step))
    return Step(row[0], row[1]) if row is not None else None


async def second_given(conn: Connection, step: str, at: int | None) -> bytes | None:
    """The second factor was given: for a time step, or None for a code. The hash of the token on which a session
    begins; None where that time step was used already.
    """
    token: bytes | None = await _value(conn, "SELECT accounts.second_given(%s, %s)", _hash(step), at)
    return token


async def use_code(conn: Connection, name: str, code: bytes) -> bool:
    """Whether that was a recovery code of the account, told by its hash; it is none any more."""
    return bool(await _value(conn, "SELECT accounts.use_code(%s, %s)", name, code))


async def close(conn: Connection, session: str, name: str) -> bool:
    """An account is closed by the person who is signed in; its sessions end with it."""
    return bool(await _value(conn, "SELECT accounts.close_person(%s, %s)", hash_of_id(session), name))


async def _row(conn: Connection, statement: LiteralString, *values: Any) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = await (await conn.execute(statement, values)).fetchone()
    return row


async def _value(conn: Connection, statement: LiteralString, *values: Any) -> Any:
    row = await _row(conn, statement, *values)
    return row[0] if row is not None else None


def _person(row: Sequence[Any]) -> Person:
    name, holder, kind, unit, label, token, password, secret, step, _ = row
    return Person(name, Account(holder, _KINDS[kind], unit, label), token, password, secret, step)


def _hash(clear: str) -> bytes:
    return sha256(clear.encode()).digest()
