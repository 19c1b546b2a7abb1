"""The provinces in the order of their codes, each with how far it is seen, what it holds, and how it handles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from events.envelope import CHINA
from events.places import PLACES
from projections.crosscheck.queries import OLDER_THAN, too_young
from projections.crosscheck.questions import Kind
from projections.page import Connection, todays

YEAR = 365
"""Days of the figures that look back."""

_STANDINGS: LiteralString = (
    f"WITH {todays('nation', 'board')}, {todays('nation', 'signals')}, {todays('nation', 'crosscheck')}"
    """
    SELECT f.place, f.log, f.position AS feed_position, f.heard_at, f.status AS feed_status, f.class AS feed_class,
        f.reason AS feed_reason, f.stopped_at, f.told_position, f.skew_seconds, f.forged, f.forged_reason,
        p.position, p.as_of, p.status AS projected_status, p.error,
        coalesce(u.units, 0) AS units, coalesce(u.national, 0) AS national, coalesce(u.checked, 0) AS checked,
        coalesce(z.frozen, 0) AS frozen, coalesce(s.signals, 0) + coalesce(u.findings, 0) AS unhandled,
        m.days AS median_days,
        coalesce(m.assessed, 0) AS assessed, coalesce(l.lapses, 0) AS lapses, coalesce(c.criticised, 0) AS criticised
    FROM nation.feeds AS f
    LEFT JOIN nation.projected AS p ON p.place = f.place
    LEFT JOIN (
        SELECT province, count(*) AS units,
            count(*) FILTER (WHERE title IS NOT NULL AND term_until >= %(today)s) AS national,
            count(*) FILTER (
                WHERE title IS NOT NULL AND term_until >= %(today)s AND checked_on > %(year)s) AS checked,
            count(*) FILTER (
                WHERE title IS NOT NULL AND term_until >= %(today)s AND finding_on <= %(before)s) AS findings
        FROM crosscheck GROUP BY province
    ) AS u ON u.province = f.place
    LEFT JOIN (
        SELECT province, count(*) AS frozen FROM board WHERE watch = 'frozen' GROUP BY province
    ) AS z ON z.province = f.place
    LEFT JOIN (
        SELECT s.province, count(*) AS signals
        FROM signals AS s JOIN crosscheck AS c ON c.province = s.province AND c.unit = s.unit
        WHERE NOT s.handled AND s.grave AND least(s.recorded_at, %(now)s) < %(until)s AND c.title IS NOT NULL
            AND c.term_until >= %(today)s
        GROUP BY s.province
    ) AS s ON s.province = f.place
    LEFT JOIN (
        SELECT province, count(*) AS assessed, percentile_cont(0.5) WITHIN GROUP (
            ORDER BY assessed_on - (recorded_at AT TIME ZONE 'Asia/Shanghai')::date) AS days
        FROM signals WHERE grave AND assessed_on > %(year)s GROUP BY province
    ) AS m ON m.province = f.place
    LEFT JOIN (
        SELECT province, count(*) AS lapses FROM crosscheck CROSS JOIN unnest(missed) AS day
        WHERE missed <> '{}' AND day > %(year)s GROUP BY province
    ) AS l ON l.province = f.place
    LEFT JOIN (
        SELECT unnest(%(places)s::text[]) AS province, unnest(%(counts)s::bigint[]) AS criticised
    ) AS c ON c.province = f.place
    WHERE f.status <> 'left' ORDER BY f.place"""
)


@dataclass(frozen=True, slots=True)
class Province:
    """A province as the nation sees it.

    `unhandled` counts what the cross-check finds unhandled where nobody says how old; `median_days`
    are from the day a grave signal was recorded to that of its assessment, over those `assessed`
    in the last 12 months; `checked` are national model units checked in the last 12 months; `lapses` deadlines
    that an office missed, and `criticised` notices of criticism, in the last 12 months.
    """

    place: str
    log: UUID
    feed_position: int
    heard_at: datetime | None
    feed_status: str
    feed_class: str | None
    feed_reason: str | None
    stopped_at: int | None
    told_position: int | None
    skew_seconds: float | None
    forged: int
    forged_reason: str | None
    position: int | None
    as_of: datetime | None
    projected_status: str | None
    error: str | None
    units: int
    national: int
    checked: int
    frozen: int
    unhandled: int
    median_days: float | None
    assessed: int
    lapses: int
    criticised: int

    @property
    def status(self) -> str:
        """running; stopped where its feed is; unfolded where an event of it cannot be folded."""
        if self.feed_status == "stopped":
            return "stopped"
        return "unfolded" if self.projected_status == "stopped" else "running"

    @property
    def reason(self) -> str | None:
        """Why it does not go on."""
        return self.feed_reason if self.feed_status == "stopped" else self.error

    @property
    def share_checked(self) -> float | None:
        """Of the national model units those checked in the last 12 months; None where there are none."""
        return round(self.checked / self.national, 4) if self.national else None

    def silent_hours(self, now: datetime) -> int | None:
        """Whole hours since anything was heard; None where nothing ever was."""
        return None if self.heard_at is None else max(0, int((now - self.heard_at).total_seconds() // 3_600))

    def document(self, now: datetime) -> dict[str, Any]:
        """As it is answered over HTTP."""
        return {
            "province": self.place,
            "name": PLACES[self.place].zh,
            "name_en": PLACES[self.place].en,
            "status": self.status,
            "class": self.feed_class,
            "reason": self.reason,
            "stopped_at": self.stopped_at,
            "feed": {
                "log": self.log,
                "position": self.feed_position,
                "told": self.told_position,
                "heard_at": self.heard_at,
                "skew_seconds": self.skew_seconds,
                "forged": self.forged,
            },
            "silent_hours": self.silent_hours(now),
            "as_of": {"position": self.position or 0, "recorded_at": self.as_of},
            "lag": max(self.told_position or 0, self.feed_position) - (self.position or 0),
            "units": self.units,
            "national": self.national,
            "frozen": self.frozen,
            "unhandled": self.unhandled,
            "league": {
                "median_days_to_assessment": self.median_days,
                "assessed": self.assessed,
                "checked": self.checked,
                "share_checked": self.share_checked,
                "lapses": self.lapses,
                "criticised": self.criticised,
            },
        }


async def provinces(conn: Connection, now: datetime, criticised: Mapping[str, int]) -> list[Province]:
    """Every province that belongs, in the order of places; `criticised` are the notices of the last 12 months."""
    today = now.astimezone(CHINA).date()
    older = OLDER_THAN[Kind.UNHANDLED]
    given = {
        "today": today,
        "year": today - timedelta(days=YEAR),
        "places": list(criticised),
        "counts": list(criticised.values()),
        "before": today - timedelta(days=older),
        "now": now,
        "until": too_young(today, older),
    }
    async with conn.cursor(row_factory=class_row(Province)) as cursor:
        return await (await cursor.execute(_STANDINGS, given)).fetchall()
