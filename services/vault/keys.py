"""Data keys: one a (subject, purpose), wrapped by the key file, kept in `keys.data_keys`, destroyed for ever.

Nothing is remembered between calls: what is sealed nearly always needs a new key, and what is opened
must see at once that a key was destroyed by another process. Callers keep the mapping for a batch.
"""

from __future__ import annotations

import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import AsyncConnection, Connection

from services.errors import Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12
"""96 bits, the length for which AES-GCM is specified (NIST SP 800-38D §8.2)."""


class Slot(NamedTuple):
    """Whom a key is for, and for what: a key is provisioned once in a slot, and never again."""

    subject: UUID
    purpose: str


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key; `key` is None once destroyed. `commitment` fixes which key it is (or was)."""

    kid: UUID
    commitment: bytes
    key: bytes | None = field(repr=False)


Keys = Mapping[Slot, DataKey]


def commitment_of(key: bytes) -> bytes:
    """What an envelope says of its key: AES-GCM alone lets one ciphertext open under two keys."""
    return sha256(b"kc/v1" + key).digest()


@dataclass(frozen=True, slots=True, repr=False)
class KeyFile:
    """The key that wraps all data keys, read once from its file."""

    path: Path
    cipher: AESGCM

    @classmethod
    def at(cls, path: Path) -> KeyFile:
        """The key file at `path`, made (mode 600) where there is none.

        Raises PermissionError where everybody may read it, ValueError where it holds no key of
        32 bytes in base64.
        """
        if not path.exists():
            _create(path)
        if path.stat().st_mode & stat.S_IRWXO:
            raise PermissionError(f"{path} is open to everybody; allow its owner only (chmod 600)")
        key = b64decode(path.read_bytes().strip(), validate=True)
        if len(key) != KEY_BYTES:
            raise ValueError(f"{path} must hold {KEY_BYTES} bytes in base64, not {len(key)}")
        return cls(path, AESGCM(key))

    def wrap(self, kid: UUID, slot: Slot, key: bytes) -> bytes:
        """The key as it is stored: nonce and ciphertext, bound to its row."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, key, _row(kid, slot))

    def unwrap(self, kid: UUID, slot: Slot, wrapped: bytes, commitment: bytes) -> bytes:
        """The key of a row. Raises Unavailable where another key file wrapped it, or the row was altered."""
        try:
            key = self.cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _row(kid, slot))
        except InvalidTag as broken:
            raise Unavailable(f"data key {kid} (it does not open with the key file {self.path})") from broken
        if not compare_digest(commitment_of(key), commitment):
            raise Unavailable(f"data key {kid} (its commitment was altered)")
        return key


def _row(kid: UUID, slot: Slot) -> bytes:
    return b"concord/wrap/v1\0" + kid.bytes + slot.subject.bytes + slot.purpose.encode()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{uuid4()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and never replaces the key of a process that was first.
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
        _sync_folder(path.parent)
    finally:
        fresh.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_INSERT = """
INSERT INTO keys.data_keys (kid, subject, purpose, wrapped, commitment)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bytea[], %s::bytea[])
ON CONFLICT (subject, purpose) DO NOTHING
"""

_SELECT = """
SELECT kid, subject, purpose, wrapped, commitment
FROM keys.data_keys JOIN unnest(%s::uuid[], %s::text[]) AS wanted (subject, purpose) USING (subject, purpose)
"""

_OTHERS = """
SELECT DISTINCT coalesce(nullif(application_name, ''), usename::text, '?') FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY 1
"""

_THERE = "SELECT kid, subject, purpose, wrapped, commitment FROM keys.data_keys WHERE wrapped IS NOT NULL"

_REWRAP = """
UPDATE keys.data_keys AS k SET wrapped = w.wrapped
FROM unnest(%s::uuid[], %s::bytea[]) AS w (kid, wrapped) WHERE k.kid = w.kid
"""

_DESTROY = "SELECT keys.destroy(%(subject)s, %(purpose)s)"


def provision(conn: Connection[Any], kek: KeyFile, wanted: Iterable[Slot]) -> dict[Slot, DataKey]:
    """The keys of all wanted slots, new ones made where there were none; destroyed ones stay destroyed.

    Two processes that want one slot get the same key (READ COMMITTED, which is assumed). Commit no
    later than the entries sealed with the keys: a text sealed with a key that was rolled back is lost.
    """
    slots = sorted(set(wanted))
    if not slots:
        return {}
    conn.execute(_INSERT, _candidates(kek, slots))
    return _unwrapped(kek, conn.execute(_SELECT, _columns(slots)).fetchall())


async def aprovision(conn: AsyncConnection[Any], kek: KeyFile, wanted: Iterable[Slot]) -> dict[Slot, DataKey]:
    """As `provision`, over an asynchronous connection."""
    slots = sorted(set(wanted))
    if not slots:
        return {}
    await conn.execute(_INSERT, _candidates(kek, slots))
    return _unwrapped(kek, await (await conn.execute(_SELECT, _columns(slots))).fetchall())


def fetch(conn: Connection[Any], kek: KeyFile, wanted: Iterable[Slot]) -> dict[Slot, DataKey]:
    """The keys of those wanted slots that have one; makes none. For opening."""
    slots = sorted(set(wanted))
    return _unwrapped(kek, conn.execute(_SELECT, _columns(slots)).fetchall()) if slots else {}


async def afetch(conn: AsyncConnection[Any], kek: KeyFile, wanted: Iterable[Slot]) -> dict[Slot, DataKey]:
    """As `fetch`, over an asynchronous connection."""
    slots = sorted(set(wanted))
    return _unwrapped(kek, await (await conn.execute(_SELECT, _columns(slots))).fetchall()) if slots else {}


def destroy(conn: Connection[Any], subject: UUID, purpose: str | None = None) -> int:
    """Destroy the subject's keys, of one purpose or all; how many there were. There is no way back.

    The database refuses it (InsufficientPrivilege) where the erasure of the subject is not recorded.
    Holds from the commit, in every process. Backups of the keys and the write-ahead log still hold the
    wrapped bytes until they expire.
    """
    (destroyed,) = conn.execute(_DESTROY, {"subject": subject, "purpose": purpose}).fetchone() or (0,)
    return int(destroyed)


async def adestroy(conn: AsyncConnection[Any], subject: UUID, purpose: str | None = None) -> int:
    """As `destroy`, on an async connection."""
    cursor = await conn.execute(_DESTROY, {"subject": subject, "purpose": purpose})
    (destroyed,) = await cursor.fetchone() or (0,)
    return int(destroyed)


def rewrap(conn: Connection[Any], old: KeyFile, new: KeyFile) -> int:
    """Wrap every data key that is there by another key file, in the open transaction; how many. What is sealed stays
    sealed by the same data keys, so that nothing of the log changes.

    Raises Unavailable where one of them does not open with the old key file, or others are connected, who would go on
    with it: then nothing is changed.
    """
    conn.execute("LOCK TABLE keys.data_keys IN ACCESS EXCLUSIVE MODE")
    others = [name for (name,) in conn.execute(_OTHERS)]
    if others:
        raise Unavailable(f"rewrapping (stop what still holds the old key file: {', '.join(others)})")
    rows = conn.execute(_THERE)
    kids, wrapped = [], []
    for kid, subject, purpose, text, commitment in rows.fetchall():
        slot = Slot(subject, purpose)
        kids.append(kid)
        wrapped.append(new.wrap(kid, slot, old.unwrap(kid, slot, bytes(text), bytes(commitment))))
    conn.execute(_REWRAP, [kids, wrapped])
    return len(kids)


def _candidates(kek: KeyFile, slots: list[Slot]) -> tuple[list[Any], ...]:
    # Sorted slots: two processes inserting the same ones wait for each other instead of deadlocking.
    kids = [uuid4() for _ in slots]
    keys = [secrets.token_bytes(KEY_BYTES) for _ in slots]
    wrapped = [kek.wrap(kid, slot, key) for kid, slot, key in zip(kids, slots, keys, strict=True)]
    return (kids, *_columns(slots), wrapped, [commitment_of(key) for key in keys])


def _columns(slots: list[Slot]) -> tuple[list[Any], list[Any]]:
    return [slot.subject for slot in slots], [slot.purpose for slot in slots]


def _unwrapped(kek: KeyFile, rows: Iterable[tuple[UUID, UUID, str, bytes | None, bytes]]) -> dict[Slot, DataKey]:
    keys = {}
    for kid, subject, purpose, wrapped, commitment in rows:
        slot = Slot(subject, purpose)
        key = None if wrapped is None else kek.unwrap(kid, slot, wrapped, commitment)
        keys[slot] = DataKey(kid, commitment, key)
    return keys
