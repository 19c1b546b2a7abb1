"""What is backed up comes back, is known to be that, and a copied directory is no register."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from deploy import embedded
from deploy.backup import DUMP, MANIFEST, backup, manifest_of, restore
from deploy.embedded import EmbeddedError
from services.errors import Unavailable
from services.register.append import append_sync
from services.register.migrate import migrate
from services.register.read import last_position, log_id, raw_tail
from services.verifier.verify import verify
from tests.register.given import command

PLACE = "430000"


def filled(conninfo: str, commands: int = 3) -> None:
    """A register with some entries."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        append_sync(conn, [command() for _ in range(commands)])


def test_E_51_what_comes_back_is_what_was_backed_up(database: str, empty_database: str, tmp_path: Path) -> None:
    filled(database)
    made = backup(database, tmp_path / "backup", PLACE)
    assert made == manifest_of(tmp_path / "backup")
    filled(database)
    manifest, found = restore(empty_database, tmp_path / "backup")
    assert (found.findings, found.position, found.digest) == ([], manifest.position, manifest.digest)
    with psycopg.connect(database) as was, psycopg.connect(empty_database) as now:
        assert log_id(was) == log_id(now)
        assert raw_tail(now, 0, 100) == raw_tail(was, 0, 100)[: last_position(now)]
        assert last_position(now) == 3 < last_position(was)
    filled(empty_database)
    assert verify(empty_database, known={made.position: made.digest}).findings == []
    assert migrate(empty_database) == []
    with psycopg.connect(empty_database) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("DELETE FROM register.events")


def test_E_51_a_backup_is_of_one_moment(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(database)
    meanwhile = iter([lambda: filled(database)])
    made = backup(database, tmp_path / "backup", PLACE, lambda _position: next(meanwhile, lambda: None)())
    assert made.position == 3
    assert verify(database, known={made.position: made.digest}).findings == []


def test_E_51_what_is_no_backup_is_not_restored(database: str, empty_database: str, tmp_path: Path) -> None:
    filled(database)
    source = tmp_path / "backup"
    backup(database, source, PLACE)
    with pytest.raises(Unavailable, match="not empty"):
        backup(database, source, PLACE)
    with pytest.raises(Unavailable, match="holds a register"):
        restore(database, source)
    manifest = json.loads((source / MANIFEST).read_text())
    for change, why in (
        ({"format": 2}, "format"),
        ({"migrations": ["9999_x.sql"]}, "newer program"),
        ({"x": 1}, "manifest"),
    ):
        (source / MANIFEST).write_text(json.dumps({**manifest, **change}))
        with pytest.raises(Unavailable, match=why):
            restore(empty_database, source)
    (source / MANIFEST).write_text(json.dumps(manifest))
    dump = (source / DUMP).read_bytes()
    (source / DUMP).write_bytes(dump[:-1] + b"x")
    with pytest.raises(Unavailable, match="not the one that was made"):
        restore(empty_database, source)
    with psycopg.connect(empty_database) as conn:
        assert conn.execute("SELECT to_regnamespace('register')").fetchone() == (None,)


def test_E_51_a_manifest_of_another_log_is_seen_when_it_is_restored(
    database: str, empty_database: str, tmp_path: Path
) -> None:
    filled(database)
    made = backup(database, tmp_path / "backup", PLACE)
    other = replace(made, digest="0" * 64)
    (tmp_path / "backup" / MANIFEST).write_text(
        json.dumps(
            other.__dict__ if hasattr(other, "__dict__") else {name: getattr(other, name) for name in other.__slots__}
        )
    )
    _, found = restore(empty_database, tmp_path / "backup")
    assert [finding.check for finding in found.findings] == ["note"]


def test_E_51_a_copied_directory_does_not_start_and_says_why(tmp_path: Path) -> None:
    original, copied, copied_whole = tmp_path / "original", tmp_path / "copied", tmp_path / "whole"
    server = embedded.start(original)
    try:
        shutil.copytree(original, copied, symlinks=True, ignore=shutil.ignore_patterns(".s.*"))
        shutil.copytree(original, copied_whole, ignore=shutil.ignore_patterns(".s.*"))
        for copy in (copied, copied_whole):
            for act in (embedded.start, embedded.running, embedded.stop, embedded.erase):
                with pytest.raises(EmbeddedError, match=rf"copy of {original}"):
                    act(copy)
        assert embedded.running(original) == server
        embedded.erase(original)
        with pytest.raises(EmbeddedError, match="while its server ran"):
            embedded.start(copied_whole)
    finally:
        embedded.erase(original)


def test_E_51_a_directory_that_was_moved_is_the_same(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    server = embedded.start(first)
    with psycopg.connect(server.url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 7 AS n")
    embedded.stop(first)
    first.rename(second)
    try:
        with psycopg.connect(embedded.start(second).url) as conn:
            assert conn.execute("SELECT n FROM kept").fetchone() == (7,)
    finally:
        embedded.erase(second)
