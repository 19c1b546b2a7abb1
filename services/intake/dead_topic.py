"""The topic of dead letters: copies for those who watch it. The table is what counts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from kafka.errors import KafkaError

from services.broker import end
from services.intake.clients import producer
from services.intake.deadletters import known_by
from services.intake.record import Incoming
from services.observability import metrics

log = structlog.get_logger("intake")


@dataclass
class DeadTopic:
    """Copies dead letters; connects when there is one. A copy that fails is counted, and no more."""

    bootstrap: str
    topic: str
    _producer: Any = field(default=None, init=False)

    def copy(self, row: dict[str, Any], message: Incoming) -> None:
        """The message with its headers, personal data masked, and its class and reason in headers of ours."""
        reason = [("concord-class", row["kind"].encode()), ("concord-reason", row["reason"].encode())]
        headers = [(name, _masked(name, value)) for name, value in message.raw.headers]
        try:
            if self._producer is None:
                self._producer = producer(self.bootstrap)
            whole = {"value": row["message"], "key": message.raw.key, "headers": [*headers, *reason]}
            sent = self._producer.send(self.topic, **whole)
            sent.add_errback(lambda _error: metrics.DEAD_UNPUBLISHED.inc())
        except KafkaError as error:
            metrics.DEAD_UNPUBLISHED.inc()
            log.warning("a dead letter was not copied to its topic", error=str(error))

    def close(self) -> None:
        """Send what is under way, for 5 s at most."""
        if self._producer is not None:
            with suppress(KafkaError):
                self._producer.flush(timeout=5)
            end(self._producer)


def _masked(name: str, value: bytes | None) -> bytes:
    try:
        return known_by(name, (value or b"").decode("utf-8")).encode()
    except UnicodeDecodeError:
        return value or b""
