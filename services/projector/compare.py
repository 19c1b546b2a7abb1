"""Whether the projections hold what the events make: all made anew beside, and compared row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from projections.catalogue import Projection
from services.casework.pack import Pack
from services.errors import Unavailable
from services.projector import feeds, positions, tables
from services.projector.rebuild import CATCH_UP, Built, OnProgress, building, catch_up, chosen

MOST = 1_000
"""Most mismatches of a projection that are told one by one."""

_DIFFERENT: LiteralString = """
    SELECT coalesce(kept.{unit}, made.{unit}), to_jsonb(kept), to_jsonb(made)
    FROM {kept} AS kept FULL JOIN {made} AS made USING ({key})
    WHERE to_jsonb(kept) IS DISTINCT FROM to_jsonb(made) LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A row that is not what the events make: `kept` is what is stored, `made` what should be; None where absent."""

    projection: str
    unit: str
    kept: dict[str, Any] | None
    made: dict[str, Any] | None


def compare(
    conninfo: str, pack: Pack, progress: OnProgress | None = None, names: Iterable[str] | None = None
) -> list[Mismatch]:
    """Fold every stream again and compare with every row of these projections (all where None); nothing is changed.

    Each projection is compared at the position at which it stands; the projector waits meanwhile
    only while the last rows are compared. Raises Unavailable where a rebuild is going on, and where
    shards fed from Kafka do not all stand at that position.
    """
    wanted = chosen(names)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        standing = {place.name: place.position for place in positions.places(conn)}
    there = [projection for projection in wanted if projection.name in standing]
    if not there:
        return []
    until = min(standing[projection.name] for projection in there)
    with building(conninfo, there, pack, progress=progress, until=until) as (conn, built), conn.transaction():
        locked = positions.lock(conn, standing)
        places = {place.name: place.position for place in locked}
        if any(place.feed == positions.KAFKA and feeds.ahead(conn, place.position) for place in locked):
            raise Unavailable("comparing (shards of the projections stand apart; wait until they caught up)")
        return [
            mismatch
            for target in built.targets
            for mismatch in _compared(
                conn, target.projection, Built([target], built.position, None, built.lens), places
            )
        ]


def _compared(
    conn: psycopg.Connection[Any], projection: Projection, built: Built, places: dict[str, int]
) -> list[Mismatch]:
    until = places[projection.name]
    while catch_up(conn, built, until) == CATCH_UP:
        pass
    query = sql.SQL(_DIFFERENT).format(
        kept=tables.serving(projection).name,
        made=tables.beside(projection).name,
        unit=sql.Identifier(projection.unit),
        key=sql.SQL(", ").join(map(sql.Identifier, projection.key)),
    )
    found = conn.execute(query, [MOST]).fetchall()
    return [Mismatch(projection.name, str(unit), kept, made) for unit, kept, made in found]
