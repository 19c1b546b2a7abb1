"""Chapter 登记: who the unit is (policy 二)."""

from __future__ import annotations

from pydantic import Field

from events.envelope import About, Event
from events.fields import (
    Code,
    Count,
    Day,
    DocumentRef,
    Documents,
    KnownUnitRef,
    Line,
    Part,
    Prose,
    TitleRef,
    UnitRef,
)
from events.places import PlaceCode
from events.sealed import Sealed
from events.words import Ownership, SubKind, SuccessionRole, UnitKind


class UnitRegistered(Event):
    """The unit enters the register: by itself, its county office, or a first signal (then provisional)."""

    about = About(
        "unit.registered.v1", "登记", "Registered", "scope",
        "登记为{kind}：{name}（{code}）[，职工{headcount}人]",
        "Registered as {kind}: {name} ({code})[, {headcount} employees]",
        decision="register", fact=True,
    )  # fmt: skip
    kind: UnitKind
    sub_kind: SubKind | None = None
    name: Line
    code: Code
    place: PlaceCode
    ownership: Ownership | None = None
    industry: Line | None = None
    headcount: Count | None = None
    contact: Sealed | None = None
    mail: Sealed | None = None
    provisional: bool = False


class UnitDetailsChanged(Event):
    """Details of the unit changed; only the given fields change. By the unit or its county office."""

    about = About(
        "unit.details-changed.v1", "信息变更", "Details changed", "administration",
        "变更登记信息[，名称改为{name}][，所在地改为{place}][，职工{headcount}人]：{reason}",
        "Details changed[, name {name}][, place {place}][, {headcount} employees]: {reason}",
        decision="change-details",
    )  # fmt: skip
    name: Line | None = None
    sub_kind: SubKind | None = None
    place: PlaceCode | None = None
    ownership: Ownership | None = None
    industry: Line | None = None
    headcount: Count | None = None
    contact: Sealed | None = None
    mail: Sealed | None = None
    reason: Prose
    documents: Documents = ()


class UnitMemberJoined(Event):
    """An enterprise joins a park, industry, building or block as a member unit (五(九))."""

    about = About(
        "unit.member-joined.v1", "成员加入", "Member joined", "membership",
        "成员单位加入（{member}），自{from_}起", "Member unit {member} joined from {from_}",
        decision="join-member", fact=True,
    )  # fmt: skip
    member: UnitRef
    from_: Day = Field(alias="from")


class UnitMemberLeft(Event):
    """A member unit leaves."""

    about = About(
        "unit.member-left.v1", "成员退出", "Member left", "membership",
        "成员单位退出（{member}），至{until}止", "Member unit {member} left on {until}",
        decision="leave-member", fact=True,
    )  # fmt: skip
    member: KnownUnitRef
    until: Day


class Succession(Part):
    """Another unit in a merger or split."""

    unit: KnownUnitRef
    role: SuccessionRole


class UnitSucceeded(Event):
    """The unit is merged, split or taken over; titles pass only where named (A-11), those of the nation by the
    nation or its paper (T-08). By the prefecture.
    """

    about = About(
        "unit.succeeded.v1", "合并分立承继", "Succeeded", "succession",
        "合并分立承继：{how}[；承继称号 {titles_carried}]", "Succession: {how}[; titles carried {titles_carried}]",
        decision="succeed",
    )  # fmt: skip
    other: Succession
    how: Prose
    titles_carried: tuple[TitleRef, ...] = ()
    documents: Documents = ()
    paper: DocumentRef | None = None


class UnitTitleTakenOver(Event):
    """A title that another unit held passes to this one for the rest of its term; stored with the succession of
    that unit, all or nothing (A-11).
    """

    about = About(
        "unit.title-taken-over.v1", "承继称号", "Title taken over", "succession",
        "承继{title}，认定期{term_from}至{term_until}", "{title} taken over, term {term_from} until {term_until}",
    )  # fmt: skip
    title: TitleRef
    predecessor: KnownUnitRef
    term_from: Day
    term_until: Day
    carried_in: bool = False


class UnitClosed(Event):
    """The unit ceased to exist. By its county office."""

    about = About(
        "unit.closed.v1", "注销", "Closed", "administration", "单位注销：{reason}", "Unit closed: {reason}",
        decision="close",
    )  # fmt: skip
    reason: Prose
    documents: Documents = ()
