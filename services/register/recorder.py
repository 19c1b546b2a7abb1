"""The `eventsourcing` library's recorder over the register: it appends through the same function as everything else."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    DatabaseError,
    IntegrityError,
    Notification,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool, PoolTimeout

from services.register import read
from services.register.append import call, parameters
from services.register.command import Packed, Piece, pack
from services.register.listen import Listener
from services.register.mapper import StoredEntry

STREAM: Final = """
    SELECT stream, version, type, state FROM register.events
    WHERE stream = %s AND version > %s AND version <= %s ORDER BY version LIMIT %s"""
STREAM_BACKWARDS: Final = """
    SELECT stream, version, type, state FROM register.events
    WHERE stream = %s AND version > %s AND version <= %s ORDER BY version DESC LIMIT %s"""
TRACK: Final = """
    INSERT INTO projections.tracking AS t (application_name, notification_id) VALUES (%s, %s)
    ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
    WHERE t.notification_id < excluded.notification_id RETURNING true"""
TRACKED: Final = "SELECT notification_id FROM projections.tracking WHERE application_name = %s"

ATTEMPTS: Final = 3
"""How often events are sent where the connection breaks; they are stored once however often."""

PAGE: Final = 500
"""Notifications that a subscription reads at once."""

PATIENCE: Final = 0.2
"""Seconds until a subscription sees that it was stopped."""


class RegisterRecorder(ProcessRecorder):
    """Records stored events of any topic and state in the register, and tracking beside them in one transaction."""

    def __init__(self, conninfo: str, connections: int = 10) -> None:
        self.conninfo = conninfo
        self._pool = ConnectionPool(
            conninfo, min_size=1, max_size=connections, kwargs={"autocommit": True, "row_factory": tuple_row}, open=True
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, tracking: Tracking | None = None, **_: Any
    ) -> Sequence[int]:
        """Store the events together, and the tracking with them; their positions.

        States are stored as they come; those of the mapper with the moment at which they are recorded.
        Raises IntegrityError where a stream stands elsewhere, is of another kind, or the tracking does
        not advance; OperationalError where the clocks are apart.
        """
        if not stored_events:
            if tracking is not None:
                self.insert_tracking(tracking)
            return []
        arrays = parameters([_packed(stored_events)])
        for _attempt in range(ATTEMPTS - 1):
            try:
                return self._insert(arrays, len(stored_events), tracking)
            except OperationalError:
                continue
        return self._insert(arrays, len(stored_events), tracking)

    def _insert(self, arrays: list[bytes], count: int, tracking: Tracking | None) -> Sequence[int]:
        with self._connection() as conn, conn.transaction():
            (answer,) = call(conn, arrays)
            if answer.outcome in {"ahead", "judge-again"}:
                raise OperationalError(f"{answer.outcome}: it would be recorded at {answer.moment}")
            if answer.first_position is None or answer.outcome == "key-reused":
                raise IntegrityError(f"{answer.outcome}: stream {answer.stream} is at version {answer.current}")
            if tracking is not None and answer.outcome == "stored":  # repeated: it was stored with them
                track(conn, tracking)
            return list(range(answer.first_position, answer.first_position + count))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of a stream with versions after `gt` and up to `lte`."""
        after, until = -1 if gt is None else gt, read.LAST_VERSION if lte is None else lte
        with self._connection() as conn, conn.cursor(binary=True) as cursor:
            cursor.execute(STREAM_BACKWARDS if desc else STREAM, [UUID(str(originator_id)), after, until, limit])
            return [StoredEvent(*row) for row in cursor]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The next `limit` events in the order of commits, of some topics only if given."""
        after = 0 if start is None else start - inclusive_of_start
        with self._connection() as conn:
            rows = read.raw_tail(conn, after, limit, topics or None)
        return [
            Notification(raw.stream, raw.version, raw.type, raw.state, raw.position)
            for raw in rows
            if stop is None or raw.position <= stop
        ]

    def max_notification_id(self) -> int | None:
        """The newest position; None where there is none."""
        with self._connection() as conn:
            return read.last_position(conn) or None

    def insert_tracking(self, tracking: Tracking) -> None:
        """Advance a follower's position. Raises IntegrityError where it would not advance."""
        with self._connection() as conn:
            track(conn, tracking)

    @contextmanager
    def tracking(self, tracking: Tracking) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A transaction for the effect of an event, in which the follower's position is advanced.

        Raises IntegrityError where it would not advance: the effect is there already.
        """
        with self._connection() as conn, conn.transaction():
            track(conn, tracking)
            yield conn

    def max_tracking_id(self, application_name: str) -> int | None:
        """A follower's position; None where it has none."""
        with self._connection() as conn:
            row = conn.execute(TRACKED, [application_name]).fetchone()
            return row[0] if row else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> RegisterSubscription:
        """Events after a position as they come, until stopped."""
        return RegisterSubscription(self, gt, topics)

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A connection, with psycopg's errors said in the library's family."""
        try:
            with self._pool.connection() as conn:
                yield conn
        except psycopg.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise OperationalError(str(error)) from error
        except psycopg.Error as error:
            raise DatabaseError(str(error)) from error


class RegisterSubscription(Subscription[ApplicationRecorder]):
    """Yields what is recorded after a position; woken by the database, with a poll beside it."""

    def __init__(self, recorder: RegisterRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._after = gt or 0
        self._read: deque[Notification] = deque()
        self._listener = Listener(recorder.conninfo)

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Stop, and let the connection go."""
        super().__exit__(*args, **kwargs)
        with self._listener:
            self._read.clear()

    def __next__(self) -> Notification:
        """The next notification; blocks until there is one or the subscription is stopped."""
        while not self._has_been_stopped:
            if self._read:
                return self._read.popleft()
            last = self._recorder.max_notification_id() or 0
            self._read.extend(
                self._recorder.select_notifications(self._after, PAGE, last, self._topics, inclusive_of_start=False)
            )
            full = len(self._read) == PAGE
            self._after = self._read[-1].id if full else max(last, self._after)
            if not self._read:
                self._listener.wait(self._after, PATIENCE)
        raise StopIteration


def _packed(stored_events: Sequence[StoredEvent]) -> Packed:
    """The events as one command of the register; a stream may begin at version 0 here."""
    first: dict[UUID, int] = {}
    last: dict[UUID, int] = {}
    pieces: list[Piece] = []
    now = datetime.now(UTC)
    command_id = uuid4()
    digest = hashlib.sha256()
    for event in stored_events:
        stream, version = UUID(str(event.originator_id)), event.originator_version
        first.setdefault(stream, version)
        if version != last.get(stream, version - 1) + 1:
            raise IntegrityError(f"version {version} does not follow on in stream {stream}")
        last[stream] = version
        if isinstance(event, StoredEntry):
            command_id = event.command_id
            pieces.append(Piece(stream, event.topic, event.recorded_at, *event.around))
        else:
            pieces.append(Piece(stream, event.topic, now, event.state))
        digest.update(hashlib.sha256(event.state).digest())
    expect = {stream: version - 1 for stream, version in first.items()}
    return pack(command_id, digest.digest(), expect, pieces)


def tracked(conn: psycopg.Connection[Any], application_name: str) -> int:
    """How far a follower is; 0 where it has taken nothing in."""
    row = conn.execute(TRACKED, [application_name]).fetchone()
    return row[0] if row else 0


def track(conn: psycopg.Connection[Any], tracking: Tracking) -> None:
    """Advance a follower's position, in the open transaction. Raises IntegrityError where it would not advance."""
    if conn.execute(TRACK, [tracking.application_name, tracking.notification_id]).fetchone() is None:
        raise IntegrityError(f"{tracking.application_name} is at or past {tracking.notification_id}")
