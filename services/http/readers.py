"""Who may read what: one table of what, by whom, how far and of which house; what it does not say is not read.

Pure: a function of who asks as the register's streams say today, and of what is asked for. The interface, the feed,
papers and pages ask here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from events.envelope import Actor, Entry, Event
from events.governance.round_publicity import RoundObjectionRaised
from events.places import PLACES, within
from events.registry import EVENT_TYPES, UnknownEntry
from events.sealed import MASK
from events.unit.publicity import UnitObjectionRaised
from events.unit.signals import UnitSignalRecorded
from events.words import ActorKind, House, Role
from projections.page import Visible
from services.access.accounts import Account, Use
from services.casework.kinds import KINDS
from services.casework.officer.state import Officer
from services.casework.signal.state import Parked
from services.casework.source.state import Source
from services.casework.stream import State
from services.casework.unit.state import Unit
from services.errors import Forbidden


class Reach(StrEnum):
    """How far somebody reads: what is their own, what is of their post's place, or all that the register holds."""

    OWN = "own"
    PLACE = "place"
    REGISTER = "register"


DEAD_LETTERS, PROCESSES, SEALED, INSPECTION = "dead-letters", "processes", "sealed", "inspection"
LETTERS, REQUESTS, COPIES = "letters", "requests", "copies"
WHAT: Final = (*KINDS, DEAD_LETTERS, PROCESSES, SEALED, INSPECTION, LETTERS, REQUESTS, COPIES)
"""What is read: kinds of streams with all that is shown of them, messages that could not be taken, processes, letters
to units, sealed fields of what one reads, each time for a reason, which units are inspected less, requests of persons
with what is held of them, and copies of that for who asked.
"""

_DESK = (Role.OFFICER, Role.APPROVER, Role.CONTACT, Role.INSPECTOR, Role.ASSESSOR)
_OFFICIAL = (*_DESK, Role.AUDITOR, Role.DATA_OFFICER, Role.ADMINISTRATOR, Role.OPERATOR)
_AGENTS = (Role.APPLICANT, Role.UNIT_UNION)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: what is read, in which roles (or as what, where one has none), how far, of which house."""

    what: Sequence[str]
    who: Sequence[Role | ActorKind]
    reach: Reach
    house: House | None = None


TABLE: Final = (
    # files of units and what leads to them
    Line(("unit", "signal", "check", "session", "document"), (*_DESK, Role.AUDITOR, Role.DATA_OFFICER), Reach.PLACE),
    Line(("document",), (Role.ADMINISTRATOR,), Reach.PLACE),
    Line(("unit", "officer"), _AGENTS, Reach.OWN),
    Line(("signal", "source"), (ActorKind.SOURCE,), Reach.OWN),
    # who is in office, and by what the register works
    Line(
        (
            "officer",
            "source",
            "round",
            "policy",
            "body",
            "register",
            "province",
            "year",
            "task",
            "station",
            "standard",
            "honour",
        ),
        _OFFICIAL,
        Reach.REGISTER,
    ),
    Line(
        ("code", "crosscheck", "national", "decision"),
        (*_DESK, Role.AUDITOR, Role.DATA_OFFICER, Role.ADMINISTRATOR),
        Reach.REGISTER,
    ),
    Line(("round", "policy", "body"), _AGENTS, Reach.REGISTER),
    Line(("round", "policy"), (ActorKind.PUBLIC, ActorKind.SOURCE), Reach.REGISTER),
    # whom to inspect less, for who inspects: their systems report as sources
    Line((INSPECTION,), (*_DESK, Role.AUDITOR, Role.DATA_OFFICER, ActorKind.SOURCE), Reach.REGISTER),
    # the working of the register itself, which is of no place below it
    Line((DEAD_LETTERS,), (Role.OPERATOR, Role.DATA_OFFICER, Role.AUDITOR), Reach.PLACE),
    Line((DEAD_LETTERS,), (Role.OFFICER, Role.APPROVER), Reach.PLACE, House.HR),
    Line((PROCESSES,), (Role.OPERATOR, Role.DATA_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR), Reach.PLACE),
    Line((SEALED,), (Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.DATA_OFFICER, Role.ADMINISTRATOR), Reach.PLACE),
    # what is held of a person who asks, for who answers; and answered, for who asked
    Line((REQUESTS,), (Role.DATA_OFFICER,), Reach.PLACE),
    Line((COPIES,), (*_OFFICIAL, *_AGENTS), Reach.OWN),
    # letters to units, for their offices and for who looks after what brings them
    Line((LETTERS,), _OFFICIAL, Reach.PLACE),
    Line((LETTERS,), _AGENTS, Reach.OWN),
    # a system to which the operator gave a token of its own, such as one that keeps a copy
    Line((*KINDS, DEAD_LETTERS, PROCESSES, LETTERS), (ActorKind.SYSTEM,), Reach.REGISTER),
)

FOR_USE: Final[Mapping[Use, frozenset[str]]] = {
    Use.REPORT: frozenset(),
    Use.READ: frozenset(KINDS) - {"officer", "body", "register", "province"},
    Use.INSPECTION: frozenset({INSPECTION}),
    Use.OFFICES: frozenset({"officer", "body", "register", "province"}),
    Use.RUNNING: frozenset({DEAD_LETTERS, PROCESSES, LETTERS}),
}
"""What a machine reads by a token for each use, of what its holder may read."""

_OF_OFFICES: Final[Mapping[type[Event], tuple[str, ...]]] = {
    UnitSignalRecorded: ("summary",),
    UnitObjectionRaised: ("text", "ground"),
    RoundObjectionRaised: ("text", "ground"),
}
"""Fields by which those who report on a unit could be known: offices read them, the unit does not."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as the register says today; `register` is the place of the register.

    `posts` are those of an officer or an agent today, `uri` is a source's; `everything`: pages are open here. `only`
    and `within` limit a machine's token to what it is for, and to a place.
    """

    holder: UUID
    kind: ActorKind
    register: str
    posts: tuple[Actor, ...] = ()
    unit: UUID | None = None
    uri: str | None = None
    everything: bool = False
    only: frozenset[str] | None = None
    within: str | None = None

    @property
    def offices(self) -> tuple[Actor, ...]:
        """The posts of an officer."""
        return self.posts if self.kind is ActorKind.OFFICER else ()


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked for: of which kind, of which place (None: of the register itself), about which stream or unit, from
    which source, and which officers were lent to it.
    """

    what: str
    place: str | None = None
    stream: UUID | None = None
    unit: UUID | None = None
    uri: str | None = None
    lent: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of a list that somebody reads: all of them, those within places, or those of their own."""

    all: bool = False
    places: tuple[str, ...] = ()
    own: bool = False


def reader_of(account: Account, state: State | None, today: date, register: str) -> Reader:
    """Who an account is today. Raises Forbidden where it is nobody: never registered, out of office, suspended, closed.

    `state` is the stream that the account names.
    """
    match account.kind, state:
        case ((ActorKind.OFFICER | ActorKind.APPLICANT), Officer()) if posts := state.actors(today):
            return Reader(account.holder, state.kind, register, posts, state.unit)
        case ActorKind.SOURCE, Source() if state.uri and not state.suspended and not state.closed:
            return Reader(
                account.holder, ActorKind.SOURCE, register, (state.actor(),), uri=state.uri, only=_only(account)
            )
        case ((ActorKind.PUBLIC | ActorKind.SYSTEM), _):
            place = account.place if account.place != register else None
            return Reader(account.holder, account.kind, register, only=_only(account), within=place)
    zh = "该账户今日无任职、已暂停或未登记，不能查阅"
    raise Forbidden("this account is nobody's who is in office today", zh)


def _only(account: Account) -> frozenset[str] | None:
    return frozenset().union(*(FOR_USE[use] for use in account.uses)) if account.uses is not None else None


def everybody(register: str) -> Reader:
    """Who reads pages that are open (a demonstration's)."""
    return Reader(UUID(int=0), ActorKind.PUBLIC, register, everything=True)


def row_of(state: State) -> Row:
    """What a stream is to a reader."""
    kind = state.descriptor
    lent: frozenset[UUID] = frozenset()
    uri = None
    if isinstance(state, Unit):
        lent = frozenset(one.officer for one in state.stand_ins.all.values() if one.officer is not None)
    elif isinstance(state, Parked) and state.parked is not None:
        uri = state.parked.source
    unit = state.id if kind.name == "unit" else kind.unit(state)
    return Row(kind.name, kind.place(state), state.id, unit, uri, lent)


def may_read(reader: Reader, row: Row) -> bool:
    """Whether somebody may read that."""
    if reader.everything or (reader.offices and reader.holder in row.lent):
        return True
    return any(_reaches(reader, post, line, row) for post, line in _lines(reader, row.what))


def scope(reader: Reader, what: str) -> Scope | None:
    """How much of a list of that somebody may read; None where nothing is."""
    if reader.everything:
        return Scope(all=True)
    lines = list(_lines(reader, what))
    if any(
        line.reach is Reach.REGISTER or (line.reach is Reach.PLACE and _whole(reader, post)) for post, line in lines
    ):
        return Scope(all=True) if reader.within is None else Scope(places=(reader.within,))
    places = tuple(dict.fromkeys(post.place for post, line in lines if post is not None and line.reach is Reach.PLACE))
    own = any(line.reach is Reach.OWN for _, line in lines)
    return Scope(places=places, own=own) if places or own else None


def visible(reader: Reader, **own: Any) -> Visible:
    """The rows of a list that somebody may read; `own`: the column by which a row is their own, with its value."""
    scopes = {kind: found for kind in KINDS if (found := scope(reader, kind)) is not None}
    return Visible(
        whole=[kind for kind, found in scopes.items() if found.all],
        placed=[kind for kind, found in scopes.items() if found.places],
        places=list(dict.fromkeys(place for found in scopes.values() for place in found.places)),
        own={name: value for name, value in own.items() if value is not None},
    )


def must_read(reader: Reader, row: Row) -> None:
    """Raises Forbidden where somebody may not read that."""
    if not may_read(reader, row):
        raise Forbidden("this is not for this account to read: it is of another place, or of other offices", _NOT_YOURS)


def must_list(reader: Reader, what: str, place: str | None = None) -> None:
    """Raises Forbidden where somebody may read nothing of a list, or nothing of the place that they ask for."""
    found = scope(reader, what)
    if found is None:
        raise Forbidden("this is not for this account to read", _NOT_YOURS)
    if place is not None and not found.all and not found.own and not any(_in(place, one) for one in found.places):
        raise Forbidden(f"this account reads {', '.join(found.places)}, and not {place}", _NOT_YOURS)


_NOT_YOURS = "不在本账户的查阅范围内（地区或职责不符）"


E = TypeVar("E", Entry[Event], UnknownEntry, Entry[Event] | UnknownEntry)


def shown(reader: Reader, entry: E) -> E:
    """An entry as somebody may read it: what only offices read is masked for others."""
    if isinstance(entry, UnknownEntry) or _reads_all(reader):
        return entry
    hidden = _OF_OFFICES.get(type(entry.event), ())
    if not hidden:
        return entry
    masked = {name: MASK for name in hidden if getattr(entry.event, name) is not None}
    return entry.model_copy(update={"event": entry.event.model_copy(update=masked)})


def sentences(reader: Reader, event_type: str, zh: str, en: str) -> tuple[str, str]:
    """Sentences that were made of an event, as somebody may read them."""
    known = EVENT_TYPES.get(event_type)
    if known is None or _reads_all(reader) or known not in _OF_OFFICES:
        return zh, en
    return f"{known.about.zh}：{MASK}", f"{known.about.en}: {MASK}"


def _reads_all(reader: Reader) -> bool:
    return reader.everything or reader.kind in (ActorKind.OFFICER, ActorKind.SYSTEM)


def _lines(reader: Reader, what: str) -> list[tuple[Actor | None, Line]]:
    """The lines of the table that are a reader's, each with the post by which it is."""
    found: list[tuple[Actor | None, Line]] = []
    if reader.only is not None and what not in reader.only:
        return found
    for line in TABLE:
        if what in line.what:
            # a kind of actor and a role may be the same word, and are two things
            if any(one is reader.kind for one in line.who):
                found.append((None, line))
            found += [
                (post, line)
                for post in reader.posts
                if set(post.roles) & set(line.who) and (line.house is None or post.house is line.house)
            ]
    return found


def _reaches(reader: Reader, post: Actor | None, line: Line, row: Row) -> bool:
    match line.reach:
        case Reach.REGISTER:
            return reader.within is None or _in(row.place, reader.within)
        case Reach.PLACE if row.place is None:
            return _whole(reader, post)
        case Reach.PLACE:
            return _whole(reader, post) or (post is not None and _in(row.place, post.place))
        case Reach.OWN:
            own_unit = reader.unit is not None and row.unit == reader.unit
            own_word = reader.uri is not None and row.uri == reader.uri
            return own_unit or own_word or row.stream == reader.holder


def _whole(reader: Reader, post: Actor | None) -> bool:
    """Whether a post is that of the whole register."""
    return post is not None and _in(reader.register, post.place)


def _in(place: str | None, area: str) -> bool:
    return place is not None and place in PLACES and area in PLACES and within(place, area)
