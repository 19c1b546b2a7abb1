"""Many messages in one transaction: judged in memory, each on what those before it did, stored by one append.

The synchronous counterpart of `take`: what a message leads to is the same, whatever way it came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache, reduce
from itertools import islice
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import tuple_row

from events.envelope import CHINA
from events.registry import decode
from services.casework.governance import judge_governance
from services.casework.law import Beside
from services.casework.pack import Pack
from services.casework.policy import Policy, fold_policy, policy_stream
from services.casework.source import Source, fold_source, source_stream
from services.casework.unit import Unit, advance, fold
from services.decisions import Clock, States, decided, entry_of, now, pack_on
from services.errors import ConcordError, Malformed, Refused, Unavailable
from services.intake import deadletters
from services.intake.find import Found, never_opened, reports_of, signal_of, units_of
from services.intake.message import Message, Reported
from services.intake.record import Incoming, shown
from services.intake.take import Conflict, Early, asked_of, letter_of, not_the_source, parking
from services.intake.waiting import About, letters_about
from services.kept import Kept
from services.register.append import call
from services.register.command import Command, pack_command, parameters

NEWS: Final = """
    SELECT e.stream, e.type, e.state
    FROM unnest(%s::uuid[], %s::int[]) AS known (stream, version)
    CROSS JOIN LATERAL (
        SELECT stream, version, type, state FROM register.events AS e
        WHERE e.stream = known.stream AND e.version > known.version
    ) AS e ORDER BY e.stream, e.version"""
KNOWN: Final = "SELECT id, digest FROM register.commands WHERE id = ANY (%s)"
LONG_AGO: Final = datetime(1900, 1, 2, tzinfo=UTC)
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
    units: dict[UUID, Unit] = field(default_factory=dict)
    found: dict[UUID, Found | None] = field(default_factory=dict)
    stands: dict[str, UUID] = field(default_factory=dict)
    """Signal → the unit on which its report stands, of those that this batch may ask for."""

    early: dict[About, list[Incoming]] = field(default_factory=dict)
    waiting: dict[About, list[Incoming]] = field(default_factory=dict)
    retimed: set[UUID] = field(default_factory=set)
    """Streams whose entries were recorded later than they were judged: what was made of them here is not kept."""

    about: set[About] = field(default_factory=set)
    """Reports taken, and reports waited for: the other may have come meanwhile by another way."""


@dataclass
class Judge:
    """Judges batches on remembered states, which it brings up to the register before each."""

    pack: Pack
    place: str
    channel: str
    clock: Clock = now
    units: States[Unit] = field(default_factory=States)
    stands: dict[str, UUID] = field(default_factory=dict)
    sources: dict[UUID, Source] = field(default_factory=dict)
    policy: Policy = field(init=False)
    not_before: datetime = LONG_AGO
    """The moment to which the log has come, where the clock here is behind it by a day's end."""

    def __post_init__(self) -> None:
        self.policy = Policy(policy_stream(self.place))

    def moment(self) -> datetime:
        """Now, or where the log has come to if that is another day."""
        return max(self.clock(), self.not_before)

    def take(self, conn: psycopg.Connection[Any], messages: Sequence[Incoming]) -> Batch:
        """Take the messages within the open transaction of `conn`; call `remember` once it has committed.

        Raises Moved, Unavailable, and psycopg's errors: then the transaction has to be rolled back.
        """
        batch = Batch()
        self._prepare(conn, batch, messages)
        for one in messages:
            self._one(batch, one)
        for early in batch.early.values():
            for one in early:
                self._set_aside(batch, one, Early())
        if batch.commands:
            arrays = parameters([pack_command(command) for command in batch.commands])
            for command, answer in zip(batch.commands, call(conn, arrays), strict=True):
                if answer.outcome == "judge-again" and answer.moment is not None:
                    self.not_before = max(self.not_before, answer.moment)
                if answer.outcome != "stored" or answer.moment is None:
                    raise Moved
                recorded = zip(command.entries, command.recorded(answer.moment), strict=True)
                batch.retimed.update(given.stream for given, one in recorded if one is not given)
        with conn.cursor() as cursor:
            cursor.executemany(deadletters.KEEP, [row for row, _ in batch.dead])
            cursor.executemany(deadletters.RESOLVED, [("replayed", number) for number in batch.replayed])
            cursor.executemany(deadletters.ATTEMPTED, batch.attempted)
        return batch

    def remember(self, batch: Batch) -> None:
        """Keep the states that a batch led to, now that it is stored."""
        for unit in batch.units.values():
            if unit.id in batch.retimed:
                continue  # it is read from the register when it is needed again
            kept = replace(unit, entries=unit.entries.stored()) if isinstance(unit.entries, Kept) else unit
            self.units.put(unit.id, kept, unit.version)
        self.stands.update(batch.stands)
        for signal in list(islice(self.stands, max(0, len(self.stands) - REMEMBERED))):
            del self.stands[signal]

    def _prepare(self, conn: psycopg.Connection[Any], batch: Batch, messages: Sequence[Incoming]) -> None:
        read = [one.read for one in messages if isinstance(one.read, Message)]
        reports = {(one.source, one.data.external_id) for one in read if isinstance(one.data, Reported)}
        for letter in letters_about(conn, reports):
            if isinstance(letter.read, Message):
                read.append(letter.read)
                batch.waiting.setdefault(_about(letter.read), []).append(letter)
        with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
            batch.seen.update(cursor.execute(KNOWN, [[one.command_id for one in read]]).fetchall())
            batch.found.update(units_of(cursor, read))
            self._catch_up(cursor, batch, {found[0] for found in batch.found.values() if found}, read)
            self._where_reports_stand(cursor, batch, read)

    def _where_reports_stand(self, cursor: psycopg.Cursor[Any], batch: Batch, read: Sequence[Message]) -> None:
        """Of amendments and withdrawals whose report is not where their code says: where it is."""
        reported = {signal_of(one) for one in read if isinstance(one.data, Reported)}
        asked = set()
        for one in read:
            signal, found = signal_of(one), batch.found[one.command_id]
            here = found is not None and signal in batch.units[found[0]].signals.all
            if isinstance(one.data, Reported) or here or signal in reported:
                continue
            if signal in self.stands:
                batch.stands[signal] = self.stands[signal]
            else:
                asked.add(signal)
        if asked:
            batch.stands.update(reports_of(cursor, asked))
        self._catch_up(cursor, batch, set(batch.stands.values()) - batch.units.keys(), ())

    def _catch_up(
        self, cursor: psycopg.Cursor[Any], batch: Batch, units: Iterable[UUID], read: Sequence[Message]
    ) -> None:
        """Bring every state that the batch may rest on up to the register, in one question."""
        known: dict[UUID, int] = {self.policy.id: self.policy.version} if read else {}
        for stream in {_stream_of(one.source) for one in read}:
            known[stream] = self.sources.setdefault(stream, Source(stream)).version
        for stream in units:
            unit = self.units.get(stream) or replace(fold(stream, ()), entries=Kept())
            batch.units[stream] = unit
            known[stream] = unit.version
        if not known:
            return
        new: dict[UUID, list[tuple[str, bytes]]] = {}
        for stream, name, state in cursor.execute(NEWS, [list(known), list(known.values())]):
            new.setdefault(stream, []).append((name, state))
        for stream, rows in new.items():
            self._gained(batch, stream, rows)

    def _gained(self, batch: Batch, stream: UUID, rows: Sequence[tuple[str, bytes]]) -> None:
        entries = [decode(name, state) for name, state in rows]
        unit = batch.units.get(stream)
        if unit is not None:
            known = unit.version > 0
            batch.units[stream] = (
                advance(unit, entries) if known else replace(fold(stream, entries), entries=Kept(rows))
            )
        elif stream == self.policy.id:
            self.policy = reduce(fold_policy, entries, self.policy)
        else:
            self.sources[stream] = reduce(fold_source, entries, self.sources[stream])

    def _one(self, batch: Batch, one: Incoming) -> None:
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
            outcome = "repeated" if known is not None else self._judged(batch, message)
        except Early:
            batch.early.setdefault(_about(message), []).append(one)
            return
        except (Unavailable, psycopg.Error):
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
                self._one(batch, later)

    def _judged(self, batch: Batch, message: Message) -> str:
        """Add the command that a message asks for. Raises Early, Refused, Unavailable."""
        moment = self.moment()
        pack = pack_on(self.policy, moment.astimezone(CHINA).date(), self.pack)
        source = self.sources[_stream_of(message.source)]
        if not source.uri:
            raise Refused([not_the_source(pack, message, source)])
        found = self._found(batch, message)
        if found is None:
            self._add(batch, message, _parked(message, source, self))
            return "parked"
        stream, opening = found
        unit = batch.units[stream]
        beside = Beside(None, None, source, self.policy)
        asked = asked_of(message, stream, source, never_opened if unit.version else opening)
        command = decided(asked, unit, asked.posts, beside, moment, pack)
        self._add(batch, message, command)
        batch.units[stream] = advance(unit, command.entries)
        if isinstance(message.data, Reported):
            batch.stands[signal_of(message)] = stream
        return "taken"

    def _found(self, batch: Batch, message: Message) -> Found | None:
        """The unit of a message; of an amendment or a withdrawal, one on which its report stands. Raises Early."""
        found = batch.found[message.command_id]
        if isinstance(message.data, Reported):
            return found
        signal = signal_of(message)
        if found is None or signal not in batch.units[found[0]].signals.all:
            found = (batch.stands[signal], never_opened) if signal in batch.stands else None
        if found is None or signal not in batch.units[found[0]].signals.all:
            raise Early
        return found

    def _add(self, batch: Batch, message: Message, command: Command) -> None:
        batch.commands.append(command)
        batch.seen[message.command_id] = message.digest

    def _set_aside(self, batch: Batch, one: Incoming, error: ConcordError) -> None:
        """A dead letter; one that is tried again keeps its place and gets the newest reason."""
        early = isinstance(error, Early)
        if early and isinstance(one.read, Message):
            batch.about.add(_about(one.read))
        if one.letter is not None:
            if not early:
                batch.attempted.append((error.code, deadletters.storable(str(error)) or "", one.letter))
            return
        if isinstance(one.read, Message):
            row = letter_of(one.read, self.channel, error)
        else:
            row = deadletters.row(self.channel, error.code, str(error), one.value, headers=shown(one.headers))
        batch.dead.append((row, one))
        batch.outcomes["waiting" if early else "dead"] += 1


def _parked(message: Message, source: Source, judge: Judge) -> Command:
    asked, moment = parking(message, source), judge.moment()
    refusals = judge_governance(asked.stream, (), asked.event, asked.posts[0], judge.pack)
    if refusals:
        raise Refused(refusals)
    day = moment.astimezone(CHINA).date()
    entry = entry_of(asked, asked.stream, 1, asked.event, asked.posts[0], moment, day, judge.pack)
    return Command(asked.command_id, asked.digest, {asked.stream: 0}, (entry,))


def _about(message: Message) -> About:
    return message.source, message.data.external_id
