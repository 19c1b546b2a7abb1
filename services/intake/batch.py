"""Many messages in one transaction: judged in memory, each on what those before it did, stored by one append.

The synchronous counterpart of `take`: what a message leads to is the same, whatever way it came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
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
from services.intake.find import (
    KNOWN_OF_CODES,
    ON_THE_BOARD,
    REPORTED_ON,
    Found,
    by_credit_code,
    ids_of_code,
    on_the_board,
    signal_of,
    the_only,
)
from services.intake.message import Message, Reported
from services.intake.record import Incoming, again, shown
from services.intake.take import Conflict, Early, asked_of, letter_of, not_the_source, parking
from services.kept import Kept
from services.register.append import Command, Stored, append_sync

NEWS: Final = """
    SELECT e.stream, e.type, e.state
    FROM unnest(%s::uuid[], %s::int[]) AS known (stream, version)
    CROSS JOIN LATERAL (
        SELECT stream, version, type, state FROM register.events AS e
        WHERE e.stream = known.stream AND e.version > known.version
    ) AS e ORDER BY e.stream, e.version"""
KNOWN: Final = "SELECT id, digest FROM register.commands WHERE id = ANY (%s)"
WAITING: Final = """
    SELECT d.id, d.source, d.external_id, d.message FROM intake.dead_letters AS d
    JOIN (SELECT DISTINCT * FROM unnest(%s::text[], %s::text[]) AS r (source, external_id)) AS r
        USING (source, external_id)
    WHERE d.status = 'waiting' AND d.class = 'early' ORDER BY d.id"""

About = tuple[str, str]
"""The report that a message is about: its source and external id."""

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
    early: dict[About, list[Incoming]] = field(default_factory=dict)
    waiting: dict[About, list[Incoming]] = field(default_factory=dict)
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
    sources: dict[UUID, Source] = field(default_factory=dict)
    policy: Policy = field(init=False)

    def __post_init__(self) -> None:
        self.policy = Policy(policy_stream(self.place))

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
        for answer in append_sync(conn, batch.commands):
            if not isinstance(answer, Stored) or answer.repeated:
                raise Moved
        with conn.cursor() as cursor:
            cursor.executemany(deadletters.KEEP, [row for row, _ in batch.dead])
            cursor.executemany(deadletters.RESOLVED, [("replayed", number) for number in batch.replayed])
            cursor.executemany(deadletters.ATTEMPTED, batch.attempted)
        return batch

    def remember(self, batch: Batch) -> None:
        """Keep the states that a batch led to, now that it is stored."""
        for unit in batch.units.values():
            self.units.put(unit.id, unit, unit.version)

    def _prepare(self, conn: psycopg.Connection[Any], batch: Batch, messages: Sequence[Incoming]) -> None:
        read = [one.read for one in messages if isinstance(one.read, Message)]
        reports = {(one.source, one.data.external_id) for one in read if isinstance(one.data, Reported)}
        for letter in letters_waiting(conn, reports):
            if isinstance(letter.read, Message):
                read.append(letter.read)
                batch.waiting.setdefault(_about(letter.read), []).append(letter)
        with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
            batch.seen.update(cursor.execute(KNOWN, [[one.command_id for one in read]]).fetchall())
            batch.found.update(_units_of(cursor, read))
            self._catch_up(cursor, {found[0] for found in batch.found.values() if found}, read)

    def _catch_up(self, cursor: psycopg.Cursor[Any], units: Iterable[UUID], read: Sequence[Message]) -> None:
        """Bring every state that the batch may rest on up to the register, in one question."""
        known: dict[UUID, int] = {self.policy.id: self.policy.version}
        for stream in {source_stream(one.source) for one in read}:
            known[stream] = self.sources.setdefault(stream, Source(stream)).version
        for stream in units:
            remembered = self.units.get(stream)
            known[stream] = remembered.version if remembered else 0
        new: dict[UUID, list[tuple[str, bytes]]] = {}
        for stream, name, state in cursor.execute(NEWS, [list(known), list(known.values())]):
            new.setdefault(stream, []).append((name, state))
        for stream, rows in new.items():
            entries = [decode(name, state) for name, state in rows]
            if stream == self.policy.id:
                for entry in entries:
                    self.policy = fold_policy(self.policy, entry)
            elif stream in self.sources:
                for entry in entries:
                    self.sources[stream] = fold_source(self.sources[stream], entry)
            else:
                remembered = self.units.get(stream)
                if remembered is not None:
                    unit = advance(remembered, entries)
                else:
                    unit = replace(fold(stream, entries), entries=Kept(rows))
                self.units.put(stream, unit, unit.version)

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
        moment = self.clock()
        pack = pack_on(self.policy, moment.astimezone(CHINA).date(), self.pack)
        source = self.sources[source_stream(message.source)]
        if not source.uri:
            raise Refused([not_the_source(pack, message, source)])
        found = batch.found[message.command_id]
        if found is None:
            if not isinstance(message.data, Reported):
                raise Early
            self._add(batch, message, _parked(message, source, self))
            return "parked"
        stream, opening = found
        unit = batch.units.get(stream) or self.units.get(stream) or fold(stream, ())
        if not isinstance(message.data, Reported) and signal_of(message) not in unit.signals.all:
            raise Early
        beside = Beside(None, None, source, self.policy)
        asked = asked_of(message, stream, source, opening)
        command = decided(asked, unit, asked.posts, beside, moment, pack)
        self._add(batch, message, command)
        batch.units[stream] = advance(unit, command.entries)
        return "taken"

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


def _units_of(cursor: psycopg.Cursor[Any], read: Sequence[Message]) -> dict[UUID, Found | None]:
    """`find_unit` of each message, those with a credit code in one question."""
    ids = {one.command_id: ids_of_code(one) for one in read}
    wanted = list({stream for known in ids.values() for stream in known})
    here = {stream for (stream,) in cursor.execute(KNOWN_OF_CODES, [wanted])} if wanted else set()
    found: dict[UUID, Found | None] = {}
    for one in read:
        known = ids[one.command_id]
        if known:
            found[one.command_id] = by_credit_code(one, [(stream,) for stream in known if stream in here])
            continue
        where = None
        if not isinstance(one.data, Reported):
            where = the_only(cursor.execute(REPORTED_ON, [signal_of(one)]).fetchall())
        found[one.command_id] = where or the_only(cursor.execute(ON_THE_BOARD, on_the_board(one)).fetchall())
    return found


def letters_waiting(conn: psycopg.Connection[Any], about: Iterable[About]) -> list[Incoming]:
    """Amendments and withdrawals that wait for any of these reports, in the order they came."""
    wanted = list(about)
    if not wanted:
        return []
    rows = conn.execute(WAITING, [[source for source, _ in wanted], [name for _, name in wanted]]).fetchall()
    return [again(number, bytes(message)) for number, _, _, message in rows]


def set_aside(conn: psycopg.Connection[Any], one: Incoming, channel: str, error: Exception) -> dict[str, Any]:
    """Keep a message that the database itself refuses as a dead letter; what was kept."""
    row = deadletters.row(channel, "database", str(error), one.value, headers=shown(one.headers))
    conn.execute(deadletters.KEEP, row)
    return row


def _parked(message: Message, source: Source, judge: Judge) -> Command:
    asked, moment = parking(message, source), judge.clock()
    refusals = judge_governance(asked.stream, (), asked.event, asked.posts[0], judge.pack)
    if refusals:
        raise Refused(refusals)
    day = moment.astimezone(CHINA).date()
    entry = entry_of(asked, asked.stream, 1, asked.event, asked.posts[0], moment, day, judge.pack)
    return Command(asked.command_id, asked.digest, {asked.stream: 0}, (entry,))


def _about(message: Message) -> About:
    return message.source, message.data.external_id
