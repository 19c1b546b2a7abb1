"""Many messages in one transaction: judged in memory, each on what those before it did, stored by one append.

The synchronous counterpart of `take`: what a message asks for and how it is decided is the same, whatever way it came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import tuple_row

from events.envelope import CHINA
from services.casework.decide import DecisionRequest, context_of, decide, kind_of, rests_on
from services.casework.kinds import KINDS
from services.casework.pack import NoSuchPack, Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.source.state import Source, source_stream
from services.casework.stream import State, advance
from services.casework.unit.state import Unit
from services.decisions import Clock, now
from services.errors import ConcordError, Malformed, Refused, TimeMoved, Unavailable, Unreadable
from services.intake import deadletters
from services.intake.find import reports_of, signal_of, units_of
from services.intake.message import Message, Reported
from services.intake.record import Incoming
from services.intake.requests import not_the_source, parking, recording
from services.intake.take import NOT_NOW, Conflict, Early, letter_of
from services.intake.waiting import About, letters_about
from services.register.append import append_sync
from services.register.command import Command
from services.register.read import COMMANDS, read_since
from services.state_cache import StateCache, brought_up

REMEMBERED: Final = 50_000
"""Signals of which it is remembered on what unit they stand: the projection may not have come so far."""

_stream_of = lru_cache(maxsize=10_000)(source_stream)

log = structlog.get_logger("intake")


class Moved(Exception):
    """What the batch rests on moved while it was judged: take it again in a new transaction."""


class Unexpected(ConcordError):
    """A fault of this program over one message: it is set aside, the others go on."""

    code = "unexpected"


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
    states: StateCache = field(default_factory=StateCache)
    stands: dict[str, UUID] = field(default_factory=dict)
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
            cursor.executemany(deadletters.KEEP, [row for row, _ in batch.dead])
            cursor.executemany(deadletters.RESOLVED, [("replayed", number) for number in batch.replayed])
            cursor.executemany(deadletters.ATTEMPTED, batch.attempted)
        return batch

    def remember(self, batch: Batch) -> None:
        """Keep the states that a batch led to, now that it is stored."""
        for state in batch.states.values():
            if self.states.get(state.id) is not state:
                self.states.put(state)
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
            if isinstance(source, Source) and unit is not None and unit not in batch.states:
                streams |= rests_on(KINDS["unit"].state(unit), recording(one, unit, source), self.place)
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
                batch.states[stream] = brought_up(stream, known[stream], rows)
            except Unreadable as error:
                batch.unreadable[stream] = error

    def _one(self, cursor: psycopg.Cursor[Any], batch: Batch, one: Incoming) -> None:
        """One message, on the states that those before it led to."""
        message = one.read
        if isinstance(message, Malformed):
            self._set_aside(batch, one, message)
            return
        known = batch.seen.get(message.command_id)
        if known is not None and known != message.digest:
            self._set_aside(batch, one, Conflict())
            return
        try:
            outcome = "repeated" if known is not None else self._judged(cursor, batch, message)
        except Early:
            batch.early.setdefault(_about(message), []).append(one)
            return
        except (*NOT_NOW, psycopg.Error):
            raise
        except ConcordError as error:
            self._set_aside(batch, one, error)
            return
        except Exception as error:
            log.exception("a message could not be judged", source=message.source, id=message.id)
            self._set_aside(batch, one, Unexpected(f"{type(error).__name__}: {error}"))
            return
        batch.outcomes[outcome] += 1
        if one.letter is not None:
            batch.replayed.append(one.letter)
        if isinstance(message.data, Reported) and outcome == "taken":
            about = _about(message)
            batch.about.add(about)
            for later in (*batch.waiting.pop(about, ()), *batch.early.pop(about, ())):
                self._one(cursor, batch, later)

    def _judged(self, cursor: psycopg.Cursor[Any], batch: Batch, message: Message) -> str:
        """Add the command that a message asks for. Raises Early, Refused, Unavailable."""
        source = batch.states.get(_stream_of(message.source))
        if not isinstance(source, Source):
            raise Refused([not_the_source(self._pack(batch), message, None)])
        unit = self._unit_of(batch, message)
        if unit is None:
            self._decide(cursor, batch, parking(message, source))
            return "parked"
        request = recording(message, unit, source)
        self._decide(cursor, batch, replace(request, opening=None) if unit in batch.states else request)
        if isinstance(message.data, Reported):
            batch.stands[signal_of(message)] = unit
        return "taken"

    def _unit_of(self, batch: Batch, message: Message) -> UUID | None:
        """The unit of a message; of an amendment or a withdrawal, one on which its report stands. Raises Early."""
        unit = batch.found[message.command_id]
        if isinstance(message.data, Reported):
            return unit
        signal = signal_of(message)
        for stream in (unit, batch.stands.get(signal)):
            if stream is not None and signal in batch.signals_at(stream):
                return stream
        raise Early

    def _decide(self, cursor: psycopg.Cursor[Any], batch: Batch, request: DecisionRequest) -> None:
        """Add the command of a request, judged on the states as they are now. Raises Refused, Unavailable."""
        state = batch.states.get(request.stream) or KINDS[kind_of(request.event)].state(request.stream)
        wanted = rests_on(state, request, self.place)
        self._read(cursor, batch, wanted)
        for stream in (request.stream, *wanted):
            if stream in batch.unreadable:
                raise batch.unreadable[stream]
        context = context_of(wanted, batch.states, self.place, self.pack)
        try:
            decision = decide(request, state, request.posts, context, self._moment())
        except NoSuchPack as error:
            raise Unavailable(f"the policy pack in force ({error})") from error
        if decision.refusals:
            raise Refused(decision.refusals)
        batch.commands.append(Command(request.command_id, request.digest, decision.expect, decision.entries))
        batch.seen[request.command_id] = request.digest
        for entry in decision.entries:
            before = batch.states.get(entry.stream) or KINDS[kind_of(entry.event)].state(entry.stream)
            batch.states[entry.stream] = advance(before, (entry,))
            batch.read.add(entry.stream)

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
        if one.letter is not None:
            if not early:
                batch.attempted.append((error.code, deadletters.storable(str(error)) or "", one.letter))
            return
        batch.dead.append((letter_of(one, self.channel, error), one))
        batch.outcomes["waiting" if early else "dead"] += 1


def _about(message: Message) -> About:
    return message.source, message.data.external_id
