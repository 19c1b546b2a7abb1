"""Following the log with one function: its effect and the position are one transaction, so each entry counts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from eventsourcing.persistence import Notification, Tracking

from events.envelope import Entry, Event
from services.follower.frame import BrokenError, Control, Follower, Process
from services.follower.heartbeat import Lane
from services.observability.logs import error_text
from services.register.mapper import EntryMapper
from services.register.recorder import RegisterRecorder, track, tracked

BATCH: Final = 500
"""Most entries of one transaction."""

Effect = Callable[[psycopg.Connection[Any], Sequence[Entry[Event]]], None]


def process(
    conninfo: str,
    name: str,
    effect: Effect,
    *,
    topics: Sequence[str] = (),
    prepare: Callable[[psycopg.Connection[Any]], None] = lambda _: None,
    batch: int = BATCH,
    poll_seconds: float = 1.0,
) -> Process:
    """Gives every entry of the log, or of these types alone, to `effect` once and in order, from the beginning.

    Where `effect` fails on an entry, the entries before it have taken effect, nothing of it has, and the process ends
    with BrokenError: nothing is passed over. `prepare` is called once, before anything is followed.
    """
    mapper = EntryMapper()

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[str, Notification]]:
        recorder = RegisterRecorder(conninfo, connections=1)
        with psycopg.connect(conninfo, autocommit=True, application_name=f"concord {name}") as conn:

            def source() -> Iterator[tuple[str, Sequence[Notification]]]:
                after, head = tracked(conn, name), recorder.max_notification_id() or 0
                if after > head:
                    raise BrokenError(f"{name} is at position {after}, and the log ends at {head}")
                found = recorder.select_notifications(after, batch, head, topics, inclusive_of_start=False)
                if found:
                    yield name, found
                elif head > after:
                    track(conn, Tracking(name, head))  # entries of other types only

            def sink(_name: str, notifications: Sequence[Notification]) -> int:
                with conn.transaction():
                    track(conn, Tracking(name, notifications[-1].id))
                    effect(conn, [mapper.to_domain_event(notification).entry for notification in notifications])
                return len(notifications)

            def stop(_name: str, failing: Notification, error: Exception) -> int:
                raise BrokenError(f"{name} stops before position {failing.id}: {error_text(error)}") from error

            def lanes() -> list[Lane]:
                return [Lane("log", tracked(conn, name))]

            try:
                yield Follower(source, sink, lanes, failure=stop)
            finally:
                recorder.close()

    def prepared() -> None:
        with psycopg.connect(conninfo, autocommit=True) as conn:
            prepare(conn)

    return Process(name, conninfo, opened, prepare=prepared, channels=("register_events",), poll_seconds=poll_seconds)
