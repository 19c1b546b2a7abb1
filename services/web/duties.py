"""Duties as a desk lists them: by when, what, about whom, and the decisions that bring each on. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from events.envelope import Actor
from events.registry import KINDS as VOCABULARY
from events.words import Matter, ObligationKind
from projections.deadlines.rows import Row
from services.casework.judgement import Possibility, may
from services.casework.law import Context
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.stream import State
from services.casework.unit.state import Unit
from services.web.names import called
from services.web.possibilities import query_of

MOST_FLAT: Final = 3
"""Duties of one kind that stand one beneath the other; where there are more, they are folded under what they are."""

_ON_THE_WAY: Final[Mapping[ObligationKind, tuple[str, ...]]] = {
    ObligationKind.HANDLE_APPLICATION: ("visit-site", "opine"),
    ObligationKind.RESOLVE_OBJECTION: ("opine",),
    ObligationKind.DECIDE_RECONSIDERATION: ("opine",),
}
"""Decisions that a duty waits for and that do not settle it by themselves."""

_MATTERS: Final[Mapping[ObligationKind, Matter]] = {
    ObligationKind.HANDLE_APPLICATION: Matter.APPLICATION,
    ObligationKind.RESOLVE_OBJECTION: Matter.OBJECTION,
    ObligationKind.REVOCATION_OPINIONS: Matter.REVOCATION,
    ObligationKind.DECIDE_RECONSIDERATION: Matter.RECONSIDERATION,
}
"""What an opinion is on that such a duty waits for."""

_THE_OTHER_WAY: Final = frozenset({"return-application", "reject-application", "refuse-naming", "drop-revocation"})
"""Decisions that end what a duty is about: they stand on the page of all that may be done, and not on a desk."""

_TOWARDS_A_TITLE: Final = ("apply", "seal-report", "adopt-report", "self-evaluate")
"""The steps of a unit towards a title, the last first."""


@dataclass(frozen=True, slots=True)
class Way:
    """A decision by which the reader can bring a duty on today."""

    path: str
    label: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as it stands on the desk; `given_to` are the people of the office whose it is, by their posts, each with
    whether they are away today (T-05).
    """

    row: Row
    left: int
    ways: Sequence[Way] | None = ()
    """What the reader can do about it; None where it is for others to do."""

    given_to: Sequence[tuple[tuple[str, str], bool]] = ()

    @property
    def path(self) -> str:
        """The page of the stream that it is about."""
        return f"/{VOCABULARY[self.row.stream_kind].plural}/{self.row.stream}"


@dataclass(frozen=True, slots=True)
class Pile:
    """Duties of one kind, the earliest first."""

    kind: str
    duties: tuple[Duty, ...]

    @property
    def folded(self) -> bool:
        """Whether they are too many to stand one beneath the other."""
        return len(self.duties) > MOST_FLAT

    @property
    def late(self) -> int:
        """How many are overdue."""
        return sum(one.left < 0 and one.row.state != "suspended" for one in self.duties)


def piled(duties: Iterable[Duty]) -> list[Pile]:
    """The duties in their order, each by itself; those of a kind of which there are too many together, where the first
    of them stands.
    """
    every = list(duties)
    numbers = Counter(one.row.kind for one in every)
    piles: dict[tuple[str, ...], list[Duty]] = {}
    for one in every:
        row = one.row
        alone = numbers[row.kind] <= MOST_FLAT
        piles.setdefault((row.kind, str(row.stream), row.key) if alone else (row.kind,), []).append(one)
    return [Pile(members[0].row.kind, tuple(members)) for members in piles.values()]


def ways(row: Row, state: State, posts: Sequence[Actor], day: date, pack: Pack, context: Context) -> Sequence[Way]:
    """What the reader can do today to bring a duty on: what settles it first, then what it waits for."""
    duty = next(one for one in ObligationKind if one.value == row.kind)
    laws = state.descriptor.decisions
    settling = (name for name, law in laws.items() if duty in law.settles and name not in _THE_OTHER_WAY)
    found: list[Way] = []
    for name in (*settling, *_ON_THE_WAY.get(duty, ())):
        possible = may(state, posts, day, pack, context, decision=name)
        allowed = [one for one in possible if one.allowed and _still_wanted(one, duty, state)]
        meant = [one for one in allowed if row.ref in map(str, one.subject.values())] or allowed
        if meant:
            found.append(_way(state, meant))
    return found


def towards_a_title(unit: Unit, posts: Sequence[Actor], day: date, pack: Pack, context: Context) -> Sequence[Way]:
    """What the people of a unit can do today on the way to a title: the last step first, two at the most; of a case
    that is under way, to amend it where it was returned.
    """
    names = ("amend-application",) if unit.application.cases else _TOWARDS_A_TITLE
    possible = (may(unit, posts, day, pack, context, decision=name) for name in names)
    allowed = ([one for one in several if one.allowed] for several in possible)
    return [_way(unit, several) for several in allowed if several][:2]


def _way(state: State, meant: Sequence[Possibility]) -> Way:
    """The form of a decision; about what, it asks where there are several."""
    about, query = meant[0].type.about, query_of(meant[0]) if len(meant) == 1 else ""
    path = f"/{state.descriptor.words.plural}/{state.id}/decide/{meant[0].decision}{query}"
    return Way(path, (about.zh, about.act_en))


def _still_wanted(one: Possibility, duty: ObligationKind, state: State) -> bool:
    """Whether a visit or this house's opinion is still to come: on what the duty is about, after the last visit."""
    matter, actor = _MATTERS.get(duty), one.actor
    if matter is None or actor is None or not isinstance(state, Unit):
        return True
    region, title = state.evaluation, one.title or ""
    visits = region.visits.get(title, ())
    if one.decision == "visit-site":
        return not visits or bool(region.revisit.get(title))
    if one.decision != "opine" or actor.level is None or actor.house is None:
        return True
    if one.subject.get("matter") != matter:
        return False
    given = region.given(matter, title, actor.level).get(actor.house)
    return given is None or (matter is Matter.APPLICATION and any(not given.younger_than(visit) for visit in visits))


def given_to(row: Row, people: Mapping[UUID, State], day: date) -> Sequence[tuple[tuple[str, str], bool]]:
    """The posts of those to whom a duty was given, each with whether they are away."""
    found = (people.get(one) for one in (row.assigned_to, row.deputy) if one is not None)
    return [(called(one), one.away_on(day)) for one in found if isinstance(one, Officer)]
