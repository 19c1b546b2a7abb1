"""Chapter 荣誉: the honours for which the policy makes a unit's standing a reference, and what came of it (五(六)2)."""

from __future__ import annotations

from events.envelope import About, Event, derived
from events.fields import Day, HonourRef, Line, RecommendationRef, Year
from events.words import HonourOutcome


class UnitRecommendedForHonour(Event):
    """The unit is recommended for another honour (五(六)2 names seven)."""

    about = About(
        "unit.recommended-for-honour.v1", "推荐荣誉", "Recommended for an honour", "honour",
        "推荐参评{honour}（{year}年）", "Recommended for {honour} ({year})",
        decision="recommend-for-honour",
    )  # fmt: skip
    honour: HonourRef
    year: Year


class UnitHonourDecided(Event):
    """What came of a recommendation: the honour was awarded, or not."""

    about = About(
        "unit.honour-decided.v1", "荣誉评选结果", "Honour decided", "honour",
        "{honour}评选结果：{outcome}，{on}[，文号{document_number}]",
        "{honour}: {outcome} on {on}[, document {document_number}]",
        decision="record-honour",
    )  # fmt: skip
    recommendation: RecommendationRef
    outcome: HonourOutcome
    on: Day
    document_number: Line | None = None
    honour: HonourRef | None = derived()
