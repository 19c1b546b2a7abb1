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
from services.projector.policy import Following
from services.projector.rebuild import CATCH_UP, Built, OnProgress, PolicyTurned, building, catch_up, chosen

MOST = 1_000
"""Most mismatches of a projection that are told one by one."""

_DIFFERENT: LiteralString = """
    SELECT coalesce(kept.{stream}, made.{stream}), to_jsonb(kept), to_jsonb(made)
    FROM {kept} AS kept FULL JOIN {made} AS made USING ({key})
    WHERE to_jsonb(kept) IS DISTINCT FROM to_jsonb(made) LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A row that is not what the events make: `kept` is what is stored, `made` what should be; None where absent."""

    projection: str
    stream: str
    kept: dict[str, Any] | None
    made: dict[str, Any] | None


def compare(
    conninfo: str, pack: Pack, place: str, progress: OnProgress | None = None, names: Iterable[str] | None = None
) -> list[Mismatch]:
    """Fold every stream again and compare with every row of these projections (all where None); nothing is changed.

    Each projection is compared at the position at which it stands; the projector waits meanwhile
    only while the last rows are compared. Raises Unavailable where a rebuild is going on, where shards fed
    from Kafka do not all stand at that position, and where a policy is being adopted at this moment.
    """
    wanted = chosen(names)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        standing = {found.name: found.position for found in positions.places(conn)}
    there = [projection for projection in wanted if projection.name in standing]
    if not there:
        return []
    until = min(standing[projection.name] for projection in there)
    policy = Following(place, pack)
    with building(conninfo, there, policy, progress=progress, until=until) as (conn, built), conn.transaction():
        locked = positions.lock(conn, [projection.name for projection in there])
        stand = {found.name: found.position for found in locked}
        if any(found.feed == positions.KAFKA and feeds.ahead(conn, found.position) for found in locked):
            raise Unavailable("comparing (shards of the projections stand apart; wait until they caught up)")
        try:
            return [
                mismatch
                for target in built.targets
                for mismatch in _compared(
                    conn,
                    target.projection,
                    Built([target], built.position, None, built.lens),
                    policy,
                    stand[target.projection.name],
                )
            ]
        except PolicyTurned:
            raise Unavailable("comparing (a policy is being adopted; wait until the projections caught up)") from None


def _compared(
    conn: psycopg.Connection[Any], projection: Projection, built: Built, policy: Following, until: int
) -> list[Mismatch]:
    while catch_up(conn, built, policy, until) == CATCH_UP:
        pass
    query = sql.SQL(_DIFFERENT).format(
        kept=tables.serving(projection).name,
        made=tables.beside(projection).name,
        stream=sql.Identifier(projection.stream),
        key=sql.SQL(", ").join(map(sql.Identifier, projection.key)),
    )
    found = conn.execute(query, [MOST]).fetchall()
    return [Mismatch(projection.name, str(stream), kept, made) for stream, kept, made in found]
