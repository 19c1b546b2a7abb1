"""The bytes of papers for whoever may read the file that names them: the interface and pages answer alike."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from fastapi import Response

from services import content, retention
from services.errors import Destroyed, Forbidden, NotFound
from services.http import readers
from services.http.context import Context
from services.http.readers import Reader
from services.register import read_async

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

_FILES: Final = ("unit", "signal", "check", "document")
"""The kinds of streams whose entries name papers."""


async def paper(here: Context, who: Reader, file: UUID | None, sha256: str) -> Response:
    """The bytes with that digest, never shown in place, never taken for a page; `file` is the stream that names it, a
    unit's agent need not say the own one. To know a digest is not to be entitled to its bytes.

    Raises Forbidden where that is no file that the reader reads, or it does not name the digest, Destroyed, NotFound.
    """
    if file is not None or not _reads_every_file(who):
        await _must_be_named(here, who, file or who.unit, sha256)
    if _DIGEST.fullmatch(sha256) is None:
        raise NotFound(f"content {sha256[:80]}")
    async with here.pool.connection() as conn:
        known = await content.known(conn, sha256)
        certificate = await retention.certificate_of(conn, sha256) if known is None else None
    if certificate is not None:
        entry, line = certificate, certificate.event.line
        raise Destroyed(f"content {sha256}", str(entry.stream), entry.version, entry.day, line)
    if known is None:
        raise NotFound(f"content {sha256}")
    found = await content.whole(here.decisions.papers, known)
    headers = {
        "Content-Disposition": f'attachment; filename="{sha256}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
        "ETag": f'"{sha256}"',
    }
    return Response(found.data, headers=headers, media_type=found.media_type)


def _reads_every_file(who: Reader) -> bool:
    return all((found := readers.scope(who, what)) is not None and found.all for what in _FILES)


async def _must_be_named(here: Context, who: Reader, file: UUID | None, sha256: str) -> None:
    """Raises Forbidden where that is no file that the reader reads, or it does not name the digest: which of them is
    not told.
    """
    state = (await here.states.load([file], fresh=True)).get(file) if file is not None else None
    if state is not None and _DIGEST.fullmatch(sha256) and readers.may_read(who, readers.row_of(state)):
        async with here.pool.connection() as conn:
            rows = await read_async.raw_stream(conn, state.id)
        if any(sha256.encode() in raw for _, _, raw in rows):
            return
    raise Forbidden(
        "the bytes of a paper are read by whoever may read the file that names it (?stream=)",
        "文件内容由可查阅载有该文件之案卷的人查阅（?stream=）",
    )
