"""What is appended: a command with what it rests on, and its form on the wire to the database's function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from struct import Struct
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.pq import Format
from psycopg.pq.abc import PGresult

from events.envelope import Entry, Event
from events.registry import encode_around
from services.errors import OtherKind

APPEND: Final = b"SELECT * FROM register.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
UUIDS, BYTES, INTS, TEXTS, TIMES = 2951, 1001, 1007, 1009, 1185
"""Object ids of PostgreSQL's array types, fixed for ever in its catalogue."""

APPEND_TYPES: Final = (UUIDS, BYTES, INTS, UUIDS, INTS, INTS, TEXTS, INTS, INTS, TEXTS, TIMES, BYTES, BYTES)
BINARY: Final = [Format.BINARY] * len(APPEND_TYPES)
_ELEMENT: Final = {UUIDS: 2950, BYTES: 17, INTS: 23, TEXTS: 25, TIMES: 1184}

_INT = Struct(">i")
_SIZED_INT = Struct(">ii")
_SIZED_LONG = Struct(">iq")
_LONG = Struct(">q")
_ARRAY = Struct(">iiiii")
_EMPTY_ARRAY = Struct(">iii")
_UUID_SIZE = _INT.pack(16)
_NOTHING = _INT.pack(0)
"""An empty element of an array."""

_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Piece(NamedTuple):
    """One event as the function takes it, whatever its state is.

    `given` is the moment it was judged at. The text of the moment at which it is recorded is put
    between `head` and `tail`; without a tail the head is the whole state, and stored as it is.
    """

    stream: UUID
    type: str
    given: datetime
    head: bytes
    tail: bytes = b""


class Packed(NamedTuple):
    """One command in binary, ready to be joined with others into arrays."""

    id: bytes
    digest: bytes
    expects: int
    streams: bytes
    versions: bytes
    writes: bytes
    kinds: bytes
    entries: tuple[int, ...]
    steps: bytes
    types: bytes
    times: bytes
    heads: bytes
    tails: bytes


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
class Command:
    """What one act stores, whole or not at all.

    `digest` is of the body that was sent, so that a reused id is told from a retry. `expect` names
    every stream that is written or only relied on, with the version seen (0: nothing yet); the
    entries' versions follow on from it. Raises ValueError where they do not, OtherKind where entries of
    one stream are of two kinds.
    """

    id: UUID
    digest: bytes
    expect: Mapping[UUID, int]
    entries: tuple[Entry[Event], ...]
    writes: frozenset[UUID] = field(init=False)
    """The streams that are written."""

    def __post_init__(self) -> None:
        if not self.entries:
            raise ValueError("a command stores at least one entry")
        written: dict[UUID, int] = {}
        for entry in self.entries:
            written[entry.stream] = count = written.get(entry.stream, 0) + 1
            seen = self.expect.get(entry.stream)
            if seen is None or seen < 0 or entry.version != seen + count:
                raise ValueError(f"{entry.id} does not follow on from the expected version {seen}")
            if entry.command_id != self.id:
                raise ValueError(f"{entry.id} names another command")
        if len(self.entries) > 1:
            self._one_kind_a_stream()
        object.__setattr__(self, "writes", frozenset(written))

    def _one_kind_a_stream(self) -> None:
        kinds: dict[UUID, str] = {}
        for entry in self.entries:
            kind = kind_of(entry.event.about.type)
            if kinds.setdefault(entry.stream, kind) != kind:
                raise OtherKind(str(entry.stream), kinds[entry.stream], kind)


@lru_cache(maxsize=1_000)
def kind_of(type_name: str) -> str:
    """The kind of stream to which an event type belongs: what stands before its first dot; empty without one."""
    kind, dot, _ = type_name.partition(".")
    return kind if dot else ""


def pack_command(command: Command) -> Packed:
    """The command in binary. Raises pydantic's serialization error where personal data is in clear."""
    return pack(command.id, command.digest, command.expect, [piece_of(entry) for entry in command.entries])


def piece_of(entry: Entry[Event]) -> Piece:
    """An entry as the function takes it. Raises as pack_command does."""
    return Piece(entry.stream, type(entry.event).about.type, entry.recorded_at, *encode_around(entry))


def pack(command_id: UUID, digest: bytes, expect: Mapping[UUID, int], pieces: Sequence[Piece]) -> Packed:
    """A command in binary from its parts; the versions of a stream follow on in the order of the pieces.

    The kind of a stream is that of its first piece; the database refuses the command where another differs.
    """
    index = {stream: n for n, stream in enumerate(expect)}
    writes = [0] * len(index)
    kinds = [_NOTHING] * len(index)
    types: list[bytes] = []
    steps: list[bytes] = []
    targets: list[int] = []
    for piece in pieces:
        at = index[piece.stream]
        type_name, kind = _names(piece.type)
        if not writes[at]:
            kinds[at] = kind
        writes[at] += 1
        types.append(type_name)
        steps.append(_SIZED_INT.pack(4, writes[at]))
        targets.append(at + 1)
    return Packed(
        _UUID_SIZE + command_id.bytes,
        _sized(digest),
        len(index),
        b"".join([_UUID_SIZE + stream.bytes for stream in index]),
        b"".join([_SIZED_INT.pack(4, version) for version in expect.values()]),
        b"".join([_SIZED_INT.pack(4, count) for count in writes]),
        b"".join(kinds),
        tuple(targets),
        b"".join(steps),
        b"".join(types),
        b"".join([_SIZED_LONG.pack(8, (piece.given - _POSTGRES_EPOCH) // _MICROSECOND) for piece in pieces]),
        b"".join([_sized(piece.head) for piece in pieces]),
        b"".join([_sized(piece.tail) for piece in pieces]),
    )


@lru_cache(maxsize=1_000)
def _names(type_name: str) -> tuple[bytes, bytes]:
    """A type, and its kind with the dot, as elements of arrays."""
    return _sized(type_name.encode()), _sized(type_name[: type_name.find(".") + 1].encode())


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
    return _POSTGRES_EPOCH + timedelta(microseconds=_LONG.unpack(data)[0])


def _sized(data: bytes) -> bytes:
    return _INT.pack(len(data)) + data


def _array(kind: int, length: int, elements: Sequence[bytes]) -> bytes:
    if not length:
        return _EMPTY_ARRAY.pack(0, 0, _ELEMENT[kind])
    return _ARRAY.pack(1, 0, _ELEMENT[kind], length, 1) + b"".join(elements)
