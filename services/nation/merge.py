"""The partitions of one province's topic merged into its log, in memory: in the order of positions, without a hole.

What is out of its place is held until its turn, within a bound; what is beyond the bound is let go and
read again later. A message that cannot be true is dropped and remembered: the log cannot go past its
position until a copy comes that can. What differs from what is stored holds the log where it is until
the province has sent that position once more as it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from services.nation.arrival import ALTERED, BRANCHED, DISORDERED, MISSING, Arrival, Content, Refusal, RefusedError

HELD: Final = 10_000
"""Events of a province held ahead of their turn."""

HELD_BYTES: Final = 64 * 1024 * 1024
"""Their bytes: an event may be 2 MB long, and one that claims a far position waits for ever."""

REMEMBERED: Final = 1_000
"""Positions whose dropped messages are remembered; of one forgotten it is said only that it is missing."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A feed goes no further than before `at`; the province is asked for `first` to `last` again."""

    kind: str
    reason: str
    at: int
    first: int
    last: int


@dataclass(slots=True)
class Merge:
    """Owns what has come of one province and is not stored; `position` is where the log has been put together to.

    `told` is how far the province says that its log goes; `branched` why what it says contradicts what is stored.
    """

    place: str
    log: UUID
    position: int
    held: int = HELD
    held_bytes: int = HELD_BYTES
    versions: dict[bytes, int] = field(default_factory=dict)
    ready: list[Arrival] = field(default_factory=list)
    doubles: list[Arrival] = field(default_factory=list)
    ahead: dict[int, Arrival] = field(default_factory=dict)
    next_offsets: dict[int, int] = field(default_factory=dict)
    furthest: dict[int, int] = field(default_factory=dict)
    seen: int = 0
    told: int = 0
    branched: Refusal | None = None
    stop: Stop | None = None
    _dropped: dict[int, Refusal] = field(default_factory=dict)
    _doubts: dict[int, Refusal] = field(default_factory=dict)
    _let_go: dict[int, int] = field(default_factory=dict)
    _let_go_from: int | None = None
    _bytes: int = 0

    @property
    def end(self) -> int:
        """How far the log goes, as far as is known here."""
        return max(self.position, self.told or self.seen)

    def resume(self, stop: Stop) -> None:
        """Begin where a process before stopped: what it did not believe must still come in a copy that can be true."""
        if stop.kind == BRANCHED:
            self.branched = Refusal(stop.kind, stop.reason)
        if stop.kind in (MISSING, BRANCHED) or stop.at > self.position + 1:
            return
        refusal = Refusal(stop.kind, stop.reason)
        if stop.at <= self.position:
            self._question(stop.at, refusal)
        else:
            self._drop(stop.at, refusal)
        self.stop = stop

    def take(self, one: Arrival) -> None:
        """One more event: held for its turn, or a double to be compared with what is stored."""
        self.next_offsets[one.partition] = one.offset + 1
        self.furthest[one.partition] = max(self.furthest.get(one.partition, 0), one.position)
        self.seen = max(self.seen, one.position)
        if one.position <= self.position:
            self.doubles.append(one)
            return
        if self.stop is not None and self.stop.at == one.position:
            self._doubts.pop(one.position, None)
        other = self.ahead.get(one.position)
        if other is None:
            self.ahead[one.position] = one
            self._bytes += len(one.state)
        elif other.content != one.content:
            self._pop(one.position)
            self._drop(one.position, _altered(one.position))
        if len(self.ahead) > self.held or self._bytes > self.held_bytes:
            self._let_some_go()

    def refuse(self, partition: int, offset: int, error: RefusedError) -> None:
        """A message that is not taken: what is at its position must come (again) in a copy that can be true."""
        self.next_offsets[partition] = offset + 1
        position = self.position if error.position is None else error.position
        if position <= self.position:
            # before the first event is stored there is nothing to compare: it must come again
            self._question(max(position, 1), error.refusal)
        elif position not in self.ahead:
            self._drop(position, error.refusal)

    def pass_over(self, partition: int, offset: int) -> None:
        """A message that says nothing of the log: what it claims to be may still come, or has."""
        self.next_offsets[partition] = offset + 1

    def advance(self) -> bool:
        """Put what is next in its place, as far as it goes; whether anything was. Needs `versions` of all that came."""
        before, following = self.position, self.position + 1
        while not self._doubts and self.branched is None and (one := self._pop(following)) is not None:
            expected = self.versions[one.stream] + 1
            if one.version != expected:
                self._drop(following, _disordered(one, expected))
                break
            self.versions[one.stream] = expected
            self.ready.append(one)
            self.position = following
            following += 1
        if self._dropped and self.position > before:
            self._dropped = {at: why for at, why in self._dropped.items() if at > self.position}
        return self.position > before

    def compare(self, stored: Mapping[int, Content]) -> None:
        """Hold the doubles against what is stored (by position), and forget them."""
        for one in self.doubles:
            if stored.get(one.position) != one.content:
                self._question(one.position, _altered(one.position))
            else:
                self._doubts.pop(one.position, None)
        self.doubles = []

    def rewind(self) -> dict[int, int]:
        """Partition → offset to read again from: where something was let go whose turn has come."""
        if self._let_go_from is None or self.position + 1 < self._let_go_from:
            return {}
        # a partition that went back before, and has not come so far again, must not leap
        back = {part: min(offset, self.next_offsets[part]) for part, offset in self._let_go.items()}
        self._let_go, self._let_go_from = {}, None
        self.next_offsets.update(back)
        self.furthest.update(dict.fromkeys(back, 0))
        return back

    def gap(self) -> bool:
        """Whether later events are there, or told of, and the next one is not."""
        return (bool(self.ahead) or self.told > self.position) and self.position + 1 not in self.ahead

    def beyond(self) -> bool:
        """Whether something is held that lies beyond what the province tells of its log."""
        return bool(self.ahead) and max(self.ahead) > self.told

    def drop_beyond(self) -> list[int]:
        """Drop what lies beyond the log: where it is true after all, it is told of, and asked for again."""
        positions = [position for position in self.ahead if position > self.told]
        for position in positions:
            self._pop(position)
        return positions

    def behind(self) -> list[int]:
        """Partitions in which the next event may still come: each holds the first copies in the order of the log."""
        return [partition for partition, position in self.furthest.items() if position <= self.position]

    def judge(self, missing: bool) -> Stop | None:
        """Why the feed stops, None where it goes on; `missing`: the next event has not come where it must have."""
        following = self.position + 1
        if self.branched is not None:
            self.stop = Stop(self.branched.kind, self.branched.reason, following, following, following)
        elif self._doubts:
            at = min(self._doubts)
            refusal = self._doubts[at]
            self.stop = Stop(refusal.kind, refusal.reason, at, at, at)
        elif following in self._dropped and following not in self.ahead:
            refusal = self._dropped[following]
            self.stop = Stop(refusal.kind, refusal.reason, following, following, following)
        elif self.gap() and (missing or self._still_missing(following)):
            last = min(self.ahead) - 1 if self.ahead else self.told
            self.stop = Stop(MISSING, _missing(following, last), following, following, last)
        else:
            self.stop = None
        return self.stop

    def durable_offsets(self) -> dict[int, int]:
        """Partition → offset before which everything is stored or was refused, once `ready` is stored."""
        offsets = dict(self.next_offsets)
        for one in self.ahead.values():
            offsets[one.partition] = min(offsets[one.partition], one.offset)
        for partition, offset in self._let_go.items():
            offsets[partition] = min(offsets[partition], offset)
        return offsets

    def _still_missing(self, following: int) -> bool:
        return self.stop is not None and self.stop.kind == MISSING and self.stop.at == following

    def _drop(self, position: int, refusal: Refusal) -> None:
        if len(self._dropped) < REMEMBERED or position == self.position + 1:
            self._dropped[position] = refusal

    def _question(self, position: int, refusal: Refusal) -> None:
        if len(self._doubts) < REMEMBERED:
            self._doubts[position] = refusal

    def _pop(self, position: int) -> Arrival | None:
        one = self.ahead.pop(position, None)
        self._bytes -= len(one.state) if one is not None else 0
        return one

    def _let_some_go(self) -> None:
        """Let the farther half go, and remember from where to read it again."""
        positions = sorted(self.ahead)
        for position in positions[len(positions) // 2 :]:
            one = self.ahead[position]
            self._pop(position)
            self._let_go[one.partition] = min(one.offset, self._let_go.get(one.partition, one.offset))
            self._let_go_from = min(position, self._let_go_from or position)


def streams_of(arrivals: Iterable[Arrival], known: dict[bytes, int]) -> set[bytes]:
    """The streams whose last version is not known yet."""
    return {one.stream for one in arrivals if one.stream not in known}


def _altered(position: int) -> Refusal:
    return Refusal(
        ALTERED, f"第{position}号事件收到字节不同的两份 / event {position} came in two copies whose bytes differ"
    )


def _disordered(one: Arrival, expected: int) -> Refusal:
    stream = one.stream.decode()
    return Refusal(
        DISORDERED,
        f"第{one.position}号事件是流{stream}的第{one.version}版，应为第{expected}版 / "
        f"event {one.position} is version {one.version} of stream {stream}, not {expected}",
    )


def _missing(first: int, last: int) -> str:
    if first == last:
        return f"缺第{first}号事件 / event {first} is missing"
    return f"缺第{first}至{last}号事件 / events {first} to {last} are missing"
