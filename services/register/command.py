"""What is appended: a command with what it rests on, and its form on the wire to the database's function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.pq import Format
from psycopg.pq.abc import PGresult

from events.envelope import Entry, Event
from events.registry import encode

APPEND: Final = b"SELECT * FROM register.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
UUIDS, BYTES, INTS, TEXTS, TIMES = 2951, 1001, 1007, 1009, 1185
"""Object ids of PostgreSQL's array types, fixed for ever in its catalogue."""

APPEND_TYPES: Final = (UUIDS, BYTES, INTS, UUIDS, INTS, INTS, INTS, INTS, TEXTS, TIMES, BYTES)
BINARY: Final = [Format.BINARY] * len(APPEND_TYPES)
_ELEMENT: Final = {UUIDS: 2950, BYTES: 17, INTS: 23, TEXTS: 25, TIMES: 1184}

_INT = Struct(">i")
_SIZED_INT = Struct(">ii")
_SIZED_LONG = Struct(">iq")
_LONG = Struct(">q")
_ARRAY = Struct(">iiiii")
_EMPTY_ARRAY = Struct(">iii")
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Piece(NamedTuple):
    """One event as the table takes it, whatever its state is."""

    stream: UUID
    type: str
    recorded_at: datetime
    state: bytes


class Packed(NamedTuple):
    """One command in binary, ready to be joined with others into arrays."""

    id: bytes
    digest: bytes
    expects: int
    streams: bytes
    versions: bytes
    writes: bytes
    entries: tuple[int, ...]
    steps: bytes
    types: bytes
    times: bytes
    states: bytes


class Answer(NamedTuple):
    """What the database says of one command: `outcome` is stored, repeated, key-reused or stale."""

    outcome: str
    first_position: int | None
    stream: UUID | None
    current: int | None


@dataclass(frozen=True, slots=True)
class Command:
    """What one act stores, whole or not at all.

    `digest` is of the body that was sent, so that a reused id is told from a retry. `expect` names
    every stream that is written or only relied on, with the version seen (0: nothing yet); the
    entries' versions follow on from it. Raises ValueError where they do not.
    """

    id: UUID
    digest: bytes
    expect: Mapping[UUID, int]
    entries: tuple[Entry[Event], ...]

    def __post_init__(self) -> None:
        if not self.entries:
            raise ValueError("a command stores at least one entry")
        written: Counter[UUID] = Counter()
        for entry in self.entries:
            written[entry.stream] += 1
            seen = self.expect.get(entry.stream)
            if seen is None or seen < 0 or entry.version != seen + written[entry.stream]:
                raise ValueError(f"{entry.id} does not follow on from the expected version {seen}")
            if entry.command_id != self.id:
                raise ValueError(f"{entry.id} names another command")

    @property
    def writes(self) -> frozenset[UUID]:
        """The streams that are written."""
        return frozenset(entry.stream for entry in self.entries)


def pack_command(command: Command) -> Packed:
    """The command in binary. Raises pydantic's serialization error where personal data is in clear."""
    pieces = [
        Piece(entry.stream, type(entry.event).about.type, entry.recorded_at, encode(entry)) for entry in command.entries
    ]
    return pack(command.id, command.digest, command.expect, pieces)


def pack(command_id: UUID, digest: bytes, expect: Mapping[UUID, int], pieces: Sequence[Piece]) -> Packed:
    """A command in binary from its parts; the versions of a stream follow on in the order of the pieces."""
    index = {stream: n for n, stream in enumerate(expect, 1)}
    writes = dict.fromkeys(expect, 0)
    steps: list[bytes] = []
    for piece in pieces:
        writes[piece.stream] += 1
        steps.append(_SIZED_INT.pack(4, writes[piece.stream]))
    return Packed(
        _sized(command_id.bytes),
        _sized(digest),
        len(expect),
        b"".join([_sized(stream.bytes) for stream in expect]),
        b"".join([_SIZED_INT.pack(4, version) for version in expect.values()]),
        b"".join([_SIZED_INT.pack(4, count) for count in writes.values()]),
        tuple(index[piece.stream] for piece in pieces),
        b"".join(steps),
        b"".join([_sized(piece.type.encode()) for piece in pieces]),
        b"".join([_SIZED_LONG.pack(8, (piece.recorded_at - _POSTGRES_EPOCH) // _MICROSECOND) for piece in pieces]),
        b"".join([_sized(piece.state) for piece in pieces]),
    )


def parameters(group: Sequence[Packed]) -> list[bytes]:
    """The parameters of APPEND for a group of commands, in the order of APPEND_TYPES."""
    owners: list[bytes] = []
    targets: list[bytes] = []
    before = 0
    for ordinal, packed in enumerate(group, 1):
        owners.append(_SIZED_INT.pack(4, ordinal) * packed.expects)
        targets += [_SIZED_INT.pack(4, before + index) for index in packed.entries]
        before += packed.expects
    return [
        _array(UUIDS, len(group), [packed.id for packed in group]),
        _array(BYTES, len(group), [packed.digest for packed in group]),
        _array(INTS, before, owners),
        _array(UUIDS, before, [packed.streams for packed in group]),
        _array(INTS, before, [packed.versions for packed in group]),
        _array(INTS, before, [packed.writes for packed in group]),
        _array(INTS, len(targets), targets),
        _array(INTS, len(targets), [packed.steps for packed in group]),
        _array(TEXTS, len(targets), [packed.types for packed in group]),
        _array(TIMES, len(targets), [packed.times for packed in group]),
        _array(BYTES, len(targets), [packed.states for packed in group]),
    ]


def answers(result: PGresult) -> list[Answer]:
    """The answers to a group, in its order."""
    return [answer for _, answer in sorted(_answer(result, row) for row in range(result.ntuples))]


def _answer(result: PGresult, row: int) -> tuple[int, Answer]:
    ordinal, outcome, position, stream, current = (result.get_value(row, column) for column in range(5))
    return _INT.unpack(ordinal or b"")[0], Answer(
        (outcome or b"").decode(),
        _LONG.unpack(position)[0] if position else None,
        UUID(bytes=bytes(stream)) if stream else None,
        _INT.unpack(current)[0] if current else None,
    )


def _sized(data: bytes) -> bytes:
    return _INT.pack(len(data)) + data


def _array(kind: int, length: int, elements: list[bytes]) -> bytes:
    if not length:
        return _EMPTY_ARRAY.pack(0, 0, _ELEMENT[kind])
    return _ARRAY.pack(1, 0, _ELEMENT[kind], length, 1) + b"".join(elements)
