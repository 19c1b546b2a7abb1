"""Chapter 命名: the titles that a unit holds, held or strives for, and its plaques."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from events.envelope import Entry, Event
from events.unit.application import UnitApplicationRejected, UnitApplicationWithdrawn
from events.unit.evaluation import UnitEvaluated, UnitReviewed
from events.unit.handover import UnitHandedOver, UnitReceived
from events.unit.naming import (
    UnitNamed,
    UnitNamingRefused,
    UnitPlaqueIssued,
    UnitPlaqueReportedLost,
    UnitReserveDelisted,
    UnitReserveListed,
    UnitTermExpired,
    UnitTermExtended,
    UnitTitleCarriedIn,
)
from events.unit.publicity import UnitPublicityCompleted
from events.unit.registration import UnitClosed, UnitSucceeded, UnitTitleTakenOver
from events.unit.revocation import UnitPlaqueRecovered, UnitReconsiderationDecided, UnitRevoked
from events.words import (
    PublicityOutcome,
    Recommendation,
    ReconsiderationOutcome,
    Standing,
)
from services.casework.unit.plaques import (
    Plaque,
    PlaqueState,
)

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


_AttemptOver = (
    UnitApplicationWithdrawn
    | UnitApplicationRejected
    | UnitNamingRefused
    | UnitEvaluated
    | UnitReviewed
    | UnitPublicityCompleted
)
"""What ends an application without a naming; the last three where they go against it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A title that is held, or was: its naming and its term (both days included).

    `named_on` is the day of its recording; what was `carried_in` was named before the register and not judged here.
    """

    title: str
    version: int
    term_from: date
    term_until: date
    named_on: date
    extended_from: date | None = None
    carried_in: bool = False

    @property
    def watched_from(self) -> date:
        """From when the register answers for watching over it: nobody is late by what was entered later."""
        return max(self.term_from, self.named_on)

    @property
    def own_term_until(self) -> date:
        """The last day of the term as it was given, without an extension that bridges a renewal (T-09)."""
        return self.extended_from or self.term_until

    def in_force(self, day: date) -> bool:
        """Whether the term has begun and is not over on that day, whatever was recorded of it (T-09)."""
        return self.term_from <= day <= self.term_until


@dataclass(frozen=True, slots=True)
class Naming:
    """Titles held, titles gone with how they went, plaques, and the reserve lists by title."""

    held: Mapping[str, Held] = field(default_factory=dict)
    gone: Mapping[str, tuple[Standing, Held]] = field(default_factory=dict)
    plaques: Mapping[str, Plaque] = field(default_factory=dict)
    reserve: Mapping[str, UUID] = field(default_factory=dict)
    closed_on: date | None = None

    def held_on(self, day: date) -> Mapping[str, Held]:
        """The titles in force on that day (T-09)."""
        return {title: held for title, held in self.held.items() if held.in_force(day)}

    def lasting_on(self, day: date) -> Mapping[str, Held]:
        """The titles whose term is not over on that day, those not yet in force among them (T-14)."""
        return {title: held for title, held in self.held.items() if day <= held.term_until}

    def answerable(self) -> Mapping[str, Held]:
        """The titles for which serious facts of their terms are answered (I-14): those held, and those that ended with
        their term or, until that day, with the unit's closing.
        """
        over = {title: held for title, (how, held) in self.gone.items() if how is Standing.EXPIRED}
        closed = {
            title: replace(held, term_until=min(held.term_until, self.closed_on))
            for title, (how, held) in self.gone.items()
            if how is Standing.ENDED_BY_CLOSING and self.closed_on is not None
        }
        return {**over, **closed, **self.held}


def _off(reserve: Mapping[str, UUID], title: str) -> dict[str, UUID]:
    return {name: campaign for name, campaign in reserve.items() if name != title}


def _named(region: Naming, entry: Entry[UnitNamed]) -> Naming:
    event = entry.event
    title = event.title or ""
    since = event.term_from or entry.effective_on
    held = Held(title, entry.version, since, event.term_until or since, entry.day)
    return replace(
        region,
        held={**region.held, title: held},
        gone={name: gone for name, gone in region.gone.items() if name != title},
        reserve=_off(region.reserve, title),
    )


def _leave(region: Naming, title: str, standing: Standing) -> Naming:
    held = region.held.get(title) or region.gone.get(title, (standing, None))[1]
    if held is None:
        return region
    rest = {name: other for name, other in region.held.items() if name != title}
    return replace(region, held=rest, gone={**region.gone, title: (standing, held)})


def _called_back(region: Naming, title: str, day: date) -> dict[str, Plaque]:
    return {code: one.called_back(day) if one.title == title else one for code, one in region.plaques.items()}


def _revoked(region: Naming, entry: Entry[UnitRevoked]) -> Naming:
    title = entry.event.title or ""
    plaques = _called_back(region, title, entry.day)
    return replace(_leave(region, title, Standing.REVOKED), plaques=plaques)


def _passed_on(region: Naming, entry: Entry[UnitSucceeded]) -> Naming:
    """What was carried to a successor is held here no more, and its plaque is to come back."""
    for title in entry.event.titles_carried:
        plaques = _called_back(region, title, entry.day)
        region = replace(_leave(region, title, Standing.PASSED_ON), plaques=plaques)
    return region


def _taken_over(region: Naming, entry: Entry[UnitTitleTakenOver]) -> Naming:
    event = entry.event
    held = Held(event.title, entry.version, event.term_from, event.term_until, entry.day, carried_in=event.carried_in)
    gone = {name: other for name, other in region.gone.items() if name != event.title}
    return replace(region, held={**region.held, event.title: held}, gone=gone)


def _carried_in(region: Naming, entry: Entry[UnitTitleCarriedIn]) -> Naming:
    event = entry.event
    held = Held(event.title, entry.version, event.term_from, event.term_until, entry.day, carried_in=True)
    region = replace(region, held={**region.held, event.title: held})
    if event.plaque is None:
        return region
    return _plaque(region, Plaque(event.plaque, event.title, PlaqueState.ISSUED))


def _expired(region: Naming, entry: Entry[UnitTermExpired]) -> Naming:
    return _leave(region, entry.event.title, Standing.EXPIRED)


def _reconsidered(region: Naming, entry: Entry[UnitReconsiderationDecided]) -> Naming:
    title = entry.event.title or ""
    if entry.event.outcome is not ReconsiderationOutcome.SET_ASIDE or title not in region.gone:
        return region
    held = region.gone[title][1]
    if region.closed_on is not None:
        return _leave(region, title, Standing.ENDED_BY_CLOSING)
    gone = {name: other for name, other in region.gone.items() if name != title}
    plaques = {code: one.left_out() if one.title == title else one for code, one in region.plaques.items()}
    return replace(region, held={**region.held, title: held}, gone=gone, plaques=plaques)


def _closed(region: Naming, entry: Entry[UnitClosed]) -> Naming:
    """T-21: a closed unit loses its titles on that day, its plaques are to come back, and it is on no list."""
    for title in region.held:
        region = _leave(region, title, Standing.ENDED_BY_CLOSING)
        region = replace(region, plaques=_called_back(region, title, entry.day))
    return replace(region, reserve={}, closed_on=entry.day)


def _handed_over(region: Naming, entry: Entry[UnitHandedOver]) -> Naming:
    """T-28: what goes along is held here no more, and its plaques are to come back."""
    for title in region.held:
        region = _leave(region, title, Standing.HANDED_OVER)
        region = replace(region, plaques=_called_back(region, title, entry.day))
    return replace(region, reserve={}, closed_on=entry.day)


def _received(region: Naming, entry: Entry[UnitReceived]) -> Naming:
    """T-28: titles that go on here, given by another province and not judged here."""
    taken = {
        one.title: Held(one.title, entry.version, one.term_from, one.term_until, entry.day, carried_in=True)
        for one in entry.event.held or ()
    }
    gone = {name: other for name, other in region.gone.items() if name not in taken}
    return replace(region, held={**region.held, **taken}, gone=gone, closed_on=None)


def _extended(region: Naming, entry: Entry[UnitTermExtended]) -> Naming:
    title = entry.event.title or ""
    if title not in region.held:
        return region
    before = region.held[title]
    held = replace(before, term_until=entry.event.until, extended_from=before.term_until)
    return replace(region, held={**region.held, title: held})


def _attempt_over(region: Naming, entry: Entry[_AttemptOver]) -> Naming:
    """T-09: an extension ends with the renewal that it bridged, never before the day on which that ended."""
    held = region.held.get(entry.event.title or "")
    if held is None or held.extended_from is None:
        return region
    ends = replace(held, term_until=min(held.term_until, max(held.extended_from, entry.day)))
    return replace(region, held={**region.held, held.title: ends})


def _judged(region: Naming, entry: Entry[UnitEvaluated | UnitReviewed]) -> Naming:
    return region if entry.event.outcome is Recommendation.RECOMMEND else _attempt_over(region, entry)


def _made_public(region: Naming, entry: Entry[UnitPublicityCompleted]) -> Naming:
    return region if entry.event.outcome is PublicityOutcome.CLEARED else _attempt_over(region, entry)


def _plaque(region: Naming, plaque: Plaque) -> Naming:
    return replace(region, plaques={**region.plaques, plaque.code: plaque})


def _issued(region: Naming, entry: Entry[UnitPlaqueIssued]) -> Naming:
    return _plaque(region, Plaque(entry.event.plaque, entry.event.title or "", PlaqueState.ISSUED))


def _lost(region: Naming, entry: Entry[UnitPlaqueReportedLost]) -> Naming:
    plaque = region.plaques.get(entry.event.plaque)
    return _plaque(region, replace(plaque, state=PlaqueState.LOST, lost=True)) if plaque else region


def _recovered(region: Naming, entry: Entry[UnitPlaqueRecovered]) -> Naming:
    plaque = region.plaques.get(entry.event.plaque)
    return _plaque(region, replace(plaque, state=PlaqueState.RECOVERED)) if plaque else region


def _reserve_listed(region: Naming, entry: Entry[UnitReserveListed]) -> Naming:
    return replace(region, reserve={**region.reserve, entry.event.title: entry.event.round})


def _reserve_delisted(region: Naming, entry: Entry[UnitReserveDelisted]) -> Naming:
    return replace(region, reserve=_off(region.reserve, entry.event.title))


FOLDS: Mapping[type[Event], Callable[[Any, Any], Any]] = {
    UnitNamed: _named,
    UnitRevoked: _revoked,
    UnitTermExpired: _expired,
    UnitReconsiderationDecided: _reconsidered,
    UnitTermExtended: _extended,
    UnitClosed: _closed,
    UnitHandedOver: _handed_over,
    UnitReceived: _received,
    UnitSucceeded: _passed_on,
    UnitTitleTakenOver: _taken_over,
    UnitTitleCarriedIn: _carried_in,
    UnitApplicationWithdrawn: _attempt_over,
    UnitApplicationRejected: _attempt_over,
    UnitNamingRefused: _attempt_over,
    UnitEvaluated: _judged,
    UnitReviewed: _judged,
    UnitPublicityCompleted: _made_public,
    UnitPlaqueIssued: _issued,
    UnitPlaqueReportedLost: _lost,
    UnitPlaqueRecovered: _recovered,
    UnitReserveListed: _reserve_listed,
    UnitReserveDelisted: _reserve_delisted,
}


def standing(unit: Unit, title: str) -> Standing:
    """Where the unit stands with a title."""
    if title in unit.naming.held:
        return Standing.REVOCATION_PROPOSED if title in unit.revocation.proposals else Standing.HELD
    if title in unit.naming.reserve:
        return Standing.RESERVE
    if title in unit.naming.gone:
        return unit.naming.gone[title][0]
    return Standing.NONE


def standing_on(unit: Unit, title: str, day: date) -> Standing:
    """Where the unit stands with a title on a day since its naming, whatever was recorded of that day (T-09, T-14)."""
    held = unit.naming.held.get(title)
    if held is not None and day > held.term_until:
        return Standing.EXPIRED
    if held is not None and held.named_on < held.term_from and day < held.term_from:
        return Standing.NAMED
    return standing(unit, title)
