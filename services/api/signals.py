"""Signals over HTTP: CloudEvents 1.0 in binary, structured and batch mode; and the dead letters."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import orjson
from fastapi import Path, Request, Response
from fastapi import Query as Parameters

from events.words import ActorKind, Role
from services.access.accounts import Account
from services.api import models
from services.errors import Forbidden, Malformed, NotFound, Problem
from services.http import readers
from services.http.answers import json_response, stored_response
from services.http.bodies import read_body
from services.http.context import account, context, may_report, reader
from services.http.problems import answer
from services.http.queries import Limit, Position, Query
from services.http.readers import Row
from services.http.routing import api_router
from services.intake import deadletters
from services.intake.media_type import STRUCTURED, Mode
from services.intake.outcome import Taken
from services.intake.raw import Binding, Raw
from services.intake.reception import Reception
from services.intake.record import Incoming, mode_of, read
from services.strict_json import MAX_BATCH, MAX_BODY, read_json

router = api_router("signals")

LetterNumber = Annotated[str, Path(json_schema_extra={"pattern": "^[0-9]{1,18}$"})]
CHANNEL = "http"
MOST_IN_BATCH = 1_000


async def _source(request: Request) -> Account:
    who = await account(request)
    if who.kind is not ActorKind.SOURCE:
        raise Forbidden("only a registered source publishes signals", "只有已登记的来源可以报送信号")
    may_report(who)
    return who


@router.post("/signals", status_code=201)
async def publish(request: Request) -> Response:
    """Take a signal, or a batch of them; what cannot be taken is kept as a dead letter and answered with why."""
    who = await _source(request)
    reception = context(request).reception
    came = [
        (name.decode("latin-1"), value)
        for name, value in request.headers.raw
        if name.startswith(b"ce-") or name == b"content-type"
    ]
    batch = mode_of(came, Binding.HTTP) is Mode.BATCH
    body = await read_body(request, MAX_BATCH if batch else MAX_BODY)
    raw = Raw(body, came, binding=Binding.HTTP, sender=who.holder)
    if batch:
        return await _take_batch(reception, raw)
    (taken,) = await reception.take([read(raw)])
    return _answered(taken)


async def _take_batch(reception: Reception, raw: Raw) -> Response:
    """Each event of the batch is a message of its own, in structured mode; what is no batch is one dead letter."""
    try:
        documents = read_json(raw.body)
        if not isinstance(documents, list) or len(documents) > MOST_IN_BATCH:
            most = MOST_IN_BATCH
            raise Malformed(
                [Problem("", f"应为至多{most}个CloudEvents的数组", f"an array of {most} CloudEvents at most")]
            )
    except Malformed as error:
        (taken,) = await reception.take([Incoming(raw, error)])
        return _answered(taken)
    of_each = [("content-type", STRUCTURED.encode())]
    messages = [read(replace(raw, body=orjson.dumps(one), headers=of_each)) for one in documents]
    return json_response({"taken": [_outcome(taken) for taken in await reception.take(messages)]})


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
    readers.must_read(await reader(request), Row(readers.DEAD_LETTERS))


class DeadLettersQuery(Query):
    """Dead letters of a status, after a number."""

    status: Literal["waiting", "parked", "replayed"] | None = None
    after: Position = 0
    limit: Limit = 100


@router.get("/intake/dead-letters", response_model=models.DeadLetters)
async def dead_letters(request: Request, asked: Annotated[DeadLettersQuery, Parameters()]) -> Response:
    """Messages that could not be taken, with their reasons, oldest first."""
    await _operator(request)
    async with context(request).pool.connection() as conn:
        letters = await deadletters.listed(conn, asked.status, asked.after, asked.limit)
    more = letters[-1]["id"] if len(letters) == asked.limit else None
    return json_response({"dead_letters": letters, "next": more, "filter": asked.in_force})


async def _desk(request: Request) -> None:
    """Whoever deals with dead letters holds a desk today: an auditor looks, and changes nothing."""
    who = await reader(request)
    readers.must_read(who, Row(readers.DEAD_LETTERS))
    if not any({Role.OFFICER, Role.APPROVER, Role.OPERATOR} & set(post.roles) for post in who.offices):
        raise Forbidden(
            "only officers at a desk, or operators, deal with dead letters", "只有经办人员、审批人员或运行人员可以处理"
        )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound(f"dead letter {text[:40]}")
    return int(text)


@router.get("/intake/dead-letters/{number}", response_model=models.DeadLetter)
async def dead_letter(request: Request, number: LetterNumber) -> Response:
    """A dead letter whole: mode, headers, key and body as they came, personal data masked, and all its reasons."""
    await _operator(request)
    async with context(request).pool.connection() as conn:
        found = await deadletters.letter(conn, _number(number))
    if found is None:
        raise NotFound(f"dead letter {number}")
    return json_response(found)


@router.post("/intake/dead-letters/{number}/retry", response_model=models.Outcome)
async def try_again(request: Request, number: LetterNumber) -> Response:
    """Take a dead letter again, as it came and in its own mode."""
    await _desk(request)
    letter = _number(number)
    taken = await context(request).reception.retry(letter)
    if taken is None:
        raise NotFound(f"dead letter {letter}")
    return json_response(_outcome(taken))


@router.post("/intake/dead-letters/{number}/park", response_model=models.Parked)
async def park(request: Request, number: LetterNumber) -> Response:
    """Put a dead letter aside: a person has looked at it, and nothing more is to be done."""
    await _desk(request)
    letter = _number(number)
    async with context(request).pool.connection() as conn:
        if not await deadletters.resolve(conn, letter, "parked"):
            raise NotFound(f"dead letter {letter}")
    return json_response({"dead_letter": letter, "status": "parked"})
