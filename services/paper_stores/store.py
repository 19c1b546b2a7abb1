"""What a store of papers does, what a paper is called in it, and what gives access to one that speaks S3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Access:
    """The address of a store that speaks S3, its region, and a key with its secret."""

    endpoint: str
    region: str
    key: str
    secret: str = field(repr=False)


class PaperStore(Protocol):
    """Bytes by their SHA-256 (64 hexadecimal digits). Every method raises Unavailable while the store is away."""

    def put(self, digest: str, data: bytes) -> None:
        """Keep the bytes; they are on disk when this returns. Safe to repeat."""

    def get(self, digest: str) -> bytes | None:
        """The bytes as they lie there, unchecked; None where there are none."""

    def delete(self, digest: str) -> None:
        """Delete the bytes, and what was left of an attempt to keep them. Safe to repeat."""

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every digest of which something lies there, and since when."""


def name_of(digest: str) -> str:
    """What the bytes with that digest are called in a store: a name is made of a digest, and of nothing else.

    Raises ValueError.
    """
    if DIGEST.fullmatch(digest) is None:
        raise ValueError("not a SHA-256 in 64 hexadecimal digits")
    return f"{digest[:2]}/{digest}"
