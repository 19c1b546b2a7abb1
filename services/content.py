"""The bytes of papers, by their digest: stored once, read by whoever is entitled, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection

from events.governance.document import DocumentRecorded
from services.errors import Malformed, Problem

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
_FIND: LiteralString = "SELECT media_type, size, bytes FROM documents.content WHERE sha256 = %s"
_MEASURE: LiteralString = "SELECT media_type, size FROM documents.content WHERE sha256 = %s"


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a paper, and what they are."""

    digest: str
    media_type: str
    data: bytes


async def store(conn: Connection, media_type: str, data: bytes) -> tuple[str, bool]:
    """Keep the bytes: their digest, and whether they are new here.

    Raises Malformed where they are not what the media type says, or are here as another one.
    """
    if not data:
        raise Malformed([Problem("", "文件为空", "there are no bytes")])
    if data.startswith(_PROGRAMS):
        raise Malformed([Problem("", "文件是可执行程序", "the bytes are a program")])
    begins = MAGIC.get(media_type)
    if begins is not None and not data.startswith(begins):
        raise Malformed([Problem("", f"内容不是{media_type}", f"the bytes are not {media_type}")])
    digest = sha256(data)
    stored = (await conn.execute(INSERT, (digest.digest(), media_type, len(data), data))).rowcount
    if not stored:
        row = await (await conn.execute(_MEASURE, (digest.digest(),))).fetchone()
        if row is not None and row[0] != media_type:
            raise Malformed([Problem("", f"同一内容已作为{row[0]}保存", f"the same bytes are here as {row[0]}")])
    return digest.hexdigest(), bool(stored)


async def find(conn: Connection, digest: str) -> Content | None:
    """The bytes with that digest (64 hexadecimal digits)."""
    row = await (await conn.execute(_FIND, (bytes.fromhex(digest),))).fetchone()
    return Content(digest, row[0], row[2]) if row is not None else None


async def must_be_stored(conn: Connection, paper: DocumentRecorded) -> None:
    """A paper is recorded with the bytes that its digest names. Raises Malformed with what does not agree (T-23)."""
    row = await (await conn.execute(_MEASURE, (bytes.fromhex(paper.sha256),))).fetchone()
    if row is None:
        zh, en = "登记簿中没有该摘要的文件内容，请先上传", "no bytes with this digest are stored: upload them first"
        raise Malformed([Problem("/sha256", zh, en)])
    problems = []
    if row[0] != paper.media_type:
        problems.append(Problem("/media_type", f"所存内容为{row[0]}", f"the stored bytes are {row[0]}"))
    if row[1] != paper.size:
        problems.append(Problem("/size", f"所存内容为{row[1]}字节", f"the stored bytes are {row[1]}"))
    if problems:
        raise Malformed(problems)
