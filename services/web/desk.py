"""The desk: what the person who signed in has to do, by when, overdue first; what came in; what they decided lately."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from events.envelope import Actor
from events.sentences import Labels
from events.words import ActorKind, ObligationKind
from projections.acts import queries as acts
from projections.deadlines import queries as deadlines
from projections.deadlines.rows import Row as Deadline
from projections.freshness import freshness
from projections.page import Connection
from projections.signals import queries as signals
from projections.streams import queries as streams
from services import drafts
from services.access.accounts import Account
from services.casework.judgement import may
from services.casework.kinds import KINDS
from services.casework.obligation import THE_UNIT
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.second_person import Waiting, waiting
from services.casework.source.state import Source
from services.casework.stream import State
from services.casework.unit.state import Unit
from services.http.acts import told
from services.http.context import Context, context, posts_of
from services.http.queries import Spoken, tolerant
from services.http.readers import Reader
from services.state_documents import overview
from services.web.acting import acting
from services.web.duties import Duty, Pile, given_to, piled, towards_a_title, ways
from services.web.names import called, labels_of, names_in
from services.web.pages import fresh_document
from services.web.render import notices, page
from services.web.session import reader_of, to_sign_in

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

MOST_DUTIES, MOST_SIGNALS, MOST_ACTS, MOST_PROPOSALS = 50, 10, 10, 200


@dataclass(frozen=True, slots=True)
class AwaitedSecond:
    """A proposal that waits for the reader as its second person."""

    path: str
    label: tuple[str, str]
    says: tuple[str, str]
    waits: Waiting


@router.get("/")
async def desk(request: Request) -> Response:
    """What must I do, by when? For visitors who have not signed in, where to begin."""
    who = await acting(request)
    reader = await reader_of(request)
    if reader is None:
        return to_sign_in(request)
    problems = tolerant(Spoken, request)[1]
    if who is None or context(request).settings.level == "national":
        return page(request, "home.html", stories=request.app.state.stories, problems=problems)
    match who.kind:
        case ActorKind.APPLICANT:
            shown = await _of_unit(request, who, reader)
        case ActorKind.SOURCE:
            shown = await _of_source(request, who)
        case _:
            shown = await _of_officer(request, who)
    return page(
        request, "desk.html", stories=request.app.state.stories, problems=problems, who=who,
        drafts=await _drafts(request, who), **shown,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Begun:
    """A form that was begun and saved: the decision, and what it is about."""

    path: str
    zh: str
    en: str
    saved_at: datetime


async def _drafts(request: Request, who: Account) -> list[Begun]:
    async with context(request).pool.connection() as conn:
        saved = await drafts.of(conn, who.holder)
    found: list[Begun] = []
    for one in saved:
        plural, *_, decision = one.address.strip("/").split("/")
        law = next((kind.decisions.get(decision) for kind in KINDS.values() if kind.words.plural == plural), None)
        if law is not None:
            found.append(Begun(one.address, law.event.about.zh, law.event.about.act_en, one.saved_at))
    return found


async def _of_officer(request: Request, who: Account) -> dict[str, Any]:
    here, today = context(request), context(request).today
    person = await here.states.current(Officer, who.holder)
    posts = person.actors(today) if person is not None else tuple(await posts_of(here, who))
    pack = await here.pack_today()
    holders = [f"{post.level.value}:{post.place}" for post in posts if post.level is not None]
    places = list(dict.fromkeys(post.place for post in posts if post.house is not None))
    async with here.pool.connection() as conn:
        wanted = deadlines.Filter(holders=holders, begun=True)
        owed = await deadlines.due(conn, wanted, today, limit=MOST_DUTIES) if holders else None
        own = replace(wanted, assigned_to=who.holder)
        mine = (await deadlines.due(conn, own, today, limit=MOST_DUTIES)).rows if holders else []
        open_signals = await _signals(conn, places, today)
        lately = (await acts.acts(conn, acts.Filter(officer=who.holder), limit=MOST_ACTS)).rows
        fresh = await freshness(conn, "deadlines")
        proposed = await deadlines.streams_with(conn, ObligationKind.SECOND_ACT.value, MOST_PROPOSALS)
        rows = owed.rows if owed is not None else []
        shown = {*(row.stream for row in [*mine, *rows]), *(row.stream for row in lately)}
        names = await streams.labels(conn, list(shown))
    duties = await _duties(here, [*mine, *rows], posts, pack)
    return {
        "pack": pack, "kind": "officer", "posts": posts,
        "mine": _piles(mine, duties), "duties": _piles(rows, duties), "many": len(rows), "many_mine": len(mine),
        "more": owed is not None and owed.next,
        "signals": open_signals, "lately": lately, "wanted": await _to_second(request, posts, proposed, pack),
        "fresh": fresh_document(fresh), "names": names,
    }  # fmt: skip


async def _of_unit(request: Request, who: Account, reader: Reader) -> dict[str, Any]:
    here, today = context(request), context(request).today
    pack = await here.pack_today()
    unit = await here.states.current(Unit, who.unit) if who.unit is not None else None
    if unit is None:
        return {"pack": pack, "kind": "applicant", "unit": None, "duties": [], "lately": []}
    packs = await here.states.packs(fresh=True)
    async with here.pool.connection() as conn:
        owed = await deadlines.due(conn, deadlines.Filter(stream=unit.id, begun=True), today, limit=MOST_DUTIES)
        lately = (await acts.acts(conn, acts.Filter(unit=unit.id), limit=MOST_ACTS)).rows
        fresh = await freshness(conn, "deadlines")
    person = await here.states.current(Officer, who.holder)
    posts = person.actors(today) if person is not None else ()
    duties = await _duties(here, owed.rows, posts, pack)
    beside = await here.states.context([unit.id, who.holder])
    return {
        "pack": pack, "kind": "applicant", "unit": overview(unit, packs, today),
        "lately": [told(reader, row) for row in lately],
        "duties": piled(one for one in duties.values() if one.row.holder == THE_UNIT),
        "others": piled(replace(one, ways=one.ways or None) for one in duties.values() if one.row.holder != THE_UNIT),
        "next": towards_a_title(unit, posts, today, pack, beside), "fresh": fresh_document(fresh),
    }  # fmt: skip


async def _of_source(request: Request, who: Account) -> dict[str, Any]:
    here, today = context(request), context(request).today
    pack = await here.pack_today()
    source = await here.states.current(Source, who.holder)
    async with here.pool.connection() as conn:
        wanted = signals.Filter(source=source.uri if source is not None else "")
        sent = (await signals.signals(conn, wanted, today, limit=MOST_DUTIES)).rows
        fresh = await freshness(conn, "signals")
    return {"pack": pack, "kind": "source", "source": source, "sent": sent, "fresh": fresh_document(fresh)}


async def _duties(
    here: Context, rows: Sequence[Deadline], posts: Sequence[Actor], pack: Pack
) -> Mapping[Deadline, Duty]:
    """The duties as the reader finds them, in these posts, by their rows."""
    people = {one for row in rows for one in (row.assigned_to, row.deputy) if one is not None}
    people |= {post.id for post in posts}
    beside = await here.states.context({row.stream for row in rows} | people, fresh=True)
    day, found = here.today, dict[Deadline, Duty]()
    for row in rows:
        state = beside.states.get(row.stream)
        can = ways(row, state, posts, day, pack, beside) if state is not None else ()
        found[row] = Duty(row, pack.working_days_between(day, row.due), can, given_to(row, beside.states, day))
    return found


def _piles(rows: Iterable[Deadline], duties: Mapping[Deadline, Duty]) -> list[Pile]:
    return piled(duties[row] for row in rows)


async def _signals(conn: Connection, places: Sequence[str], today: date) -> list[Any]:
    """The open signals about units of these places, the latest first."""
    found = [
        row
        for place in places
        for row in (await signals.signals(conn, signals.Filter(place=place, open=True), today, limit=MOST_SIGNALS)).rows
    ]
    once = {(row.unit, row.signal): row for row in found}
    return sorted(once.values(), key=lambda row: row.recorded_at, reverse=True)[:MOST_SIGNALS]


async def _to_second(
    request: Request, posts: Sequence[Actor], proposed: Sequence[UUID], pack: Pack
) -> list[AwaitedSecond]:
    """What waits for one of these posts as its second person."""
    here = context(request)
    loaded = await here.states.load(proposed, fresh=True)
    open_ones = [state for state in loaded.values() if state.common.open_acts]
    proposers = {act.actor.id for state in open_ones for act in state.common.open_acts.values()}
    beside = await here.states.context({*proposers, *(post.id for post in posts)}, fresh=False)
    found: list[tuple[State, Waiting]] = []
    for state in open_ones:
        context_ = replace(beside, states={**beside.states, state.id: state})
        for one in may(state, posts, here.today, pack, context_, decision="second-act"):
            if one.allowed:
                waits = waiting(state, one.subject, one.law, pack)
                if waits is not None:
                    found.append((state, waits))
    labels = labels_of(await names_in(here, (waits.event for _, waits in found)), pack)
    return [_wanted(state, waits, labels) for state, waits in found]


def _wanted(state: State, waits: Waiting, labels: Labels) -> AwaitedSecond:
    kind = state.descriptor
    path = f"/{kind.words.plural}/{state.id}/decide/second-act?proposal={waits.proposal.version}"
    return AwaitedSecond(path, called(state), (waits.says("zh", labels), waits.says("en", labels)), waits)
