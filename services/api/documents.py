"""The bytes of papers over HTTP: put by officers and units, read by officers in office."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response

from events.words import ActorKind
from services import content
from services.api.answers import json_response
from services.api.bodies import read_body
from services.api.context import account, context
from services.casework.officer.state import Officer
from services.errors import Forbidden, Malformed, NotFound, Problem

router = APIRouter(prefix="/documents/content", tags=["documents"])

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")


@router.put("")
async def put(request: Request) -> Response:
    """Keep bytes, of the media type that `Content-Type` says: 201 where they are new, 200 where they were here."""
    who = await account(request)
    if who.kind not in (ActorKind.OFFICER, ActorKind.APPLICANT):
        raise Forbidden("papers are put by officers and by units")
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


@router.get("/{sha256}")
async def get(request: Request) -> Response:
    """The bytes with that digest, for officers who hold a post today: never shown in place, never taken for a page."""
    who = await account(request)
    here = context(request)
    person = await here.decisions.current(Officer, who.holder) if who.kind is ActorKind.OFFICER else None
    if person is None or not person.actors(here.today):
        raise Forbidden("papers are read by officers who hold a post today")
    digest: str = request.path_params["sha256"]
    if _DIGEST.fullmatch(digest) is None:
        raise NotFound(f"content {digest[:70]}")
    async with here.pool.connection() as conn:
        found = await content.find(conn, digest)
    if found is None:
        raise NotFound(f"content {digest}")
    headers = {
        "Content-Disposition": f'attachment; filename="{digest}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
        "ETag": f'"{digest}"',
    }
    return Response(found.data, headers=headers, media_type=found.media_type)
