"""Old versions of an event are brought up to the newest, step by step."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from pydantic import ValidationError
from vocabulary import SAMPLES, document

from events.envelope import About, Entry, Event
from events.fields import Line, Prose
from events.registry import EVENT_TYPES, UnknownEntry, UnknownTypeError, Vocabulary, decode, read

V1, V2, V3 = "unit.closed.v1", "unit.closed.v2", "unit.closed.v3"


class ClosedV2(Event):
    """A made-up second version: the reason is called `why`."""

    about = About(V2, "注销", "Closed", "administration", "单位注销：{why}", "Unit closed: {why}")
    why: Prose


class ClosedV3(Event):
    """A made-up third version: an office is named."""

    about = About(V3, "注销", "Closed", "administration", "{office}注销：{why}", "Closed by {office}: {why}")
    why: Prose
    office: Line


def _to_v2(fields: dict[str, Any]) -> dict[str, Any]:
    return {"why": fields["reason"]}


def _to_v3(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"office": "登记机关"}


def test_a_stored_v1_is_read_as_v2() -> None:
    vocabulary = Vocabulary({V2: ClosedV2}, {V1: (V2, _to_v2)})
    entry = vocabulary.decode(V1, SAMPLES[V1])
    assert entry.event == ClosedV2(why=document(V1)["event"]["reason"])
    assert entry.version == document(V1)["version"]
    assert vocabulary.decode(V2, vocabulary.encode(entry)) == entry


def test_a_chain_of_two() -> None:
    vocabulary = Vocabulary({V3: ClosedV3}, {V1: (V2, _to_v2), V2: (V3, _to_v3)})
    assert vocabulary.decode(V1, SAMPLES[V1]).event == ClosedV3(why=document(V1)["event"]["reason"], office="登记机关")


def test_what_is_lifted_wrongly_is_refused() -> None:
    vocabulary = Vocabulary({V2: ClosedV2}, {V1: (V2, lambda fields: fields)})
    with pytest.raises(ValidationError):
        vocabulary.decode(V1, SAMPLES[V1])


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(UnknownTypeError, match=r"unit\.dreamt\.v1"):
        decode("unit.dreamt.v1", b"{}")


def test_a_reader_tells_of_an_entry_of_a_newer_version() -> None:
    newer = Vocabulary({V2: ClosedV2}, {V1: (V2, _to_v2)})
    older = Vocabulary({V1: EVENT_TYPES[V1]})
    entry = newer.decode(V1, SAMPLES[V1])
    stored = newer.encode(entry)
    shown = older.read(V2, stored)
    assert shown == UnknownEntry(entry.stream, entry.version, V2, entry.recorded_at, stored)
    assert newer.read(V2, stored) == entry
    with pytest.raises(UnknownTypeError):
        older.decode(V2, stored)


def test_a_reader_goes_on_after_an_entry_of_a_newer_version() -> None:
    newer = Vocabulary({V2: ClosedV2}, {V1: (V2, _to_v2)})
    log = [(V1, SAMPLES[V1]), (V2, newer.encode(newer.decode(V1, SAMPLES[V1]))), (V1, SAMPLES[V1])]
    older = Vocabulary({V1: EVENT_TYPES[V1]})
    assert [type(older.read(*stored)).__name__ for stored in log] == [
        "Entry[UnitClosed]",
        "UnknownEntry",
        "Entry[UnitClosed]",
    ]
    assert [newer.read(*stored).version for stored in log] == [document(V1)["version"]] * 3


def test_a_newer_field_is_no_newer_type() -> None:
    """An old reader refuses it, rather than show an entry with something left out: readers come before writers."""
    grown = document(V1)
    grown["event"]["note"] = "新增的可选字段"
    with pytest.raises(ValidationError):
        read(V1, orjson.dumps(grown))


def test_a_model_is_made_once_and_the_types_are_told_without_making_any() -> None:
    vocabulary = Vocabulary({V2: ClosedV2})
    assert dict.fromkeys(vocabulary.entries) == {V2: None}
    assert len(vocabulary.entries) == 1
    assert vocabulary.entries[V2] is vocabulary.entries[V2]
    with pytest.raises(KeyError):
        vocabulary.entries[V1]


def test_only_what_the_vocabulary_has_is_written() -> None:
    entry = Vocabulary({V2: ClosedV2}, {V1: (V2, _to_v2)}).decode(V1, SAMPLES[V1])
    with pytest.raises(KeyError):
        Vocabulary({V1: EVENT_TYPES[V1]}).encode(entry)


def test_a_reader_refuses_what_is_no_entry() -> None:
    assert isinstance(read(V1, SAMPLES[V1]), Entry)
    with pytest.raises(ValidationError):
        read(V2, b"{}")
    with pytest.raises(ValidationError):
        read(V1, b"{}")


@pytest.mark.parametrize(
    "upcasters",
    [
        {V1: (V2, _to_v2)},
        {V1: ("nowhere", _to_v2)},
        {"a": ("b", _to_v2), "b": ("a", _to_v2)},
    ],
)
def test_a_type_of_today_or_a_chain_to_nowhere_is_no_upcast(upcasters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is upcast"):
        Vocabulary(EVENT_TYPES, upcasters)
