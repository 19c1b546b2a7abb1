"""A process of one's own: how many namings each office has decided. Run it beside the register: python namings.py."""

from collections import Counter
from collections.abc import Sequence

import psycopg

from events.envelope import Entry, Event
from events.unit.naming import UnitNamed
from services.follower import Process, follow, log
from services.settings import load


def prepare(conn: psycopg.Connection) -> None:
    """Its table, where it is missing."""
    conn.execute("CREATE TABLE IF NOT EXISTS projections.namings (place text PRIMARY KEY, count int NOT NULL)")


def count(conn: psycopg.Connection, entries: Sequence[Entry[Event]]) -> None:
    """The effect of some entries; it is stored with the position, or neither is."""
    for place, more in sorted(Counter(entry.actor.place for entry in entries).items()):
        conn.execute(
            "INSERT INTO projections.namings AS n VALUES (%s, %s)"
            " ON CONFLICT (place) DO UPDATE SET count = n.count + excluded.count",
            [place, more],
        )


def process(conninfo: str) -> Process:
    """The process, as `concord ps` shows it."""
    return log.process(conninfo, "namings", count, topics=[UnitNamed.about.type], prepare=prepare)


if __name__ == "__main__":
    follow(process(load().database_url.get_secret_value()), stopping=lambda: False)
