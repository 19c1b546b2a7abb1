"""The provinces side by side: what the nation holds of each, and how often it was criticised."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from events.governance.year import YearCriticised
from projections.league.queries import YEAR, Province, provinces
from projections.page import Connection
from services.register import read_async


async def league(conn: Connection, now: datetime) -> list[Province]:
    """Every province that belongs, in the order of places."""
    notices = await read_async.recorded_since(conn, YearCriticised.about.type, now - timedelta(days=YEAR))
    events = (notice.entry.event for notice in notices)
    criticised = Counter(event.place for event in events if isinstance(event, YearCriticised))
    return await provinces(conn, now, criticised)
