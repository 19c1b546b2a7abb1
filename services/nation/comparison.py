"""The provinces compared over their different packs: by which pack each judges, and what its titles and severities are
beside those of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import tuple_row

from projections.page import todays
from services.casework.pack import Pack, known_packs
from services.nation.replicated import packs_in

Connection = AsyncConnection[Any]

_PROVINCES: LiteralString = "SELECT place FROM nation.feeds WHERE status <> 'left' ORDER BY place"
_HELD: LiteralString = f"""
    WITH {todays("nation", "board")}
    SELECT province, title.key, count(*) FROM board CROSS JOIN jsonb_each(titles) AS title
    WHERE NOT closed AND title.value ->> 'standing' = 'held' GROUP BY province, title.key"""
_OPEN: LiteralString = f"""
    WITH {todays("nation", "signals")}
    SELECT province, severity, count(*) FROM signals WHERE open GROUP BY province, severity"""


@dataclass(frozen=True, slots=True)
class Version:
    """By which pack a province judges today; `newest` is the newest version of it here, and `ahead` what it has adopted
    for a later day. `known`: whether the nation has that very pack, and so can read the province by it.
    """

    pack: str
    version: str
    adopted_from: date | None
    known: bool
    newest: str | None
    ahead: tuple[str, ...] = ()

    @property
    def behind(self) -> bool:
        """Whether the nation has a newer version of the pack than the province judges by."""
        return self.newest is not None and int(self.newest) > int(self.version)


@dataclass(frozen=True, slots=True)
class Compared:
    """A province in words that mean the same in all: units that hold a title today by its comparable one, and open
    signals by their comparable severity; `uncompared` what the province's pack, or the nation, does not map.
    """

    province: str
    policy: Version
    titles: Mapping[str, int] = field(default_factory=dict)
    signals: Mapping[str, int] = field(default_factory=dict)
    uncompared: Mapping[str, int] = field(default_factory=dict)


async def comparison(conn: Connection, today: date, ours: Pack) -> list[Compared]:
    """Every province that belongs, in the order of places; `ours` judges where one has adopted nothing.

    Raises Unavailable where a province's policy cannot be read.
    """
    held, open_ = await _counted(conn, _HELD, today), await _counted(conn, _OPEN, today)
    compared = []
    for (place,) in await _rows(conn, _PROVINCES, {}):
        policy, pack = await _policy(conn, place, today, ours)
        compared.append(_compared(place, policy, pack, held[place], open_[place]))
    return compared


async def _policy(conn: Connection, place: str, today: date, ours: Pack) -> tuple[Version, Pack | None]:
    packs = await packs_in(conn, place, ours)
    begun = [one for one in packs.adopted if one.from_ <= today]
    last = max(reversed(begun), key=lambda one: one.from_, default=None)
    name, version = (last.pack, last.pack_version) if last is not None else (packs.ours.id, packs.ours.version)
    try:
        pack: Pack | None = packs.on(today)
    except KeyError:
        pack = None
    versions = known_packs().get(name, ())
    ahead = tuple(f"{one.pack}@{one.pack_version}" for one in packs.adopted if one.from_ > today)
    newest = versions[-1] if versions else None
    return Version(name, version, last.from_ if last is not None else None, pack is not None, newest, ahead), pack


def _compared(
    place: str, policy: Version, pack: Pack | None, held: Mapping[Any, int], open_: Mapping[Any, int]
) -> Compared:
    titles, signals, uncompared = defaultdict[str, int](int), defaultdict[str, int](int), dict[str, int]()
    for title, units in held.items():
        worth = pack.comparable.titles.get(title) if pack is not None else None
        if worth is None:
            uncompared[title] = units
        else:
            titles[worth.value] += units
    for severity, number in open_.items():
        grade = pack.comparable.severities.get(severity) if pack is not None else None
        if grade is None:
            uncompared[f"severity {severity}"] = number
        else:
            signals[grade.value] += number
    return Compared(place, policy, dict(titles), dict(signals), uncompared)


async def _counted(conn: Connection, query: LiteralString, today: date) -> Mapping[str, Mapping[Any, int]]:
    found: dict[str, dict[Any, int]] = defaultdict(dict)
    for province, key, number in await _rows(conn, query, {"today": today}):
        found[province][key] = number
    return found


async def _rows(conn: Connection, query: LiteralString, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        return await (await cursor.execute(query, values)).fetchall()
