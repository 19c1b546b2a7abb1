"""What the nation decides on a unit of a province: judged on the replica, stored in the nation's own register.

The law is the province's: its policy, its unit as far as the replica knows. What is stored is the
nation's file of that unit; the province records it as its own event when it comes (`services.intake.nation`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.rows import tuple_row

from events.envelope import CHINA, Actor, Entry, Event
from events.governance.national import NationalDecided
from events.governance.province import ProvinceJoined
from events.registry import UnknownTypeError
from events.unit.checks import UnitCrossInspected
from events.words import Level, NationalDecision
from services.casework.governance import judge_governance
from services.casework.judgement import best_post, judge, propose
from services.casework.law import Beside, Refusal, refuse
from services.casework.nation import (
    all_belong,
    declined_stream,
    file_stream,
    not_on_its_way,
    on_their_way,
    province_stream,
    was_assigned,
)
from services.casework.officer import Officer
from services.casework.pack import Pack
from services.casework.policy import Policy, fold_policy, policy_stream
from services.casework.unit.state import Unit, fold
from services.decisions import RETRIES, Asked, Decisions, entry_of, pack_on
from services.errors import KeyReused, NotFound, Refused, Stale, Unavailable
from services.nation.replica import STREAMS
from services.register import read_async
from services.register.append import Command, Stored
from services.register.read import Recorded, by_stream

FIXED: Final = ("title", "term_from", "due")
"""What the nation fixes though its officer left it open; all else that follows from the state the province fills in."""

WORDS: Final[Mapping[str, NationalDecision]] = {word.value: word for word in NationalDecision}
"""The decisions on a unit that the nation takes, by imperative."""

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision on a unit rests on: the unit and its province's policy as the replica has them, the nation's
    file of the unit, what of it is on its way, whether the province belongs, the cross-inspection spoken of.
    """

    place: str
    unit: Unit
    policy: Policy
    file: Sequence[Recorded]
    waiting: Sequence[NationalDecided]
    belongs: bool
    inspection: Sequence[Entry[Event]] = ()


async def replicated(conn: Connection, place: str, streams: Iterable[UUID]) -> Mapping[UUID, list[Recorded]]:
    """Many streams of a province from the replica; a stream that has nothing is an empty list.

    Raises Unavailable where an event of them cannot be read: what a unit is without it nobody knows.
    """
    wanted = list(streams)
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        rows = await (await cursor.execute(STREAMS, [place, wanted])).fetchall()
    try:
        return by_stream(wanted, rows)
    except (UnknownTypeError, ValueError) as error:
        why = {"reason": "unreadable", "error": type(error).__name__}
        raise Unavailable(f"the replica of {place} (an event of this unit cannot be read)", facts=why) from None


async def seen(conn: Connection, place: str, stream: UUID, inspection: UUID | None = None) -> Seen:
    """What a decision on a unit of a province rests on, as it is now. Raises NotFound where there is no such unit."""
    file, belonging, policies = file_stream(place, stream), province_stream(place), policy_stream(place)
    wanted = [file, belonging, *([inspection] if inspection else [])]
    own = await read_async.read_streams(conn, wanted)
    log = await read_async.log_id(conn)
    sent = [(declined_stream(log, one.position), one.entry) for one in own[file]]
    theirs = await replicated(conn, place, [stream, policies, *(name for name, _ in sent)])
    unit = fold(stream, [one.entry for one in theirs[stream]])
    if unit.life.since is None:
        raise NotFound(f"unit {stream} of {place}")
    policy = Policy(policies)
    for one in theirs[policies]:
        policy = fold_policy(policy, one.entry)
    declined = frozenset(name for name, _ in sent if theirs[name])
    last = own[belonging][-1].entry.event if own[belonging] else None
    return Seen(
        place=place,
        unit=unit,
        policy=policy,
        file=own[file],
        waiting=on_their_way(sent, unit.entries, declined),
        belongs=isinstance(last, ProvinceJoined),
        inspection=[one.entry for one in own[inspection]] if inspection else (),
    )


def decided(
    asked: Asked, here: Seen, posts: Sequence[Actor], person: Officer | None, moment: datetime, ours: Pack
) -> Command:
    """The command that puts what was asked of a unit into the nation's file of it; pure. Raises Refused."""
    day = moment.astimezone(CHINA).date()
    pack = pack_on(here.policy, day, ours)
    national = [actor for actor in posts if actor.level is Level.NATION]
    actor = best_post(here.unit, asked.event, national, day, pack, person)
    if actor is None:
        raise Refused([refuse(pack, "I-13", "此项须由国家级作出", "this takes a post at the nation")])
    filled = propose(here.unit, asked.event, actor, day, pack)
    refusals = judge(here.unit, filled, actor, day, pack, beside=Beside(officer=person, policy=here.policy))
    event = asked.event.model_copy(
        update={name: getattr(filled, name) for name in FIXED if name in type(filled).model_fields}
    )
    decision = WORDS[event.about.decision or ""]
    refusals += _of_the_nation(here, event, decision, pack)
    stored = NationalDecided(
        province=here.place,
        unit=here.unit.id,
        seen_version=here.unit.version,
        decision=decision,
        type=event.about.type,
        event=canonical(event),
        title=getattr(event, "title", None),
        document_number=getattr(event, "document_number", None),
    )
    file = file_stream(here.place, here.unit.id)
    refusals += judge_governance(file, [one.entry for one in here.file], stored, actor, pack)
    if refusals:
        raise Refused(refusals)
    expect = {file: len(here.file)} | ({person.id: person.version} if person is not None and person.version else {})
    entry = entry_of(asked, file, len(here.file) + 1, stored, actor, moment, day, pack)
    return Command(asked.command_id, asked.digest, expect, (entry,))


def _of_the_nation(here: Seen, event: Event, decision: NationalDecision, pack: Pack) -> list[Refusal]:
    asked = [
        all_belong([here.place], [here.place] if here.belongs else [], pack),
        not_on_its_way(event, decision, here.waiting, pack),
    ]
    if isinstance(event, UnitCrossInspected):
        asked.append(was_assigned(here.inspection, event.inspecting_place, here.place, here.unit.id, pack))
    return [refusal for refusal in asked if refusal is not None]


def canonical(event: Event) -> str:
    """The payload as canonical JSON: sorted keys, no spaces, no empty fields."""
    document = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


async def decide(decisions: Decisions, asked: Asked, place: str) -> Stored:
    """Judge and store a decision of the nation on the unit `asked.stream` of a province.

    Raises NotFound, Refused, Stale (with what the replica has since), KeyReused, Unavailable. A retry
    answers with what was stored.
    """
    inspection = _inspection(asked.event)
    for _ in range(RETRIES + 1):
        async with decisions.pool.connection() as conn:
            found = await read_async.find_command(conn, asked.command_id)
            if found is not None:
                return _again(asked, *found)
            here = await seen(conn, place, asked.stream, inspection)
        if asked.expected is not None and asked.expected != here.unit.version:
            since = here.unit.entries[asked.expected :] if asked.expected < here.unit.version else ()
            raise Stale(str(asked.stream), asked.expected, here.unit.version, since)
        moment = decisions.clock()
        person = None if asked.posts else await decisions.officer(asked.who, fresh=True)
        posts = asked.posts if person is None else person.actors(moment.astimezone(CHINA).date())
        try:
            return await decisions.appender.append(decided(asked, here, posts, person, moment, decisions.pack))
        except Stale:
            continue
    raise Unavailable("the file of the unit", facts={"reason": "contended"})


def _again(asked: Asked, digest: bytes, recorded: Sequence[Recorded]) -> Stored:
    if digest != asked.digest:
        raise KeyReused(str(asked.command_id))
    return Stored(asked.command_id, tuple(recorded), repeated=True)


def _inspection(event: Event) -> UUID | None:
    """The cross-inspection that a finding speaks of; None for all else, and where it is the id of none."""
    if not isinstance(event, UnitCrossInspected):
        return None
    try:
        return UUID(event.assignment)
    except ValueError:
        return None
