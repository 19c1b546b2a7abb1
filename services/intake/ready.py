"""Whether intake is ready: the database and the broker are asked when somebody wants to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psycopg
from kafka.errors import KafkaError

from services.follower import ready
from services.follower.heartbeat import Heartbeat
from services.intake.clients import topic_id

PATIENCE: Final = 2
"""Seconds for which each is waited for; also PostgreSQL's least."""


@dataclass(frozen=True)
class Readiness:
    """What intake needs, and what its loop reports about itself."""

    conninfo: str
    bootstrap: str
    topic: str
    heartbeat: Heartbeat

    def checks(self) -> tuple[bool, dict[str, object]]:
        """Whether all is well, and what is away, with the class of the error: a sentence may quote a password."""
        database, broker = self._database(), self._broker()
        well, told = ready.checks(self.heartbeat)
        return well and database is None and broker is None, {
            "database": database is None,
            "broker": broker is None,
            "errors": [error for error in (database, broker) if error],
            **told,
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
