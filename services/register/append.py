"""The database's function that appends, the one way into the register: what it is given of a group of commands, and
what it answers of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from struct import Struct
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

import psycopg
from psycopg.pq import Format
from psycopg.pq.abc import PGresult

from services.errors import ClockAhead, ConcordError, KeyReused, OtherKind, Stale, TimeMoved
from services.register import read
from services.register.command import MICROSECOND, POSTGRES_EPOCH, Command, Packed, kind_of
from services.register.link import LostError, raised
from services.register.read import Recorded

APPEND: Final = b"SELECT * FROM register.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
UUIDS, BYTES, INTS, TEXTS, TIMES = 2951, 1001, 1007, 1009, 1185
"""Object ids of PostgreSQL's array types, fixed for ever in its catalogue."""

APPEND_TYPES: Final = (UUIDS, BYTES, INTS, UUIDS, INTS, INTS, TEXTS, INTS, INTS, TEXTS, TIMES, BYTES, BYTES)
BINARY: Final = [Format.BINARY] * len(APPEND_TYPES)
_ELEMENT: Final = {UUIDS: 2950, BYTES: 17, INTS: 23, TEXTS: 25, TIMES: 1184}

_MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
"""How the function writes the moment between a head and its tail."""

_INT = Struct(">i")
_SIZED_INT = Struct(">ii")
_LONG = Struct(">q")
_ARRAY = Struct(">iiiii")
_EMPTY_ARRAY = Struct(">iii")


class Answer(NamedTuple):
    """What the database says of one command: its outcome, and what stands beside it by `register.answer`."""

    outcome: str
    first_position: int | None
    stream: UUID | None
    current: int | None
    kind: str | None
    moment: datetime | None
    clock: datetime | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A command that stands in the register; `repeated` where it had been stored before this call
    (or by an attempt of it whose acknowledgement was lost), and the entries are those stored then."""

    command_id: UUID
    recorded: tuple[Recorded, ...]
    repeated: bool


class Moved(NamedTuple):
    """Nothing was stored: a stream stands at another version than the command expects."""

    stream: UUID
    expected: int
    current: int

    def stale(self, since: Sequence[Recorded]) -> Stale:
        """The refusal, with what came since."""
        return Stale(str(self.stream), self.expected, self.current, tuple(one.entry for one in since))


class Repeated(NamedTuple):
    """The command had been stored before, and stands in the register."""

    command_id: UUID

    def stored(self, found: tuple[bytes, Sequence[Recorded]] | None) -> Stored:
        """What was stored then."""
        return Stored(self.command_id, tuple(found[1]) if found else (), repeated=True)


Outcome: TypeAlias = Stored | Moved | Repeated | ConcordError
"""What became of a command; what came since, or was stored before, is still to be read."""


def append_sync(conn: psycopg.Connection[Any], commands: Sequence[Command]) -> list[Stored | ConcordError]:
    """Store a batch in one call, within the transaction of `conn` or one of its own; one answer a command.

    A command may build on an earlier one of the batch. Raises ValueError where an id comes twice,
    and psycopg's errors; then nothing of the batch is stored.
    """
    if len({command.id for command in commands}) < len(commands):
        raise ValueError("a command comes twice in one batch")
    if not commands:
        return []
    with conn.transaction():
        found = outcomes(commands, _call(conn, parameters([command.packed for command in commands])))
        return [_whole(conn, outcome) for outcome in found]


def _whole(conn: psycopg.Connection[Any], outcome: Outcome) -> Stored | ConcordError:
    match outcome:
        case Moved(stream, expected, current):
            return outcome.stale(read.read_stream(conn, stream, expected, current))
        case Repeated(command_id):
            return outcome.stored(read.find_command(conn, command_id))
        case _:
            return outcome


def call(conn: psycopg.Connection[Any], arrays: Sequence[bytes]) -> list[Answer]:
    """Call the function on a connection. Raises psycopg's errors, OperationalError where the connection is lost."""
    return answers(_call(conn, arrays))


def _call(conn: psycopg.Connection[Any], arrays: Sequence[bytes]) -> PGresult:
    result = conn.pgconn.exec_params(APPEND, arrays, APPEND_TYPES, BINARY, Format.BINARY)
    try:
        raised(result)
    except LostError as error:
        raise psycopg.OperationalError(str(error)) from error
    return result


def outcomes(commands: Sequence[Command], result: PGresult) -> list[Outcome]:
    """What became of each command of a group, in its order."""
    return [_outcome(command, answer) for command, answer in zip(commands, answers(result), strict=True)]


def _outcome(command: Command, answer: Answer) -> Outcome:
    match answer.outcome, answer.stream, answer.kind, answer.moment, answer.clock:
        case "stored", _, _, datetime() as moment, _ if answer.first_position is not None:
            return Stored(command.id, tuple(_recorded(command, answer.first_position, moment)), repeated=False)
        case "stale", UUID() as stream, *_ if answer.current is not None:
            return Moved(stream, command.expect[stream], answer.current)
        case "key-reused", *_:
            return KeyReused(str(command.id))
        case "other-kind", UUID() as stream, str() as kind, *_:
            given = next(entry for entry in command.entries if entry.stream == stream)
            return OtherKind(str(stream), kind, kind_of(given.event.about.type))
        case "ahead", _, _, datetime() as moment, datetime() as clock:
            return ClockAhead(moment, clock)
        case "judge-again", _, _, datetime() as moment, _:
            return TimeMoved(moment)
        case "repeated", *_:
            return Repeated(command.id)
    raise psycopg.InternalError(f"an answer that says too little: {answer}")


def _recorded(command: Command, position: int, moment: datetime) -> Iterator[Recorded]:
    """The entries as they stand in the register, the first of them at this position, recorded at this moment."""
    for entry, piece in zip(command.entries, command.pieces, strict=True):
        if entry is not command.entries[0]:
            position, moment = position + 1, max(entry.recorded_at, moment + MICROSECOND)
        at = moment.astimezone(UTC)
        stands = entry if entry.recorded_at == at else entry.model_copy(update={"recorded_at": at})
        state = piece.head + at.strftime(_MOMENT).encode() + piece.tail if piece.tail else piece.head
        yield Recorded(position, stands, state)


def parameters(group: Sequence[Packed]) -> list[bytes]:
    """The parameters of APPEND for a group of commands, in the order of APPEND_TYPES."""
    owners: list[bytes] = []
    targets: list[bytes] = []
    before = 0
    for ordinal, packed in enumerate(group, 1):
        owners.append(_SIZED_INT.pack(4, ordinal) * packed.expects)
        targets += [_SIZED_INT.pack(4, before + index) for index in packed.entries]
        before += packed.expects
    ids, digests, _, streams, versions, writes, kinds, _, steps, types, times, heads, tails = zip(*group, strict=True)
    commands, entries = len(group), len(targets)
    return [
        _array(UUIDS, commands, ids),
        _array(BYTES, commands, digests),
        _array(INTS, before, owners),
        _array(UUIDS, before, streams),
        _array(INTS, before, versions),
        _array(INTS, before, writes),
        _array(TEXTS, before, kinds),
        _array(INTS, entries, targets),
        _array(INTS, entries, steps),
        _array(TEXTS, entries, types),
        _array(TIMES, entries, times),
        _array(BYTES, entries, heads),
        _array(BYTES, entries, tails),
    ]


def answers(result: PGresult) -> list[Answer]:
    """The answers to a group, in its order."""
    found = [_answer(result, row) for row in range(result.ntuples)]
    return [answer for _, answer in sorted(found, key=itemgetter(0))]


def _answer(result: PGresult, row: int) -> tuple[int, Answer]:
    ordinal, outcome, position = (result.get_value(row, column) for column in range(3))
    number: int = _INT.unpack(ordinal or b"")[0]
    first: int | None = _LONG.unpack(position)[0] if position else None
    moment = result.get_value(row, 6)
    recorded_at = _moment(moment) if moment else None
    if outcome == b"stored":  # as nearly all are
        return number, Answer("stored", first, None, None, None, recorded_at, None)
    stream, current, kind = (result.get_value(row, column) for column in range(3, 6))
    clock = result.get_value(row, 7)
    return number, Answer(
        (outcome or b"").decode(),
        first,
        UUID(bytes=bytes(stream)) if stream else None,
        _INT.unpack(current)[0] if current else None,
        None if kind is None else kind.decode(),
        recorded_at,
        _moment(clock) if clock else None,
    )


def _moment(data: bytes) -> datetime:
    return POSTGRES_EPOCH + timedelta(microseconds=_LONG.unpack(data)[0])


def _array(kind: int, length: int, elements: Sequence[bytes]) -> bytes:
    if not length:
        return _EMPTY_ARRAY.pack(0, 0, _ELEMENT[kind])
    return _ARRAY.pack(1, 0, _ELEMENT[kind], length, 1) + b"".join(elements)
