"""Rounds: national or provincial campaigns with quotas (policy 五(六)1)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Count, Day, Digest, KnownUnitRef, Line, Part, Prose, TitleRef, UnitRef
from events.places import PlaceCode
from events.words import RankedBy, RoundKind, UnitKind


class RoundOpened(Event):
    """A round opens: every three years the nation names model enterprises and parks."""

    about = About(
        "round.opened.v1", "启动轮次", "Round opened", "rounds",
        "启动{kind}轮次：{name}，截止{until}", "Round {name} ({kind}) opened, until {until}",
        decision="open",
    )  # fmt: skip
    kind: RoundKind
    name: Line
    title: TitleRef
    place: PlaceCode
    from_: Day = Field(alias="from")
    until: Day


class RoundQuotaSet(Event):
    """The places of a round for a kind of unit in a place (I-18)."""

    about = About(
        "round.quota-set.v1", "下达名额", "Quota set", "rounds",
        "下达名额：{place} {unit_kind} {places}个", "Quota: {places} places for {unit_kind} in {place}",
        decision="set-quota",
    )  # fmt: skip
    place: PlaceCode
    unit_kind: UnitKind
    places: Count


class RoundPlaceTaken(Event):
    """A nomination took a place of the quota; stored together with the nomination, all or nothing."""

    about = About(
        "round.place-taken.v1", "占用名额", "Place taken", "rounds",
        "占用名额：{place} {unit_kind}", "Place taken: {unit_kind} in {place}",
    )  # fmt: skip
    unit: UnitRef
    place: PlaceCode
    unit_kind: UnitKind
    rank: Count | None = None


class RoundPlaceReleased(Event):
    """A place came free: its unit withdrew, was rejected or refused, or left the list; stored together with that."""

    about = About(
        "round.place-released.v1", "空出名额", "Place released", "rounds",
        "空出名额（{unit}）", "Place of {unit} released",
    )  # fmt: skip
    unit: KnownUnitRef


class RankedTerm(Part):
    """One term of the formula for a candidate: by what, and its points in hundredths."""

    by: RankedBy
    points: Count


class RankedCandidate(Part):
    """A candidate with its place and its points in hundredths, term by term."""

    unit: KnownUnitRef
    rank: Count
    points: Count
    terms: tuple[RankedTerm, ...] = ()


class RoundCandidatesRanked(Event):
    """The candidates of a reserve list are ranked by the pack's formula; a later ranking takes the place of it."""

    about = About(
        "round.candidates-ranked.v1", "候选单位排序", "Candidates ranked", "rounds",
        "候选单位{candidates#}户，按公式排序", "{candidates#} candidates ranked by the formula",
        decision="rank-candidates",
    )  # fmt: skip
    candidates: Annotated[tuple[UnitRef, ...], Field(min_length=1, max_length=500)]
    ranking: tuple[RankedCandidate, ...] | None = derived()


class RoundUnitCultivated(Event):
    """A unit is cultivated ahead of the round (五(九)); stored together with its listing, all or nothing."""

    about = About(
        "round.unit-cultivated.v1", "强化培育对象", "Unit cultivated", "cultivation_list",
        "列为本轮次强化培育对象：{unit}[，{programme}]", "{unit} is cultivated for this round[, {programme}]",
    )  # fmt: skip
    unit: UnitRef
    programme: Line | None = None


class RoundListPublished(Event):
    """The list of a round is published."""

    about = About(
        "round.list-published.v1", "公布名单", "List published", "rounds",
        "公布名单，{units#}户，文号{document_number}", "List of {units#} units published, document {document_number}",
        decision="publish-list",
    )  # fmt: skip
    units: tuple[KnownUnitRef, ...]
    document_number: Line
    digest: Digest | None = None


class RoundClosed(Event):
    """The round is over."""

    about = About(
        "round.closed.v1", "结束轮次", "Round closed", "rounds", "轮次结束[：{reason}]", "Round closed[: {reason}]",
        decision="close",
    )  # fmt: skip
    reason: Prose | None = None
