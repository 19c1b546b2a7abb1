"""Backups of a register: one consistent dump with a manifest that says what is in it, restored and verified.

The manifest names the log, its last position and its digest there, so that what comes back is known to be what
was backed up. The key file is no part of it: a backup alone opens no personal data.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg

from deploy.embedded import wheel_programs
from services.content import fetched
from services.errors import Unavailable
from services.paper_stores import Folder, PaperStore
from services.register.migrate import make_roles, migrations
from services.register.read import log_id
from services.vault import KeyFile
from services.verifier.log import Log
from services.verifier.verify import Verified, verify

MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
PAPERS: Final = "papers"
FORMAT: Final = 1

_OUTSIDE: LiteralString = "SELECT encode(sha256, 'hex') FROM documents.content WHERE bytes IS NULL ORDER BY sha256"
_BACK: LiteralString = "UPDATE documents.content SET bytes = %s WHERE sha256 = %s AND bytes IS NULL"

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: of which log, up to which position, with which digest there; and the dump's own digest."""

    format: int
    made_at: str
    place: str
    log: str
    position: int
    digest: str
    migrations: list[str]
    server: int
    bytes: int
    sha256: str
    papers: int = 0
    """Papers that lay outside the database, and are in the backup."""

    left_out: list[str] = field(default_factory=list)
    """Digests of those that are not: the store did not give them, or was not asked."""


def backup(
    conninfo: str,
    target: Path,
    place: str,
    progress: Progress = lambda _position: None,
    papers: PaperStore | None = None,
) -> Manifest:
    """Dump the register into a new directory, all of it as of one moment, while it goes on; with the papers that lie
    in a store, where it is given. What the store does not give is told, and the rest is backed up.

    Raises Unavailable where the directory holds something, or the dump fails; psycopg's errors.
    """
    if target.exists() and any(target.iterdir()):
        raise Unavailable(f"{target} for a backup (it is not empty)")
    begun = target.with_name(f".{target.name}.begun")
    if begun.exists():
        shutil.rmtree(begun)  # of a backup that was interrupted
    begun.mkdir(mode=0o700, parents=True)
    with psycopg.connect(conninfo, application_name="concord backup") as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = conn.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        server = conn.info.server_version
        _run(server, "pg_dump", conninfo, "--format=custom", f"--snapshot={snapshot}", f"--file={begun / DUMP}")
        log = Log()
        for finding in log.read(conn, progress, lambda _sealed: ()):
            raise Unavailable(f"a backup of this register ({finding.row}: {finding.en}; see concord verify)")
        outside = [digest for (digest,) in conn.execute(_OUTSIDE)]
        left_out = _kept(papers, outside, begun / PAPERS) if outside else []
        applied = [name for (name,) in conn.execute("SELECT name FROM register.migrations ORDER BY name")]
        made = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            place=place,
            log=str(log_id(conn)),
            position=log.position,
            digest=log.digests[log.position],
            migrations=applied,
            server=server,
            bytes=(begun / DUMP).stat().st_size,
            sha256=_digest(begun / DUMP),
            papers=len(outside) - len(left_out),
            left_out=left_out,
        )
    _write(begun / MANIFEST, json.dumps(asdict(made), indent=2) + "\n")
    if target.exists():
        target.rmdir()
    begun.rename(target)
    return made


def manifest_of(source: Path) -> Manifest:
    """The manifest of a backup, whose dump is still as it was made. Raises Unavailable."""
    try:
        known: dict[str, Any] = json.loads((source / MANIFEST).read_text("utf-8"))
        found = Manifest(**known)
    except (OSError, ValueError, TypeError) as error:
        raise Unavailable(f"a backup in {source} (its manifest cannot be read: {error})") from error
    if found.format != FORMAT:
        raise Unavailable(f"the backup in {source} (it is of format {found.format}, this program reads {FORMAT})")
    unknown = set(found.migrations) - {migration.name for migration in migrations()}
    if unknown:
        raise Unavailable(f"the backup in {source} (it is of a newer program: {', '.join(sorted(unknown))})")
    if not (source / DUMP).exists() or _digest(source / DUMP) != found.sha256:
        raise Unavailable(f"the backup in {source} (its dump is not the one that was made)")
    return found


def restore(
    conninfo: str,
    source: Path,
    kek: KeyFile | None = None,
    progress: Progress = lambda _position: None,
    papers: PaperStore | None = None,
) -> tuple[Manifest, Verified]:
    """Bring a backup into an empty database, its papers into the store or (None) the database too, and verify what is
    there then.

    Raises Unavailable where the database holds a register, or the backup cannot be used; psycopg's errors.
    """
    manifest = manifest_of(source)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        if conn.execute("SELECT to_regnamespace('register')").fetchone() != (None,):
            raise Unavailable("restoring into this database (it holds a register)")
        server = conn.info.server_version
    make_roles(conninfo)
    _run(server, "pg_restore", conninfo, "--exit-on-error", "--single-transaction", str(source / DUMP))
    _brought_back(conninfo, source / PAPERS, papers)
    found = verify(conninfo, kek, papers, known={manifest.position: manifest.digest}, progress=progress)
    return manifest, found


def _kept(papers: PaperStore | None, digests: Sequence[str], folder: Path) -> list[str]:
    """Copy papers out of their store; the digests of those that it does not give as they were, or that were not asked
    for because it is away.
    """
    folder.mkdir(mode=0o700)
    target, left_out = Folder(folder), list[str]()
    for number, digest in enumerate(digests):
        try:
            data = papers.get(digest) if papers is not None else None
        except Unavailable:
            return left_out + list(digests[number:])
        if data is not None and sha256(data).hexdigest() == digest:
            target.put(digest, data)
        else:
            left_out.append(digest)
    return left_out


def _brought_back(conninfo: str, folder: Path, papers: PaperStore | None) -> None:
    """Put the papers of a backup where papers lie now. Raises Unavailable where one is not as it was, or the store is
    away.
    """
    if not folder.is_dir():
        return
    kept = Folder(folder)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        for digest, _ in kept.listed():
            data = fetched(kept, digest)
            if papers is not None:
                papers.put(digest, data)
            else:
                conn.execute(_BACK, [data, bytes.fromhex(digest)])


def _run(server: int, program: str, conninfo: str, *arguments: str) -> None:
    """One of PostgreSQL's programs over a connection; the password goes by the environment, never by a list of
    processes. Raises Unavailable with its last line.
    """
    parts: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(conninfo)
    password = {"PGPASSWORD": str(parts.pop("password"))} if parts.get("password") else {}
    done = subprocess.run(  # noqa: S603 - no shell, our own words
        [_program(server, program), "--no-password", f"--dbname={psycopg.conninfo.make_conninfo(**parts)}", *arguments],
        env={**os.environ, "LC_ALL": "C", **password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise Unavailable(f"{program} ({said[-1] if said else 'it said nothing'})")


def _program(server: int, name: str) -> Path:
    """The program of the server's own major version where it is installed, else the one that comes along."""
    installed = shutil.which(name)
    if installed:
        said = subprocess.run([installed, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        version = re.search(r"\b(\d+)\.", said)
        if version and int(version[1]) == server // 10_000:
            return Path(installed)
    return wheel_programs() / name


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
