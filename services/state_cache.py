"""Recently used states, as a process remembers them: the one cache under deciding, intake, projectors and audit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class StateCache(Generic[Key, Kept]):
    """What is known by a key, the longest unused forgotten first; bounded by the entries that it stands for.

    `entries` says how many entries something kept stands for, at least one. Threads may share a cache.
    """

    def __init__(self, most_entries: int, entries: Callable[[Kept], int]) -> None:
        self._known: OrderedDict[Key, Kept] = OrderedDict()
        self._entries_of, self._entries, self._most = entries, 0, most_entries
        self._lock = Lock()

    def __contains__(self, key: Key) -> bool:
        """Whether something is known by this key."""
        return key in self._known

    def __len__(self) -> int:
        """How many keys are known."""
        return len(self._known)

    @property
    def entries(self) -> int:
        """The entries that everything kept stands for."""
        return self._entries

    def get(self, key: Key) -> Kept | None:
        """What is known by the key, which counts as used; None where nothing is."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
            return found

    def get_all(self, keys: Iterable[Key]) -> dict[Key, Kept | None]:
        """What is known by each of the keys, in their order, as `get` tells it."""
        with self._lock:
            found = {key: self._known.get(key) for key in keys}
            for key, kept in found.items():
                if kept is not None:
                    self._known.move_to_end(key)
            return found

    def put(self, key: Key, kept: Kept) -> None:
        """Keep it under the key, in place of what was; the longest unused gives way, the newest never."""
        self.put_all({key: kept})

    def put_all(self, found: Mapping[Key, Kept]) -> None:
        """Keep all of these, in their order, as `put` keeps one."""
        with self._lock:
            for key, kept in found.items():
                self._forget(key)
                self._known[key] = kept
                self._entries += self._entries_of(kept)
            while self._entries > self._most and len(self._known) > 1:
                self._forget(next(iter(self._known)))

    def drop(self, key: Key) -> None:
        """Forget what is known by the key."""
        with self._lock:
            self._forget(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()
            self._entries = 0

    def _forget(self, key: Key) -> None:
        if key in self._known:
            self._entries -= self._entries_of(self._known.pop(key))
