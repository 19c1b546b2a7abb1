"""What the nation decides on a unit of a province: judged on the replica, stored in the nation's own register.

The law is the province's: the pack in force there that day, its unit as far as the replica knows. What is
stored is the nation's file of that unit, an act like any other of the nation's register; the province records
it as its own event when it comes (`services.intake.nation`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from events.envelope import CHINA, Actor, Event
from events.governance.national import NationalDecided
from events.unit.checks import UnitCrossInspected
from events.words import Level, NationalDecision
from services.casework.crosscheck.kind import CROSSCHECK
from services.casework.crosscheck.state import CrossInspection
from services.casework.decide import DecisionRequest
from services.casework.decision.state import declined_stream
from services.casework.judgement import best_post, judge, propose
from services.casework.law import Context, Refusal, refuse
from services.casework.national.kind import not_on_its_way
from services.casework.national.state import file_stream, on_their_way
from services.casework.officer.state import Officer
from services.casework.pack import NoSuchPack, Pack
from services.casework.policy.state import Packs, policy_stream
from services.casework.record import canonical
from services.casework.stream import fold
from services.casework.unit.kind import UNIT
from services.casework.unit.state import Unit
from services.decisions import RETRIES, Decisions
from services.errors import KeyReused, NotFound, Refused, Stale, Unavailable
from services.nation.replicated import packs_of, replicated
from services.register import read_async
from services.register.append import Stored
from services.register.read import Recorded, branch_at

FIXED: Final = ("title", "term_from", "due")
"""What the nation fixes though its officer left it open; all else that follows from the state the province fills in."""

WORDS: Final[Mapping[str, NationalDecision]] = {word.value: word for word in NationalDecision}
"""The decisions on a unit that the nation takes, by imperative."""

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision on a unit rests on: the unit and its province's packs as the replica has them, the version of
    the nation's file of the unit, what of it is on its way, the cross-inspection spoken of.
    """

    place: str
    unit: Unit
    packs: Packs
    file_version: int
    waiting: Sequence[NationalDecided]
    inspection: CrossInspection | None = None


async def seen(conn: Connection, place: str, stream: UUID, ours: Pack, inspection: UUID | None = None) -> Seen:
    """What a decision on a unit of a province rests on, as it is now. Raises NotFound where there is no such unit."""
    file, policy = file_stream(place, stream), policy_stream(place)
    own = await read_async.read_streams(conn, [file, *([inspection] if inspection else [])])
    logs = await read_async.branches(conn)
    sent = [(declined_stream(branch_at(logs, one.position), one.position), one.entry) for one in own[file]]
    theirs = await replicated(conn, place, [stream, policy, *(name for name, _ in sent)])
    unit = fold(UNIT, stream, [recorded.entry for recorded in theirs[stream]])
    if unit.life.since is None:
        raise NotFound(f"unit {stream} of {place}")
    declined = frozenset(name for name, _ in sent if theirs[name])
    return Seen(
        place=place,
        unit=unit,
        packs=packs_of(place, (recorded.entry for recorded in theirs[policy]), ours),
        file_version=len(own[file]),
        waiting=on_their_way(sent, unit.entries, declined),
        inspection=fold(CROSSCHECK, inspection, [one.entry for one in own[inspection]]) if inspection else None,
    )


def decided(
    event: Event, here: Seen, posts: Sequence[Actor], person: Officer | None, day: date
) -> tuple[NationalDecided, Actor]:
    """What the nation's file keeps of a decision on a unit, and in which post it was taken; pure. Raises Refused."""
    pack = here.packs.on(day)
    context = Context({person.id: person} if person is not None else {}, whole=False, packs=here.packs)
    national = [actor for actor in posts if actor.level is Level.NATION]
    actor = best_post(here.unit, event, national, day, pack, context)
    if actor is None:
        raise Refused([refuse(pack, "I-13", "此项须由国家级作出", "this takes a post at the nation")])
    filled = propose(here.unit, event, actor, day, pack, context)
    refusals = judge(here.unit, filled, actor, day, pack, context=context)
    fixed: dict[str, Any] = {name: getattr(filled, name) for name in FIXED if name in type(filled).model_fields}
    event = event.model_copy(update=fixed)
    decision = WORDS[event.about.decision or ""]
    refusals += _of_the_nation(here, event, decision, pack)
    if refusals:
        raise Refused(refusals)
    kept = NationalDecided(
        province=here.place,
        unit=here.unit.id,
        seen_version=here.unit.version,
        decision=decision,
        type=event.about.type,
        event=canonical(event),
        title=getattr(event, "title", None),
        document_number=getattr(event, "document_number", None),
    )
    return kept, actor


def _of_the_nation(here: Seen, event: Event, decision: NationalDecision, pack: Pack) -> list[Refusal]:
    asked = [not_on_its_way(event, decision, here.waiting, pack)]
    if isinstance(event, UnitCrossInspected):
        asked.append(_was_assigned(here, event.inspecting_place, pack))
    return [refusal for refusal in asked if refusal is not None]


def _was_assigned(here: Seen, inspecting: str, pack: Pack) -> Refusal | None:
    """I-22: a finding is of a unit that this very province was drawn to inspect."""
    unit = here.unit.id
    if here.inspection is not None and here.inspection.was_assigned(inspecting, here.place, unit):
        return None
    return refuse(pack, "I-22", "该单位未分派给该省检查", "the unit was not assigned to that province", (unit,))


async def decide(decisions: Decisions, request: DecisionRequest, place: str) -> Stored:
    """Judge and store a decision of the nation on the unit `request.stream` of a province.

    Raises NotFound, Refused, Stale (with what the replica has since), KeyReused, ClockAhead, Unavailable. A retry
    answers with what was stored.
    """
    inspection = request.event.assignment if isinstance(request.event, UnitCrossInspected) else None
    for _ in range(RETRIES + 1):
        async with decisions.states.pool.connection() as conn:
            found = await read_async.find_command(conn, request.command_id)
            if found is not None:
                return _again(request, *found)
            here = await seen(conn, place, request.stream, decisions.states.pack, inspection)
        if request.expected is not None and request.expected != here.unit.version:
            since = here.unit.entries[request.expected :] if request.expected < here.unit.version else ()
            raise Stale(str(request.stream), request.expected, here.unit.version, since)
        try:
            return await decisions.decide(await _for_the_file(decisions, request, here))
        except Stale:
            continue
    raise Unavailable("the file of the unit", facts={"reason": "contended"})


async def _for_the_file(decisions: Decisions, request: DecisionRequest, here: Seen) -> DecisionRequest:
    """The same request as an act on the nation's file of the unit. Raises Refused, Unavailable."""
    day = decisions.clock().astimezone(CHINA).date()
    person = await decisions.states.current(Officer, request.who)
    posts = request.posts or (person.actors(day) if person is not None else ())
    try:
        event, actor = decided(request.event, here, posts, person, day)
    except NoSuchPack as error:
        raise Unavailable(f"the policy pack in force in {here.place} ({error})") from error
    file = file_stream(here.place, here.unit.id)
    return replace(request, stream=file, event=event, expected=here.file_version, posts=(actor,), effective_on=None)


def _again(request: DecisionRequest, digest: bytes, recorded: Sequence[Recorded]) -> Stored:
    if digest != request.digest:
        raise KeyReused(str(request.command_id))
    return Stored(request.command_id, tuple(recorded), repeated=True)
