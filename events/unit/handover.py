"""Chapter 移交: a unit that moves to another province is handed over from one register to the other (制度)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Code, Count, Day, Digest, DocumentRef, Line, LogId, Part, Prose, TitleRef
from events.places import PlaceCode
from events.references import Scalar
from events.words import ComparableTitle, Ownership


class TitleGoingAlong(Part):
    """A title by what it is in every province, and its term (both days included)."""

    worth: ComparableTitle
    term_from: Day
    term_until: Day

    def caption(self, language: str) -> str:
        """What it is, and until when."""
        return (
            f"{self.worth.zh}（至{self.term_until}）"
            if language == "zh"
            else f"{self.worth.en} until {self.term_until}"
        )


class WaitGoingAlong(Part):
    """A title, by what it is in every province, that the unit does not apply for before that day (I-16)."""

    worth: ComparableTitle
    until: Day

    def caption(self, language: str) -> str:
        """What it is, and from when it may be applied for."""
        return f"{self.worth.zh}（{self.until}起）" if language == "zh" else f"{self.worth.en} from {self.until}"


class TitleTakenIn(Part):
    """A title of this register's pack, for the rest of the term for which another province had given it."""

    title: TitleRef
    term_from: Day
    term_until: Day


class UnitHandedOver(Event):
    """An enterprise moves to another province: its register hands it over on a paper that both hold, and keeps its file.

    What goes along follows from the state: the titles in force and the waiting times. By two approvers of the province,
    of two houses.
    """

    about = About(
        "unit.handed-over.v1", "移交外省", "Handed over", "administration",
        "移交{to}[，随带称号{titles}][，限期{waits}]：{reason}",
        "Handed over to {to}[, with {titles}][, waiting for {waits}]: {reason}",
        decision="hand-over",
    )  # fmt: skip
    to: PlaceCode
    paper: DocumentRef
    reason: Prose
    document_digest: Digest | None = derived()
    titles: Annotated[tuple[TitleGoingAlong, ...] | None, Field(max_length=20)] = derived()
    waits: Annotated[tuple[WaitGoingAlong, ...] | None, Field(max_length=20)] = derived()


class UnitReceived(Event):
    """An enterprise that another province handed over enters this register, on the same paper.

    `log` and `handed_over` name the register from which it comes and the version of the entry there; `titles` and
    `waits` are what that entry says. Which titles are held here follows from the pack. By two approvers of the
    province, of two houses.
    """

    about = About(
        "unit.received.v1", "接收外省移交", "Received", "administration",
        "自{from_}接收：{name}（{code}）[，职工{headcount}人][，称号{titles}]",
        "Received from {from_}: {name} ({code})[, {headcount} employees][, titles {titles}]",
        decision="receive",
    )  # fmt: skip
    name: Line
    code: Code
    place: PlaceCode
    ownership: Ownership | None = None
    industry: Line | None = None
    headcount: Count | None = None
    from_: PlaceCode = Field(alias="from")
    log: LogId
    handed_over: Annotated[int, Field(ge=1, le=2**31 - 1), Scalar("count")]
    """The number of that entry, as the paper says it."""
    paper: DocumentRef
    titles: Annotated[tuple[TitleGoingAlong, ...], Field(max_length=20)] = ()
    waits: Annotated[tuple[WaitGoingAlong, ...], Field(max_length=20)] = ()
    document_digest: Digest | None = derived()
    held: Annotated[tuple[TitleTakenIn, ...] | None, Field(max_length=20)] = derived()
