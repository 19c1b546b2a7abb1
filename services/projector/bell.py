"""Waking up when there is something new: LISTEN, and never longer asleep than the poll beside it."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql


class Bell:
    """Owns a connection that listens. A lost connection costs one wait of at most the given seconds."""

    def __init__(self, conninfo: str, channel: str) -> None:
        self._conninfo = conninfo
        self._channel = channel
        self._conn: psycopg.Connection[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def wait(self, seconds: float) -> bool:
        """Wait until it rings, or for so long; True where it rang (or may have, while nobody listened)."""
        try:
            if self._conn is None:
                self._conn = psycopg.connect(self._conninfo, autocommit=True, application_name="concord bell")
                self._conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
                return True
            return any(True for _ in self._conn.notifies(timeout=seconds, stop_after=1))
        except psycopg.OperationalError:
            self._close()
            time.sleep(seconds)
            return True

    def _close(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None
