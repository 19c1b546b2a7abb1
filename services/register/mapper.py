"""Entries as the `eventsourcing` library's domain events: the topic is the stable type name, the state our JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, StoredEvent

from events.envelope import Entry, Event
from events.registry import UnknownTypeError, decode, encode, encode_around


@dataclass(frozen=True, slots=True)
class EntryEvent:
    """An entry under the names by which the library knows a domain event."""

    entry: Entry[Event]

    @property
    def originator_id(self) -> UUID:
        return self.entry.stream

    @property
    def originator_version(self) -> int:
        return self.entry.version


@dataclass(frozen=True)
class StoredEntry(StoredEvent):
    """A stored event that still knows its command, when it was recorded, and what of its state stands before
    and after that moment.
    """

    recorded_at: datetime
    command_id: UUID
    around: tuple[bytes, bytes]


class EntryMapper(Mapper[UUID]):
    """Maps EntryEvents to the register's bytes and back; no compression, and no cipher of its own."""

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEntry:
        """Raises TypeError for anything but an EntryEvent, and where personal data is in clear."""
        if not isinstance(domain_event, EntryEvent):
            raise TypeError(f"{type(domain_event).__name__} is no EntryEvent")
        entry = domain_event.entry
        return StoredEntry(
            originator_id=entry.stream,
            originator_version=entry.version,
            topic=type(entry.event).about.type,
            state=encode(entry),
            recorded_at=entry.recorded_at,
            command_id=entry.command_id,
            around=encode_around(entry),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> EntryEvent:
        """Raises MapperDeserialisationError where the type is not known or the bytes are not of it."""
        try:
            return EntryEvent(decode(stored_event.topic, stored_event.state))
        except (UnknownTypeError, ValueError) as error:
            raise MapperDeserialisationError(f"{stored_event.topic}: {error}") from error
