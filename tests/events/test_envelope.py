"""What is let into an entry, and what never is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from vocabulary import SAMPLES, document, sample

from events.envelope import About, Actor, Entry, Event
from events.governance.signal import SignalParked
from events.matters import MATTERS
from events.registry import EVENT_TYPES, VOCABULARY, decode, encode
from events.sealed import MAX_CLEAR, Sealed
from events.unit.checks import UnitRectificationOrdered
from events.unit.registration import UnitClosed, UnitRegistered
from events.words import ActorKind, UnitKind

CLOSED = "unit.closed.v1"
SEALED = [name for name in EVENT_TYPES if b'"kc"' in SAMPLES[name]]
SURROGATE = "\ud800"


def _spoilt(**changes: Any) -> bytes:
    return orjson.dumps(document(CLOSED) | changes)


def _entry(event: Event, **changes: Any) -> Entry[Event]:
    fields = sample(CLOSED).model_dump() | {"event": event} | changes
    return VOCABULARY.entries[event.about.type](**fields)


def test_unknown_fields_are_refused_everywhere() -> None:
    for name in EVENT_TYPES:
        for place in ((), ("event",), ("actor",), ("authority",)):
            spoilt = document(name)
            inner = spoilt
            for step in place:
                inner = inner[step]
            inner["unheard_of"] = 1
            with pytest.raises(ValidationError, match="unheard_of"):
                decode(name, orjson.dumps(spoilt))


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        decode(CLOSED, _spoilt(recorded_at="2024-05-20T08:00:00"))
    with pytest.raises(ValidationError, match="timezone"):
        _entry(UnitClosed(reason="示例"), recorded_at=datetime(2024, 5, 20))  # noqa: DTZ001 (meant)


def test_a_moment_is_the_same_in_every_zone_and_its_day_is_local() -> None:
    entry = decode(CLOSED, _spoilt(recorded_at="2024-05-20T23:30:00-08:00"))
    assert entry.recorded_at == datetime(2024, 5, 21, 7, 30, tzinfo=UTC)
    assert entry.day == date(2024, 5, 21)
    for moment in ("9999-12-31T23:59:59-08:00", "0001-01-01T00:00:00+08:00"):
        with pytest.raises(ValueError, match="recorded_at"):
            decode(CLOSED, _spoilt(recorded_at=moment))
    assert decode(CLOSED, _spoilt(recorded_at="2024-05-20T16:00:00Z")).day == date(2024, 5, 21)
    assert entry.id == f"{entry.stream}/{entry.version}"


@pytest.mark.parametrize("day", ["9999-12-31", "2200-01-01", "1899-12-31"])
def test_days_from_which_no_deadline_can_be_counted_are_refused(day: str) -> None:
    with pytest.raises(ValidationError, match="due"):
        UnitRectificationOrdered(items=("示例",), due=date.fromisoformat(day))


def test_nul_is_refused_in_texts() -> None:
    for reason in ("\x00", "示例\x00理由"):
        with pytest.raises(ValidationError, match="pattern"):
            UnitClosed(reason=reason)
    with pytest.raises(ValidationError, match="pattern"):
        decode(CLOSED, orjson.dumps(document(CLOSED) | {"event": {"reason": "a\x00"}}))
    with pytest.raises(ValidationError, match="pattern"):
        UnitRegistered(kind=UnitKind.PARK, name="示例", code="A\x00", place="430104")


def test_an_event_is_strict_and_frozen() -> None:
    with pytest.raises(ValidationError, match="instance of UnitKind"):
        UnitRegistered(kind="park", name="示例", code="A", place="430104")  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="frozen"):
        UnitClosed(reason="示例").reason = "other"  # type: ignore[misc]


def test_lone_surrogates_are_refused_where_a_text_is_bounded() -> None:
    with pytest.raises(ValidationError, match="unicode"):
        UnitClosed(reason=f"示例{SURROGATE}")
    for text in (b'"a\\ud800"', b'"a\xed\xa0\x80"'):
        stored = (
            SAMPLES[CLOSED]
            .replace(b'"unit.closed.v1"', b"")
            .replace(orjson.dumps(document(CLOSED)["event"]["reason"]), text)
        )
        with pytest.raises(ValidationError, match="Invalid JSON"):
            decode(CLOSED, stored)


def test_lone_surrogates_are_refused_in_what_programs_make() -> None:
    with pytest.raises(ValidationError):
        SignalParked(signal="示例", source="示例", reason="示例", digest="0" * 64, message=SURROGATE)
    with pytest.raises(ValidationError):
        Actor(id=uuid4(), kind=ActorKind.SYSTEM, post=SURROGATE, place="430000")


def test_clear_personal_data_is_never_written() -> None:
    for name in SEALED:
        entry = sample(name)
        sealed = {field for field in type(entry.event).model_fields if isinstance(getattr(entry.event, field), Sealed)}
        for field in sealed:
            clear = entry.event.model_copy(update={field: Sealed(clear="示例某人")})
            opened = entry.model_copy(update={"event": clear})
            for write in (encode, Entry.model_dump_json, lambda entry: entry.model_dump(mode="json")):
                with pytest.raises(PydanticSerializationError) as caught:
                    write(opened)
                assert "示例某人" not in str(caught.value), name
            assert "示例某人" not in repr(opened), name


def test_personal_text_has_bounds_and_an_envelope_its_parts() -> None:
    envelope = document("unit.report-sealed.v1")["event"]["signer"]
    assert Sealed.parse(envelope).clear is None
    assert Sealed.parse("示例某人").is_clear
    for wrong in ("", "示" * (MAX_CLEAR + 1), 7, envelope | {"v": 2}, envelope | {"more": 1}, {"v": 1}):
        with pytest.raises(ValueError, match=r"personal text|expected a text"):
            Sealed.parse(wrong)


def test_every_matter_is_known() -> None:
    for name in EVENT_TYPES:
        assert EVENT_TYPES[name].about.matter in MATTERS, name


def test_every_matter_is_of_some_event_and_no_other_is_taken() -> None:
    assert {event.about.matter for event in EVENT_TYPES.values()} == set(MATTERS)
    with pytest.raises(ValueError, match="no matter"):
        About("unit.dreamt.v1", "梦", "Dreamt", "dreams", "梦", "Dreamt")
