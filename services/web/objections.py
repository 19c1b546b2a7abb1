"""Objecting to what is in public, without signing in: the form, its receipt, and what became of it (T-26)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from events.envelope import Actor, Event
from events.governance.honour import HonourObjectionRaised, HonourObjectionResolved, HonourObjectionSetAside
from events.governance.round_publicity import RoundObjectionRaised, RoundObjectionResolved, RoundObjectionSetAside
from events.places import NATION
from events.unit.publicity import UnitObjectionRaised, UnitObjectionResolved, UnitObjectionSetAside
from events.words import ActorKind, ObligationKind
from services.casework.honour.state import Honour
from services.casework.judgement import obligations
from services.casework.pack import Pack
from services.casework.round.state import Round
from services.casework.unit.state import Unit
from services.decisions import DecisionRequest
from services.errors import Malformed, NotFound, Refused, TooManyRequests
from services.http.bodies import digest_of, read_event
from services.http.context import context
from services.http.middleware import address
from services.http.publicity import candidate, honour_in_public, list_in_public, may_object, of_list
from services.http.units import unit_of
from services.register import read_async
from services.web.deciding import Fault
from services.web.render import kept, page
from services.web.session import form_of, same_origin

router = APIRouter(include_in_schema=False)

LONGEST_FORM: Final = 64 * 1024

_Objected = Unit | Round | Honour
_Raised = UnitObjectionRaised | RoundObjectionRaised | HonourObjectionRaised
_Resolved = UnitObjectionResolved | RoundObjectionResolved | HonourObjectionResolved
_SetAside = UnitObjectionSetAside | RoundObjectionSetAside | HonourObjectionSetAside
"""To what is objected, how, and how that is answered."""

PUBLIC: Final = Actor(
    id=uuid5(NAMESPACE_URL, "concord:public"), kind=ActorKind.PUBLIC, post=ActorKind.PUBLIC.zh, place=NATION
)
"""Anybody, who objects on a page without an account."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent: its command, what was given, and what is wrong with it."""

    command: UUID
    given: Mapping[str, str]
    faults: Sequence[Fault] = ()

    @property
    def at(self) -> dict[str, list[Fault]]:
        """What is wrong, control by control."""
        return {one.id: [fault for fault in self.faults if fault.id == one.id] for one in self.faults}

    @property
    def status(self) -> int:
        """How the form is answered."""
        return 422 if self.faults else 200


def _empty() -> Filled:
    return Filled(uuid4(), {})


@router.get("/publicity/{unit}/object")
async def objecting(request: Request, unit: str) -> Response:
    """The form on which anybody objects while a unit is in publicity."""
    return await _of_unit(request, await _in_publicity(request, unit), _empty())


@router.post("/publicity/{unit}/object")
async def object_(request: Request, unit: str) -> Response:
    """An objection to a unit, and its receipt; the identity of who objects is sealed."""
    _asked_once(request)
    found = await _in_publicity(request, unit)
    sent = await _sent(request, found.id, UnitObjectionRaised, ("title", "ground", "text", "objector"))
    return sent if isinstance(sent, Response) else await _of_unit(request, found, sent)


@router.get("/publicity/lists/{round}/object")
async def objecting_to_list(request: Request, round: str) -> Response:  # noqa: A002 (the word of the path)
    """The form on which anybody objects while the list of a round is in public."""
    return await _of_list(request, round, _empty())


@router.post("/publicity/lists/{round}/object")
async def object_to_list(request: Request, round: str) -> Response:  # noqa: A002 (the word of the path)
    """An objection to the list of a round, or to a unit on it, and its receipt."""
    _asked_once(request)
    found, _, _ = await list_in_public(request, round)
    sent = await _sent(request, found.id, RoundObjectionRaised, ("unit", "ground", "text", "objector"))
    return sent if isinstance(sent, Response) else await _of_list(request, round, sent)


@router.get("/publicity/honours/{honour}/object")
async def objecting_to_honour(request: Request, honour: str) -> Response:
    """The form on which anybody objects while a candidate for an honour is in public."""
    return await _of_honour(request, honour, _empty())


@router.post("/publicity/honours/{honour}/object")
async def object_to_honour(request: Request, honour: str) -> Response:
    """An objection to a candidate for an honour, and its receipt."""
    _asked_once(request)
    found, _ = await honour_in_public(request, honour)
    sent = await _sent(request, found.id, HonourObjectionRaised, ("ground", "text", "objector"))
    return sent if isinstance(sent, Response) else await _of_honour(request, honour, sent)


def _asked_once(request: Request) -> None:
    """It comes from a page of ours, and not too often. Raises Forbidden, TooManyRequests."""
    same_origin(request)
    if seconds := context(request).public.wait(address(request.scope)):
        raise TooManyRequests(seconds)


async def _sent(request: Request, stream: UUID, kind: type[Event], names: Sequence[str]) -> Response | Filled:
    """The way to the receipt of an objection that was stored; else the form with what is wrong."""
    here = context(request)
    given = {
        name: values[-1].replace("\r\n", "\n").strip()
        for name, values in (await form_of(request, LONGEST_FORM)).items()
    }
    try:
        command = UUID(given.get(".command", ""))
    except ValueError:
        command = uuid4()
    body = {name: given[name] for name in names if given.get(name)}
    faults = [
        Fault(f"f-{name}", f"请填写“{zh}”", f"Enter: {en}")
        for name, zh, en in (("ground", "异议事由", "the ground"), ("text", "具体情况", "what happened"))
        if not given.get(name)
    ]
    if not faults:
        try:
            event = await here.decisions.tagged(read_event(kind, body))
            digest = digest_of("objection", stream, body)
            await here.decisions.decide(DecisionRequest(command, digest, stream, event, PUBLIC.id, posts=(PUBLIC,)))
            return RedirectResponse(f"/objections/{receipt(command)}", 303)
        except Malformed as error:
            faults = [Fault("f-" + one.pointer.strip("/").partition("/")[0], one.zh, one.en) for one in error.problems]
        except Refused as error:
            faults = [Fault("", one.zh, one.en, one) for one in error.refusals]
    return Filled(command, given, faults)


async def _in_publicity(request: Request, unit: str) -> Unit:
    here = context(request)
    found = await here.states.current(Unit, unit_of(unit))
    if found is None or not any(period.since <= here.today for period in found.publicity.periods.values()):
        raise NotFound(f"publicity of unit {unit[:40]}")
    return found


async def _of_unit(request: Request, unit: Unit, filled: Filled) -> Response:
    here = context(request)
    pack, life = await here.pack_today(), unit.life
    periods = {title: one for title, one in unit.publicity.periods.items() if one.since <= here.today}
    candidates = [
        (title, candidate(life.name, life.code, life.place or "", title, period, pack))
        for title, period in periods.items()
        if here.today <= period.until
    ]
    return page(
        request, "objection.html", filled.status, public=True, pack=pack, unit=unit.id, candidates=candidates,
        over=None if candidates else max(period.until for period in periods.values()), filled=filled,
        faults=filled.faults,
    )  # fmt: skip


async def _of_list(request: Request, round_: str, filled: Filled) -> Response:
    here = context(request)
    pack = await here.pack_today()
    found, listed, units = await list_in_public(request, round_)
    return page(
        request, "list-objection.html", filled.status, public=True, pack=pack, listed=of_list(found, listed, pack),
        round=found.id, units=units, over=listed.until if listed.until < here.today else None, filled=filled,
        faults=filled.faults,
    )  # fmt: skip


async def _of_honour(request: Request, honour: str, filled: Filled) -> Response:
    here = context(request)
    found, shown = await honour_in_public(request, honour)
    return page(
        request, "honour-objection.html", filled.status, public=True, pack=await here.pack_today(), honour=shown,
        id=found.id, over=None if may_object(found, here.today) else found.public_until, filled=filled,
        faults=filled.faults,
    )  # fmt: skip


# --- the receipt ------------------------------------------------------------------------------------------------------


def receipt(command: UUID) -> str:
    """The number by which who objected asks what became of it: nobody can guess it."""
    text = base64.b32encode(command.bytes).decode().rstrip("=")
    return "-".join(text[start : start + 5] for start in range(0, len(text), 5))


def command_of(number: str) -> UUID:
    """The command of a receipt's number. Raises NotFound."""
    text = number.replace("-", "").replace(" ", "").upper()
    try:
        return UUID(bytes=base64.b32decode(text + "=" * (-len(text) % 8)))
    except ValueError as error:
        raise NotFound("an objection of this number") from error


@router.get("/objections")
async def ask_status(request: Request) -> Response:
    """Where the number of a receipt is typed."""
    if number := request.query_params.get("number", "").strip():
        return RedirectResponse(f"/objections/{receipt(command_of(number))}", 303)
    return kept(page(request, "objection-status.html", public=True, found=None))


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an objection: on which day, upheld or not or set aside, and why."""

    day: date
    tag: str
    zh: str
    en: str
    findings: str


@router.get("/objections/{number}")
async def status(request: Request, number: str) -> Response:
    """What became of an objection; of one that was joined to another, or is a copy of it, what became of that."""
    here = context(request)
    if seconds := here.public.wait(address(request.scope)):
        raise TooManyRequests(seconds)
    async with here.pool.connection() as conn:
        stored = await read_async.find_command(conn, command_of(number))
    entry = stored[1][0].entry if stored is not None else None
    if entry is None or not isinstance(entry.event, _Raised):
        raise NotFound("an objection of this number")
    state = (await here.states.load([entry.stream], fresh=True))[entry.stream]
    if not isinstance(state, _Objected):
        raise NotFound("an objection of this number")
    packs = await here.states.packs(fresh=True)
    version = _answered_with(state, entry.version)
    answer = _answer(state, version)
    due = next(
        (
            duty.due
            for duty in obligations(state, packs)
            if duty.kind is ObligationKind.RESOLVE_OBJECTION and duty.ref == str(version)
        ),
        None,
    )
    pack = packs.on(here.today)
    public = pack.public["objection"].shown(
        {
            "name": _called(state, pack), "day": entry.day, "due": due,
            "outcome": answer, "findings": answer.findings if answer is not None else None,
        }
    )  # fmt: skip
    return page(
        request, "objection-status.html", public=True, pack=pack, found=public, number=receipt(command_of(number))
    )


def _called(state: _Objected, pack: Pack) -> str:
    """To what it was objected."""
    if isinstance(state, Unit):
        return state.life.name
    return pack.label(state.award, "zh") if isinstance(state, Honour) else state.name


def _answered_with(state: _Objected, version: int) -> int:
    """The objection whose answer is that one's too: itself, unless it was joined to another or is a copy."""
    raised: Mapping[int, Any] = state.publicity.objections if isinstance(state, Unit) else state.objections
    seen = {version}
    while (one := raised.get(version)) is not None and one.head is not None and one.head not in seen:
        version = one.head
        seen.add(version)
    return version


def _answer(state: _Objected, version: int) -> Answer | None:
    for entry in state.entries:
        event = entry.event
        if entry.version in state.voided:
            continue
        if isinstance(event, _Resolved) and _ref(event) == version:
            told = ("held", "成立", "upheld") if event.upheld else ("none", "不成立", "not upheld")
            return Answer(entry.day, *told, event.findings or "")
        if isinstance(event, _SetAside) and _ref(event) == version:
            return Answer(entry.day, "none", "不予受理", "set aside", event.reason)
    return None


def _ref(event: _Resolved | _SetAside) -> int:
    if isinstance(event, UnitObjectionResolved | UnitObjectionSetAside):
        return event.objection_ref
    return event.objection
