"""Cross-inspections: what a plan and its draw rest on, read where they are made (policy 五(五)3, I-22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.errors import InvalidSchemaName, UndefinedTable

from events.governance.crosscheck import Assignment, CrosscheckAssigned, CrosscheckPlanned
from events.words import Level, Standing
from projections.page import ON_THE_DAY
from services.casework.check.draw import population_digest
from services.casework.crosscheck.draw import inspectors, ranking_seed, units_to_inspect
from services.casework.crosscheck.kind import CROSSCHECK
from services.casework.crosscheck.state import CrossInspection
from services.casework.law import refuse
from services.casework.pack import NoSuchPack, Pack
from services.casework.stream import fold
from services.errors import NotFound, Refused, Unavailable
from services.nation.replicated import packs_in
from services.register import read, read_async

Connection = AsyncConnection[Any]

_HOLDERS: LiteralString = f"""
    SELECT b.province, b.unit FROM nation.board AS b
    JOIN unnest(%(provinces)s::text[], %(titles)s::text[]) AS t (province, name) ON t.province = b.province
    WHERE NOT b.closed AND b.titles->t.name->>'standing' = ANY (%(held)s) AND {ON_THE_DAY}"""
_PROJECTED: LiteralString = "SELECT place, position FROM nation.projected WHERE place = ANY (%s)"
_HELD = [Standing.HELD.value, Standing.REVOCATION_PROPOSED.value]


@dataclass(frozen=True, slots=True)
class Population:
    """The national model units of a province, as of a position of its log."""

    position: int
    units: frozenset[UUID]


async def planned(conn: Connection, event: CrosscheckPlanned) -> CrosscheckPlanned:
    """The plan with the cross-inspection before it."""
    last = await read_async.newest_of_type(conn, CrosscheckAssigned.about.type, read.END, 1)
    return event.model_copy(update={"last": last[0][0] if last else None})


async def assigned(
    conn: Connection, stream: UUID, event: CrosscheckAssigned, ours: Pack, day: date
) -> CrosscheckAssigned:
    """The draw of a plan, from the seed that is revealed; `ours` is the nation's pack in force that day.

    Raises NotFound, Refused, and Unavailable before the national board of each province is there.
    """
    recorded = await read_async.read_stream(conn, stream)
    inspection = fold(CROSSCHECK, stream, [one.entry for one in recorded])
    plan, committed = inspection.plan, inspection.committed
    if plan is None or committed is None:
        raise NotFound(f"cross-inspection {stream}")
    position = recorded[committed.version - 1].position
    event = event.model_copy(update={"head": position, "head_digest": committed.head(position, stream)})
    last = (await _inspection(conn, plan.last)).inspected_last() if plan.last else {}
    return drawn(event, plan, last, await populations(conn, plan.provinces, ours, day), ours)


async def _inspection(conn: Connection, stream: UUID) -> CrossInspection:
    recorded = await read_async.read_stream(conn, stream)
    return fold(CROSSCHECK, stream, [one.entry for one in recorded])


def drawn(
    event: CrosscheckAssigned,
    plan: CrosscheckPlanned,
    last: Mapping[str, str],
    population: Mapping[str, Population],
    pack: Pack,
) -> CrosscheckAssigned:
    """Who inspects whom, and which units; pure. Raises Refused where there is no such order."""
    seed = ranking_seed(event.seed, event.head_digest or "")
    pairs = inspectors(seed, plan.provinces, last)
    if pairs is None:
        zh, en = "名单中的省份无法避开上次检查本省的省份", "in every order some province inspects its last inspector"
        raise Refused([refuse(pack, "I-22", zh, en, plan.provinces)])
    return event.model_copy(
        update={"assignments": tuple(_one(seed, plan, pairs, place, population[place]) for place in pairs)}
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


async def populations(conn: Connection, provinces: Sequence[str], ours: Pack, day: date) -> Mapping[str, Population]:
    """The national model units of each province that day, and the position they are of. Raises Unavailable.

    Which titles are the nation's is said by the pack in force in the province; by `ours` where it adopted none.
    """
    titles = [(place, name) for place in provinces for name in await _national_titles(conn, place, ours, day)]
    asked = {
        "provinces": [place for place, _ in titles],
        "titles": [name for _, name in titles],
        "held": _HELD,
        "today": day,
    }
    try:
        async with conn.transaction():
            await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            found = await (await conn.execute(_PROJECTED, [list(provinces)])).fetchall()
            holders = await (await conn.execute(_HOLDERS, asked)).fetchall()
    except (UndefinedTable, InvalidSchemaName) as error:
        raise Unavailable("the national board (concord serve projector --national makes it)") from error
    positions = dict(found)
    behind = [place for place in provinces if not positions.get(place)]
    if behind:
        raise Unavailable(f"the national board of {', '.join(behind)}")
    units = _by_province(holders)
    return {place: Population(positions[place], frozenset(units.get(place, ()))) for place in provinces}


async def _national_titles(conn: Connection, place: str, ours: Pack, day: date) -> Iterable[str]:
    packs = await packs_in(conn, place, ours)
    try:
        pack = packs.on(day)
    except NoSuchPack as error:
        raise Unavailable(f"the policy pack in force in {place} ({error})") from error
    return (name for name, title in pack.titles.items() if title.level is Level.NATION)


def _by_province(holders: Iterable[tuple[str, UUID]]) -> Mapping[str, list[UUID]]:
    units: dict[str, list[UUID]] = {}
    for province, unit in holders:
        units.setdefault(province, []).append(unit)
    return units
