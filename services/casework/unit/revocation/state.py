"""Chapter 取消: what is known of proposals to revoke and of revocations, title by title."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from events.envelope import Entry, Event
from events.unit.naming import UnitNamed
from events.unit.revocation import (
    GroundWithEvidence,
    UnitConsentGiven,
    UnitConsentRefused,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationAnnounced,
    UnitRevocationDropped,
    UnitRevocationLapsed,
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.words import (
    Level,
    ObligationKind,
)
from services.casework.stream import Common

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Proposal:
    """An open proposal to revoke a title, and how far it is."""

    title: str
    version: int
    day: date
    proposer: UUID
    level: Level | None
    grounds: tuple[GroundWithEvidence, ...]
    notified_on: date | None = None
    served_on: date | None = None
    hearing_due: date | None = None
    heard: int | None = None
    heard_on: date | None = None
    consent_requested: int | None = None
    consent_requested_on: date | None = None
    consent: int | None = None
    consent_on: date | None = None
    consent_refused: int | None = None
    consent_refused_on: date | None = None

    def hearing_last_day(self, common: Common) -> date | None:
        """The last day on which the unit may speak, as it was extended or stands still; None before its days run."""
        if self.hearing_due is None:
            return None
        return common.last_day(f"{ObligationKind.STATEMENT.value}:{self.version}", self.hearing_due)

    def hearing_over_on(self, common: Common) -> date | None:
        """The last day of the hearing: the unit spoke, or its days are over; None where its days do not run yet."""
        last = self.hearing_last_day(common)
        return min((day for day in (self.heard_on, last) if day is not None), default=None)

    def hearing_is_over(self, day: date, common: Common) -> bool:
        """Whether the unit has spoken, or has let its days pass, by that day."""
        last = self.hearing_last_day(common)
        return self.heard is not None or (last is not None and day > last)


@dataclass(frozen=True, slots=True)
class Revocation:
    """A revocation that took place, and what it still owes (I-10)."""

    title: str
    version: int
    day: date
    decided_by: UUID
    announced: bool = False
    reconsideration: int | None = None
    reconsideration_on: date | None = None
    consent: int | None = None


@dataclass(frozen=True, slots=True)
class Revocations:
    """Open proposals and revocations by title; all proposals ever made, with what they rested on."""

    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    done: Mapping[str, Revocation] = field(default_factory=dict)
    evidence: Mapping[int, frozenset[int]] = field(default_factory=dict)


def _proposed(region: Revocations, entry: Entry[UnitRevocationProposed]) -> Revocations:
    title = entry.event.title or ""
    proposal = Proposal(title, entry.version, entry.day, entry.actor.id, entry.actor.level, entry.event.grounds)
    evidence = frozenset(version for ground in entry.event.grounds for version in ground.evidence)
    return replace(
        region,
        proposals={**region.proposals, title: proposal},
        evidence={**region.evidence, entry.version: evidence},
    )


def _without(region: Revocations, title: str | None) -> Revocations:
    return replace(region, proposals={name: p for name, p in region.proposals.items() if name != title})


def _dropped(region: Revocations, entry: Entry[UnitRevocationDropped]) -> Revocations:
    return _without(region, entry.event.title)


def _with(region: Revocations, title: str | None, **changes: object) -> Revocations:
    proposal = region.proposals.get(title or "")
    if proposal is None:
        return region
    changed = replace(proposal, **changes)  # type: ignore[arg-type]
    return replace(region, proposals={**region.proposals, proposal.title: changed})


def _notified(region: Revocations, entry: Entry[UnitHearingNotified]) -> Revocations:
    return _with(region, entry.event.title, notified_on=entry.day)


def _served(region: Revocations, entry: Entry[UnitNoticeServed]) -> Revocations:
    """The first day on which the notice counts as served stands, whatever was recorded first."""
    event, proposal = entry.event, region.proposals.get(entry.event.title or "")
    if proposal is None or event.served_on is None or event.due is None:
        return region
    served = min(event.served_on, proposal.served_on or event.served_on)
    return _with(region, event.title, served_on=served, hearing_due=min(event.due, proposal.hearing_due or event.due))


def _lapsed(region: Revocations, entry: Entry[UnitRevocationLapsed]) -> Revocations:
    return _without(region, entry.event.title)


def _heard(region: Revocations, entry: Entry[UnitStatementHeard]) -> Revocations:
    """The hearing is over with the first statement; what is said after it starts no clock again."""
    proposal = region.proposals.get(entry.event.title or "")
    if proposal is None or proposal.heard is not None:
        return region
    return _with(region, proposal.title, heard=entry.version, heard_on=entry.day)


def _requested(region: Revocations, entry: Entry[UnitConsentRequested]) -> Revocations:
    return _with(
        region, entry.event.title, consent_requested=entry.version, consent_requested_on=entry.day, consent_refused=None
    )


def _given(region: Revocations, entry: Entry[UnitConsentGiven]) -> Revocations:
    return _with(region, entry.event.title, consent=entry.version, consent_on=entry.day)


def _refused(region: Revocations, entry: Entry[UnitConsentRefused]) -> Revocations:
    return _with(region, entry.event.title, consent_refused=entry.version, consent_refused_on=entry.day)


def _revoked(region: Revocations, entry: Entry[UnitRevoked]) -> Revocations:
    title = entry.event.title or ""
    return replace(
        _without(region, title),
        done={
            **region.done,
            title: Revocation(title, entry.version, entry.day, entry.actor.id, consent=entry.event.consent_ref),
        },
    )


def _done_with(region: Revocations, title: str | None, **changes: object) -> Revocations:
    done = region.done.get(title or "")
    if done is None:
        return region
    return replace(region, done={**region.done, done.title: replace(done, **changes)})  # type: ignore[arg-type]


def _announced(region: Revocations, entry: Entry[UnitRevocationAnnounced]) -> Revocations:
    return _done_with(region, entry.event.title, announced=True)


def _reconsideration(region: Revocations, entry: Entry[UnitReconsiderationRequested]) -> Revocations:
    return _done_with(region, entry.event.title, reconsideration=entry.version, reconsideration_on=entry.day)


def _settled(region: Revocations, entry: Entry[UnitReconsiderationDecided | UnitNamed]) -> Revocations:
    """Set aside, the revocation is over; upheld, it stands; a new naming ends what the old one owed."""
    event = entry.event
    if isinstance(event, UnitReconsiderationDecided) and event.outcome.value == "upheld":
        return _done_with(region, event.title, reconsideration=None)
    return replace(region, done={name: done for name, done in region.done.items() if name != event.title})


FOLDS: Mapping[type[Event], Callable[[Any, Any], Any]] = {
    UnitRevocationProposed: _proposed,
    UnitRevocationDropped: _dropped,
    UnitHearingNotified: _notified,
    UnitNoticeServed: _served,
    UnitRevocationLapsed: _lapsed,
    UnitStatementHeard: _heard,
    UnitConsentRequested: _requested,
    UnitConsentGiven: _given,
    UnitConsentRefused: _refused,
    UnitRevoked: _revoked,
    UnitRevocationAnnounced: _announced,
    UnitReconsiderationRequested: _reconsideration,
    UnitReconsiderationDecided: _settled,
    UnitNamed: _settled,
}
