"""The bytes of papers over HTTP: put by officers and units, read by officers in office."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi import Query as Parameters

from events.words import ActorKind
from services import content
from services.api import models
from services.errors import Forbidden, Malformed, Problem
from services.http.answers import json_response
from services.http.bodies import read_body
from services.http.context import account, context, reader
from services.http.papers import paper
from services.http.queries import Id, Query
from services.http.routing import api_router

router = api_router("documents", "/documents/content")

BYTES_IN = {"requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}
BYTES_OUT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The bytes", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    410: {
        "description": "Kept for its time, and destroyed under a certificate",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    },
}
NEW: dict[int | str, dict[str, Any]] = {201: {"description": "Kept; it was not here yet", "model": models.Content}}
Sha256 = Annotated[str, Path(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})]
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")


@router.put("", response_model=models.Content, openapi_extra=BYTES_IN, responses=NEW)
async def put(request: Request) -> Response:
    """Keep bytes, of the media type that `Content-Type` says: 201 where they are new, 200 where they were here."""
    who = await account(request)
    if who.kind not in (ActorKind.OFFICER, ActorKind.APPLICANT):
        raise Forbidden("papers are put by officers and by units", "文件由工作人员或单位提交")
    media_type = ", ".join(request.headers.getlist("content-type")).partition(";")[0].strip().lower()
    if _MEDIA_TYPE.fullmatch(media_type) is None:
        raise Malformed([Problem("", "缺少Content-Type", "the media type of the bytes is needed (Content-Type)")])
    here = context(request)
    data = await read_body(request, here.settings.document_bytes)
    async with here.pool.connection() as conn:
        digest, new = await content.store(conn, here.decisions.papers, media_type, data)
    headers = {"Location": f"/api/v1/documents/content/{digest}"}
    document = {"sha256": digest, "size": len(data), "media_type": media_type}
    return json_response(document, 201 if new else 200, headers)


class ContentQuery(Query):
    """The file that names the paper."""

    stream: Id | None = None


@router.get("/{sha256}", response_class=Response, responses=BYTES_OUT)
async def get(request: Request, sha256: Sha256, asked: Annotated[ContentQuery, Parameters()]) -> Response:
    """The bytes with that digest, for everybody who may read the file that names it (`stream`; a unit's agent need not
    say the own one): never shown in place, never taken for a page. To know a digest is not to be entitled to its bytes.
    """
    return await paper(context(request), await reader(request), asked.stream, sha256)
