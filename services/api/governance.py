"""Streams beside units over HTTP: officers, sources, rounds, the policy."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from events.governance.signal import SignalMatched
from services.api.answers import json_response, stored_response
from services.api.bodies import digest_of, read_body, read_event
from services.api.context import account, command_id, context, if_match, posts_of
from services.api.problems import entry_document
from services.casework.governance import DECISIONS
from services.decisions import Asked
from services.documents import read_json
from services.errors import NotFound
from services.intake.match import match
from services.register import read_async

router = APIRouter(tags=["governance"])

_KINDS = {
    "officers": "officer",
    "sources": "source",
    "rounds": "round",
    "policies": "policy",
    "checks": "check",
    "signals": "signal",
}


def _stream(kinds: str, stream: str) -> tuple[str, UUID]:
    kind = _KINDS.get(kinds)
    try:
        return kind or "", UUID(stream) if kind else UUID(int=0)
    except ValueError as error:
        raise NotFound(f"{kinds[:40]} {stream[:60]}") from error


@router.post("/{kinds}/{stream}/decisions/{decision}", status_code=201)
async def decide(request: Request, kinds: str, stream: str, decision: str) -> Response:
    """Take a decision on an officer, a source, a round, the policy or a plan of checks."""
    who = await account(request)
    kind, ident = _stream(kinds, stream)
    event_type = DECISIONS.get(kind, {}).get(decision)
    if event_type is None:
        raise NotFound(f"decision {decision[:60]} on {kinds[:40]}")
    document = read_json(await read_body(request))
    asked = Asked(
        command_id=command_id(request, who),
        digest=digest_of(event_type.about.type, ident, who.holder, document),
        stream=ident,
        event=read_event(event_type, document),
        who=who.holder,
        expected=if_match(request, required=False),
        posts=await posts_of(request, who),
    )
    decisions = context(request).decisions
    stored = await (match(decisions, asked) if isinstance(asked.event, SignalMatched) else decisions.govern(asked))
    return stored_response(stored, ident)


@router.get("/{kinds}/{stream}/events")
async def history(request: Request, kinds: str, stream: str) -> Response:
    """Everything that happened to an officer, a source, a round, the policy; personal data masked."""
    await account(request)
    kind, ident = _stream(kinds, stream)
    async with context(request).pool.connection() as conn:
        recorded = await read_async.read_stream(conn, ident) if kind else []
    if not recorded:
        raise NotFound(f"{kinds[:40]} {stream[:60]}")
    events = [entry_document(one.entry, position=one.position) for one in recorded]
    return json_response({"stream": str(ident), "version": len(events), "events": events})
