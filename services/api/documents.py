"""The bytes of papers over HTTP: put by officers and units, read by officers in office."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi import Query as Parameters

from events.words import ActorKind
from services import content, retention
from services.api import models
from services.errors import Destroyed, Forbidden, Malformed, NotFound, Problem
from services.http import readers
from services.http.answers import json_response
from services.http.bodies import read_body
from services.http.context import Context, account, context, reader
from services.http.queries import Id, Query
from services.http.readers import Reader
from services.register import read_async

router = APIRouter(prefix="/documents/content", tags=["documents"])

BYTES_IN = {"requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}
BYTES_OUT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The bytes", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    410: {"description": "Kept for its time, and destroyed under a certificate", "model": models.ProblemDocument},
}
NEW: dict[int | str, dict[str, Any]] = {201: {"description": "Kept; it was not here yet", "model": models.Content}}
Sha256 = Annotated[str, Path(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})]
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NONE = "0" * 64
"""The digest of nothing that anybody knows."""

_FILES = ("unit", "signal", "check", "document")
"""The kinds of streams whose entries name papers."""

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")


@router.put("", response_model=models.Content, openapi_extra=BYTES_IN, responses=NEW)
async def put(request: Request) -> Response:
    """Keep bytes, of the media type that `Content-Type` says: 201 where they are new, 200 where they were here."""
    who = await account(request)
    if who.kind not in (ActorKind.OFFICER, ActorKind.APPLICANT):
        raise Forbidden("papers are put by officers and by units", "文件由工作人员或单位提交")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if _MEDIA_TYPE.fullmatch(media_type) is None:
        raise Malformed([Problem("", "缺少Content-Type", "the media type of the bytes is needed (Content-Type)")])
    here = context(request)
    data = await read_body(request, here.settings.document_bytes)
    async with here.pool.connection() as conn:
        digest, new = await content.store(conn, media_type, data)
    headers = {"Location": f"/api/v1/documents/content/{digest}"}
    document = {"sha256": digest, "size": len(data), "media_type": media_type}
    return json_response(document, 201 if new else 200, headers)


class ContentQuery(Query):
    """The file that names the paper."""

    stream: Id | None = None


@router.get("/{sha256}", response_class=Response, responses=BYTES_OUT)
async def get(request: Request, sha256: Sha256, asked: Annotated[ContentQuery, Parameters()]) -> Response:
    """The bytes with that digest, for whoever may read the file that names it (`stream`; a unit's agent need not say
    the own one): never shown in place, never taken for a page. To know a digest is not to be entitled to its bytes.
    """
    who = await reader(request)
    here = context(request)
    if _DIGEST.fullmatch(sha256) is None:
        sha256 = _NONE
    if asked.stream is not None or not _reads_every_file(who):
        await _must_be_named(here, who, asked.stream or who.unit, sha256)
    async with here.pool.connection() as conn:
        found = await content.find(conn, sha256)
        certificate = await retention.certificate_of(conn, sha256) if found is None else None
    if certificate is not None:
        entry, line = certificate, certificate.event.line
        raise Destroyed(f"content {sha256}", str(entry.stream), entry.version, entry.day, line)
    if found is None:
        raise NotFound(f"content {sha256}")
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
    if state is not None and readers.may_read(who, readers.row_of(state)):
        async with here.pool.connection() as conn:
            rows = await read_async.raw_stream(conn, state.id)
        if any(sha256.encode() in raw for _, _, raw in rows):
            return
    raise Forbidden(
        "the bytes of a paper are read by whoever may read the file that names it (?stream=)",
        "文件内容由可查阅载有该文件之案卷的人查阅（?stream=）",
    )
