"""The nation's decisions from Kafka: what is addressed to this province is carried into its register.

Which log is the nation's, and which key signs it, the province's register says (`register.nation-recognised.v1`).
A message that the nation did not sign is a dead letter (`forged`) and stops nothing, whatever it claims to be; so is
one with other bytes than its digest (`foreign-message`), and a decision of a type that this program
does not know yet (`unknown-type`): it is set aside and shown, and taken when a program that knows it starts; readers
are upgraded before writers (E-63). Offsets only save reading again, a nation recognised again is read from the
beginning: what was carried before is known by its command (`carry`). Where the nation signs as another log, its
register was restored and goes on: the intake ends and says so (`nation-branched`, E-62).
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, LiteralString
from uuid import UUID

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from events.governance.national import NationalDecided
from events.places import NATION
from events.registry import UnknownTypeError, decode, stream_kind
from events.words import ActorKind, Level
from services.broker import SAFE, Listening, reach
from services.casework.pack import Pack
from services.casework.register.kind import REGISTER
from services.casework.register.state import Register, register_stream
from services.casework.stream import fold
from services.errors import KeyReused, Unavailable
from services.follower import AWAY, BrokenError, Control, Follower, Lane, Process
from services.follower.loop import within
from services.intake import deadletters
from services.intake.carry import Carried, Province, carry
from services.intake.clients import topic_id
from services.intake.raw import Headers, Raw
from services.observability.metrics import NATIONAL_DECISIONS
from services.publisher.signature import ROTATED, ForgedError, Verifier
from services.publisher.topics import topic_of
from services.publisher.wire import Arrived, ForeignMessageError, Message, arrived, attributes_of
from services.register.appender import Appender
from services.register.read_async import read_stream
from services.vault import KeyFile

TOPIC: Final = topic_of(NATION)
POLL_MS: Final = 200
LOOK_SECONDS: Final = 2.0
"""Between two looks at which nation the province recognises."""

_ROTATIONS: LiteralString = "SELECT position, state FROM intake.nation_keys WHERE log = %s ORDER BY position"
_ROTATE: LiteralString = """
    INSERT INTO intake.nation_keys (log, position, state) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"""
_OFFSETS: LiteralString = "SELECT partition, next_offset FROM intake.offsets WHERE topic = %s AND topic_id = %s"
_KEEP: LiteralString = """
    INSERT INTO intake.offsets (topic, partition, next_offset, topic_id, owner) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset, topic_id = excluded.topic_id,
        owner = excluded.owner, updated_at = now()"""

_SET_ASIDE: LiteralString = f"""
    SELECT {deadletters.WHOLE} FROM intake.dead_letters AS d
    WHERE d.channel = %s AND d.class = %s AND d.status = 'waiting' ORDER BY d.id"""

UNKNOWN: Final = "unknown-type"
"""The class of letters that hold a decision of a newer program."""

log = structlog.get_logger("intake")


class NationBranchedError(BrokenError):
    """The nation's register goes on as another log, after a restore: nothing of it is taken before it is recognised."""

    code = "nation-branched"


def read(message: Message, nation: UUID, keys: Verifier, former: Collection[UUID] = ()) -> Arrived | None:
    """An event of the nation, its bytes those that it stored; None where it is of a log that was recognised before.

    Raises ForgedError, ForeignMessageError, and NationBranchedError where the nation signed it as of another log.
    """
    found = attributes_of(message)
    if not keys.signed(found):
        raise ForgedError(f"offset {message.offset} is not signed by the nation's register")
    branch = found["ce_branch"].decode("ascii", "replace")
    if branch in map(str, former):
        return None
    if branch != str(nation):
        raise NationBranchedError(
            f"the nation's register goes on as log {branch}, and {nation} is recognised: nothing of it is taken before "
            "recognise-nation in this province's register names that log"
        )
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
class StoredMessage:
    """A message of the nation that was set aside, as a consumer handed it."""

    value: bytes | None
    headers: Headers
    key: bytes | None
    offset: int = -1
    """As a `Message` has it; a letter stands nowhere."""


@dataclass(slots=True)
class Intake:
    """Reads the nation's topic; `nation` is the log that is believed, `keys` what signs it."""

    here: Province
    consumer: Any
    topic: str
    nation: UUID
    keys: Verifier
    former: frozenset[UUID] = frozenset()
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    recognised: tuple[UUID, str] | None = None
    looked: float = field(default_factory=time.monotonic)
    _listening: Listening = field(init=False)

    def __post_init__(self) -> None:
        self._listening = Listening(self.consumer, TOPIC)

    def poll(self) -> Mapping[TopicPartition, Sequence[Any]]:
        """What has come, by partition. Raises KafkaError."""
        polled: Mapping[TopicPartition, Sequence[Any]] = self.consumer.poll(timeout_ms=POLL_MS)
        self._listening.heard(bool(polled))
        return polled

    async def look(self) -> None:
        """Raises Unavailable where the province recognises another nation by now: it is read from its beginning."""
        if time.monotonic() - self.looked >= LOOK_SECONDS:
            self.looked = time.monotonic()
            if (await register_of(self.here)).nation != self.recognised:
                raise Unavailable("the nation's register (another one was recognised meanwhile)")

    async def take(self, at: TopicPartition, messages: Sequence[Any]) -> int:
        """Take messages of a partition; how many. Raises what `carry` raises but KeyReused."""
        for message in messages:
            try:
                await self._take(message)
            except (ForgedError, ForeignMessageError, KeyReused) as error:
                await self._set_aside(at, message, error.code, error)
            except UnknownTypeError as error:
                await self._set_aside(at, message, UNKNOWN, error)
        kept = [at.topic, at.partition, messages[-1].offset + 1, _read_as(self.topic, self.nation), self.owner]
        async with self.here.pool.connection() as conn:
            await conn.execute(_KEEP, kept)
        return len(messages)

    async def take_again(self, kind: str = UNKNOWN) -> int:
        """Take what was set aside and can be taken by now: what an older program did not know, or what a key signed
        of which nothing had been heard; how many. Raises as `take` does.
        """
        async with self.here.pool.connection() as conn:
            letters = await (await conn.execute(_SET_ASIDE, [TOPIC, kind])).fetchall()
        taken = 0
        for letter in map(deadletters.again, letters):
            number, message = letter.letter or 0, StoredMessage(letter.raw.body, letter.raw.headers, letter.raw.key)
            try:
                await self._take(message)
            except (UnknownTypeError, ForgedError):
                continue
            except (ForeignMessageError, KeyReused) as error:
                async with self.here.pool.connection() as conn:
                    await deadletters.attempted(conn, number, error.code, str(error))
            else:
                async with self.here.pool.connection() as conn:
                    await deadletters.resolve(conn, number, "replayed")
                taken += 1
        return taken

    def lanes(self) -> list[Lane]:
        """How far each partition has been read."""
        return [
            Lane(f"{at.topic}/{at.partition}", self.consumer.position(at), self.consumer.highwater(at))
            for at in self.consumer.assignment()
        ]

    async def _take(self, message: Message) -> None:
        event = read(message, self.nation, self.keys, self.former)
        if event is None:
            return
        if event.type == ROTATED:
            await self._rotate(event)
        carried = addressed(event, self.nation, self.here.place)
        if carried is None:
            return
        outcome = await carry(self.here, carried)
        NATIONAL_DECISIONS.labels(outcome).inc()
        log.info("national decision", position=carried.position, outcome=outcome, unit=str(carried.entry.event.unit))

    async def _set_aside(self, at: TopicPartition, message: Message, kind: str, error: Exception) -> None:
        letter = deadletters.row(TOPIC, kind, str(error), Raw(message.value or b"", message.headers, message.key))
        async with self.here.pool.connection() as conn:
            number = await deadletters.keep(conn, letter)
        NATIONAL_DECISIONS.labels("dead").inc()
        where = {"partition": at.partition, "offset": message.offset}
        log.error("not taken as a decision of the nation", kind=kind, dead_letter=number, **where, why=str(error))

    async def _rotate(self, event: Arrived) -> None:
        """The nation signs with another key from here on; what came before this was heard, is taken now."""
        async with self.here.pool.connection() as conn:
            await conn.execute(_ROTATE, [self.nation, event.position, event.state])
        self.keys.learn(event.position, event.state)
        log.warning("the nation signs with another key", position=event.position)
        await self.take_again(ForgedError.code)


def _read_as(topic: str, nation: UUID) -> str:
    """What offsets count in: this topic, read for this log."""
    return f"{topic} {nation}"


async def register_of(here: Province) -> Register:
    """The province's register, which says what nation it recognises."""
    stream = register_stream(here.place)
    async with here.pool.connection() as conn:
        return fold(REGISTER, stream, [one.entry for one in await read_stream(conn, stream)])


async def keys_of(here: Province, nation: UUID, key: str) -> Verifier:
    """What signs the nation's log: the key that was recognised, and those to which it rotated since."""
    async with here.pool.connection() as conn:
        rotations = await (await conn.execute(_ROTATIONS, [nation])).fetchall()
    keys = Verifier.of((0, key))
    for position, state in rotations:
        keys.learn(position, state)
    return keys


@asynccontextmanager
async def reading(here: Province, bootstrap: str) -> AsyncIterator[Intake]:
    """An intake that goes on where the database says.

    Raises KafkaError, Unavailable before the topic is there or a nation is recognised.
    """
    register = await register_of(here)
    recognised = register.nation
    if recognised is None:
        raise Unavailable("the nation's register (recognise-nation in this province's register names it)")
    nation = recognised[0]
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
        async with here.pool.connection() as conn:
            offsets = dict(await (await conn.execute(_OFFSETS, [TOPIC, _read_as(topic, nation)])).fetchall())
        consumer.assign(parts)
        for part in parts:
            consumer.seek(part, offsets.get(part.partition, 0))
        keys, former = await keys_of(here, *recognised), register.former_nations
        intake = Intake(here, consumer, topic, nation, keys, former, recognised=recognised)
        await intake.take_again()
        yield intake
    finally:
        consumer.close(autocommit=False)


def process(conninfo: str, bootstrap: str, keys: KeyFile, pack: Pack, place: str) -> Process:
    """Takes what the nation decides, over connections of its own."""

    @asynccontextmanager
    async def whole() -> AsyncIterator[Intake]:
        pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            conninfo, min_size=1, max_size=3, timeout=5.0, kwargs={"autocommit": True}, open=False
        )
        async with (
            pool,
            Appender(conninfo) as appender,
            reading(Province(pool, appender, keys, pack, place), bootstrap) as intake,
        ):
            yield intake

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[TopicPartition, Any]]:
        with asyncio.Runner() as runner, within(runner, whole()) as intake:

            def source() -> Iterable[tuple[TopicPartition, Sequence[Any]]]:
                runner.run(intake.look())
                return intake.poll().items()

            yield Follower(source, lambda at, messages: runner.run(intake.take(at, messages)), intake.lanes)

    return Process("national intake", conninfo, opened, poll_seconds=0, away=(*AWAY, KafkaError))
