"""The nation's list of papers against those that provinces recorded under its name."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from events.governance.document import DocumentRecorded
from events.words import DocumentKind
from services.casework.document.state import Paper, document_stream
from services.nation.papers import PaperFinding, compared

NATION = "国家协调劳动关系三方会议"


def paper(number: str, digest: str = "a", issuer: str = NATION) -> DocumentRecorded:
    return DocumentRecorded(
        kind=DocumentKind.NAMING, issuer=issuer, number=number, dated=date(2026, 1, 5), title="示例",
        sha256=digest * 64,
        media_type="application/pdf", size=10,
    )  # fmt: skip


def stream(event: DocumentRecorded) -> UUID:
    return document_stream(event.issuer, event.number)


def listed(*events: DocumentRecorded, withdrawn: bool = False) -> dict[UUID, Paper]:
    return {stream(one): Paper(stream(one), recorded=one, withdrawn=withdrawn) for one in events}


def test_what_differs_from_the_nations_list_stands_first() -> None:
    ours = listed(paper("一"), paper("二"), paper("三"))
    theirs = [
        ("430000", paper("一")),
        ("440000", paper("二", "b")),
        ("440000", paper("九")),
        ("440000", paper("一", issuer="示例省三方会议")),
    ]
    found = compared(ours, [(place, stream(event), event) for place, event in theirs])
    assert [(one.finding, one.province, one.number) for one in found] == [
        (PaperFinding.ALTERED, "440000", "二"),
        (PaperFinding.UNLISTED, "440000", "九"),
        (PaperFinding.UNUSED, "", "三"),
        (PaperFinding.SAME, "430000", "一"),
    ]
    assert found[0].ours == "a" * 64


def test_a_paper_that_was_withdrawn_is_on_no_list() -> None:
    ours = {**listed(paper("一")), **listed(paper("二"), withdrawn=True)}
    (first, second) = compared(ours, [("430000", stream(paper("二")), paper("二"))])
    assert (first.finding, second.finding) == (PaperFinding.UNLISTED, PaperFinding.UNUSED)
