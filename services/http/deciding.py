"""A decision as a request asks for it: the event of its body, its command, the version it was decided at.

The one way from HTTP to `Decisions`, for routes and pages alike.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import Request

from events.envelope import Event
from events.words import ActorKind
from services.access.accounts import Account
from services.casework.decide import DecisionRequest
from services.casework.kind import Kind
from services.casework.law import Law, Refusal
from services.casework.stream import State
from services.errors import ConcordError, Forbidden, Malformed, Problem, Refused, Stale, TooManyRequests
from services.http import entity_tags, readers
from services.http.bodies import digest_of, read_event, without_numbers
from services.http.context import OFFICELESS, Context, may_report, posts_of, reader_as
from services.http.preparing import prepared
from services.http.readers import Reader
from services.http.streams import may_begin
from services.observability import logs, trace
from services.register.append import Stored
from services.vault import PERSONAL

_KEYS = uuid5(NAMESPACE_URL, "concord:idempotency-key")
_LONGEST_KEY = 200


class KeyRequired(Malformed):
    """A command without an Idempotency-Key (400)."""

    code = "idempotency-key-required"
    status = 400


class PreconditionRequired(ConcordError):
    """A decision without the version it was decided at (428)."""

    code = "precondition-required"
    status = 428
    zh = "须以If-Match说明所依据的版本"

    def __str__(self) -> str:
        return "a decision needs If-Match with the version that it was decided at"


class PreconditionFailed(ConcordError):
    """`If-Match` names nothing that a version could match (412)."""

    code = "precondition-failed"
    status = 412

    def __str__(self) -> str:
        return "If-Match names no version that is there, or none that is told"


async def decided(
    here: Context,
    request: Request,
    who: Account,
    law: Law[Any, Any],
    stream: UUID,
    event: Event,
    document: Any,
    *,
    effective_on: date | None = None,
    versioned: bool = True,
) -> Stored:
    """What the decision stored that a request asks for by the event of its body; `versioned`: that it has to say the
    version that it was decided at.

    Raises KeyRequired, PreconditionRequired, and what `take` raises.
    """
    command = command_id(request, who)
    expected = await _expected(here, request, law, stream, versioned)
    asked = await asked_for(
        here, request, who, stream, event, document, command=command, expected=expected, effective_on=effective_on
    )
    return await take(here, who, asked)


async def entered(
    here: Context, who: Account, kind: Kind[Any], law: Law[Any, Any], stream: UUID, document: Any
) -> Event:
    """The event that a body fills in, of somebody who may send such a one, for a stream that it can begin or is there.

    Raises Malformed, Forbidden, TooManyRequests.
    """
    if law.opens and who.kind is ActorKind.SOURCE:
        raise Forbidden(
            "a source reports signals; its units are registered by their offices",
            "来源只报送信号，单位由其主管部门登记",
        )
    if who.kind is ActorKind.PUBLIC and (seconds := here.public.wait(who.holder)):
        raise TooManyRequests(seconds)
    may_report(who)
    event = read_event(law.event, document)
    if law.event in PERSONAL:
        event = await here.decisions.tagged(event)
    if law.opens:
        may_begin(kind, stream, event)
    return event


async def asked_for(
    here: Context,
    request: Request,
    who: Account,
    stream: UUID,
    event: Event,
    document: Any,
    *,
    command: UUID,
    expected: int | None,
    effective_on: date | None = None,
) -> DecisionRequest:
    """One act as it is asked for by a request: of whom, by which command, at which version."""
    document = without_numbers(event, document) if type(event) in PERSONAL else document
    caller = trace.read_traceparent(request.headers.get("traceparent"))
    logs.bind(command_id=command, unit_id=stream if event.about.type.startswith("unit.") else None)
    return DecisionRequest(
        command_id=command,
        digest=digest_of(event.about.type, stream, who.holder, document, effective_on),
        stream=stream,
        event=event,
        who=who.holder,
        expected=expected,
        posts=await posts_of(here, who) if who.kind in OFFICELESS else (),
        effective_on=effective_on,
        correlation_id=caller.correlation_id if caller else None,
    )


async def take(here: Context, who: Account, asked: DecisionRequest) -> Stored:
    """What a decision stored, with what is read for it. Raises what `prepared` and `Decisions.decide` raise."""
    try:
        event = await prepared(here, who.kind, asked.stream, asked.event)
    except ConcordError as error:
        # what was read for it may have changed since it was stored: the same again gets the same answer
        return await here.decisions.stored_before(asked, error)
    try:
        return await here.decisions.decide(asked if event is asked.event else replace(asked, event=event))
    except Stale as stale:
        may_see = await _reader_of(here, who, UUID(stale.stream))
        if may_see is None:  # of a file that is not theirs to read, not even how far it has come
            raise PreconditionFailed from None
        raise replace(stale, since=[readers.shown(may_see, entry) for entry in stale.since]) from None
    except Refused as refused:
        # of what does not exist yet there is nothing to tell
        if (await _state(here, asked.stream)) is None or await _reader_of(here, who, asked.stream):
            raise
        raise Refused([_without_facts(refusal) for refusal in refused.refusals]) from None


async def _state(here: Context, stream: UUID) -> State | None:
    return (await here.states.load([stream], fresh=False)).get(stream)


async def _reader_of(here: Context, who: Account, stream: UUID) -> Reader | None:
    """Who decides as a reader of the stream; None where it is not theirs to read."""
    current = await _state(here, stream)
    try:
        may_see = await reader_as(here, who)
    except Forbidden:
        return None
    return may_see if current is not None and readers.may_read(may_see, readers.row_of(current)) else None


def _without_facts(refusal: Refusal) -> Refusal:
    """The rule and what would have to be true, for who may not read the file."""
    zh = "该案卷不在本账户的查阅范围内，不载明其情况"
    en = "this file is not for this account to read: how it stands is not told"
    return replace(refusal, zh=zh, en=en, facts=(), could_act=())


def command_id(request: Request, who: Account) -> UUID:
    """The command's id from `Idempotency-Key`: a UUID as it is, any other text as one of this account's own."""
    key = request.headers.get("idempotency-key", "").strip()
    if not key or len(key) > _LONGEST_KEY:
        raise KeyRequired([Problem("", "缺少幂等键", "an Idempotency-Key of 1 to 200 characters is needed")])
    try:
        given = UUID(key)
    except ValueError:
        given = None
    # ids of our own making are of version 5 and can be foretold: nobody takes one beforehand
    return given if given is not None and given.version in (4, 7) else uuid5(_KEYS, f"{who.holder}:{key}")


def if_match(request: Request, stream: UUID, *, required: bool) -> tuple[int, ...] | None:
    """The versions of `If-Match: "6", "7"` (RFC 9110, 13.1.1); none where it is absent or `*`.

    Tags are compared strongly: a weak one, or one that names no version of the stream, matches nothing. Raises
    PreconditionRequired, PreconditionFailed where no tag can match, Malformed.
    """
    given = ", ".join(request.headers.getlist("if-match")).strip()
    if given in ("", "*"):
        if required:
            raise PreconditionRequired
        return None
    try:
        tags = [entity_tags.version_of(tag, stream) for weak, tag in entity_tags.listed(given) if not weak]
    except ValueError as error:
        zh, en = "If-Match应为带引号的版本号", 'If-Match is a list of versions in quotes, "7"'
        raise Malformed([Problem("", zh, en)]) from error
    versions = tuple(version for version in tags if version is not None)
    if not versions:
        raise PreconditionFailed
    return versions


def _only_where_there_is_none(request: Request) -> bool:
    """Whether an act is asked for only where its stream is not there yet: `If-None-Match: *` (RFC 9110, 13.1.2).

    Raises Malformed for tags: what an act may not find is a version, and that is said by `If-Match`.
    """
    given = ", ".join(request.headers.getlist("if-none-match")).strip()
    if given not in ("", "*"):
        zh, en = "此处If-None-Match只可为*", "If-None-Match of an act is nothing but *"
        raise Malformed([Problem("", zh, en)])
    return given == "*"


async def _expected(here: Context, request: Request, law: Law[Any, Any], stream: UUID, versioned: bool) -> int | None:
    """The version decided at. What can begin a stream is, where nothing is said, decided on nothing yet."""
    if _only_where_there_is_none(request):
        return 0
    given = if_match(request, stream, required=versioned and not (law.event.about.fact or law.opens))
    if given is not None and len(given) == 1:
        return given[0]
    if given is None and "if-match" not in request.headers:
        return 0 if versioned and law.opens and not law.once and not law.event.about.fact else None
    state = (await here.states.load([stream], fresh=True)).get(stream)
    if given is None:
        if state is None:
            raise PreconditionFailed  # `*` asks for whatever is there, and nothing is
        return None
    return state.version if state is not None and state.version in given else max(given)
