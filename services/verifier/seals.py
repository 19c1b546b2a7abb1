"""Sealed fields against the keys: each opens where it stands, or its key was destroyed and is still that key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from events.envelope import Entry, Event
from events.registry import decode
from services import vault
from services.errors import Unavailable
from services.verifier.finding import Finding


def seals(conn: psycopg.Connection[Any], kek: vault.KeyFile, stored: Sequence[tuple[str, bytes]]) -> Iterator[Finding]:
    """Every seal of these entries (type, bytes) that does not hold."""
    entries: list[Entry[Event]] = []
    for type_name, state in stored:
        try:
            entries.append(decode(type_name, state))
        except ValueError as error:
            yield Finding("state", type_name, "所存内容不能读取", f"cannot be read: {error}"[:300])
    yield from _held(conn, kek, entries)


def _held(conn: psycopg.Connection[Any], kek: vault.KeyFile, entries: Sequence[Entry[Event]]) -> Iterator[Finding]:
    """The keys of many entries in one question; of one key that does not open, the halves apart."""
    if not entries:
        return
    try:
        keys = vault.fetch(conn, kek, set().union(*map(vault.needed, entries)))
    except Unavailable as error:
        if len(entries) == 1:
            en = f"its key is not as it was wrapped: {error.what}"
            yield Finding("key", f"entry {entries[0].id}", "密钥被改动，或不属于此密钥文件", en)
            return
        half = len(entries) // 2
        yield from _held(conn, kek, entries[:half])
        yield from _held(conn, kek, entries[half:])
        return
    for entry in entries:
        try:
            vault.open_entry(entry, keys)
        except vault.SealBroken as error:
            yield Finding("seal", f"entry {entry.id} ({entry.event.about.type})", "密封内容不符", str(error))
