"""Members of consumer groups, in whom no answer to a join is lost.

kafka-python 3.0.12 joins a group in the background, beside the polls. Where a poll is over before the broker has
answered, the client may hold its reasons to join for dealt with and never look at the answer: the member stays
without partitions and without heartbeats, and nothing is raised (docs/adr/0015-joins-are-finished.md).
"""

from __future__ import annotations

import time
from typing import Any, Final

from kafka import KafkaConsumer
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.coordinator.base import UnjoinedGroupException
from kafka.coordinator.consumer import ConsumerCoordinator

from services.broker import SAFE, reach

METADATA_SECONDS: Final = 1.0
"""How long the partitions of the topic are waited for before the first join; without them it joins all the same."""

_LOOK_SECONDS: Final = 0.005


class Coordinator(ConsumerCoordinator):  # type: ignore[misc]  # kafka-python has no types
    """The member's side of a group: who has begun to join takes the answer, in whichever poll it comes."""

    _answer: Any = None
    """The assignment that the last join brought, as bytes; it counts until the state is no longer rebalancing."""

    def need_rejoin(self) -> bool:
        """Whether there is something to join for, or a join whose answer has not been taken."""
        unfinished = self._join_task is not None and self._subscription.partitions_auto_assigned()
        return bool(unfinished or super().need_rejoin())

    async def _do_join_and_sync_async(self) -> Any:
        """The assignment as bytes, of a join that nobody awaited to its end or of a new one. Raises KafkaError."""
        answer, self._answer = self._answer, None
        # a membership that was reset meanwhile has no generation for which the answer could be taken
        if answer is None or not self.rebalance_in_progress():
            answer = await super()._do_join_and_sync_async()
            if not self.rebalance_in_progress():
                raise UnjoinedGroupException
        self._answer = answer
        return answer


def member(
    bootstrap: str, topic: str, group: str, listener: ConsumerRebalanceListener | None = None, **options: Any
) -> Any:
    """A consumer of the topic as a member of the group, that joins when it is polled. Raises KafkaError.

    Every consumer of a group is made here.
    """
    consumer = KafkaConsumer(**reach(bootstrap) | SAFE | options, group_id=group)
    # the client has no option for it, and a second coordinator beside its own would be told of metadata too
    consumer._coordinator.__class__ = Coordinator
    consumer.subscribe([topic], listener=listener)
    # who joins before it knows the partitions assigns from nothing, and has to join again at once
    until = time.monotonic() + METADATA_SECONDS
    while consumer._cluster.partitions_for_topic(topic) is None and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
    return consumer
