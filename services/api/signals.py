"""Signals over HTTP: CloudEvents 1.0 in binary, structured and batch mode; and the dead letters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from events.words import ActorKind, Role
from services.accounts import Account
from services.api.answers import json_response, stored_response, whole_number
from services.api.bodies import read_body
from services.api.context import account, context
from services.api.problems import answer
from services.casework.officer.state import Officer
from services.decisions import Decisions
from services.documents import MAX_BATCH, MAX_BODY, read_json
from services.errors import Forbidden, Malformed, NotFound, Problem
from services.intake import deadletters
from services.intake.media_type import STRUCTURED, Mode
from services.intake.raw import Binding, Raw
from services.intake.record import Incoming, mode_of, read
from services.intake.take import Taken, retry, take

router = APIRouter(tags=["signals"])

CHANNEL = "http"
MOST_IN_BATCH = 1_000


async def _source(request: Request) -> Account:
    who = await account(request)
    if who.kind is not ActorKind.SOURCE:
        raise Forbidden("only a registered source publishes signals")
    return who


@router.post("/signals", status_code=201)
async def publish(request: Request) -> Response:
    """Take a signal, or a batch of them; what cannot be taken is kept as a dead letter and answered with why."""
    who = await _source(request)
    decisions = context(request).decisions
    came = [(name, value) for name, value in _headers(request) if name.startswith("ce-") or name == "content-type"]
    raw = Raw(b"", came, binding=Binding.HTTP, sender=who.holder)
    batch = mode_of(raw) is Mode.BATCH
    raw = replace(raw, body=await read_body(request, MAX_BATCH if batch else MAX_BODY))
    if batch:
        return await _take_batch(decisions, raw)
    return _answered(await take(decisions, read(raw), CHANNEL))


def _headers(request: Request) -> list[tuple[str, bytes]]:
    return [(name.decode("latin-1"), value) for name, value in request.headers.raw]


async def _take_batch(decisions: Decisions, raw: Raw) -> Response:
    """Each event of the batch is a message of its own, in structured mode; what is no batch is one dead letter."""
    try:
        documents = read_json(raw.body)
        if not isinstance(documents, list) or len(documents) > MOST_IN_BATCH:
            most = MOST_IN_BATCH
            raise Malformed(
                [Problem("", f"应为至多{most}个CloudEvents的数组", f"an array of {most} CloudEvents at most")]
            )
    except Malformed as error:
        return _answered(await take(decisions, Incoming(raw, error), CHANNEL))
    of_each = [("content-type", STRUCTURED.encode())]
    return json_response(
        {
            "taken": [
                _outcome(await take(decisions, read(replace(raw, body=orjson.dumps(one), headers=of_each)), CHANNEL))
                for one in documents
            ]
        }
    )


def _outcome(taken: Taken) -> dict[str, Any]:
    recorded = taken.stored.recorded[-1] if taken.stored else None
    return {
        "outcome": taken.outcome,
        "id": taken.id,
        "unit": str(taken.unit) if taken.unit else None,
        "version": recorded.entry.version if recorded else None,
        "position": recorded.position if recorded else None,
        "masked": taken.masked,
        "dead_letter": taken.dead_letter,
        "reason": str(taken.error) if taken.error else None,
    }


def _answered(taken: Taken) -> Response:
    if taken.stored is not None and taken.unit is not None:
        response = stored_response(taken.stored, taken.unit)
        response.headers["Concord-Outcome"] = taken.outcome
        return response
    if taken.outcome in ("parked", "repeated", "waiting"):
        return json_response(_outcome(taken), 202)
    if taken.error is not None:
        response = answer(taken.error)
        response.headers["Concord-Dead-Letter"] = str(taken.dead_letter)
        return response
    return json_response(_outcome(taken), 202)


async def _operator(request: Request) -> None:
    who = await account(request)
    if who.kind not in (ActorKind.OFFICER, ActorKind.SYSTEM):
        raise Forbidden("only officers and operators see dead letters")


@router.get("/intake/dead-letters")
async def dead_letters(request: Request) -> Response:
    """Messages that could not be taken, with their reasons; `status=waiting|parked|replayed`."""
    await _operator(request)
    after = whole_number(request, "after", 0, 0, 2**62) or 0
    limit = whole_number(request, "limit", 100, 1, 500) or 100
    status = request.query_params.get("status") or None
    if status not in (None, "waiting", "parked", "replayed"):
        raise Malformed([Problem("?status", "应为waiting、parked或replayed", "waiting, parked or replayed")])
    async with context(request).pool.connection() as conn:
        letters = await deadletters.listed(conn, status, after, limit)
    more = letters[-1]["id"] if len(letters) == limit else None
    return json_response({"dead_letters": letters, "next": more})


async def _desk(request: Request) -> None:
    """Whoever deals with dead letters holds a desk today: an auditor looks, and changes nothing."""
    who = await account(request)
    here = context(request)
    person = await here.decisions.current(Officer, who.holder) if who.kind is ActorKind.OFFICER else None
    posts = person.actors(here.today) if person is not None else ()
    if not any({Role.OFFICER, Role.APPROVER, Role.OPERATOR} & set(post.roles) for post in posts):
        raise Forbidden("only officers at a desk, or operators, deal with dead letters")


def _number(request: Request) -> int:
    text = request.path_params["number"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound(f"dead letter {text[:40]}")
    return int(text)


@router.get("/intake/dead-letters/{number}")
async def dead_letter(request: Request) -> Response:
    """A dead letter whole: mode, headers, key and body as they came, personal data masked, and all its reasons."""
    await _operator(request)
    number = _number(request)
    async with context(request).pool.connection() as conn:
        found = await deadletters.letter(conn, number)
    if found is None:
        raise NotFound(f"dead letter {number}")
    return json_response(found)


@router.post("/intake/dead-letters/{number}/retry")
async def try_again(request: Request) -> Response:
    """Take a dead letter again, as it came and in its own mode."""
    await _desk(request)
    number = _number(request)
    taken = await retry(context(request).decisions, number)
    if taken is None:
        raise NotFound(f"dead letter {number}")
    return json_response(_outcome(taken))


@router.post("/intake/dead-letters/{number}/park")
async def park(request: Request) -> Response:
    """Put a dead letter aside: a person has looked at it, and nothing more is to be done."""
    await _desk(request)
    number = _number(request)
    async with context(request).pool.connection() as conn:
        if not await deadletters.resolve(conn, number, "parked"):
            raise NotFound(f"dead letter {number}")
    return json_response({"dead_letter": number, "status": "parked"})
