"""Cross-inspections: provinces inspect one another's national model units, drawn so that anyone can redo it (I-22)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Day, Digest, Documents, Line, Part, Prose
from events.places import PLACES, PlaceCode
from events.words import CheckResult


class CrosscheckPlanned(Event):
    """A cross-inspection is planned: the provinces are frozen, and the seed's digest is recorded before the draw.

    `last` is the cross-inspection assigned before it: nobody inspects the province that inspected it then.
    """

    about = About(
        "crosscheck.planned.v1", "制定互检方案", "Cross-inspection planned", ("五(五)3",),
        "制定交叉互检方案：{round}，{provinces#}省，每省{per_province}户，种子摘要{commitment}",
        "Cross-inspection {round} planned: {provinces#} provinces, {per_province} units each, seed digest {commitment}",
        decision="plan",
    )  # fmt: skip
    round: Line
    provinces: Annotated[tuple[PlaceCode, ...], Field(min_length=2, max_length=40)]
    per_province: Annotated[int, Field(ge=1, le=1_000)]
    commitment: Digest
    last: UUID | None = derived()


class Assignment(Part):
    """A province that inspects, the one that is inspected, and the units drawn of it.

    `position`, `population` and `population_digest` say from which national model units they were drawn:
    those held in the inspected province as of that position of its log.
    """

    inspecting: PlaceCode
    inspected: PlaceCode
    position: Annotated[int, Field(ge=0)]
    population: Annotated[int, Field(ge=0, le=10_000_000)]
    population_digest: Digest
    units: tuple[UUID, ...]

    def __str__(self) -> str:
        return f"{PLACES[self.inspecting].zh}→{PLACES[self.inspected].zh}"


class CrosscheckAssigned(Event):
    """The draw: the seed revealed, who inspects whom, and the units drawn."""

    about = About(
        "crosscheck.assigned.v1", "分派互检", "Cross-inspection assigned", ("五(五)3",),
        "分派交叉互检，{assignments#}省，种子{seed}", "Cross-inspection assigned among {assignments#} provinces with seed {seed}",
        decision="assign",
    )  # fmt: skip
    seed: Line
    assignments: Annotated[tuple[Assignment, ...], Field(min_length=2, max_length=40)] | None = derived()


class CrosscheckReported(Event):
    """What the inspecting province found at a unit that it was assigned."""

    about = About(
        "crosscheck.reported.v1", "报告互检结果", "Cross-inspection reported", ("五(五)3",),
        "{inspecting}互检{inspected}单位（{unit}），{on}：{result}，{findings}",
        "{inspecting} inspected unit {unit} of {inspected} on {on}: {result}, {findings}",
        decision="report",
    )  # fmt: skip
    inspecting: PlaceCode
    inspected: PlaceCode
    unit: UUID
    on: Day
    findings: Prose
    result: CheckResult
    documents: Documents = ()
