"""The nation's decisions from Kafka: what is addressed to this province is carried into its register.

Which log is the nation's is pinned. A message of another one, or with other bytes than its digest or than came
before under its id, is a dead letter and stops nothing: the true one comes, or came, under the same id. Offsets
only save reading again, a log pinned anew is read from the beginning: what was carried before is known by its
command (`carry`).
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from events.governance.national import NationalDecided
from events.places import NATION
from events.registry import UnknownTypeError, decode, stream_kind
from events.words import ActorKind, Level
from services.broker import SAFE, reach
from services.casework.pack import Pack
from services.errors import ClockAhead, KeyReused, Unavailable
from services.intake import deadletters
from services.intake.carry import Carried, Province, carry
from services.intake.clients import topic_id
from services.intake.raw import Raw
from services.observed.metrics import NATIONAL_DECISIONS
from services.publisher.topics import topic_of
from services.publisher.wire import Arrived, ForeignMessageError, Message, arrived
from services.register.append import Appender
from services.vault import KeyFile

TOPIC: Final = topic_of(NATION)
POLL_MS: Final = 200
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two attempts to reach what is away; doubled each time."""

AWAY: Final = (
    psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, Unavailable, ClockAhead, KafkaError, OSError,
)  # fmt: skip
"""Broker or database is away: wait, lose nothing."""

_PINNED: LiteralString = "SELECT log FROM intake.nation"
_PIN: LiteralString = "INSERT INTO intake.nation (log) VALUES (%s) ON CONFLICT DO NOTHING"
_OFFSETS: LiteralString = "SELECT partition, next_offset FROM intake.offsets WHERE topic = %s AND topic_id = %s"
_KEEP: LiteralString = """
    INSERT INTO intake.offsets (topic, partition, next_offset, topic_id, owner) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset, topic_id = excluded.topic_id,
        owner = excluded.owner, updated_at = now()"""

log = structlog.get_logger("intake")


def log_of(message: Message) -> UUID:
    """The log that a message says it is of. Raises ForeignMessageError."""
    try:
        return UUID((dict(message.headers)["ce_id"] or b"").decode().rpartition(":")[0])
    except (KeyError, ValueError) as error:
        raise ForeignMessageError(f"offset {message.offset} is no event: {error!r}"[:200]) from error


def read(message: Message, nation: UUID) -> Arrived:
    """An event of the nation, its bytes those that it stored. Raises ForeignMessageError."""
    event = arrived(message, nation)
    digest = dict(message.headers).get("ce_digest")
    if digest is not None and digest != sha256(event.state).hexdigest().encode():
        raise ForeignMessageError(f"the bytes of position {event.position} are not of their digest")
    return event


def addressed(event: Arrived, nation: UUID, place: str) -> Carried | None:
    """The decision that an event brings to this province, if any. Raises ForeignMessageError where it is no event,
    UnknownTypeError where it is of a newer program.
    """
    if stream_kind(event.type) != "national":
        return None
    try:
        entry = decode(event.type, event.state)
    except ValueError as error:
        raise ForeignMessageError(f"position {event.position} is no {event.type}") from error
    if not isinstance(entry.event, NationalDecided) or entry.event.province != place:
        return None
    if entry.actor.kind is not ActorKind.OFFICER or entry.actor.level is not Level.NATION:
        raise ForeignMessageError(f"position {event.position} was not decided by an officer of the nation")
    return Carried(nation, event.position, entry, sha256(event.state).digest())  # type: ignore[arg-type]


@dataclass(slots=True)
class Intake:
    """Reads the nation's topic; `nation` is the log that is believed, None until the first message pins it."""

    here: Province
    consumer: Any
    topic: str
    nation: UUID | None
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")

    async def step(self) -> int:
        """Take what has come; how many messages. Raises UnknownTypeError, and what `carry` raises but KeyReused."""
        polled: Mapping[TopicPartition, Sequence[Any]] = await asyncio.to_thread(self.consumer.poll, timeout_ms=POLL_MS)
        taken = 0
        for at, messages in polled.items():
            for message in messages:
                try:
                    await self._take(message)
                except (ForeignMessageError, KeyReused) as error:
                    await self._set_aside(at, message, error)
                except UnknownTypeError as error:
                    where = {"partition": at.partition, "offset": message.offset}
                    log.error("national decisions stop", **where, error=str(error))
                    raise
                taken += 1
            kept = [at.topic, at.partition, messages[-1].offset + 1, _read_as(self.topic, self.nation), self.owner]
            async with self.here.pool.connection() as conn:
                await conn.execute(_KEEP, kept)
        return taken

    async def _take(self, message: Message) -> None:
        nation = await self._nation(message)
        carried = addressed(read(message, nation), nation, self.here.place)
        if carried is None:
            return
        outcome = await carry(self.here, carried)
        NATIONAL_DECISIONS.labels(outcome).inc()
        log.info("national decision", position=carried.position, outcome=outcome, unit=str(carried.entry.event.unit))

    async def _set_aside(self, at: TopicPartition, message: Message, error: ForeignMessageError | KeyReused) -> None:
        letter = deadletters.row(TOPIC, error.code, str(error), Raw(message.value or b"", message.headers))
        async with self.here.pool.connection() as conn:
            number = await deadletters.keep(conn, letter)
        NATIONAL_DECISIONS.labels("dead").inc()
        where = {"partition": at.partition, "offset": message.offset}
        log.error("not a decision of the nation", dead_letter=number, **where, why=str(error))

    async def _nation(self, message: Message) -> UUID:
        if self.nation is None:
            heard = log_of(message)
            read(message, heard)
            async with self.here.pool.connection() as conn:
                await conn.execute(_PIN, [heard])
            self.nation = await pinned(self.here) or heard
            log.warning("the nation's log is pinned from now on", log=str(self.nation))
        return self.nation


def _read_as(topic: str, nation: UUID | None) -> str:
    """What offsets count in: this topic, read for this log."""
    return f"{topic} {nation}"


async def pinned(here: Province) -> UUID | None:
    """The log that was heard first, where one was."""
    async with here.pool.connection() as conn:
        row = await (await conn.execute(_PINNED)).fetchone()
    return row[0] if row else None


@asynccontextmanager
async def reading(here: Province, bootstrap: str, nation: UUID | None) -> AsyncIterator[Intake]:
    """An intake that goes on where the database says. Raises KafkaError, Unavailable before the topic is there."""
    consumer = KafkaConsumer(
        **reach(bootstrap) | SAFE,
        client_id="concord-national-intake",
        fetch_max_wait_ms=POLL_MS,
    )
    try:
        if TOPIC not in consumer.topics():
            raise Unavailable(f"the topic {TOPIC} (the nation has published nothing yet)")
        topic = topic_id(bootstrap, TOPIC)
        parts = [TopicPartition(TOPIC, number) for number in consumer.partitions_for_topic(TOPIC) or ()]
        nation = nation or await pinned(here)
        async with here.pool.connection() as conn:
            offsets = dict(await (await conn.execute(_OFFSETS, [TOPIC, _read_as(topic, nation)])).fetchall())
        consumer.assign(parts)
        for part in parts:
            consumer.seek(part, offsets.get(part.partition, 0))
        yield Intake(here, consumer, topic, nation)
    finally:
        consumer.close(autocommit=False)


async def follow(here: Province, bootstrap: str, stopping: Callable[[], bool], nation: UUID | None = None) -> None:
    """Take what the nation decides until `stopping`; where broker or database is away, try again and again.

    Raises UnknownTypeError where the nation runs a newer program: nothing of it is passed over.
    """
    pause = FIRST_PAUSE
    while not stopping():
        try:
            async with reading(here, bootstrap, nation) as intake:
                while not stopping():
                    await intake.step()
                    pause = FIRST_PAUSE
        except AWAY as error:
            log.warning("national decisions wait", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def run(
    conninfo: str,
    bootstrap: str,
    keys: KeyFile,
    pack: Pack,
    place: str,
    stopping: Callable[[], bool],
    nation: UUID | None = None,
) -> None:
    """As `follow`, over connections of its own."""

    async def whole() -> None:
        pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            conninfo, min_size=1, max_size=3, timeout=5.0, kwargs={"autocommit": True}, open=False
        )
        async with pool, Appender(conninfo) as appender:
            await follow(Province(pool, appender, keys, pack, place), bootstrap, stopping, nation)

    asyncio.run(whole())
