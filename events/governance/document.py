"""Papers: official documents by issuer, number and digest, each confirmed once; bytes lie in the attachment store."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event
from events.fields import Day, Digest, KnownUnitRef, Line, MediaType, Part, PlaqueId, Prose, Size, TitleRef, UnitRef
from events.words import DocumentKind

MOST_CARRIED = 500
"""Titles of one import: as many as one command stores beside one another without keeping others waiting."""


class DocumentRecorded(Event):
    """An officer records a paper, with the digest of its bytes."""

    about = About(
        "document.recorded.v1", "登记文件", "Document recorded", "document",
        "登记{kind}：{issuer}《{title}》，文号{number}，{dated}", "{kind} of {issuer} recorded: {title}, number {number}, dated {dated}",
        decision="record",
    )  # fmt: skip
    kind: DocumentKind
    issuer: Line
    number: Line
    dated: Day
    title: Line
    sha256: Digest
    media_type: MediaType
    size: Size


class DocumentConfirmed(Event):
    """Another officer confirms that the record is what the paper says, with the units the paper names."""

    about = About(
        "document.confirmed.v1", "确认文件", "Document confirmed", "document",
        "确认文件[，名单{units#}户][：{note}]", "Document confirmed[, {units#} units named][: {note}]",
        decision="confirm",
    )  # fmt: skip
    note: Prose | None = None
    units: Annotated[tuple[KnownUnitRef, ...], Field(max_length=10_000)] = ()


class DocumentWithdrawn(Event):
    """The paper no longer counts: wrongly recorded, or taken back by its issuer."""

    about = About(
        "document.withdrawn.v1", "撤回文件", "Document withdrawn", "document",
        "撤回文件：{reason}", "Document withdrawn: {reason}",
        decision="withdraw",
    )  # fmt: skip
    reason: Prose


class CarriedTitle(Part):
    """A title that a unit held before the register was opened, with its term and its plaque."""

    unit: UnitRef
    title: TitleRef
    term_from: Day
    term_until: Day
    plaque: PlaqueId | None = None


class DocumentTitlesCarriedIn(Event):
    """What the paper named before the register was opened is taken over, each title in its unit's stream (T-24)."""

    about = About(
        "document.titles-carried-in.v1", "批量录入既有称号", "Titles carried in", "naming",
        "录入该文件命名的既有称号{titles#}项", "{titles#} titles that this paper gave carried in",
        decision="carry-in-titles",
    )  # fmt: skip
    titles: Annotated[tuple[CarriedTitle, ...], Field(min_length=1, max_length=MOST_CARRIED)]
