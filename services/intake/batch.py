"""Many messages in one transaction: judged in memory, each on what those before it did, stored by one append.

The one judge of what comes in, whatever way: from Kafka by the batch, over HTTP a batch of one or of what came at once.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import tuple_row

from events.envelope import CHINA
from services.casework.decide import DecisionRequest, Reading, decision, first_read
from services.casework.pack import NoSuchPack, Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.source.state import Source, source_stream
from services.casework.stream import State
from services.casework.unit.state import Unit
from services.decisions import Clock, now
from services.errors import ConcordError, Malformed, Problem, Refused, TimeMoved, Unavailable, Unreadable
from services.intake import deadletters
from services.intake.find import reports_of, signal_of, units_of
from services.intake.message import Message, Reported
from services.intake.outcome import NOT_NOW, Conflict, Early, Taken, Unexpected, letter_of
from services.intake.record import Incoming
from services.intake.requests import not_proven, not_the_source, of_another_unit, parking, recording
from services.intake.waiting import About, letters_about
from services.observability import metrics
from services.observability.logs import error_text
from services.register.append import Stored, append_sync
from services.register.command import Command
from services.register.read import COMMANDS, read_since
from services.states import Remembered, after_entries, remembered

SKEW: Final = timedelta(days=1)
"""How far a source's clock may be ahead."""

ATTEMPTS: Final = 5
"""How often a batch is judged anew when what it rests on moves meanwhile."""

REMEMBERED: Final = 50_000
"""Signals of which it is remembered on what unit they stand: the projection may not have come so far."""

_stream_of = lru_cache(maxsize=10_000)(source_stream)

T = TypeVar("T")

log = structlog.get_logger("intake")


class Moved(Exception):
    """What the batch rests on moved while it was judged: take it again in a new transaction."""


@dataclass
class Batch:
    """What one transaction does, and what came of each message."""

    commands: list[Command] = field(default_factory=list)
    dead: list[tuple[dict[str, Any], Incoming]] = field(default_factory=list)
    replayed: list[int] = field(default_factory=list)
    attempted: list[tuple[str, str, int]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    seen: dict[UUID, bytes] = field(default_factory=dict)
    read: set[UUID] = field(default_factory=set)
    """Streams whose states are those of the register, or that have nothing there."""

    states: dict[UUID, State] = field(default_factory=dict)
    unreadable: dict[UUID, Unreadable] = field(default_factory=dict)
    """Streams that hold entries of a newer program: what is about them is set aside, and can be taken later."""

    found: dict[UUID, UUID | None] = field(default_factory=dict)
    stands: dict[str, UUID] = field(default_factory=dict)
    """Signal → the unit on which its report stands, of those that this batch may ask for."""

    became: dict[int, Taken] = field(default_factory=dict)
    """What became of each message, by its identity in this process."""

    stored: dict[UUID, Stored] = field(default_factory=dict)
    proven: dict[int, UUID] = field(default_factory=dict)
    """Messages, by their identity in this process, that a key of this source signed."""

    early: dict[About, list[Incoming]] = field(default_factory=dict)
    waiting: dict[About, list[Incoming]] = field(default_factory=dict)
    about: set[About] = field(default_factory=set)
    """Reports taken, and reports waited for: the other may have come meanwhile by another way."""

    def signals_at(self, unit: UUID) -> frozenset[str]:
        """The signals that stand at a unit."""
        state = self.states.get(unit)
        return frozenset(state.signals.all) if isinstance(state, Unit) else frozenset()


@dataclass
class Judge:
    """Judges batches on remembered states, which it brings up to the register before each."""

    pack: Pack
    """Judges where no policy has been adopted yet."""

    place: str
    channel: str
    clock: Clock = now
    states: Remembered = field(default_factory=remembered)
    stands: dict[str, UUID] = field(default_factory=dict)
    requires_keys: bool = False
    """Whether a source without a key is taken by its token alone, and never by its bare name."""

    not_before: datetime | None = None
    """To where the log has come, if that is ahead of the clock and on another day."""

    def take(self, conn: psycopg.Connection[Any], messages: Sequence[Incoming]) -> Batch:
        """Take the messages within the open transaction of `conn`; call `remember` once it has committed.

        Raises Moved, Unavailable, ClockAhead, and psycopg's errors: then the transaction has to be rolled back.
        """
        batch = Batch()
        with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
            self._prepare(cursor, batch, messages)
            for one in messages:
                self._one(cursor, batch, one)
        for early in batch.early.values():
            for one in early:
                self._set_aside(batch, one, Early())
        self._store(conn, batch)
        with conn.cursor() as cursor:
            self._keep(cursor, batch)
            cursor.executemany(deadletters.RESOLVED, [("replayed", number) for number in batch.replayed])
            cursor.executemany(deadletters.ATTEMPTED, batch.attempted)
        return batch

    @staticmethod
    def _keep(cursor: psycopg.Cursor[Any], batch: Batch) -> None:
        """Keep the dead letters, each with its number."""
        if not batch.dead:
            return
        cursor.executemany(deadletters.KEEP, [row for row, _ in batch.dead], returning=True)
        for _, one in batch.dead:
            (number,) = cursor.fetchone() or (None,)
            batch.became[id(one)] = replace(batch.became[id(one)], dead_letter=number)
            cursor.nextset()

    def remember(self, batch: Batch) -> None:
        """Keep the states that a batch led to, now that it is stored."""
        for state in batch.states.values():
            if self.states.get(state.id) is not state:
                self.states.put(state.id, state)
        self.stands.update(batch.stands)
        for signal in list(islice(self.stands, max(0, len(self.stands) - REMEMBERED))):
            del self.stands[signal]

    def _store(self, conn: psycopg.Connection[Any], batch: Batch) -> None:
        """Append what was decided. Raises Moved, and what says that the register can take nothing now."""
        for command, answer in zip(batch.commands, append_sync(conn, batch.commands), strict=True):
            if isinstance(answer, TimeMoved):
                self.not_before = answer.moment
            elif isinstance(answer, NOT_NOW):
                raise answer
            if isinstance(answer, ConcordError) or answer.repeated:
                raise Moved
            batch.stored[command.id] = answer
            if any(one.entry is not own for one, own in zip(answer.recorded, command.entries, strict=True)):
                # recorded at another moment than it was judged at: it is read again, as it stands
                for stream in command.writes:
                    batch.states.pop(stream, None)
                    self.states.drop(stream)

    def _prepare(self, cursor: psycopg.Cursor[Any], batch: Batch, messages: Sequence[Incoming]) -> None:
        read = [one.read for one in messages if isinstance(one.read, Message)]
        reports = {(one.source, one.data.external_id) for one in read if isinstance(one.data, Reported)}
        for letter in letters_about(cursor.connection, reports):
            if isinstance(letter.read, Message):
                read.append(letter.read)
                batch.waiting.setdefault(_about(letter.read), []).append(letter)
        batch.seen.update(cursor.execute(COMMANDS, [[one.command_id for one in read]]).fetchall())
        batch.found.update(units_of(cursor, read))
        streams = {_stream_of(one.source) for one in read} | {unit for unit in batch.found.values() if unit}
        self._read(cursor, batch, streams | ({policy_stream(self.place)} if read else set()))
        self._where_reports_stand(cursor, batch, read)
        self._read(cursor, batch, self._beside(batch, read))

    def _where_reports_stand(self, cursor: psycopg.Cursor[Any], batch: Batch, read: Sequence[Message]) -> None:
        """Of amendments and withdrawals whose report is not where their code says: where it is."""
        reported = {signal_of(one) for one in read if isinstance(one.data, Reported)}
        asked = set()
        for one in read:
            signal, unit = signal_of(one), batch.found[one.command_id]
            here = unit is not None and signal in batch.signals_at(unit)
            if isinstance(one.data, Reported) or here or signal in reported:
                continue
            if signal in self.stands:
                batch.stands[signal] = self.stands[signal]
            else:
                asked.add(signal)
        if asked:
            batch.stands.update(reports_of(cursor, asked))
        self._read(cursor, batch, batch.stands.values())

    def _beside(self, batch: Batch, read: Sequence[Message]) -> set[UUID]:
        """The streams that the messages will rest on, as far as it can be told beforehand: read in one question."""
        streams: set[UUID] = set()
        for one in read:
            source, unit = batch.states.get(_stream_of(one.source)), batch.found[one.command_id]
            if not isinstance(source, Source) or unit in batch.states:
                continue
            if unit is not None:
                streams |= first_read(recording(one, unit, source), self.place)
            elif isinstance(one.data, Reported):
                streams |= first_read(parking(one, source), self.place)
        return streams

    def _read(self, cursor: psycopg.Cursor[Any], batch: Batch, streams: Iterable[UUID]) -> None:
        """Bring the states of streams that the batch has not read yet up to the register."""
        known = {stream: self.states.get(stream) for stream in set(streams) - batch.read}
        if not known:
            return
        batch.read |= known.keys()
        batch.states.update({stream: state for stream, state in known.items() if state is not None})
        versions = {stream: state.version if state is not None else 0 for stream, state in known.items()}
        for stream, rows in read_since(cursor.connection, versions).items():
            try:
                batch.states[stream] = after_entries(stream, known[stream], rows)
            except Unreadable as error:
                batch.unreadable[stream] = error

    def _one(self, cursor: psycopg.Cursor[Any], batch: Batch, one: Incoming) -> None:
        """One message, on the states that those before it led to."""
        try:
            taken = self._taken(cursor, batch, one)
        except Early:
            if isinstance(one.read, Message):
                batch.early.setdefault(_about(one.read), []).append(one)
            return
        except (*NOT_NOW, psycopg.Error):
            raise
        except ConcordError as error:
            self._set_aside(batch, one, error)
            return
        except Exception as error:
            log.exception("a message could not be judged", external=_named(one))
            self._set_aside(batch, one, Unexpected(f"{type(error).__name__}: {error}"))
            return
        batch.outcomes[taken.outcome] += 1
        batch.became[id(one)] = taken
        if one.letter is not None:
            batch.replayed.append(one.letter)
        if taken.outcome == "taken" and isinstance(one.read, Message) and isinstance(one.read.data, Reported):
            about = _about(one.read)
            batch.about.add(about)
            for later in (*batch.waiting.pop(about, ()), *batch.early.pop(about, ())):
                self._one(cursor, batch, later)

    def _taken(self, cursor: psycopg.Cursor[Any], batch: Batch, one: Incoming) -> Taken:
        """What becomes of a message that can be taken. Raises Malformed, Conflict, Early, Refused, Unavailable."""
        message = one.read
        if isinstance(message, Malformed):
            raise message
        if message.is_after(max(self._moment(), now()) + SKEW):
            raise Malformed([Problem("/time", "晚于现在", "is in the future")])
        known = batch.seen.get(message.command_id)
        if known is not None and known != message.digest:
            raise Conflict
        if known is not None:
            return Taken("repeated", message.id, masked=message.masked)
        unit = self._judged(cursor, batch, one, message)
        return Taken("parked" if unit is None else "taken", message.id, unit, masked=message.masked)

    def _judged(self, cursor: psycopg.Cursor[Any], batch: Batch, one: Incoming, message: Message) -> UUID | None:
        """Add the command that a message asks for; the unit it is about, None where it is parked.

        A token speaks for its own source alone, and a source that has keys by these alone where no token does; one
        that has none is taken where the register asks for no keys. Raises Early, Refused, Unavailable.
        """
        stream, sender = _stream_of(message.source), one.raw.sender
        source = batch.states.get(stream)
        if not isinstance(source, Source) or sender not in (None, stream):
            known = source if isinstance(source, Source) else None
            raise Refused([not_the_source(self._pack(batch), message, known)])
        if sender is None and (source.bound or self.requires_keys):
            if message.proof is None or not message.proof.by_one_of(source.keys):
                raise Refused([not_proven(self._pack(batch), message)])
            batch.proven[id(one)] = stream
        unit = self._unit_of(batch, message)
        if unit is None:
            self._decide(cursor, batch, parking(message, source))
            return None
        request = recording(message, unit, source)
        self._decide(cursor, batch, replace(request, opening=None) if unit in batch.states else request)
        if isinstance(message.data, Reported):
            batch.stands[signal_of(message)] = unit
        return unit

    def _unit_of(self, batch: Batch, message: Message) -> UUID | None:
        """The unit of a message; of an amendment or a withdrawal, the one on which its report stands, of which it may
        say nothing, but not that it is another (a code of no unit may be that of a report that a person matched).

        Raises Early, Refused.
        """
        unit = batch.found[message.command_id]
        if isinstance(message.data, Reported):
            return unit
        signal = signal_of(message)
        if unit is not None and signal in batch.signals_at(unit):
            return unit
        stands = batch.stands.get(signal)
        if stands is None or signal not in batch.signals_at(stands):
            raise Early
        if message.code is not None and unit is not None:
            raise Refused([of_another_unit(self._pack(batch), message, stands)])
        return stands

    def _decide(self, cursor: psycopg.Cursor[Any], batch: Batch, request: DecisionRequest) -> None:
        """Add the command of a request, judged on the states as they are now. Raises Refused, Unavailable."""
        decided = self._answered(cursor, batch, decision(request, self.place, self.pack, self._moment()))
        if decided.refusals:
            raise Refused(decided.refusals)
        batch.commands.append(Command(request.command_id, request.digest, decided.expect, decided.entries))
        batch.seen[request.command_id] = request.digest
        batch.states.update(decided.after)
        batch.read.update(decided.after)

    def _answered(self, cursor: psycopg.Cursor[Any], batch: Batch, reading: Reading[T]) -> T:
        """The result of a reading, on the states that the messages before led to. Raises Unreadable."""
        try:
            wanted = next(reading)
            while True:
                self._read(cursor, batch, wanted)
                for stream in wanted & batch.unreadable.keys():
                    raise batch.unreadable[stream]
                wanted = reading.send({stream: batch.states[stream] for stream in wanted & batch.states.keys()})
        except StopIteration as end:
            result: T = end.value
            return result

    def _pack(self, batch: Batch) -> Pack:
        policy = batch.states.get(policy_stream(self.place))
        packs = Packs.of(policy if isinstance(policy, Policy) else None, self.pack)
        try:
            return packs.on(self._moment().astimezone(CHINA).date())
        except NoSuchPack as error:
            raise Unavailable(f"the policy pack in force ({error})") from error

    def _moment(self) -> datetime:
        return max(self.clock(), self.not_before) if self.not_before is not None else self.clock()

    def _set_aside(self, batch: Batch, one: Incoming, error: ConcordError) -> None:
        """A dead letter; one that is tried again keeps its place and gets the newest reason."""
        early = isinstance(error, Early)
        if early and isinstance(one.read, Message):
            batch.about.add(_about(one.read))
        outcome = "waiting" if early else "dead"
        batch.became[id(one)] = Taken(outcome, _named(one), dead_letter=one.letter, error=error)
        if one.letter is not None:
            if not early:
                batch.attempted.append((error.code, deadletters.storable(str(error)) or "", one.letter))
            return
        # whose word it is was asked when it came: masked, as it is kept, the signature is no longer over it
        proven = replace(one, raw=replace(one.raw, sender=batch.proven.get(id(one), one.raw.sender)))
        batch.dead.append((letter_of(proven, self.channel, error), one))
        batch.outcomes["waiting" if early else "dead"] += 1


def judged(
    conn: psycopg.Connection[Any],
    judge: Judge,
    messages: Sequence[Incoming],
    also: Callable[[], None] = lambda: None,
) -> Batch:
    """Take messages in a transaction, in which `also` is called first; again where what they rest on moved meanwhile.

    Raises Unavailable, ClockAhead, psycopg's errors, and what `also` raises: then nothing has been stored.
    """
    for _ in range(ATTEMPTS):
        with suppress(Moved):
            began = time.perf_counter()
            with conn.transaction():
                also()
                batch = judge.take(conn, messages)
            metrics.INTAKE_BATCH.observe(time.perf_counter() - began)
            judge.remember(batch)
            for outcome, count in batch.outcomes.items():
                metrics.INTAKE.labels(outcome).inc(count)
            return batch
    raise Unavailable("the register", facts={"reason": "contended"})


def try_again(
    conn: psycopg.Connection[Any], judge: Judge, letters: Sequence[Incoming], away: tuple[type[Exception], ...]
) -> None:
    """Take what waited; what cannot be taken now stays where it is, for the next look or a person."""
    if not letters:
        return
    try:
        with conn.transaction():
            batch = judge.take(conn, letters)
    except away:
        raise
    except (Moved, psycopg.Error) as error:
        log.warning("what waited could not be taken yet", letters=len(letters), error=error_text(error))
    else:
        judge.remember(batch)


def _named(one: Incoming) -> str | None:
    return one.read.id if isinstance(one.read, Message) else None


def _about(message: Message) -> About:
    return message.source, message.data.external_id
