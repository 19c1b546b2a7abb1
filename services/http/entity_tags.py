"""Entity tags of a stream's documents: the version, a digest of what is told of it, and a check of both.

What is told of a version depends on the day, the pack in force and the reader, so a decision cannot be held to the
bytes that it was decided on: it is held to the version. The check makes a tag that was never given, or is another
stream's, match nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from uuid import UUID

_TAG: Final = re.compile(r"(?P<version>[0-9]{1,9})(?:-(?P<digest>[0-9a-f]{16})-(?P<check>[0-9a-f]{8}))?")
_IN_A_LIST: Final = re.compile(r'\s*(W/)?"([^"\x00-\x20\x7f]*)"\s*(?:,|$)')


def tag_of(stream: UUID, version: int, body: bytes) -> str:
    """The tag of a document of that version of a stream."""
    digest = sha256(body).hexdigest()[:16]
    return f'"{version}-{digest}-{_check(stream, version, digest)}"'


def version_of(tag: str, stream: UUID) -> int | None:
    """The version that a tag names, without its quotes: a version alone, or a tag that was given of this stream."""
    found = _TAG.fullmatch(tag)
    if found is None:
        return None
    version, digest = int(found["version"]), found["digest"]
    return version if digest is None or found["check"] == _check(stream, version, digest) else None


def listed(given: str) -> Iterator[tuple[bool, str]]:
    """The tags of a header, each with whether it is weak. Raises ValueError where it is no list of tags."""
    end = 0
    while end < len(given):
        found = _IN_A_LIST.match(given, end)
        if found is None:
            raise ValueError("no list of entity tags")
        yield found[1] is not None, found[2]
        end = found.end()


def _check(stream: UUID, version: int, digest: str) -> str:
    return sha256(f"{stream}/{version}/{digest}".encode()).hexdigest()[:8]
