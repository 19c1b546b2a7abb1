"""The bytes of papers, by their digest: stored once, read by those who are entitled, never changed.

What is known of them stands in the database; they themselves lie there, or in the store that is set.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection

from events.governance.document import DocumentRecorded
from services.errors import Malformed, Problem, Unavailable
from services.paper_stores import PaperStore, asked

Connection = AsyncConnection[Any]

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."

MAGIC: Final[Mapping[str, tuple[bytes, ...]]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "application/zip": _ZIP,
    "application/ofd": _ZIP,
    f"{_OFFICE}wordprocessingml.document": _ZIP,
    f"{_OFFICE}spreadsheetml.sheet": _ZIP,
    f"{_OFFICE}presentationml.presentation": _ZIP,
    "application/vnd.oasis.opendocument.text": _ZIP,
    "application/vnd.oasis.opendocument.spreadsheet": _ZIP,
}
"""How the bytes of a media type begin; OFD (GB/T 33190) and the office formats are ZIP archives."""

_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
"""How programs begin (Windows, Linux, Java and macOS, scripts), whatever they are called."""

INSERT: LiteralString = """
    INSERT INTO documents.content (sha256, media_type, size, bytes) VALUES (%s, %s, %s, %s)
    ON CONFLICT (sha256) DO NOTHING"""
"""Keep bytes by their digest, media type and size; nothing where they are here already."""
_FIND: LiteralString = "SELECT media_type, bytes FROM documents.content WHERE sha256 = %s"
_MEASURE: LiteralString = "SELECT media_type, size FROM documents.content WHERE sha256 = %s"
_IN_DATABASE: LiteralString = "SELECT bytes IS NOT NULL FROM documents.content WHERE sha256 = %s"
_OUTSIDE: LiteralString = "SELECT EXISTS (SELECT FROM documents.content WHERE sha256 = ANY (%s) AND bytes IS NULL)"
_DESTROY: LiteralString = "SELECT documents.destroy(%s, %s)"
LOCK: LiteralString = "SELECT pg_advisory_xact_lock(%s)"
"""Held by whoever keeps, moves or destroys one paper outside the database, with what is said of it inside."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a paper, and what they are."""

    digest: str
    media_type: str
    data: bytes


def lock_of(digest: bytes) -> int:
    """Which lock is that of the paper with this digest."""
    return int.from_bytes(digest[:8], signed=True)


@asynccontextmanager
async def _alone(conn: Connection, digest: bytes) -> AsyncIterator[None]:
    async with conn.transaction():
        await conn.execute(LOCK, (lock_of(digest),))
        yield


async def store(conn: Connection, papers: PaperStore | None, media_type: str, data: bytes) -> tuple[str, bool]:
    """Keep the bytes, in the store or (None) in the database: their digest, and whether they are new here.

    Raises Malformed where they are not what the media type says, Unavailable. Where bytes can have several names (the
    kinds of ZIP archives, texts), whoever put them first has not named them for the others.
    """
    if not data:
        raise Malformed([Problem("", "文件为空", "there are no bytes")])
    if data.startswith(_PROGRAMS):
        raise Malformed([Problem("", "文件是可执行程序", "the bytes are a program")])
    # both ways: bytes under another name would keep whose paper it is from putting it under its own
    if MAGIC.get(media_type) != next((begins for begins in MAGIC.values() if data.startswith(begins)), None):
        raise Malformed([Problem("", f"内容不是{media_type}", f"the bytes are not {media_type}")])
    digest = sha256(data)
    if papers is None:
        stored = (await conn.execute(INSERT, (digest.digest(), media_type, len(data), data))).rowcount
    else:
        async with _alone(conn, digest.digest()):
            row = await (await conn.execute(_IN_DATABASE, (digest.digest(),))).fetchone()
            if row != (True,):
                # also where it is known already: what the store lost is there again
                await asked(papers.put, digest.hexdigest(), data)
            stored = (await conn.execute(INSERT, (digest.digest(), media_type, len(data), None))).rowcount
    return digest.hexdigest(), bool(stored)


@dataclass(frozen=True, slots=True)
class Known:
    """A paper as the database knows it; `data` is None where its bytes lie outside."""

    digest: str
    media_type: str
    data: bytes | None


async def known(conn: Connection, digest: str) -> Known | None:
    """What is known of the bytes with that digest (64 hexadecimal digits)."""
    row = await (await conn.execute(_FIND, (bytes.fromhex(digest),))).fetchone()
    return Known(digest, row[0], row[1]) if row is not None else None


async def whole(papers: PaperStore | None, paper: Known) -> Content:
    """The paper with its bytes, wherever they lie; no connection is needed, so that none waits for the store.

    Raises Unavailable where the store does not give them now.
    """
    data = paper.data if paper.data is not None else await asked(fetched, papers, paper.digest)
    return Content(paper.digest, paper.media_type, data)


def fetched(papers: PaperStore | None, digest: str) -> bytes:
    """The bytes of a paper that lies in the store, held against their digest.

    Raises Unavailable where they are not there, or are others: the register does not say that there are none.
    """
    data = papers.get(digest) if papers is not None else None
    if data is None or sha256(data).hexdigest() != digest:
        raise Unavailable(f"the paper {digest} in the store of papers (CONCORD_PAPERS)")
    return data


async def destroy(conn: Connection, papers: PaperStore | None, certificate: UUID, digests: Sequence[bytes]) -> None:
    """Destroy bytes under the certificate that a command stored, wherever they lie. Safe to repeat.

    Raises Unavailable where the store is away: what it holds then is not destroyed here either.
    """
    if papers is None:
        if await (await conn.execute(_OUTSIDE, (list(digests),))).fetchone() == (True,):
            raise Unavailable("the store of papers (CONCORD_PAPERS)")
        await conn.execute(_DESTROY, (certificate, list(digests)))
        return
    for digest in digests:
        async with _alone(conn, digest):
            await conn.execute(_DESTROY, (certificate, [digest]))
            if await (await conn.execute(_MEASURE, (digest,))).fetchone() is None:
                await asked(papers.delete, digest.hex())


async def must_be_stored(conn: Connection, paper: DocumentRecorded) -> None:
    """A paper is recorded with the bytes that its digest names. Raises Malformed with what does not agree (T-23)."""
    row = await (await conn.execute(_MEASURE, (bytes.fromhex(paper.sha256),))).fetchone()
    if row is None:
        zh, en = "登记簿中没有该摘要的文件内容，请先上传", "no bytes with this digest are stored: upload them first"
        raise Malformed([Problem("/sha256", zh, en)])
    problems = []
    if MAGIC.get(row[0]) != MAGIC.get(paper.media_type):
        problems.append(Problem("/media_type", f"所存内容为{row[0]}", f"the stored bytes are {row[0]}"))
    if row[1] != paper.size:
        problems.append(Problem("/size", f"所存内容为{row[1]}字节", f"the stored bytes are {row[1]}"))
    if problems:
        raise Malformed(problems)
