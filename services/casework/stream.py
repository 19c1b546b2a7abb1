"""A stream's state: what every kind of stream has in common, whatever else its chapters fold into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, overload
from uuid import UUID

from events.envelope import Actor, Entry, Event
from events.figures import with_figures
from events.record import EntryCorrected, EntryVoided

if TYPE_CHECKING:
    from services.casework.kind import Kind
    from services.casework.obligation import Obligation
    from services.casework.policy.state import Packs

Entries = Sequence[Entry[Event]]


class History(Protocol):
    """The entries of a stream in their order; whatever holds them can be appended to with `+`."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Entry[Event]]: ...
    def __reversed__(self) -> Iterator[Entry[Event]]: ...
    @overload
    def __getitem__(self, index: int, /) -> Entry[Event]: ...
    @overload
    def __getitem__(self, index: slice, /) -> Entries: ...
    def __add__(self, new: tuple[Entry[Event], ...], /) -> History: ...


@dataclass(frozen=True, slots=True)
class OpenAct:
    """A proposed act that waits for its second person (T-04).

    `payload` is the event as canonical JSON, `digest` that of the whole proposed entry, `at_version` the
    version of the stream it was judged at, `relied_on` the streams beside it with their versions then.
    """

    version: int
    type: str
    payload: str
    digest: str
    actor: Actor
    day: date
    effective_on: date
    at_version: int
    relied_on: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a duty is from a day on in the office that owes it (`holder`), and who stands in for them (T-05)."""

    day: date
    holder: str
    officer: UUID
    deputy: UUID | None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A clock that stands since a day; by `until` the office that stopped it looks again."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Ordered:
    """What was ordered of a duty beside its being done (T-05), by the versions of the orders.

    `added` are the days by which its day was put off, by its extension and by the time for which its clock stood;
    `suspension` is while the clock stands; `assignments` are in their order.
    """

    released: int | None = None
    extended: int | None = None
    suspension: Suspension | None = None
    added: int = 0
    assignments: tuple[Assignment, ...] = ()


NOTHING_ORDERED = Ordered()


@dataclass(frozen=True, slots=True)
class Common:
    """What every kind of stream folds: acts that wait for a second person, the keys of duties missed, and what was
    ordered of duties, by their keys.
    """

    open_acts: Mapping[int, OpenAct] = field(default_factory=dict)
    missed: frozenset[str] = frozenset()
    ordered: Mapping[str, Ordered] = field(default_factory=dict)

    def last_day(self, key: str, due: date) -> date:
        """The last day of a duty that was due on that day: later where it was put off, no day while it stands still."""
        ordered = self.ordered.get(key, NOTHING_ORDERED)
        return date.max if ordered.suspension is not None else due + timedelta(days=ordered.added)


@dataclass(frozen=True, slots=True)
class State:
    """The state of a stream after `version` entries; `entries` are those entries, `voided` the versions struck.

    `owed` keeps what is owed in this very state, by the packs that say so: it is asked several times for an act.
    """

    descriptor: ClassVar[Kind[Any]]
    """The kind of stream; set by the kind itself."""

    id: UUID
    version: int = 0
    common: Common = field(default_factory=Common, kw_only=True)
    voided: frozenset[int] = field(default=frozenset(), kw_only=True)
    entries: History = field(default=(), repr=False, kw_only=True)
    owed: list[tuple[Packs, tuple[Obligation, ...]]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )
    _acted: list[Sequence[tuple[int, Actor]]] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def acted(self) -> Sequence[tuple[int, Actor]]:
        """Everybody who acted, as whom, with the version of their first entry; found once for this very state."""
        if not self._acted:
            first: dict[tuple[object, ...], tuple[int, Actor]] = {}
            for entry in self.entries:
                actor = entry.actor
                first.setdefault((actor.id, actor.kind, actor.roles), (entry.version, actor))
            self._acted.append(tuple(first.values()))
        return self._acted[0]

    @property
    def corrected(self) -> frozenset[int]:
        """The versions of the entries of which figures were corrected."""
        return frozenset(entry.event.version for entry in self.entries if isinstance(entry.event, EntryCorrected))


S = TypeVar("S", bound=State)


def fold(kind: Kind[S], stream: UUID, entries: Iterable[Entry[Event]]) -> S:
    """The state after these entries of its stream, in their order; voided ones are skipped, corrected ones are taken
    as they were corrected.
    """
    history = tuple(entries)
    voided = frozenset(entry.event.version for entry in history if isinstance(entry.event, EntryVoided))
    state: S = kind.state(stream)
    if not history:
        return state
    return _folded(state, as_corrected(history), history, voided)


def as_corrected(history: Entries) -> Entries:
    """The entries with every figure that was corrected since (T-13); the corrections themselves as they are."""
    corrections = [entry.event for entry in history if isinstance(entry.event, EntryCorrected)]
    if not corrections:
        return history
    counting = {entry.version: entry for entry in history}
    for made in corrections:
        if made.version in counting:
            counting[made.version] = corrected(counting[made.version], made)
    return tuple(counting.values())


def corrected(entry: Entry[Event], made: EntryCorrected) -> Entry[Event]:
    """The entry as a correction says that it should have been."""
    return entry.model_copy(update={"event": with_figures(entry.event, (*made.figures, *(made.follows or ())))})


def advance(state: S, new: Entries) -> S:
    """The state after some more entries; a voiding or a correction among them folds the whole history anew."""
    if any(isinstance(entry.event, EntryVoided | EntryCorrected) for entry in new):
        refolded: S = fold(state.descriptor, state.id, chain(state.entries, new))
        return refolded
    if not new:
        return state
    return _folded(state, new, state.entries + tuple(new), state.voided)


def _folded(state: S, new: Entries, history: Any, voided: frozenset[int]) -> S:
    folds, regions = state.descriptor.folds, dict[str, Any]()
    for entry in new:
        changes = folds.get(type(entry.event))
        if changes is None or (voided and entry.version in voided):
            continue
        for name, change in changes:
            if name is None:
                state = change(state, entry)
            else:
                before = regions[name] if name in regions else getattr(state, name)
                regions[name] = change(before, entry)
    return replace(state, version=new[-1].version, voided=voided, entries=history, **regions)


def as_of(
    entries: Iterable[Entry[Event]],
    *,
    version: int | None = None,
    on: date | None = None,
    known: datetime | None = None,
) -> tuple[Entry[Event], ...]:
    """The entries that count in a view of the past: up to a version, true on a day, known at a moment.

    Each may be left out; together all hold. The order is always that of deciding. A stream of which the view lacks
    the first entry had not begun: nothing of it counts.
    """
    seen = tuple(
        entry
        for entry in entries
        if (version is None or entry.version <= version)
        and (on is None or entry.effective_on <= on)
        and (known is None or entry.recorded_at <= known)
    )
    return seen if seen and seen[0].version == 1 else ()
