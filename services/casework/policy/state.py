"""The policy in force: which pack was adopted from which day, and which holidays were announced (I-23, T-13)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.policy import PolicyAdopted, PolicyHolidaysAnnounced
from services.casework.calendar import Calendar
from services.casework.pack import Pack, find_pack
from services.casework.stream import State

_POLICIES = uuid5(NAMESPACE_URL, "concord:policy")


@lru_cache(maxsize=64)
def policy_stream(place: str) -> UUID:
    """The stream of a place's policy."""
    return uuid5(_POLICIES, place)


@dataclass(frozen=True, slots=True)
class Policy(State):
    """What was adopted, in the order of adopting, as of a version of the stream."""

    adopted: tuple[PolicyAdopted, ...] = ()
    holidays: tuple[PolicyHolidaysAnnounced, ...] = ()
    packs: list[Packs] = field(default_factory=list, init=False, repr=False, compare=False)
    """The packs that this very state puts in force, by the pack of the days before: every act asks for them."""

    def in_force(self, day: date) -> PolicyAdopted | None:
        """The adoption by which an act of that day is judged: of those begun, the one that begins last."""
        begun = [adoption for adoption in self.adopted if adoption.from_ <= day]
        return max(reversed(begun), key=lambda adoption: adoption.from_, default=None)


def adopted(policy: Policy, entry: Entry[PolicyAdopted]) -> Policy:
    """The policy after an adoption."""
    return replace(policy, adopted=(*policy.adopted, entry.event))


def announced(policy: Policy, entry: Entry[PolicyHolidaysAnnounced]) -> Policy:
    """The policy after a notice of holidays."""
    return replace(policy, holidays=(*policy.holidays, entry.event))


@dataclass(frozen=True, slots=True)
class Packs:
    """The pack of each day: the one function of the day that everybody asks who needs a pack.

    `ours` judges the days before anything was adopted. The calendar of each is told the holidays that were announced,
    so that days are counted by what was known (T-13).
    """

    ours: Pack
    adopted: tuple[PolicyAdopted, ...] = ()
    holidays: tuple[PolicyHolidaysAnnounced, ...] = ()
    _told: dict[str, Pack] = field(default_factory=dict, compare=False, repr=False)
    _on: dict[date, Pack] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def fixed(cls, pack: Pack) -> Packs:
        """The same pack on every day: what-if replay, and rules tried by themselves."""
        return cls(pack)

    @classmethod
    def of(cls, policy: Policy | None, ours: Pack) -> Packs:
        """The packs that a policy's adoptions put in force."""
        if policy is None:
            return cls(ours)
        kept = next((packs for packs in policy.packs if packs.ours is ours), None)
        if kept is None:
            kept = cls(ours, policy.adopted, policy.holidays)
            policy.packs.append(kept)
        return kept

    def alike(self, other: Packs) -> bool:
        """Whether the other gives the very same pack for every day."""
        return self is other or (
            self.ours is other.ours and self.adopted == other.adopted and self.holidays == other.holidays
        )

    def on(self, day: date) -> Pack:
        """The pack in force on that day. Raises KeyError where the pack adopted for it is not here."""
        kept = self._on.get(day)
        if kept is None:
            kept = self._on[day] = self._in_force(day)
        return kept

    def _in_force(self, day: date) -> Pack:
        begun = [adoption for adoption in self.adopted if adoption.from_ <= day]
        if not begun:
            return self._with_holidays(self.ours)
        last = max(reversed(begun), key=lambda adoption: adoption.from_)
        return self._with_holidays(_found(last.pack, last.pack_version, last.digest))

    def _with_holidays(self, pack: Pack) -> Pack:
        if not self.holidays or pack.calendar.years is None:
            return pack
        told = self._told.get(pack.digest)
        if told is None:
            calendar = _with_years(pack.calendar, self.holidays)
            told = self._told[pack.digest] = pack.model_copy(update={"calendar": calendar})
        return told

    def next_change(self, day: date) -> date | None:
        """The first day after this one on which another pack begins."""
        return min((adoption.from_ for adoption in self.adopted if adoption.from_ > day), default=None)


@lru_cache(maxsize=64)
def _found(pack: str, version: str, digest: str) -> Pack:
    return find_pack(pack, version, digest)


@lru_cache(maxsize=64)
def _with_years(calendar: Calendar, holidays: tuple[PolicyHolidaysAnnounced, ...]) -> Calendar:
    for notice in holidays:
        calendar = calendar.with_year(notice.year, notice.rest, notice.work)
    return calendar
