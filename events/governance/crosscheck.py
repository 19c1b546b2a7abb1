"""Cross-inspections: provinces inspect one another's national model units, drawn so that anyone can redo it (I-22)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import (
    Count,
    Day,
    Digest,
    Document,
    Documents,
    ForeignUnitRef,
    Line,
    Part,
    Position,
    Prose,
    Share,
    ShareDigest,
)
from events.places import PLACES, PlaceCode
from events.references import Scalar
from events.words import CheckResult, House


class CrosscheckPlanned(Event):
    """A cross-inspection is planned: the provinces are fixed, and how many units of each are inspected."""

    about = About(
        "crosscheck.planned.v1", "制定互检方案", "Cross-inspection planned", "cross_inspection",
        "制定交叉互检方案：{round}，{provinces#}省，每省{per_province}户",
        "Cross-inspection {round} planned: {provinces#} provinces, {per_province} units each",
        decision="plan",
    )  # fmt: skip
    round: Line
    provinces: Annotated[tuple[PlaceCode, ...], Field(min_length=2, max_length=40)]
    per_province: Annotated[int, Field(ge=1, le=1_000), Scalar("count")]


class ListedProvince(Part):
    """A province on the lists: its national model units as of that position of its log, and how many they are.

    `last` is the province that inspected it the last time: it does not inspect it again.
    """

    place: PlaceCode
    position: Position
    population: Count
    last: PlaceCode | None = None

    def caption(self, language: str) -> str:
        """Its name, and how many units it has."""
        place = PLACES[self.place]
        return f"{place.zh}：{self.population}" if language == "zh" else f"{place.en}: {self.population}"


class CrosscheckListsFrozen(Event):
    """The register freezes which units may be drawn, before anybody can know the seed, and keeps the list as a paper.

    The paper has a line a unit and province, sorted: the unit's id, a space, the province. `shares` is how many
    houses commit to a share.
    """

    about = About(
        "crosscheck.lists-frozen.v1", "冻结互检名单", "Lists of a cross-inspection frozen", "cross_inspection",
        "冻结{provinces#}省的互检名单，由{shares}家提交份额",
        "Lists of {provinces#} provinces frozen; {shares} houses commit to shares",
        decision="freeze-lists",
    )  # fmt: skip
    provinces: Annotated[tuple[ListedProvince, ...], Field(min_length=2, max_length=40)] | None = derived()
    document: Document | None = derived()
    shares: Count | None = derived()


class CrosscheckShareCommitted(Event):
    """A house commits to its share of the seed: the SHA-256 of `inspection:house:share`, the share itself kept secret."""

    about = About(
        "crosscheck.share-committed.v1", "提交互检份额摘要", "Share of a cross-inspection committed", "cross_inspection",
        "{house}提交份额摘要{digest}", "{house} commits to a share with digest {digest}",
        decision="commit-share",
    )  # fmt: skip
    house: House
    digest: ShareDigest


class CrosscheckShareRevealed(Event):
    """A house reveals the share that it committed to, once all have committed."""

    about = About(
        "crosscheck.share-revealed.v1", "公开互检份额", "Share of a cross-inspection revealed", "cross_inspection",
        "{house}公开份额{share}", "{house} reveals its share {share}",
        decision="reveal-share",
    )  # fmt: skip
    house: House
    share: Share


class CrosscheckShareWithheld(Event):
    """A house withheld its share beyond its days: the draw is void and begins again with new shares.

    From the second one of an inspection on, an approver of another house commits and reveals for each house that
    withheld.
    """

    about = About(
        "crosscheck.share-withheld.v1", "互检份额未提交", "Share of a cross-inspection withheld", "cross_inspection",
        "{house}逾期未公开份额，本次抽取作废：{reason}", "{house} withheld its share, the draw is void: {reason}",
        decision="record-withholding",
    )  # fmt: skip
    house: House
    reason: Prose


class Assignment(Part):
    """A province that inspects, the one that is inspected, and the units drawn of it."""

    inspecting: PlaceCode
    inspected: PlaceCode
    units: tuple[ForeignUnitRef, ...]

    def caption(self, language: str) -> str:
        """Who inspects whom."""
        inspecting, inspected = PLACES[self.inspecting], PLACES[self.inspected]
        return f"{inspecting.zh}→{inspected.zh}" if language == "zh" else f"{inspecting.en} → {inspected.en}"


class CrosscheckAssigned(Event):
    """The draw, made by the register: the seed from the shares and the log's head, who inspects whom, and the units.

    `head` is the position of the last commitment, `head_digest` is made of that entry.
    """

    about = About(
        "crosscheck.assigned.v1", "分派互检", "Cross-inspection assigned", "cross_inspection",
        "分派交叉互检，{assignments#}省，种子{seed}", "Cross-inspection assigned among {assignments#} provinces with seed {seed}",
        decision="assign",
    )  # fmt: skip
    head: Position | None = derived()
    head_digest: Digest | None = derived()
    seed: Digest | None = derived()
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
