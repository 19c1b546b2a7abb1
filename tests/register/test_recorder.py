"""The `eventsourcing` library's own cases for recorders, on the register."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from unittest import mock

import pytest
from eventsourcing.persistence import IntegrityError, MapperDeserialisationError, StoredEvent

from services.register.mapper import EntryEvent, EntryMapper
from services.register.recorder import RegisterRecorder
from tests.register.given import command

# The cases of the library's cipher share a module with those of its recorders, and need a package
# that nothing here uses.
_cipher = ModuleType("eventsourcing.cipher")
_cipher.AESCipher = object  # type: ignore[attr-defined]
with mock.patch.dict(sys.modules, {"eventsourcing.cipher": _cipher}):
    from eventsourcing.tests import persistence as cases


class OnTheRegister:
    @pytest.fixture(autouse=True)
    def recorder_of_the_test(self, database: str) -> Iterator[None]:
        self.recorder = RegisterRecorder(database)
        yield
        self.recorder.close()

    def create_recorder(self) -> RegisterRecorder:
        return self.recorder


class TestApplicationRecorder(OnTheRegister, cases.ApplicationRecorderTestCase[RegisterRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleavingNotificationIDs(OnTheRegister, cases.NonInterleavingNotificationIDsBaseCase):
    pass


class TestTrackingRecorder(OnTheRegister, cases.TrackingRecorderTestCase):
    pass


class TestProcessRecorder(OnTheRegister, cases.ProcessRecorderTestCase):
    pass


def test_entries_go_through_mapper_and_recorder_unchanged(database: str) -> None:
    mapper, recorder = EntryMapper(), RegisterRecorder(database)
    try:
        entries = command(count=3).entries
        stored = [mapper.to_stored_event(EntryEvent(entry)) for entry in entries]
        positions = recorder.insert_events(stored)
        found = recorder.select_events(entries[0].stream)
        assert [mapper.to_domain_event(event).entry for event in found] == list(entries)
        assert recorder.insert_events(stored) == positions, "a retry of the same command is answered with success"
        with pytest.raises(IntegrityError):
            recorder.insert_events([mapper.to_stored_event(EntryEvent(command(entries[0].stream).entries[0]))])
    finally:
        recorder.close()


def test_mapper_refuses_what_is_not_of_the_vocabulary() -> None:
    with pytest.raises(MapperDeserialisationError):
        EntryMapper().to_domain_event(StoredEvent(command().entries[0].stream, 1, "nobody.knows.v1", b"{}"))
