"""Which ids a stream may have (RFC 9562)."""

from __future__ import annotations

from uuid import UUID


def id_fits(kind_is_keyed: bool, stream: UUID) -> bool:
    """Whether a stream of such a kind may have this id.

    A kind with a natural key (a code, an address, a year) has ids that follow from it, uuid5; ids of
    all others are drawn by whoever makes the stream, uuid4 or uuid7. So the two never meet.
    """
    return stream.version in ((5,) if kind_is_keyed else (4, 7))
