"""The topics, made where they are missing; brokers never make one by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from services.broker import reach
from services.intake.topics import DEAD, EVENTS, SIGNALS

LEGIBLE: Mapping[str, str] = {"compression.type": "uncompressed"}
"""The broker itself unpacks what a producer packed: a reader meets no codec that it lacks, and nothing that is small
only while it is packed.
"""

PARTITIONS: Mapping[str, int] = {SIGNALS: 6, DEAD: 1, EVENTS: 6}
"""Partitions of a new topic; a key keeps its partition only while their number stays."""


def _admin(bootstrap: str, patience_ms: int) -> Any:
    return KafkaAdminClient(**reach(bootstrap), bootstrap_timeout_ms=patience_ms, request_timeout_ms=10_000)


def answers(bootstrap: str, cluster: str) -> bool:
    """Whether a broker of this cluster answers there: the port may be another program's, or another broker's."""
    try:
        admin = _admin(bootstrap, 1_000)
    except (KafkaError, OSError):
        return False
    try:
        found = admin.describe_cluster()
        return bool(found["brokers"]) and found["cluster_id"] == cluster
    except (KafkaError, OSError):
        return False
    finally:
        admin.close()


def ensure(bootstrap: str, partitions: Mapping[str, int] = PARTITIONS) -> list[str]:
    """Make the topics that are missing; their names. Raises kafka-python's errors."""
    admin = _admin(bootstrap, 10_000)
    try:
        missing = [name for name in partitions if name not in admin.list_topics()]
        for name in missing:
            try:
                admin.create_topics([NewTopic(name, partitions[name], 1, topic_configs=dict(LEGIBLE))])
            except TopicAlreadyExistsError:
                continue
        return missing
    finally:
        admin.close()
