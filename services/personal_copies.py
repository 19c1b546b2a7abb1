"""What the register holds of a person who asks for it, found by the tag of their identity number (T-29).

Found are the streams of officers and agents with that tag, the person's requests, and what they did in office. A name
that stands elsewhere, of a contact, a signer or an objector, has no tag: who answers looks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from events.envelope import CHINA, Entry, Event
from events.governance.officer import OfficerPersonTagged
from events.governance.persons import RegisterPersonAnswered, RegisterPersonRefused, RegisterPersonRequested
from events.words import AsksFor
from projections.acts.queries import ActsOfType, of_officers
from services import vault
from services.casework.kinds import KINDS
from services.casework.officer.state import Officer
from services.casework.policy.state import Packs
from services.casework.register.state import Register
from services.casework.stream import fold
from services.entry_documents import entry_document
from services.register import read_async
from services.vault import KeyFile

Connection = AsyncConnection[Any]
Place = tuple[UUID, int]
"""Where an entry stands: its stream and its version."""

Clear = Mapping[Place, Mapping[str, str | None]]
"""Personal fields in clear text by their paths, of the entries that have some; None where the key was destroyed."""

_EVER = datetime(2000, 1, 1, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """What a person asked for, until when it is to be answered, and how it was settled; None while it waits."""

    asked: Entry[RegisterPersonRequested]
    due: date
    settled: Entry[RegisterPersonAnswered] | Entry[RegisterPersonRefused] | None = None

    @property
    def number(self) -> int:
        """The version of its entry on the register's stream."""
        return self.asked.version

    @property
    def tag(self) -> str | None:
        """Who asks."""
        return self.asked.event.tag.tag

    @property
    def answered(self) -> bool:
        """Whether the person was told; not where it was refused."""
        return self.settled is not None and isinstance(self.settled.event, RegisterPersonAnswered)

    def told_to(self, tag: str | None) -> bool:
        """Whether the answer is for whoever has that tag: a person who asked for themselves and was answered."""
        return self.answered and self.asked.event.by is AsksFor.SELF and tag is not None and tag == self.tag

    def document(self) -> dict[str, Any]:
        """As JSON tells it, without who asks."""
        event = self.asked.event
        state = "waits" if self.settled is None else "answered" if self.answered else "refused"
        return {
            "number": self.number, "right": event.right.value, "by": event.by.value, "request": event.request,
            "received_on": event.received_on, "due": self.due, "state": state,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a person: their streams, their requests, and how often they did what in office."""

    officers: tuple[Officer, ...]
    requests: tuple[PersonRequest, ...]
    acts: tuple[ActsOfType, ...]

    @property
    def entries(self) -> tuple[Entry[Event], ...]:
        """The entries that are about the person, stream by stream."""
        asked = (entry for one in self.requests for entry in (one.asked, one.settled) if entry is not None)
        return (*(entry for officer in self.officers for entry in officer.entries), *asked)

    def document(self, clear: Clear | None = None) -> dict[str, Any]:
        """As JSON; personal fields are masked but for those that are given in clear text."""
        found = clear or {}
        return {
            "streams": [one.id for one in self.officers],
            "entries": [
                entry_document(entry, clear=found[place]) if (place := (entry.stream, entry.version)) in found
                else entry_document(entry)
                for entry in self.entries
            ],
            "acts": [one._asdict() for one in self.acts],
        }  # fmt: skip


def requests(register: Register, packs: Packs) -> Iterator[PersonRequest]:
    """Every request of a person that was recorded, in the order of recording."""
    settled: dict[int, Entry[RegisterPersonAnswered] | Entry[RegisterPersonRefused]] = {
        entry.event.request: entry  # type: ignore[misc]
        for entry in register.entries
        if isinstance(entry.event, RegisterPersonAnswered | RegisterPersonRefused)
    }
    for entry in register.entries:
        if isinstance(entry.event, RegisterPersonRequested):
            pack = packs.on(entry.event.received_on)
            due = pack.after(entry.event.received_on, pack.windows.answer_person)
            yield PersonRequest(entry, due, settled.get(entry.version))  # type: ignore[arg-type]


async def held(conn: Connection, asked: PersonRequest, known: tuple[PersonRequest, ...]) -> Held:
    """What is held of the person who asks; `known` are all requests of the register."""
    tagged = await read_async.recorded_since(conn, OfficerPersonTagged.about.type, _EVER)
    streams = {one.entry.stream for one in tagged if _tag(one.entry.event) == asked.tag}
    found = await read_async.read_streams(conn, sorted(streams))
    folded = [fold(KINDS["officer"], stream, [one.entry for one in entries]) for stream, entries in found.items()]
    # who was tagged otherwise since, or in error, is somebody else
    own = tuple(one for one in folded if isinstance(one, Officer) and one.tag == asked.tag)
    acts = await of_officers(conn, [one.id for one in own])
    return Held(own, tuple(one for one in known if one.tag == asked.tag), tuple(acts))


def _tag(event: Event) -> str | None:
    return event.tag.tag if isinstance(event, OfficerPersonTagged) else None


def sealed(found: Held) -> Iterator[tuple[Entry[Event], list[str]]]:
    """The entries that have personal fields, with the paths of these."""
    for entry in found.entries:
        if paths := list(vault.clear_of(entry)):
            yield entry, paths


async def opened(conn: Connection, keys: KeyFile, found: Held) -> Clear:
    """The personal fields of what is held, in clear text. Who calls this has written down first who looks."""
    entries = [entry for entry, _ in sealed(found)]
    slots = {slot for entry in entries for slot in vault.needed(entry)}
    known = await vault.afetch(conn, keys, slots)
    return {(one.stream, one.version): vault.clear_of(vault.open_entry(one, known)) for one in entries}
