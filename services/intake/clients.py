"""Intake's clients of Kafka, with every default that could lose or double a message set here."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

from services.broker import reach
from services.membership import member

GROUP: Final = "concord-intake"
MOST_AT_ONCE: Final = 1_000
"""Messages of one transaction at most."""

READING: Final[dict[str, Any]] = {"max_poll_records": MOST_AT_ONCE, "fetch_max_wait_ms": 100}
"""How much a poll brings, and for how many milliseconds the broker waits for more."""


class Assignments(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Notes what was given and taken; the client's own loop calls it, where nothing may wait."""

    def __init__(self) -> None:
        self.changes: deque[tuple[bool, frozenset[TopicPartition]]] = deque()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self.changes.append((False, frozenset(revoked)))

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self.changes.append((True, frozenset(assigned)))


def consumer(bootstrap: str, topic: str, name: str | None, listener: ConsumerRebalanceListener) -> Any:
    """A member of the topic's group, with every default that could lose or double a message set by us.

    A process with a name of its own gets its partitions back at once when it is started again. Raises KafkaError.
    """
    group = f"{GROUP}.{topic}"
    return member(
        bootstrap,
        topic,
        group,
        listener,
        group_instance_id=name,
        client_id=f"{group}-{os.getpid()}",
        partition_assignment_strategy=(CooperativeStickyAssignor,),
        session_timeout_ms=10_000,
        heartbeat_interval_ms=1_000,
        # also how long the group waits for a member that died while it was joining
        max_poll_interval_ms=30_000,
        metadata_max_age_ms=30_000,
        **READING,
    )


def producer(bootstrap: str) -> Any:
    """The producer of dead letters: acknowledged by all, once, in order. Raises KafkaError."""
    return KafkaProducer(
        **reach(bootstrap),
        client_id=f"{GROUP}-dead-{os.getpid()}",
        acks="all",
        enable_idempotence=True,
        max_block_ms=2_000,
        delivery_timeout_ms=30_000,
        request_timeout_ms=10_000,
        max_request_size=2 * 1024 * 1024,
        reconnect_backoff_max_ms=1_000,
    )


def topic_id(bootstrap: str, topic: str, patience_ms: int = 10_000) -> str:
    """Which topic of that name this is: one that was recreated has another id. Raises KafkaError."""
    admin = KafkaAdminClient(**reach(bootstrap), bootstrap_timeout_ms=patience_ms, request_timeout_ms=patience_ms)
    try:
        return str(admin.describe_topics([topic])[0]["topic_id"])
    finally:
        admin.close()
