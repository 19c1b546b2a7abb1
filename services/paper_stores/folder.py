"""Papers in a folder, which is there already: one that is away (a mount) is never rebuilt in its place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.errors import Unavailable
from services.paper_stores.store import DIGEST, name_of

_PART = ".part"
"""Ending of a file that is being written; whoever writes a paper holds its lock, so there is one writer."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with a file for each paper, in folders by the first two digits of its digest."""

    root: Path

    def put(self, digest: str, data: bytes) -> None:
        """Keep the bytes: written beside, on disk, then named."""
        path = self.root / name_of(digest)
        part = path.with_name(path.name + _PART)
        with self._there():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            _sync(path.parent)
            _sync(self.root)

    def get(self, digest: str) -> bytes | None:
        """The bytes as they lie there."""
        path = self.root / name_of(digest)
        with self._there():
            return path.read_bytes() if path.exists() else None

    def delete(self, digest: str) -> None:
        """Delete the file, and one that was being written."""
        path = self.root / name_of(digest)
        with self._there():
            path.with_name(path.name + _PART).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            if path.parent.exists():
                _sync(path.parent)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every digest that a file is named after; other files are not ours."""
        with self._there():
            found = {
                name: datetime.fromtimestamp(path.stat().st_mtime, UTC)
                for path in self.root.glob("[0-9a-f][0-9a-f]/*")
                if DIGEST.fullmatch(name := path.name.removesuffix(_PART)) and name.startswith(path.parent.name)
            }
        yield from found.items()

    @contextmanager
    def _there(self) -> Iterator[None]:
        if not self.root.is_dir():
            raise Unavailable("the folder of papers (CONCORD_PAPERS)")
        try:
            yield
        except OSError as error:
            raise Unavailable(f"the folder of papers (CONCORD_PAPERS: {error.strerror})") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
