"""Papers: official documents by issuer, number and digest, each confirmed once; bytes lie in the attachment store."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event
from events.fields import Day, Digest, KnownUnitRef, Line, MediaType, Prose, Size
from events.words import DocumentKind


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
