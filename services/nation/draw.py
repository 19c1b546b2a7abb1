"""Cross-inspections: lists and draw, read by the register itself where they are asked for (policy 五(五)3, T-19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.errors import InvalidSchemaName, UndefinedTable

from events.fields import Document
from events.governance.crosscheck import CrosscheckAssigned, CrosscheckListsFrozen, CrosscheckPlanned, ListedProvince
from events.words import Level, Standing
from projections.page import ON_THE_DAY
from services import content
from services.casework.crosscheck.draw import assignments, lists_of, lists_text
from services.casework.crosscheck.kind import CROSSCHECK
from services.casework.crosscheck.state import CrossInspection
from services.casework.pack import NoSuchPack, Pack
from services.casework.stream import fold
from services.errors import Unavailable
from services.nation.replicated import packs_in
from services.paper_stores import PaperStore
from services.register import read, read_async
from services.register.read import Recorded

Connection = AsyncConnection[Any]

_HOLDERS: LiteralString = f"""
    SELECT b.province, b.unit FROM nation.board AS b
    JOIN unnest(%(provinces)s::text[], %(titles)s::text[]) AS t (province, name) ON t.province = b.province
    WHERE NOT b.closed AND b.titles->t.name->>'standing' = ANY (%(held)s) AND {ON_THE_DAY}"""
_PROJECTED: LiteralString = "SELECT place, position FROM nation.projected WHERE place = ANY (%s)"
_MEDIA_TYPE = "text/plain"
_HELD = [Standing.HELD.value, Standing.REVOCATION_PROPOSED.value]


@dataclass(frozen=True, slots=True)
class Population:
    """The national model units of a province, as of a position of its log."""

    position: int
    units: frozenset[UUID]


async def frozen(
    conn: Connection,
    papers: PaperStore | None,
    stream: UUID,
    event: CrosscheckListsFrozen,
    ours: Pack,
    day: date,
    *,
    kept: bool,
) -> CrosscheckListsFrozen:
    """The lists of a plan, of the national model units of that day; `kept`: that they are stored as a paper.

    `ours` is the nation's pack in force that day. Raises Unavailable before the national board of each province is
    there.
    """
    plan = (await _inspection(conn, stream)).plan
    if plan is None:
        return event
    newest = await read_async.newest_of_type(conn, CrosscheckAssigned.about.type, read.END, 1)
    last = (await _inspection(conn, newest[0][0])).inspected_last() if newest else {}
    found = await populations(conn, plan.provinces, ours, day)
    text = lists_text({place: one.units for place, one in found.items()})
    if kept:
        await content.store(conn, papers, _MEDIA_TYPE, text)
    document = Document(
        sha256=sha256(text).hexdigest(), media_type=_MEDIA_TYPE, title=f"互检名单 {plan.round}"[:200], size=len(text)
    )
    listed = tuple(
        ListedProvince(place=place, position=found[place].position, population=len(found[place].units),
                       last=last.get(place))
        for place in sorted(found)
    )  # fmt: skip
    return event.model_copy(update={"provinces": listed, "document": document})


async def assigned(
    conn: Connection, papers: PaperStore | None, stream: UUID, event: CrosscheckAssigned
) -> CrosscheckAssigned:
    """The draw of a plan whose shares are all revealed, from its frozen lists. Raises Unavailable without them."""
    recorded = await read_async.read_stream(conn, stream)
    inspection = _folded(stream, recorded)
    plan, lists, shares = inspection.plan, inspection.lists, inspection.shares
    if plan is None or lists is None or lists.document is None or shares.last is None or shares.hidden:
        return event
    known = await content.known(conn, lists.document.sha256)
    if known is None:
        raise Unavailable("the lists that were frozen")
    listed = await content.whole(papers, known)
    position = recorded[shares.last.version - 1].position
    head = shares.last.head(position, stream)
    seed = shares.seed(head)
    drawn = assignments(seed, lists.provinces or (), lists_of(listed.data), plan.per_province)
    return event.model_copy(update={"head": position, "head_digest": head, "seed": seed, "assignments": drawn})


async def _inspection(conn: Connection, stream: UUID) -> CrossInspection:
    return _folded(stream, await read_async.read_stream(conn, stream))


def _folded(stream: UUID, recorded: Sequence[Recorded]) -> CrossInspection:
    if recorded and not isinstance(recorded[0].entry.event, CrosscheckPlanned):
        return CrossInspection(stream)
    return fold(CROSSCHECK, stream, [one.entry for one in recorded])


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
