"""A paper: who issued it under which number, what it does, and the digest of its bytes (T-23)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.folding import folded
from events.governance.document import DocumentConfirmed, DocumentRecorded, DocumentWithdrawn
from services.casework.stream import State

_DOCUMENTS = uuid5(NAMESPACE_URL, "concord:document")


def document_stream(issuer: str, number: str) -> UUID:
    """The stream of a paper: uuid5 of its issuer and number as names are compared, told apart by the
    issuer's length.
    """
    issuer, number = folded(issuer), folded(number)
    return uuid5(_DOCUMENTS, f"{len(issuer)}:{issuer}:{number}")


@dataclass(frozen=True, slots=True)
class Paper(State):
    """A paper as of a version of its stream; `confirmed` is the entry that confirmed it."""

    recorded: DocumentRecorded | None = None
    recorded_by: UUID | None = None
    place: str = ""
    confirmed: int | None = None
    confirmed_by: UUID | None = None
    units: frozenset[UUID] = frozenset()
    withdrawn: bool = False


def recorded(paper: Paper, entry: Entry[DocumentRecorded]) -> Paper:
    """The paper as it was recorded."""
    return replace(paper, recorded=entry.event, recorded_by=entry.actor.id, place=entry.actor.place)


def confirmed(paper: Paper, entry: Entry[DocumentConfirmed]) -> Paper:
    """The paper that a second officer confirmed, with its list."""
    return replace(paper, confirmed=entry.version, confirmed_by=entry.actor.id, units=frozenset(entry.event.units))


def withdrawn(paper: Paper, entry: Entry[DocumentWithdrawn]) -> Paper:
    """The paper that counts no more."""
    return replace(paper, withdrawn=True)
