"""Partitions of which nothing can be read, told apart from a broker that is away.

kafka-python raises what it meets in a partition's bytes (a codec that it lacks, a checksum that is wrong) out of
`poll`, without the partition's name, and keeps what it was reading: another poll would then wait for it for ever.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kafka import TopicPartition
from kafka.errors import CorruptRecordError, KafkaError, UnsupportedCodecError

from services.observability.logs import error_text

AGAIN_SECONDS: Final = 5.0
"""Until a stuck partition is tried again."""

QUIET_SECONDS: Final = 3.0
"""A partition that is read again and says nothing wrong for so long is stuck no more, even where nothing comes."""

OF_THE_BYTES: Final = (CorruptRecordError, UnsupportedCodecError)
"""Errors of Kafka's own family that are a partition's; of other families all are."""


@dataclass(slots=True)
class Stuck:
    """The partitions of a consumer of which nothing can be read: why, and when each is tried again."""

    consumer: Any
    reasons: dict[TopicPartition, str] = field(default_factory=dict)
    _again: dict[TopicPartition, float] = field(default_factory=dict)
    _tried: dict[TopicPartition, float] = field(default_factory=dict)

    def poll(self, timeout_ms: int) -> tuple[Mapping[TopicPartition, Sequence[Any]], TopicPartition | None]:
        """What has come, and the partition that has just been found stuck, if any: it is paused, the others go on.

        Raises KafkaError where it is the broker that does not answer.
        """
        try:
            return self.consumer.poll(timeout_ms=timeout_ms), None
        except Exception as error:
            reading = self.consumer._fetcher._next_partition_records
            if reading is None or (isinstance(error, KafkaError) and not isinstance(error, OF_THE_BYTES)):
                raise
            at: TopicPartition = reading.topic_partition
            # what it was reading is over: the client itself would ask it for more without end
            reading.drain()
            self.consumer._fetcher._next_partition_records = None
            self.consumer.pause(at)
            self.reasons[at] = error_text(error)
            self._tried.pop(at, None)
            self._again[at] = time.monotonic() + AGAIN_SECONDS
            return {}, at

    def due(self) -> set[TopicPartition]:
        """Those to be read again now, from where they stand."""
        now = time.monotonic()
        return {at for at, when in self._again.items() if when <= now}

    def tried(self, partitions: set[TopicPartition]) -> None:
        """These are read again; each counts as stuck until something of it was read, or nothing was wrong for long."""
        for at in partitions:
            self._again.pop(at, None)
            self._tried[at] = time.monotonic()

    def recovered(self) -> list[TopicPartition]:
        """Those that are read again, and of which nothing has been wrong since."""
        now = time.monotonic()
        return [at for at, since in self._tried.items() if now - since >= QUIET_SECONDS]

    def freed(self, at: TopicPartition) -> bool:
        """Something of this partition has been read, or it is somebody else's; whether it was stuck."""
        self._again.pop(at, None)
        self._tried.pop(at, None)
        return self.reasons.pop(at, None) is not None
