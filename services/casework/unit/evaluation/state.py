"""Chapter 评审: visits, opinions and judgements of a case, and what makes them void."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from events.envelope import Entry, Event
from events.fields import JudgedItem
from events.unit.application import UnitApplicationAmended, UnitApplied
from events.unit.evaluation import (
    UnitEvaluated,
    UnitHouseOpined,
    UnitReviewed,
    UnitSiteVisited,
)
from events.unit.revocation import UnitReconsiderationRequested, UnitRevocationProposed
from events.unit.self_evaluation import UnitReportUpdated, UnitSelfEvaluated
from events.words import House, Level, Matter, Opinion, Step

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Visit:
    """A site visit: who was there, and what they judged."""

    version: int
    on: date
    visitors: frozenset[UUID]
    items: tuple[JudgedItem, ...]
    vetoes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenOpinion:
    """A house's last word on a matter at a level."""

    version: int
    opinion: Opinion
    officer: UUID
    day: date
    objection_ref: int | None = None

    def younger_than(self, visit: Visit) -> bool:
        """Whether it was given after that visit, on one day by their order in the register."""
        return (self.day, self.version) > (visit.on, visit.version)


AT_WORK = (Step.ACCEPTED, Step.FORWARDED)


OpinionKey = tuple[Matter, str, Level, House]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the current case of each title has been given; a new application, or another report, begins afresh.

    `report` is the latest self-evaluation, `rests_on` that of each title's case. `updates` are the standards that a
    report changed, with the report that it brought up to date; `revisit` those of a case to be visited again (T-16).
    """

    report: int | None = None
    rests_on: Mapping[str, int | None] = field(default_factory=dict)
    visits: Mapping[str, tuple[Visit, ...]] = field(default_factory=dict)
    opinions: Mapping[OpinionKey, GivenOpinion] = field(default_factory=dict)
    score: Mapping[str, int] = field(default_factory=dict)
    decided: Mapping[str, tuple[tuple[int, UUID], ...]] = field(default_factory=dict)
    updates: Mapping[int, tuple[int | None, frozenset[str]]] = field(default_factory=dict)
    revisit: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def given(self, matter: Matter, title: str, level: Level) -> dict[House, GivenOpinion]:
        """The opinions on that matter at that level, by house."""
        return {
            house: opinion
            for (m, t, at, house), opinion in self.opinions.items()
            if m is matter and t == title and at is level
        }


def _afresh(region: Evaluation, matter: Matter, title: str) -> Evaluation:
    kept = {key: given for key, given in region.opinions.items() if key[0] is not matter or key[1] != title}
    return replace(region, opinions=kept)


def _evaluated_itself(region: Evaluation, entry: Entry[UnitSelfEvaluated]) -> Evaluation:
    return replace(region, report=entry.version)


def _report_updated(region: Evaluation, entry: Entry[UnitReportUpdated]) -> Evaluation:
    changed = (region.report, frozenset(one.standard for one in entry.event.items))
    return replace(region, report=entry.version, updates={**region.updates, entry.version: changed})


def _applied(region: Evaluation, entry: Entry[UnitApplied]) -> Evaluation:
    return _restarted(region, entry.event.title)


def _amended(region: Evaluation, entry: Entry[UnitApplicationAmended]) -> Evaluation:
    """What rested on another report counts no more (T-01); of one brought up to date, what is said of the standards
    that changed (T-16).
    """
    title = entry.event.title or ""
    if region.rests_on.get(title) == region.report:
        return region
    changed = _changed_since(region, region.rests_on.get(title))
    return _restarted(region, title) if changed is None else _looked_at_again(region, title, changed)


def _changed_since(region: Evaluation, version: int | None) -> frozenset[str] | None:
    """The standards that changed since that report; None where the latest is another one."""
    changed, at = frozenset[str](), region.report
    while at != version:
        if at is None or at not in region.updates:
            return None
        at, names = region.updates[at]
        changed |= names
    return changed


def _looked_at_again(region: Evaluation, title: str, changed: frozenset[str]) -> Evaluation:
    visits = tuple(
        replace(visit, items=tuple(item for item in visit.items if item.standard not in changed))
        for visit in region.visits.get(title, ())
    )
    kept = _afresh(region, Matter.APPLICATION, title)
    return replace(
        kept,
        visits={**region.visits, title: visits},
        decided={name: made for name, made in region.decided.items() if name != title},
        rests_on={**region.rests_on, title: region.report},
        revisit={**region.revisit, title: region.revisit.get(title, frozenset()) | changed},
    )


def _restarted(region: Evaluation, title: str) -> Evaluation:
    kept = _afresh(region, Matter.APPLICATION, title)
    return replace(
        kept,
        visits={name: visits for name, visits in region.visits.items() if name != title},
        decided={name: made for name, made in region.decided.items() if name != title},
        rests_on={**region.rests_on, title: region.report},
        revisit={name: changed for name, changed in region.revisit.items() if name != title},
    )


def _revocation_proposed(region: Evaluation, entry: Entry[UnitRevocationProposed]) -> Evaluation:
    return _afresh(region, Matter.REVOCATION, entry.event.title or "")


def _reconsideration_requested(region: Evaluation, entry: Entry[UnitReconsiderationRequested]) -> Evaluation:
    return _afresh(region, Matter.RECONSIDERATION, entry.event.title or "")


def _visited(region: Evaluation, entry: Entry[UnitSiteVisited]) -> Evaluation:
    event = entry.event
    title = event.title or ""
    visitors = frozenset(visitor.officer for visitor in event.visitors)
    visit = Visit(entry.version, event.on, visitors, event.items, event.vetoes)
    return replace(region, visits={**region.visits, title: (*region.visits.get(title, ()), visit)})


def _opined(region: Evaluation, entry: Entry[UnitHouseOpined]) -> Evaluation:
    event = entry.event
    if event.level is None or event.house is None:
        return region
    key = (event.matter, event.title or "", event.level, event.house)
    given = GivenOpinion(entry.version, event.opinion, entry.actor.id, entry.day, event.objection_ref)
    return replace(region, opinions={**region.opinions, key: given})


def _decided(region: Evaluation, entry: Entry[UnitEvaluated | UnitReviewed]) -> Evaluation:
    event = entry.event
    title = event.title or ""
    decided = {**region.decided, title: (*region.decided.get(title, ()), (entry.version, entry.actor.id))}
    score = {**region.score, title: event.score} if isinstance(event, UnitEvaluated) else region.score
    return replace(region, decided=decided, score=score)


FOLDS: Mapping[type[Event], Callable[[Any, Any], Any]] = {
    UnitSelfEvaluated: _evaluated_itself,
    UnitReportUpdated: _report_updated,
    UnitApplied: _applied,
    UnitApplicationAmended: _amended,
    UnitRevocationProposed: _revocation_proposed,
    UnitReconsiderationRequested: _reconsideration_requested,
    UnitSiteVisited: _visited,
    UnitHouseOpined: _opined,
    UnitEvaluated: _decided,
    UnitReviewed: _decided,
}


def opinions_relied_on(unit: Unit, matter: Matter, title: str, level: Level) -> tuple[int, ...]:
    """The versions of the opinions that a decision at that level rests on."""
    return tuple(sorted(given.version for given in unit.evaluation.given(matter, title, level).values()))
