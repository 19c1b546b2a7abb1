"""Whoever joins a group gets partitions and keeps them, however late the broker answers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any
from uuid import uuid4

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewPartitions, NewTopic
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.consumer import ConsumerCoordinator
from published import threaded, until

from deploy.bench.starts import LOOPS_A_CORE, busy
from services import membership
from services.intake.clients import Assignments, consumer
from services.membership import Coordinator, member
from services.projector.kafka import consuming

PARTITIONS = 6
JOINS = 5
"""Members that join one after the other, each a group of its own."""

POLL_MS = 200
SESSION_MS = 10_000
PATIENCE = 8.0
"""Seconds for a join; shorter than a session, at whose end the broker puts a silent member out."""


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets the answer to every join come so many milliseconds later, as of a busy broker."""
    join = ConsumerCoordinator._do_join_and_sync_async

    def by(milliseconds: float) -> None:
        async def joined(self: Any) -> Any:
            assignment = await join(self)
            await self._net.sleep(milliseconds / 1_000)
            return assignment

        monkeypatch.setattr(ConsumerCoordinator, "_do_join_and_sync_async", joined)

    return by


@pytest.fixture
def admin(bootstrap: str) -> Iterator[Any]:
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as client:
        yield client


@pytest.fixture
def topic(admin: Any) -> Iterator[str]:
    name = f"membership.{uuid4().hex}"
    admin.create_topics([NewTopic(name, PARTITIONS, 1)])
    yield name
    admin.delete_topics([name])


def _member(bootstrap: str, topic: str, group: str) -> Any:
    """A member as intake's, that hears within half a second of partitions that were added."""
    return member(
        bootstrap,
        topic,
        group,
        partition_assignment_strategy=(CooperativeStickyAssignor,),
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=1_000,
        metadata_max_age_ms=500,
    )


def _joined(one: Any) -> bool:
    """Poll until all partitions have come; whether they did."""
    limit = time.monotonic() + PATIENCE
    while len(one.assignment()) < PARTITIONS and time.monotonic() < limit:
        one.poll(timeout_ms=POLL_MS)
    return len(one.assignment()) == PARTITIONS


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("milliseconds", [40, 60, 80, 3 * POLL_MS // 2])
def test_every_join_is_finished_when_answers_are_late(
    milliseconds: int,
    known: bool,
    bootstrap: str,
    topic: str,
    late: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late(milliseconds)
    if not known:
        # metadata that comes after the first join makes a second one necessary
        monkeypatch.setattr(membership, "METADATA_SECONDS", 0.0)
    joined = []
    for number in range(JOINS):
        with closing(_member(bootstrap, topic, f"{topic}.{number}")) as one:
            joined.append(_joined(one))
    assert joined == [True] * JOINS


def test_E_27_every_start_on_a_busy_machine_takes_its_first_message(bootstrap: str, topic: str) -> None:
    """How soon, and fifty of fifty, is measured by the benchmark `starts`; the stall lasted for 30 to 120 s."""
    with closing(KafkaProducer(bootstrap_servers=bootstrap, acks="all")) as producer:
        for partition in range(PARTITIONS):
            producer.send(topic, b"{}", partition=partition)
        producer.flush()
    taken = []
    with busy(LOOPS_A_CORE * (os.cpu_count() or 1)):
        for number in range(JOINS):
            with closing(consumer(bootstrap, topic, f"{topic}.{number}", Assignments())) as one:
                taken.append(_first_message(one))
    assert taken == [True] * JOINS


def _first_message(one: Any) -> bool:
    """Poll until a message has come; whether one did."""
    limit = time.monotonic() + 4 * PATIENCE
    while time.monotonic() < limit:
        if one.poll(timeout_ms=POLL_MS):
            return True
    return False


@pytest.mark.parametrize("polls", range(5))
def test_who_leaves_while_it_joins_joins_again(
    polls: int, bootstrap: str, topic: str, late: Callable[[float], None]
) -> None:
    late(60)
    with closing(_member(bootstrap, topic, topic)) as one:
        for _ in range(polls):
            one.poll(timeout_ms=POLL_MS // 5)
        one.unsubscribe()
        one.subscribe([topic])
        assert _joined(one)


@pytest.mark.parametrize("milliseconds", [0, 3 * POLL_MS // 2])
def test_members_keep_their_partitions_when_some_are_added(
    milliseconds: int, bootstrap: str, topic: str, admin: Any, late: Callable[[float], None]
) -> None:
    late(milliseconds)
    with ExitStack() as stack:
        members = [_working(stack, bootstrap, topic) for _ in range(2)]

        def shared(count: int) -> bool:
            held = [set(one.assignment()) for one in members]
            return all(held) and not set.intersection(*held) and set.union(*held) == _partitions(topic, count)

        until(lambda: shared(PARTITIONS), 30)
        admin.create_partitions({topic: NewPartitions(2 * PARTITIONS)})
        until(lambda: shared(2 * PARTITIONS), 30)


def _working(stack: ExitStack, bootstrap: str, topic: str) -> Any:
    """A member that a thread polls until the stack is left."""
    one = _member(bootstrap, topic, topic)
    stack.callback(one.close, autocommit=False, timeout_ms=5_000)

    def work(stopping: Callable[[], bool]) -> None:
        while not stopping():
            one.poll(timeout_ms=POLL_MS)

    stack.enter_context(threaded(work))
    return one


def _partitions(topic: str, count: int) -> set[TopicPartition]:
    return {TopicPartition(topic, number) for number in range(count)}


def test_every_service_that_shares_partitions_is_such_a_member(bootstrap: str, topic: str) -> None:
    with (
        closing(consumer(bootstrap, topic, None, Assignments())) as intake,
        consuming(bootstrap, topic, 1) as projector,
    ):
        assert type(intake._coordinator) is type(projector._coordinator) is Coordinator
