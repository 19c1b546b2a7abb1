"""How far each province's feed is, and which provinces belong to the nation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from events.governance.province import ProvinceBranchFollowed, ProvinceJoined, ProvinceLeft
from services.follower import BrokenError
from services.nation.merge import Stop
from services.register.read import tail

Connection = psycopg.Connection[Any]

STOPPED, LEFT = "stopped", "left"

ALL = 2**31 - 1
"""No limit: joinings and leavings are few."""


class NotOursError(BrokenError):
    """A feed was moved by somebody else than this replicator."""

    code = "feed-not-ours"


_FEEDS: LiteralString = """
    SELECT place, log, position, recorded_at, heard_at, status, class AS kind, reason, stopped_at,
        wanted_from, wanted_until, asked_at, forged, forged_at, forged_reason,
        told_position, told_at, skew_seconds, followed
    FROM nation.feeds ORDER BY place"""
_READ_ANEW: LiteralString = """
    DELETE FROM nation.offsets AS o USING nation.feeds AS f
    WHERE o.place = %s AND f.place = o.place AND f.position = 0 AND f.log <> %s"""
_BEGIN: LiteralString = """
    INSERT INTO nation.feeds AS f (place, log) VALUES (%s, %s)
    ON CONFLICT (place) DO UPDATE SET
        log = CASE WHEN f.position = 0 THEN excluded.log ELSE f.log END,
        status = CASE WHEN f.status = 'left' THEN 'running' ELSE f.status END"""
_LEAVE: LiteralString = """
    UPDATE nation.feeds SET status = 'left', class = NULL, reason = NULL, stopped_at = NULL,
        wanted_from = NULL, wanted_until = NULL, asked_at = NULL
    WHERE place = ANY (%s)"""
_OFFSETS: LiteralString = "SELECT partition, next_offset FROM nation.offsets WHERE place = %s"
_MOVE: LiteralString = """
    UPDATE nation.feeds SET position = %(position)s, recorded_at = coalesce(%(recorded_at)s, recorded_at),
        heard_at = CASE WHEN %(heard)s THEN now() ELSE heard_at END
    WHERE place = %(place)s AND position = %(before)s"""
_KEEP_OFFSET: LiteralString = """
    INSERT INTO nation.offsets (place, partition, next_offset) VALUES (%s, %s, %s)
    ON CONFLICT (place, partition) DO UPDATE SET next_offset = excluded.next_offset"""
_STOP: LiteralString = """
    UPDATE nation.feeds SET status = 'stopped', class = %s, reason = %s, stopped_at = %s, wanted_from = %s,
        wanted_until = %s
    WHERE place = %s"""
_RUN: LiteralString = """
    UPDATE nation.feeds SET status = 'running', class = NULL, reason = NULL, stopped_at = NULL,
        wanted_from = NULL, wanted_until = NULL, asked_at = NULL
    WHERE place = %s AND status = 'stopped'"""
_FORGED: LiteralString = """
    UPDATE nation.feeds SET forged = forged + %s, forged_at = now(), forged_reason = %s WHERE place = %s"""
_TOLD: LiteralString = """
    UPDATE nation.feeds SET told_position = %s, told_at = now(), skew_seconds = %s WHERE place = %s"""
_FOLLOW: LiteralString = "SELECT nation.follow_branch(%s)"
_ASKED: LiteralString = "UPDATE nation.feeds SET asked_at = now() WHERE place = %s"


@dataclass(frozen=True, slots=True)
class Feed:
    """A province's feed: the replica holds everything up to `position`; stopped, it says why and from where.

    `kind` is missing, altered, disordered, foreign or branched (column `class`); `recorded_at` is that of the
    event at `position`, `heard_at` when any message of the province came last; `forged` counts messages that the
    province did not sign, with when the last came and what it said it was. `told_position` is how far the province
    said at `told_at` that its log goes, `skew_seconds` how far its clock was ahead then.
    """

    place: str
    log: UUID
    position: int
    recorded_at: datetime | None
    heard_at: datetime | None
    status: str
    kind: str | None
    reason: str | None
    stopped_at: int | None
    wanted_from: int | None
    wanted_until: int | None
    asked_at: datetime | None
    forged: int
    forged_at: datetime | None
    forged_reason: str | None
    told_position: int | None
    told_at: datetime | None
    skew_seconds: float | None
    followed: int

    @property
    def stop(self) -> Stop | None:
        """Why it stopped; None where it runs, or stopped for good."""
        if self.status != STOPPED or self.wanted_from is None or self.wanted_until is None:
            return None
        return Stop(self.kind or "", self.reason or "", self.stopped_at or 0, self.wanted_from, self.wanted_until)


def feeds(conn: Connection) -> list[Feed]:
    """Every province's feed in the order of places; also of those that have left."""
    with conn.cursor(row_factory=class_row(Feed)) as cursor:
        return cursor.execute(_FEEDS).fetchall()


@dataclass(frozen=True, slots=True)
class Pinned:
    """A province that belongs, as the nation's own register says: its log, its key, the logs that were its before.

    `followed` are the decisions to follow a branch, by position in the nation's register.
    """

    log: UUID
    key: str
    former: frozenset[UUID] = frozenset()
    followed: tuple[int, ...] = ()


def joined(conn: Connection) -> Mapping[str, Pinned]:
    """The provinces that belong, by place."""
    belonging: dict[UUID, tuple[str, Pinned]] = {}
    kinds = [event.about.type for event in (ProvinceJoined, ProvinceLeft, ProvinceBranchFollowed)]
    for position, entry in ((recorded.position, recorded.entry) for recorded in tail(conn, 0, ALL, kinds)):
        event = entry.event
        if isinstance(event, ProvinceJoined):
            belonging[entry.stream] = (event.place, Pinned(event.log, event.key))
        elif isinstance(event, ProvinceBranchFollowed) and entry.stream in belonging:
            place, before = belonging[entry.stream]
            former = (before.former | {before.log}) - {event.log}
            belonging[entry.stream] = (place, Pinned(event.log, before.key, former, (*before.followed, position)))
        elif isinstance(event, ProvinceLeft):
            belonging.pop(entry.stream, None)
    return dict(belonging.values())


def follow_branches(conn: Connection, feed: Feed, pinned: Pinned) -> bool:
    """Put aside what was decided to be, where that has not been done; whether something was."""
    due = [decision for decision in pinned.followed if decision > feed.followed]
    for decision in due:
        conn.execute(_FOLLOW, [decision])
    return bool(due)


def begin(conn: Connection, place: str, log: UUID) -> Feed:
    """The feed of a province that belongs; new, or as it was left.

    Where it took nothing of another log that was joined before, it is read from the beginning for this one.
    """
    conn.execute(_READ_ANEW, [place, log])
    conn.execute(_BEGIN, [place, log])
    return next(feed for feed in feeds(conn) if feed.place == place)


def leave(conn: Connection, places: Collection[str]) -> None:
    """These provinces belong no longer: their feeds are not read, and their replicas stay."""
    conn.execute(_LEAVE, [list(places)])


def offsets(conn: Connection, place: str) -> dict[int, int]:
    """Partition → the next offset to read."""
    return dict(conn.execute(_OFFSETS, [place]).fetchall())


def move(
    conn: Connection, place: str, before: int, position: int, recorded_at: str | None, *, heard: bool = True
) -> None:
    """Everything up to a position is stored, in this transaction.

    Raises NotOursError where another process moved it.
    """
    parameters = {"place": place, "before": before, "position": position, "recorded_at": recorded_at, "heard": heard}
    if conn.execute(_MOVE, parameters).rowcount != 1:
        raise NotOursError(f"{place} is not at position {before}: another replicator moved it")


def keep_offsets(conn: Connection, place: str, partitions: Mapping[int, int]) -> None:
    """Before these offsets everything is stored or was refused."""
    with conn.cursor() as cursor:
        cursor.executemany(_KEEP_OFFSET, [(place, partition, offset) for partition, offset in partitions.items()])


def stop(conn: Connection, place: str, why: Stop) -> None:
    """The feed goes no further, and says why and from where."""
    conn.execute(_STOP, [why.kind, why.reason, why.at, why.first, why.last, place])


def run(conn: Connection, place: str) -> None:
    """The feed goes on."""
    conn.execute(_RUN, [place])


def forged(conn: Connection, place: str, count: int, reason: str) -> None:
    """Further messages that the province did not sign, and what the last of them was."""
    conn.execute(_FORGED, [count, reason, place])


def report_end(conn: Connection, place: str, position: int, skew_seconds: float) -> None:
    """Store how far the province says that its log goes, and how far its clock is ahead."""
    conn.execute(_TOLD, [position, skew_seconds, place])


def mark_asked(conn: Connection, place: str) -> None:
    """Store that the province was asked just now to send again."""
    conn.execute(_ASKED, [place])
