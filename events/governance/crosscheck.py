"""Cross-inspections: provinces inspect one another's national model units, drawn so that anyone can redo it (I-22)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import (
    Count,
    CrosscheckRef,
    Day,
    Digest,
    Documents,
    ForeignUnitRef,
    Line,
    Part,
    Position,
    Prose,
    SeedDigest,
)
from events.places import PLACES, PlaceCode
from events.references import Scalar
from events.words import CheckResult


class CrosscheckPlanned(Event):
    """A cross-inspection is planned: the provinces are frozen, and the seed's digest is recorded before the draw.

    `last` is the cross-inspection assigned before it: nobody inspects the province that inspected it then.
    """

    about = About(
        "crosscheck.planned.v1", "制定互检方案", "Cross-inspection planned", "cross_inspection",
        "制定交叉互检方案：{round}，{provinces#}省，每省{per_province}户，种子摘要{commitment}",
        "Cross-inspection {round} planned: {provinces#} provinces, {per_province} units each, seed digest {commitment}",
        decision="plan",
    )  # fmt: skip
    round: Line
    provinces: Annotated[tuple[PlaceCode, ...], Field(min_length=2, max_length=40)]
    per_province: Annotated[int, Field(ge=1, le=1_000), Scalar("count")]
    commitment: SeedDigest
    last: CrosscheckRef | None = derived()


class Assignment(Part):
    """A province that inspects, the one that is inspected, and the units drawn of it.

    `position`, `population` and `population_digest` say from which national model units they were drawn:
    those held in the inspected province as of that position of its log.
    """

    inspecting: PlaceCode
    inspected: PlaceCode
    position: Position
    population: Count
    population_digest: Digest
    units: tuple[ForeignUnitRef, ...]

    def caption(self, language: str) -> str:
        """Who inspects whom."""
        inspecting, inspected = PLACES[self.inspecting], PLACES[self.inspected]
        return f"{inspecting.zh}→{inspected.zh}" if language == "zh" else f"{inspecting.en} → {inspected.en}"


class CrosscheckAssigned(Event):
    """The draw: the seed revealed, who inspects whom, and the units drawn.

    They are ranked by the digest of the revealed seed and of the head, the plan's own entry as the register stored it
    at the position `head`: whoever committed to the seed could not know it (T-19).
    """

    about = About(
        "crosscheck.assigned.v1", "分派互检", "Cross-inspection assigned", "cross_inspection",
        "分派交叉互检，{assignments#}省，种子{seed}", "Cross-inspection assigned among {assignments#} provinces with seed {seed}",
        decision="assign",
    )  # fmt: skip
    seed: Line
    head: Position | None = derived()
    head_digest: Digest | None = derived()
    assignments: Annotated[tuple[Assignment, ...], Field(min_length=2, max_length=40)] | None = derived()


class CrosscheckReported(Event):
    """What the inspecting province found at a unit that it was assigned."""

    about = About(
        "crosscheck.reported.v1", "报告互检结果", "Cross-inspection reported", "cross_inspection",
        "{inspecting}互检{inspected}的{unit}，{on}：{result}，{findings}",
        "{inspecting} inspected {unit} of {inspected} on {on}: {result}, {findings}",
        decision="report",
    )  # fmt: skip
    inspecting: PlaceCode
    inspected: PlaceCode
    unit: ForeignUnitRef
    on: Day
    findings: Prose
    result: CheckResult
    documents: Documents = ()
