"""Data keys: made once for a slot, wrapped by the key file, destroyed for ever."""

from __future__ import annotations

import asyncio
import stat
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from events.envelope import Actor, Entry, Event
from events.registry import ENTRY_OF
from events.sealed import Sealed
from events.unit.publicity import UnitObjectionRaised
from events.unit.record import UnitPersonalDataErased
from events.words import ActorKind
from services import vault
from services.errors import Unavailable
from services.register.append import append_sync
from services.register.command import Command
from services.vault import DataKey, Erased, KeyFile, Slot
from services.vault.keys import commitment_of

STREAM = UUID("00000000-0000-4000-8000-000000000001")


def objection(version: int) -> Entry[Event]:
    return Entry[UnitObjectionRaised](
        stream=STREAM,
        version=version,
        event=UnitObjectionRaised(ground="示例", text="示例", objector=Sealed(clear="示例异议人")),
        recorded_at=datetime(2026, 3, 2, 1, tzinfo=UTC),
        effective_on=date(2026, 3, 2),
        actor=Actor(id=STREAM, kind=ActorKind.PUBLIC, post="公众", place="430000"),
        command_id=STREAM,
        correlation_id=STREAM,
    )


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "kek"
    first = KeyFile.at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["kek"]
    slot, kid, key = Slot(STREAM, "unit.contact"), uuid4(), bytes(32)
    assert KeyFile.at(path).unwrap(kid, slot, first.wrap(kid, slot, key), commitment_of(key)) == key


def test_E_43_every_key_is_rewrapped_or_none_and_what_is_sealed_stays(database: str, tmp_path: Path) -> None:
    old, new = KeyFile.at(tmp_path / "old"), KeyFile.at(tmp_path / "new")
    slots = [Slot(uuid4(), "officer") for _ in range(3)]
    with psycopg.connect(database, autocommit=True) as conn:
        before = vault.provision(conn, old, slots)
        other = psycopg.connect(database, application_name="concord api")
        with other, pytest.raises(Unavailable, match="concord api"), conn.transaction():
            vault.rewrap(conn, old, new)
        while True:  # who left is still seen for a moment
            try:
                with conn.transaction():
                    assert vault.rewrap(conn, old, new) == len(slots)
                break
            except Unavailable:
                continue
        assert vault.fetch(conn, new, slots) == before
        with pytest.raises(Unavailable):
            vault.fetch(conn, old, slots)
        more = Slot(uuid4(), "officer")
        vault.provision(conn, old, [more])  # a process that was never told
        kept = conn.execute("SELECT kid, wrapped FROM keys.data_keys ORDER BY kid").fetchall()
        with pytest.raises(Unavailable), conn.transaction():
            vault.rewrap(conn, new, KeyFile.at(tmp_path / "third"))
        assert conn.execute("SELECT kid, wrapped FROM keys.data_keys ORDER BY kid").fetchall() == kept


def test_key_files_made_at_the_same_time_are_one(tmp_path: Path) -> None:
    path, start, made = tmp_path / "kek", threading.Barrier(8), list[KeyFile]()

    def make() -> None:
        start.wait()
        made.append(KeyFile.at(path))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    slot, kid, key = Slot(STREAM, "unit.contact"), uuid4(), bytes(32)
    wrapped = made[0].wrap(kid, slot, key)
    assert [file.unwrap(kid, slot, wrapped, commitment_of(key)) for file in made] == [key] * 8


def test_a_key_file_open_to_everybody_or_of_another_length_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kek"
    KeyFile.at(path)
    path.chmod(0o644)
    with pytest.raises(PermissionError):
        KeyFile.at(path)
    path.chmod(0o600)
    path.write_text("c2hvcnQ=")
    with pytest.raises(ValueError, match="32 bytes"):
        KeyFile.at(path)


def test_a_wrapped_key_opens_only_in_its_row_and_with_its_key_file(tmp_path: Path) -> None:
    mine, other = KeyFile.at(tmp_path / "mine"), KeyFile.at(tmp_path / "other")
    slot, kid, key = Slot(STREAM, "unit.contact"), uuid4(), bytes(32)
    wrapped = mine.wrap(kid, slot, key)
    for file, row, place, kc in (
        (other, kid, slot, commitment_of(key)),
        (mine, uuid4(), slot, commitment_of(key)),
        (mine, kid, Slot(STREAM, "unit.signer"), commitment_of(key)),
        (mine, kid, slot, bytes(32)),
    ):
        with pytest.raises(Unavailable):
            file.unwrap(row, place, wrapped, kc)


def test_keys_are_provisioned_once_and_found_again(database: str, tmp_path: Path) -> None:
    kek = KeyFile.at(tmp_path / "kek")
    entries = [objection(version) for version in range(1, 301)]
    wanted = {slot for one in entries for slot in vault.needed(one)}
    with psycopg.connect(database) as conn:
        keys = vault.provision(conn, kek, wanted)
        assert keys.keys() == wanted
        sealed = [vault.seal(one, keys) for one in entries]
    with psycopg.connect(database) as conn:
        assert vault.provision(conn, kek, wanted) == keys
        slots = {slot for one in sealed for slot in vault.needed(one)}
        found = vault.fetch(conn, kek, slots)
        assert [vault.open_entry(one, found) for one in sealed] == entries
        dump = conn.execute("SELECT string_agg(k::text, ' ') FROM keys.data_keys AS k").fetchone()
        assert dump is not None
        assert not any(key.key.hex() in dump[0] for key in keys.values() if key.key)
        assert vault.fetch(conn, kek, [Slot(uuid4(), "unit.contact")]) == {}
        assert vault.provision(conn, kek, []) == {}


def test_keys_over_an_asynchronous_connection_are_the_same(database: str, tmp_path: Path) -> None:
    kek, slot = KeyFile.at(tmp_path / "kek"), Slot(STREAM, "unit.contact")

    async def both() -> tuple[dict[Slot, DataKey], dict[Slot, DataKey]]:
        async with await psycopg.AsyncConnection.connect(database) as conn:
            assert await vault.afetch(conn, kek, [slot]) == {}
            assert await vault.afetch(conn, kek, []) == await vault.aprovision(conn, kek, []) == {}
            return await vault.aprovision(conn, kek, [slot]), await vault.afetch(conn, kek, [slot])

    made, found = asyncio.run(both())
    assert made == found
    with psycopg.connect(database) as conn:
        assert vault.provision(conn, kek, [slot]) == made


def test_processes_that_provision_at_the_same_time_agree(database: str, tmp_path: Path) -> None:
    kek = KeyFile.at(tmp_path / "kek")
    slots = [Slot(uuid4(), "unit.contact") for _ in range(100)]
    start, made = threading.Barrier(6), list[dict[Slot, DataKey]]()

    def run(wanted: list[Slot]) -> None:
        with psycopg.connect(database) as conn:
            start.wait()
            made.append(vault.provision(conn, kek, wanted))

    threads = [threading.Thread(target=run, args=(slots[turn:] + slots[:turn],)) for turn in range(0, 60, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert all(keys == made[0] for keys in made)


def record_erasure(conn: psycopg.Connection[Any], subject: UUID) -> None:
    """The erasure of somebody stands in the log, without which no key is destroyed."""
    erased = UnitPersonalDataErased(subject=subject, legal_basis="示例", reason="示例")
    command = uuid4()
    entry = ENTRY_OF[UnitPersonalDataErased](
        stream=uuid4(), version=1, event=erased, recorded_at=datetime.now(UTC), effective_on=date(2026, 1, 1),
        actor=Actor(id=uuid4(), kind=ActorKind.SYSTEM, post="示例", place="430000"),
        command_id=command, correlation_id=command,
    )  # fmt: skip
    append_sync(conn, [Command(command, b"erasure", {entry.stream: 0}, (entry,))])


def test_a_destroyed_key_is_gone_for_ever(database: str, tmp_path: Path) -> None:
    kek, erased, kept = KeyFile.at(tmp_path / "kek"), objection(5), objection(6)
    wanted = vault.needed(erased) | vault.needed(kept)
    with psycopg.connect(database, autocommit=True) as conn:
        keys = vault.provision(conn, kek, wanted)
        sealed = [vault.seal(one, keys) for one in (erased, kept)]
        subject = vault.subject_of(erased, "objector")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="erasure"):
            vault.destroy(conn, subject, "unit.objector")
        record_erasure(conn, subject)
        assert vault.destroy(conn, subject, "unit.signer") == 0
        assert vault.destroy(conn, subject, "unit.objector") == 1
        assert vault.destroy(conn, subject) == 0

        after = vault.fetch(conn, kek, wanted)
        masked, opened = (vault.open_entry(one, after) for one in sealed)
        assert masked == sealed[0]
        assert opened == kept
        assert vault.provision(conn, kek, wanted) == after
        with pytest.raises(Erased):
            vault.seal(erased, after)
        row = conn.execute("SELECT wrapped, destroyed_at FROM keys.data_keys WHERE subject = %s", (subject,)).fetchone()
        assert row is not None
        assert row[0] is None
        assert row[1] is not None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM keys.data_keys",
        "TRUNCATE keys.data_keys",
        "UPDATE keys.data_keys SET wrapped = decode(repeat('00', 60), 'hex'), destroyed_at = NULL",
        "UPDATE keys.data_keys SET purpose = 'unit.signer'",
    ],
)
def test_the_row_of_a_destroyed_key_cannot_be_removed_or_revived(database: str, tmp_path: Path, statement: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        vault.provision(conn, KeyFile.at(tmp_path / "kek"), [Slot(STREAM, "unit.contact")])
        record_erasure(conn, STREAM)
        vault.destroy(conn, STREAM)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)


def test_keys_wrapped_by_another_key_file_are_not_taken_for_ours(database: str, tmp_path: Path) -> None:
    with psycopg.connect(database) as conn:
        vault.provision(conn, KeyFile.at(tmp_path / "one"), [Slot(STREAM, "unit.contact")])
        with pytest.raises(Unavailable, match="key file"):
            vault.fetch(conn, KeyFile.at(tmp_path / "two"), [Slot(STREAM, "unit.contact")])
