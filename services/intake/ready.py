"""Whether intake is ready: the database and the broker are asked when somebody wants to know."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

import psycopg
from kafka.errors import KafkaError

from services.intake.clients import topic_id

PATIENCE: Final = 2
"""Seconds for which each is waited for; also PostgreSQL's least."""

LONGEST_STEP: Final = 60.0
"""A loop that has not gone on for so many seconds hangs: no step waits longer, transactions included."""


@dataclass
class Readiness:
    """What intake needs, and when its loop last went on (seconds of the monotonic clock)."""

    conninfo: str
    bootstrap: str
    topic: str
    last_step: float = field(default_factory=time.monotonic)

    def stepped(self) -> None:
        """The loop went on."""
        self.last_step = time.monotonic()

    def checks(self) -> tuple[bool, dict[str, object]]:
        """Whether all is well, and what is away, with the class of the error: a sentence may quote a password."""
        database, broker = self._database(), self._broker()
        since = time.monotonic() - self.last_step
        well = database is None and broker is None and since < LONGEST_STEP
        return well, {
            "database": database is None,
            "broker": broker is None,
            "errors": [error for error in (database, broker) if error],
            "seconds_since_step": round(since, 1),
        }

    def _database(self) -> str | None:
        try:
            with psycopg.connect(self.conninfo, connect_timeout=PATIENCE, application_name="concord readyz") as conn:
                conn.execute("SELECT FROM intake.offsets LIMIT 1")
        except psycopg.Error as error:
            return type(error).__name__
        return None

    def _broker(self) -> str | None:
        try:
            topic_id(self.bootstrap, self.topic, patience_ms=PATIENCE * 1_000)
        except (KafkaError, OSError) as error:
            return type(error).__name__
        return None
