"""Cross-inspections: what a plan and its draw rest on, read where they are made (policy 五(五)3, I-22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.errors import InvalidSchemaName, UndefinedTable

from events.governance.crosscheck import Assignment, CrosscheckAssigned, CrosscheckPlanned
from events.words import Level, Standing
from services.casework.draw import population_digest
from services.casework.law import refuse
from services.casework.nation import all_belong, inspected_last, inspectors, units_to_inspect
from services.casework.pack import Pack
from services.errors import NotFound, Refused, Unavailable
from services.register import read_async

Connection = AsyncConnection[Any]

_LAST: LiteralString = """
    SELECT stream FROM register.events WHERE type = 'crosscheck.assigned.v1' ORDER BY position DESC LIMIT 1"""
_BELONGING: LiteralString = """
    SELECT DISTINCT ON (stream) stream, type, state FROM register.events
    WHERE type IN ('province.joined.v1', 'province.left.v1') ORDER BY stream, position DESC"""
_HOLDERS: LiteralString = """
    SELECT b.province, b.unit FROM nation.board AS b
    WHERE b.province = ANY (%s) AND NOT b.closed AND EXISTS (
        SELECT FROM jsonb_each(b.titles) AS t (name, held)
        WHERE t.name = ANY (%s) AND t.held->>'standing' = ANY (%s))"""
_PROJECTED: LiteralString = "SELECT place, position FROM nation.projected WHERE place = ANY (%s)"
_HELD = [Standing.HELD.value, Standing.REVOCATION_PROPOSED.value]


@dataclass(frozen=True, slots=True)
class Population:
    """The national model units of a province, as of a position of its log."""

    position: int
    units: frozenset[UUID]


async def planned(conn: Connection, event: CrosscheckPlanned, pack: Pack) -> CrosscheckPlanned:
    """The plan with the cross-inspection before it. Raises Refused where a province has not joined."""
    rows = await (await conn.execute(_BELONGING)).fetchall()
    belonging = [orjson.loads(state)["event"]["place"] for _, kind, state in rows if kind == "province.joined.v1"]
    stranger = all_belong(event.provinces, belonging, pack)
    if stranger is not None:
        raise Refused([stranger])
    last = await (await conn.execute(_LAST)).fetchone()
    return event.model_copy(update={"last": last[0] if last else None})


async def assigned(conn: Connection, stream: UUID, event: CrosscheckAssigned, pack: Pack) -> CrosscheckAssigned:
    """The draw of a plan, from the seed that is revealed. Raises NotFound, Refused, and Unavailable before the
    national board of each province is there.
    """
    entries = await read_async.read_stream(conn, stream)
    plan = next((one.entry.event for one in entries if isinstance(one.entry.event, CrosscheckPlanned)), None)
    if plan is None:
        raise NotFound(f"cross-inspection {stream}")
    before = await read_async.read_stream(conn, plan.last) if plan.last else []
    last = inspected_last(one.entry for one in before)
    return drawn(event, plan, last, await populations(conn, plan.provinces, pack), pack)


def drawn(
    event: CrosscheckAssigned,
    plan: CrosscheckPlanned,
    last: Mapping[str, str],
    population: Mapping[str, Population],
    pack: Pack,
) -> CrosscheckAssigned:
    """Who inspects whom, and which units; pure. Raises Refused where there is no such order."""
    pairs = inspectors(event.seed, plan.provinces, last)
    if pairs is None:
        zh, en = "名单中的省份无法避开上次检查本省的省份", "in every order some province inspects its last inspector"
        raise Refused([refuse(pack, "I-22", zh, en, plan.provinces)])
    return event.model_copy(
        update={"assignments": tuple(_one(event.seed, plan, pairs, place, population[place]) for place in pairs)}
    )


def _one(
    seed: str, plan: CrosscheckPlanned, pairs: Mapping[str, str], inspected: str, population: Population
) -> Assignment:
    return Assignment(
        inspecting=pairs[inspected],
        inspected=inspected,
        position=population.position,
        population=len(population.units),
        population_digest=population_digest(dict.fromkeys(population.units, inspected)),
        units=units_to_inspect(seed, population.units, plan.per_province),
    )


async def populations(conn: Connection, provinces: Sequence[str], pack: Pack) -> Mapping[str, Population]:
    """The national model units of each province, and the position they are of. Raises Unavailable."""
    titles = [name for name, title in pack.titles.items() if title.level is Level.NATION]
    try:
        async with conn.transaction():
            await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            found = await (await conn.execute(_PROJECTED, [list(provinces)])).fetchall()
            holders = await (await conn.execute(_HOLDERS, [list(provinces), titles, _HELD])).fetchall()
    except (UndefinedTable, InvalidSchemaName) as error:
        raise Unavailable("the national board (concord serve projector --national makes it)") from error
    positions = dict(found)
    behind = [place for place in provinces if not positions.get(place)]
    if behind:
        raise Unavailable(f"the national board of {', '.join(behind)}")
    units = _by_province(holders)
    return {place: Population(positions[place], frozenset(units.get(place, ()))) for place in provinces}


def _by_province(holders: Iterable[tuple[str, UUID]]) -> Mapping[str, list[UUID]]:
    units: dict[str, list[UUID]] = {}
    for province, unit in holders:
        units.setdefault(province, []).append(unit)
    return units
