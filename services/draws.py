"""What a draw of checks rests on, read by the register itself where it is asked for: list, log's head, units (T-19)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import tuple_row

from events.envelope import CHINA
from events.fields import Document
from events.governance.check import CheckDrawn, CheckListFrozen, CheckPlanned, Stratum
from events.unit.registration import UnitDetailsChanged, UnitRegistered
from events.words import Standing
from projections import freshness
from projections.page import ON_THE_DAY, area
from services import content
from services.casework.check.draw import draw, population_list, population_of, sizes, stratum_of
from services.casework.check.kind import CHECK
from services.casework.check.state import Plan
from services.casework.pack import Pack
from services.casework.stream import fold
from services.errors import Unavailable
from services.paper_stores import PaperStore
from services.register import read_async
from services.register.read import Recorded

Connection = AsyncConnection[Any]

WAIT_SECONDS = 10.0
"""How long a list waits for the board to hold everything that the log holds."""

_MEDIA_TYPE = "text/plain"
_HELD = [Standing.HELD.value, Standing.REVOCATION_PROPOSED.value]

_LISTED: LiteralString = f"""
    SELECT unit, kind, place FROM projections.board
    WHERE (place = ANY (%(places)s) OR unit = ANY (%(moved)s))
      AND kind IS NOT NULL AND NOT provisional AND NOT closed
      AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s))
      AND (%(title)s::text IS NULL OR titles -> %(title)s ->> 'standing' = ANY (%(held)s))
      AND {ON_THE_DAY}"""


async def frozen(
    conn: Connection,
    papers: PaperStore | None,
    stream: UUID,
    event: CheckListFrozen,
    day: date,
    pack: Pack,
    *,
    kept: bool,
) -> CheckListFrozen:
    """The list of a plan, of whoever the register's board has today; `kept`: that it is stored as a paper.

    Whoever moved away shortly before stays in where it was (T-19). Raises Unavailable while the board is behind.
    """
    plan = (await _plan(conn, stream)).planned
    if plan is None:
        return event
    # nothing that was recorded before the list is missing from it
    if not await freshness.wait_for(conn, await read_async.last_position(conn), WAIT_SECONDS, ("board",)):
        raise Unavailable("the board up to the log's end")
    async with conn.transaction():
        await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        board = await freshness.freshness(conn, "board")
        if board is None or board.status != "running":
            raise Unavailable("the board (concord serve projector makes it)")
        strata = await _population(conn, plan, day, pack)
    if not strata:
        return event
    # a hundred thousand units take a second: others are answered meanwhile
    text = await asyncio.to_thread(population_list, strata)
    if kept:
        await content.store(conn, papers, _MEDIA_TYPE, text)
    document = Document(
        sha256=sha256(text).hexdigest(), media_type=_MEDIA_TYPE, title=f"抽查名单 {plan.name}"[:200], size=len(text)
    )
    by_stratum = tuple(Stratum(stratum=name, units=units) for name, units in sizes(strata))
    return event.model_copy(
        update={
            "position": board.position, "population": len(strata), "strata": by_stratum, "document": document,
        }
    )  # fmt: skip


async def drawn(conn: Connection, papers: PaperStore | None, stream: UUID, event: CheckDrawn) -> CheckDrawn:
    """The draw of a plan whose shares are all revealed, from its frozen list. Raises Unavailable without the list."""
    recorded = await read_async.read_stream(conn, stream)
    plan = _folded(stream, recorded)
    shares = plan.shares
    if plan.planned is None or plan.frozen is None or plan.frozen.document is None:
        return event
    if shares.last is None or shares.hidden:
        return event
    known = await content.known(conn, plan.frozen.document.sha256)
    if known is None:
        raise Unavailable("the list that was frozen")
    listed = await content.whole(papers, known)
    position, share = recorded[shares.last.version - 1].position, plan.planned.share
    head = shares.last.head(position, stream)
    seed = shares.seed(head)
    units = await asyncio.to_thread(lambda: draw(population_of(listed.data), share, seed))
    return event.model_copy(
        update={
            "head": position,
            "head_digest": head,
            "seed": seed,
            "population": plan.frozen.population,
            "population_digest": listed.digest,
            "units": units,
        }
    )


async def _plan(conn: Connection, stream: UUID) -> Plan:
    return _folded(stream, await read_async.read_stream(conn, stream))


def _folded(stream: UUID, recorded: Sequence[Recorded]) -> Plan:
    if recorded and not isinstance(recorded[0].entry.event, CheckPlanned):
        return Plan(stream)
    return fold(CHECK, stream, [one.entry for one in recorded])


async def _population(conn: Connection, plan: CheckPlanned, day: date, pack: Pack) -> dict[UUID, str]:
    since = pack.before(day, pack.windows.stay_after_move)
    places = area(plan.place)
    before = await _places_before(conn, datetime.combine(since, time(), CHINA))
    stay = {unit: place for unit, place in before.items() if place in places}
    asked = {
        "places": places, "moved": list(stay), "kinds": [kind.value for kind in plan.unit_kinds] or None,
        "title": plan.title, "held": _HELD, "today": day,
    }  # fmt: skip
    async with conn.cursor(row_factory=tuple_row) as cursor:
        rows = await (await cursor.execute(_LISTED, asked)).fetchall()
    inside = frozenset(places)
    return {
        unit: stratum_of(kind, place if place in inside else stay[unit], plan.place, plan.strata)
        for unit, kind, place in rows
    }


async def _places_before(conn: Connection, moment: datetime) -> dict[UUID, str]:
    """Where units lay that moved then or later, as it was recorded."""
    changes = await read_async.recorded_since(conn, UnitDetailsChanged.about.type, moment)
    changed = {change.entry.stream for change in changes}
    found: dict[UUID, str] = {}
    for stream, recorded in (await read_async.read_streams(conn, changed)).items():
        places = list(_places(recorded))
        moves = [n for n in range(1, len(places)) if places[n][0] >= moment and places[n][1] != places[n - 1][1]]
        if moves:
            found[stream] = places[moves[0] - 1][1]
    return found


def _places(recorded: Sequence[Recorded]) -> Iterator[tuple[datetime, str]]:
    for one in recorded:
        event = one.entry.event
        if isinstance(event, UnitRegistered | UnitDetailsChanged) and event.place is not None:
            # by its recording: a move dated back moves nobody off a list
            yield one.entry.recorded_at, event.place
