"""How long things are kept: what is held back from destruction, and the certificate of what was destroyed.

An entry is never destroyed: what goes are the bytes of papers and the keys of personal fields.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Day, Digest, DocumentRef, HoldRef, KnownUnitRef, Part, Prose, RetentionRef, SubjectId

MOST_DESTROYED = 500
"""Things destroyed by one certificate."""


class RegisterHoldPlaced(Event):
    """What concerns these units, and these papers, is kept whatever its time (a lawsuit, an inspection, an audit)."""

    about = About(
        "register.hold-placed.v1", "停止销毁", "Legal hold placed", "record",
        "停止销毁：单位{units#}户，文件{papers#}份：{reason}",
        "Legal hold placed on {units#} units and {papers#} papers: {reason}",
        decision="place-hold",
    )  # fmt: skip
    units: Annotated[tuple[KnownUnitRef, ...], Field(max_length=200)] = ()
    papers: Annotated[tuple[Digest, ...], Field(max_length=200)] = ()
    document: DocumentRef | None = None
    reason: Prose


class RegisterHoldLifted(Event):
    """The hold is over: what it held back may be destroyed when its time is over. By two persons."""

    about = About(
        "register.hold-lifted.v1", "解除停止销毁", "Legal hold lifted", "record",
        "解除停止销毁（第{hold}号记录）：{reason}", "Legal hold of entry {hold} lifted: {reason}",
        decision="lift-hold",
    )  # fmt: skip
    hold: HoldRef
    reason: Prose


class DestroyedItem(Part):
    """A paper by the digest of its bytes, or the personal field of an entry by whom it is about; `since` is the day
    from which its time ran, `streams` are the files that name it.
    """

    digest: Digest | None = None
    subject: SubjectId | None = None
    streams: Annotated[tuple[SubjectId, ...], Field(max_length=100)] = ()
    since: Day

    def caption(self, language: str) -> str:
        """What it is, and since when it was kept."""
        what = self.digest[:12] if self.digest else str(self.subject)[:8]
        return f"{what}（自{self.since}）" if language == "zh" else f"{what} (since {self.since})"


class RegisterContentDestroyed(Event):
    """The certificate of a destruction: what, by which line of the policy's table of times, since when it was kept.

    The register itself finds what is due under the line and not held back. By two persons.
    """

    about = About(
        "register.content-destroyed.v1", "销毁证明", "Destruction certified", "record",
        "依保管期限“{line}”销毁{items#}项：{reason}", "{items#} items destroyed under the line {line}: {reason}",
        decision="destroy-content",
    )  # fmt: skip
    line: RetentionRef
    items: tuple[DestroyedItem, ...] | None = derived()
    reason: Prose
