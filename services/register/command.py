"""What is appended: a command with what it rests on, packed for the database's function as it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Final, NamedTuple
from uuid import UUID

from events.envelope import Entry, Event
from events.registry import encode_around
from services.errors import OtherKind

_INT = Struct(">i")
_SIZED_INT = Struct(">ii")
_SIZED_LONG = Struct(">iq")
_UUID_SIZE: Final = _INT.pack(16)
_NOTHING: Final = _INT.pack(0)
"""An empty element of an array."""

POSTGRES_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


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


@dataclass(frozen=True, slots=True)
class Command:
    """What one act stores, whole or not at all.

    `digest` is of the body that was sent, so that a reused id is told from a retry. `expect` names
    every stream that is written or only relied on, with the version seen (0: nothing yet); the
    entries' versions follow on from it. Raises ValueError where they do not, OtherKind where entries of
    one stream are of two kinds, pydantic's serialization error where personal data is in clear.
    """

    id: UUID
    digest: bytes
    expect: Mapping[UUID, int]
    entries: tuple[Entry[Event], ...]
    writes: frozenset[UUID] = field(init=False)
    """The streams that are written."""
    pieces: tuple[Piece, ...] = field(init=False, repr=False, compare=False)
    """The entries in bytes, written once: for the database, and for whoever is answered."""
    packed: Packed = field(init=False, repr=False, compare=False)
    """The command in binary: packed before it waits for its group, so that the database does not wait for that."""

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
        pieces = tuple(
            Piece(entry.stream, type(entry.event).about.type, entry.recorded_at, *encode_around(entry))
            for entry in self.entries
        )
        object.__setattr__(self, "writes", frozenset(written))
        object.__setattr__(self, "pieces", pieces)
        object.__setattr__(self, "packed", pack(self.id, self.digest, self.expect, pieces))

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
        sized(digest),
        len(index),
        b"".join([_UUID_SIZE + stream.bytes for stream in index]),
        b"".join([_SIZED_INT.pack(4, version) for version in expect.values()]),
        b"".join([_SIZED_INT.pack(4, count) for count in writes]),
        b"".join(kinds),
        tuple(targets),
        b"".join(steps),
        b"".join(types),
        b"".join([_SIZED_LONG.pack(8, (piece.given - POSTGRES_EPOCH) // MICROSECOND) for piece in pieces]),
        b"".join([sized(piece.head) for piece in pieces]),
        b"".join([sized(piece.tail) for piece in pieces]),
    )


@lru_cache(maxsize=1_000)
def _names(type_name: str) -> tuple[bytes, bytes]:
    """A type, and its kind with the dot, as elements of arrays."""
    return sized(type_name.encode()), sized(type_name[: type_name.find(".") + 1].encode())


def sized(data: bytes) -> bytes:
    """An element of an array, with its length before it."""
    return _INT.pack(len(data)) + data
