"""What is open: streams with what is still needed of them, and the register that they make up together.

Of every entry two bytes stay for ever (its type, who made it and whether something rests on it); entries
themselves stay only while the case, title, signal or procedure that they belong to is open.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from services.checker.entries import Entry, name_of
from services.checker.finding import Finding
from services.checker.pack import RANK, Pack

RESTED = 8
"""The bit of an entry on which a later one rests."""

VOIDED = 16
OUTSIDE = 5
"""From this class on an entry was made outside the offices: 4 a unit's agent, 5 a source or the public, 6 a program."""

_MAKERS = {"applicant": 4, "source": 5, "public": 5, "timekeeper": 6, "system": 6}


def maker_of(entry: Entry) -> int:
    """0 to 3 the level of the office that made it, above that what made it."""
    return _MAKERS.get(entry.actor["kind"], RANK.get(entry.actor.get("level") or "county", 0))


@dataclass(slots=True)
class Duty:
    """Something owed: by which day, and what is said where it is neither done nor called missed.

    `unfrozen` is owed of a unit while it is not frozen; `clock` is the duty to look again at its clock that stands.
    """

    kind: str
    due: str
    limit: str
    rule: str
    version: int
    zh: str
    en: str
    since: str
    unfrozen: bool = False
    missed: bool = False
    clock: str | None = None


class Stream:
    """What every stream has."""

    __slots__ = (
        "assigned",
        "by_two",
        "duties",
        "earliest",
        "flags",
        "halted_for",
        "id",
        "kind",
        "missed",
        "moment",
        "ordered",
        "proposals",
        "recent",
        "reopened_on",
        "typed",
        "types",
        "version",
    )  # fmt: skip

    def __init__(self, stream: str, kind: str) -> None:
        self.id = stream
        self.kind = kind
        self.version = 0
        self.moment = ""
        self.types = array("I")
        self.flags = bytearray()
        self.recent: dict[int, tuple[str, str]] = {}
        self.proposals: dict[int, Entry] = {}
        self.typed: dict[int, Entry] = {}
        self.by_two: set[int] = set()
        self.duties: dict[str, Duty] = {}
        self.earliest = "9999"
        self.missed: set[str] = set()
        self.assigned: dict[str, list[tuple[str, str, str, str | None]]] = {}
        self.ordered: dict[str, tuple[bool, str | None]] = {}
        self.reopened_on = ""
        self.halted_for: set[tuple[str, str]] = set()

    def type_at(self, version: int) -> str | None:
        """The type of an earlier entry; None where there is none, or it is voided."""
        if not 1 <= version <= len(self.types) or self.flags[version - 1] & VOIDED:
            return None
        return name_of(self.types[version - 1])

    def forget(self, version: int) -> None:
        """A voided entry counts no more."""


@dataclass(slots=True)
class Plaque:
    """A plaque of a title: issued, to recover since a day, recovered, or lost."""

    title: str
    state: str = "issued"
    since: str = ""
    lost: bool = False


@dataclass(slots=True)
class Attempt:
    """An application from its entry on; `chain` are the report's entries and all that followed, in order."""

    applied: Entry
    chain: list[Entry] = field(default_factory=list)
    did: dict[str, set[str]] = field(default_factory=dict)
    ended: Entry | None = None

    def all(self, *kinds: str) -> Iterator[Entry]:
        """The entries of these types, in order; a type without `unit.` before it."""
        return (entry for entry in self.chain if entry.type[5:] in kinds)

    def last(self, *kinds: str) -> Entry | None:
        """The newest entry of these types."""
        return next((entry for entry in reversed(self.chain) if entry.type[5:] in kinds), None)

    def at(self) -> str:
        """The level at which it lies."""
        forwarded = self.last("application-forwarded")
        to = forwarded.data.get("to") if forwarded is not None else None
        return to or self.applied.data.get("level") or ("province" if self.direct else "county")

    @property
    def direct(self) -> bool:
        """Whether it goes to the province directly."""
        return bool(self.applied.data.get("route") == "direct")

    @property
    def digest(self) -> str:
        """Of the report on which it rests now."""
        for entry in reversed(self.chain):
            if entry.type == "unit.application-amended" and entry.data.get("report_digest"):
                return str(entry.data["report_digest"])
        return str(self.applied.data["report_digest"])


@dataclass(slots=True)
class Revocation:
    """A procedure of revocation, from the proposal on."""

    proposed: Entry
    chain: list[Entry] = field(default_factory=list)
    did: dict[str, set[str]] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)

    def last(self, *kinds: str) -> Entry | None:
        """The newest entry of these types."""
        return next((entry for entry in reversed(self.chain) if entry.type[5:] in kinds), None)


@dataclass(slots=True)
class Holding:
    """A title as it is held, and how it ends."""

    title: str
    named: Entry
    since: str
    until: str
    extended: list[Entry] = field(default_factory=list)
    bridged_from: str = ""
    revocation: Revocation | None = None
    revoked: Entry | None = None
    consented: bool = False
    expired: Entry | None = None
    asked_again: Entry | None = None
    watched: str = ""
    opinions_again: list[Entry] = field(default_factory=list)

    def held_on(self, day: str) -> bool:
        """Whether it is held on that day: a term ends on its day, whoever records it (T-09)."""
        return self.revoked is None and self.expired is None and day <= self.until


@dataclass(slots=True)
class Signal:
    """A fact that a source or an inspector stated of the unit, and what became of it."""

    id: str
    recorded: Entry
    category: str
    ground: str | None
    severity: int
    highest: int
    people: int | None
    amount: int | None
    months: int | None
    penalised: bool
    assessed: list[Entry] = field(default_factory=list)
    withdrawn: Entry | None = None
    raised: Entry | None = None
    checked: Entry | None = None
    rectified: bool = False
    decided: bool = False
    occurred: str | None = None
    told: list[tuple[str, str, int, int, int]] = field(default_factory=list)

    @property
    def outcome(self) -> str | None:
        """What it was last assessed to be."""
        return str(self.assessed[-1].data["outcome"]) if self.assessed else None

    @property
    def settled(self) -> bool:
        """Assessed since it last grew worse."""
        return bool(self.assessed) and (self.raised is None or self.raised.version < self.assessed[-1].version)


@dataclass(slots=True)
class Found:
    """What a check, an inspection, a verification or an upheld objection found; without a category, unmeasured."""

    version: int
    day: str
    category: str
    ground: str | None
    severity: int
    people: int
    amount: int
    months: int
    check: str | None = None
    signals: tuple[str, ...] = ()
    grave: bool = False
    settled: bool = False
    failed: int = 0


class Unit(Stream):
    """What is open of a unit."""

    __slots__ = (
        "admitted",
        "agents",
        "attempts",
        "checks",
        "claimed_by",
        "closed",
        "code",
        "commended",
        "concluded",
        "counted",
        "counts",
        "ended",
        "found",
        "grants",
        "handed_over",
        "headcount",
        "held",
        "most",
        "objections",
        "ownership",
        "place",
        "places",
        "plan",
        "plaques",
        "provisional",
        "reasons",
        "recommended",
        "rectifications",
        "report",
        "reserve",
        "self_evaluated",
        "settled_long_ago",
        "signal_at",
        "signals",
        "stand_ins",
        "sub_kind",
        "surveys",
        "suspended_by",
        "unions",
        "unit_kind",
        "waits",
    )  # fmt: skip

    def __init__(self, stream: str) -> None:
        super().__init__(stream, "unit")
        self.unit_kind = ""
        self.sub_kind: str | None = None
        self.code = ""
        self.place = ""
        self.places: list[tuple[str, str]] = []
        self.ownership: str | None = None
        self.claimed_by = ""
        self.headcount: int | None = None
        self.most: int | None = None
        self.closed: Entry | None = None
        self.handed_over = False
        self.provisional = False
        self.waits: dict[str, str] = {}
        self.report: list[Entry] = []
        self.self_evaluated: Entry | None = None
        self.plan: Entry | None = None
        self.recommended: dict[int, str] = {}
        self.commended: list[tuple[str, str | None, int]] = []
        self.concluded: dict[int, Entry] = {}
        self.surveys: dict[int, Entry] = {}
        self.counts: dict[int, tuple[Entry, Entry]] = {}
        self.counted: dict[str, int] = {}
        self.attempts: dict[str, Attempt] = {}
        self.ended: dict[str, Attempt] = {}
        self.admitted: set[int] = set()
        self.objections: dict[int, tuple[str, Entry, Entry | None]] = {}
        self.held: dict[str, Holding] = {}
        self.plaques: dict[str, Plaque] = {}
        self.grants: dict[int, tuple[str, str, str, str]] = {}
        self.signals: dict[str, Signal] = {}
        self.signal_at: dict[int, str] = {}
        self.settled_long_ago: set[str] = set()
        self.reasons: dict[str, int] = {}
        self.found: dict[int, Found] = {}
        self.checks: dict[str, tuple[Entry, Entry | None]] = {}
        self.rectifications: dict[int, tuple[Entry, bool]] = {}
        self.reserve: dict[str, Entry] = {}
        self.agents: set[str] = set()
        self.stand_ins: dict[int, StandIn] = {}
        self.suspended_by: dict[int, int] = {}
        self.unions: set[str] = set()

    def place_on(self, day: str) -> str:
        """Where the unit was on that day."""
        return next((place for since, place in reversed(self.places) if since <= day), self.place)

    def call_back(self, titles: Collection[str], day: str) -> list[str]:
        """From that day on the plaques of these titles are to come back; those that are out, or were lost."""
        found = [c for c, one in self.plaques.items() if one.state in ("issued", "lost") and one.title in titles]
        for code in found:
            self.plaques[code].state, self.plaques[code].since = "to recover", day
        return found

    def the_title(self, entry: Entry) -> str:
        """The title that an act is about: the one it names, else the only open case or held title."""
        title = entry.data.get("title")
        if title is None:
            open_ones = self.attempts if len(self.attempts) == 1 else self.held
            title = next(iter(open_ones)) if len(open_ones) == 1 else ""
        return str(title)

    def forget(self, version: int) -> None:
        """A voided entry counts no more, wherever it stands."""
        for chain in (
            self.report,
            *(attempt.chain for attempt in self.attempts.values()),
            *(held.revocation.chain for held in self.held.values() if held.revocation is not None),
        ):
            chain[:] = [entry for entry in chain if entry.version != version]
        for title, attempt in list(self.attempts.items()):
            if attempt.applied.version == version:
                del self.attempts[title]
        for title, attempt in list(self.ended.items()):
            if attempt.ended is not None and attempt.ended.version == version and title not in self.attempts:
                attempt.ended = None
                self.attempts[title] = self.ended.pop(title)
        self._forget_facts(version)
        self.plan = self.concluded.pop(version, self.plan)
        if self.plan is not None and self.plan.version == version:
            self.duties.pop(f"cultivate:{version}", None)
            self.plan = None

    def _forget_facts(self, version: int) -> None:
        self.surveys.pop(version, None)
        self.grants.pop(version, None)
        self.rectifications.pop(version, None)
        self.found.pop(version, None)
        self.objections.pop(version, None)
        self.admitted.discard(version)
        self.signal_at.pop(version, None)
        if self.closed is not None and self.closed.version == version:
            self.closed = None
        for name, (ordered, conducted) in list(self.checks.items()):
            if ordered.version == version:
                del self.checks[name]
            elif conducted is not None and conducted.version == version:
                self.checks[name] = (ordered, None)
        for name, signal in list(self.signals.items()):
            if signal.recorded.version == version:
                del self.signals[name]
            elif signal.withdrawn is not None and signal.withdrawn.version == version:
                signal.withdrawn = None
            else:
                signal.assessed = [one for one in signal.assessed if one.version != version]
        for title, listed in list(self.reserve.items()):
            if listed.version == version:
                del self.reserve[title]


@dataclass(slots=True)
class StandIn:
    """A step taken up from a level by the one above, or somebody lent for it until a day."""

    step: str
    title: str | None
    objection: int | None
    level: str
    officer: str | None
    until: str
    used: bool = False


@dataclass(slots=True)
class Post:
    """An appointment as its stream tells it."""

    version: int
    day: str
    house: str | None
    level: str | None
    place: str
    roles: frozenset[str]
    since: str
    until: str | None

    def holds(self, day: str) -> bool:
        """Whether it is held on that day; it counts from its recording (T-02)."""
        return max(self.since, self.day) <= day and (self.until is None or day <= self.until)


class Officer(Stream):
    """A person in the register."""

    __slots__ = ("appointed_by", "interests", "posts", "right", "suspensions", "tag", "unit")

    def __init__(self, stream: str) -> None:
        super().__init__(stream, "officer")
        self.tag: str | None = None
        self.unit: str | None = None
        self.posts: dict[int, Post] = {}
        self.suspensions: dict[int, tuple[str, str | None]] = {}
        self.interests: dict[str, str] = {}
        self.appointed_by: dict[str, str] = {}
        self.right: tuple[str, dict[str, Any]] | None = None
        """A day and a post as an entry had it, found right since the stream last moved."""

    def suspended_on(self, day: str) -> bool:
        """Whether the officer may not act on that day."""
        return any(since <= day and (until is None or day <= until) for since, until in self.suspensions.values())

    def forget(self, version: int) -> None:
        """A voided appointment or suspension counts no more."""
        self.posts.pop(version, None)
        self.suspensions.pop(version, None)


class Thing(Stream):
    """A stream of another kind: its first entry, what it says of itself, whether it is closed."""

    __slots__ = ("closed", "first", "notes")

    def __init__(self, stream: str, kind: str) -> None:
        super().__init__(stream, kind)
        self.first: dict[str, Any] = {}
        self.closed = False
        self.notes: dict[str, Any] = {}


class Register:
    """Everything that is open, and the findings so far.

    `whole` says whether all streams of the register are told: only then is a stream that was never seen
    one that does not exist. Where nobody says so, the first entry does: a register begins with its officers.
    """

    def __init__(self, pack: Pack, whole: bool | None = None) -> None:
        self.first_pack = pack
        self.whole = whole
        self.streams: dict[str, Stream] = {}
        self.packs: list[tuple[str, Pack]] = []
        self.notices: list[tuple[str, list[str], list[str]]] = []
        self.adoptions: list[tuple[str, str, Entry]] = []
        self.moment = ""
        self.position = 0
        self.opened_on: str | None = None
        self.place = ""
        self.founded = False
        self.not_watched: list[tuple[str, str]] = []
        self.codes: dict[str, str] = {}
        self.plaques: dict[str, str] = {}
        self.rounds: dict[tuple[str, str], list[Thing]] = {}
        self.waiting: dict[str, tuple[Entry, Entry]] = {}
        self.imported: Entry | None = None
        self.successions: dict[str, list[Entry]] = {}
        self.due: list[tuple[str, str, str]] = []
        self._findings: list[Finding] = []
        self._days: dict[str, Pack] = {}
        self.names: dict[str, str] = {}

    def finds(self, rule: str, entry: Entry, zh: str, en: str) -> None:
        """Something is wrong at that entry."""
        self._findings.append(Finding(rule, entry.stream, entry.version, zh, en))

    def finds_at(self, rule: str, stream: str, version: int, zh: str, en: str) -> None:
        """Something is wrong at that version."""
        self._findings.append(Finding(rule, stream, version, zh, en))

    def taken(self) -> list[Finding]:
        """The findings since it was last asked."""
        found, self._findings = self._findings, []
        return found

    def pack(self, day: str) -> Pack:
        """The pack in force on that day."""
        if not self.packs:
            return self.first_pack
        found = self._days.get(day)
        if found is None:
            found = next((pack for since, pack in reversed(self.packs) if since <= day), self.first_pack)
            if len(self._days) > 4_096:
                self._days.clear()
            self._days[day] = found
        return found

    def announces(self, year: str, rest: list[str], work: list[str]) -> None:
        """The holidays of a year are known from now on, to every pack that follows such notices."""
        self.notices.append((year, rest, work))
        for pack in (self.first_pack, *(pack for _, pack in self.packs)):
            if pack.calendar.follows_notices:
                pack.calendar = pack.calendar.with_year(year, rest, work)

    def adopts(self, since: str, pack: Pack) -> None:
        """A pack holds from that day on."""
        for notice in self.notices if pack.calendar.follows_notices else ():
            pack.calendar = pack.calendar.with_year(*notice)
        self.packs.append((since, pack))
        self.packs.sort(key=lambda row: row[0])
        self._days.clear()

    def officer(self, stream: str) -> Officer | None:
        """The officer of that id, where known."""
        found = self.streams.get(stream)
        return found if isinstance(found, Officer) else None

    def thing(self, stream: str | None, kind: str) -> Thing | None:
        """The stream of that id and kind, where known."""
        found = self.streams.get(stream) if stream is not None else None
        return found if isinstance(found, Thing) and found.kind == kind else None

    def person(self, stream: str) -> str:
        """Who somebody is: the same tag is the same person, and whoever has none may be anybody without one."""
        found = self.streams.get(stream)
        if not isinstance(found, Officer):
            return stream
        return found.tag or ("nobody in particular" if self.whole else stream)
