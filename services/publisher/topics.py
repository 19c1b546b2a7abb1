"""The topic of a register's events: its name, and its making where it is missing.

A register alone on its broker publishes to `concord.events`; where a nation and its provinces share
one, each has a topic of its own, `concord.<place>.events`, for positions of two registers never mix.
"""

from __future__ import annotations

from typing import Final

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError

from services.broker import reach

OF_A_PLACE: Final = "concord.{place}.events"

PARTITIONS: Final = 6
"""Fixed at the making: a stream keeps its partition only as long as their number stays."""

MOST_BYTES: Final = 2_000_000
"""Largest message: the topic takes what the publisher sends, so that none is refused after later ones were taken."""


def topic_of(place: str) -> str:
    """The topic of the register of a place (division code) where several share a broker."""
    return OF_A_PLACE.format(place=place)


def ensure(bootstrap: str, topic: str, partitions: int = PARTITIONS, replicas: int = -1, *, kept_ms: int = -1) -> None:
    """Make the topic where it is missing, kept for so long (-1: for ever). Raises kafka-python's errors."""
    admin = KafkaAdminClient(
        **reach(bootstrap), bootstrap_timeout_ms=5_000, request_timeout_ms=10_000, reconnect_backoff_max_ms=500
    )
    try:
        if topic in admin.list_topics():
            return
        kept = {
            "retention.ms": str(kept_ms),
            "cleanup.policy": "delete",
            "max.message.bytes": str(MOST_BYTES + 100_000),
            # the broker unpacks what somebody packed: no reader meets a codec that it lacks
            "compression.type": "uncompressed",
        }
        admin.create_topics([NewTopic(topic, partitions, replicas, topic_configs=kept)])
        admin.wait_for_topics([topic])
    except TopicAlreadyExistsError:
        return
    finally:
        admin.close()
