"""What is backed up comes back, is known to be that, and a copied directory is no register."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from deploy import embedded
from deploy.backup import DUMP, MANIFEST, backup, manifest_of, restore
from deploy.embedded import EmbeddedError
from services import content
from services.errors import Unavailable
from services.paper_stores import Folder, PaperStore
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


def outside(conninfo: str, store: PaperStore, *papers: bytes) -> list[str]:
    """Papers that lie in a store; their digests, sorted."""
    digests = sorted(sha256(data).hexdigest() for data in papers)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        for data in papers:
            store.put(sha256(data).hexdigest(), data)
            conn.execute(content.INSERT, [sha256(data).digest(), "text/plain", len(data), None])
    return digests


def test_E_51_papers_outside_the_database_are_in_the_backup(database: str, empty_database: str, tmp_path: Path) -> None:
    for name in ("store", "other"):
        (tmp_path / name).mkdir()
    store, other = Folder(tmp_path / "store"), Folder(tmp_path / "other")
    digests = outside(database, store, b"one", b"two", b"three")
    made = backup(database, tmp_path / "backup", PLACE, papers=store)
    assert (made.papers, made.left_out) == (3, [])
    _, found = restore(empty_database, tmp_path / "backup", papers=other)
    assert found.findings == []
    assert sorted(digest for digest, _ in other.listed()) == digests


def test_E_51_they_come_back_into_the_database_where_no_store_is_set(
    database: str, empty_database: str, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir()
    store = Folder(tmp_path / "store")
    outside(database, store, b"one", b"two")
    backup(database, tmp_path / "backup", PLACE, papers=store)
    _, found = restore(empty_database, tmp_path / "backup")
    assert found.findings == []
    with psycopg.connect(empty_database) as conn:
        assert conn.execute("SELECT bytes FROM documents.content ORDER BY bytes").fetchall() == [(b"one",), (b"two",)]


def test_E_51_papers_that_the_store_does_not_give_are_told_and_found(
    database: str, empty_database: str, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir()
    store = Folder(tmp_path / "store")
    digests = outside(database, store, b"one", b"two", b"three")
    store.delete(digests[1])
    (tmp_path / "store" / digests[2][:2] / digests[2]).write_bytes(b"other")
    for papers, left_out in ((store, digests[1:]), (Folder(tmp_path / "away"), digests), (None, digests)):
        made = backup(database, tmp_path / f"backup-{len(left_out)}-{papers is None}", PLACE, papers=papers)
        assert (made.papers, made.left_out) == (3 - len(left_out), left_out)
    _, found = restore(empty_database, tmp_path / "backup-2-False", papers=store)
    assert [finding.row for finding in found.findings] == [f"documents.content {digest}" for digest in digests[1:]]


def test_E_51_a_paper_that_was_changed_in_the_backup_is_not_restored(
    database: str, empty_database: str, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir()
    store = Folder(tmp_path / "store")
    (digest,) = outside(database, store, b"one")
    backup(database, tmp_path / "backup", PLACE, papers=store)
    (tmp_path / "backup" / "papers" / digest[:2] / digest).write_bytes(b"other")
    with pytest.raises(Unavailable, match=digest):
        restore(empty_database, tmp_path / "backup", papers=store)


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
