"""What a producer packs the broker unpacks: a reader meets no codec that it lacks, and nothing grows as it is read."""

from __future__ import annotations

import pytest
from kafka import KafkaProducer
from kafka.errors import MessageSizeTooLargeError

from services.intake.topics import SIGNALS
from services.publisher.topics import ensure, topic_of
from tests.kafka.published import new_place


@pytest.mark.parametrize("of_a_place", [False, True])
def test_what_is_small_only_while_it_is_packed_is_refused(of_a_place: bool, bootstrap: str) -> None:
    topic = topic_of(new_place()) if of_a_place else SIGNALS
    if of_a_place:
        ensure(bootstrap, topic)
    producer = KafkaProducer(bootstrap_servers=bootstrap, compression_type="gzip", max_request_size=50_000_000)
    producer.send(topic, b"0" * 1_000_000).get(timeout=30)
    with pytest.raises(MessageSizeTooLargeError):
        producer.send(topic, b"0" * 20_000_000).get(timeout=30)
    producer.close()
