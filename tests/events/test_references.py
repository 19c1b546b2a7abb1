"""A field's type says what it refers to, and everything an event refers to is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID, uuid4

import orjson
import pytest
from pydantic import BaseModel
from vocabulary import sample

from events.envelope import About, Event
from events.fields import Documents, Line, OfficerRef, Part, UnitRef, Visitor
from events.person import PersonTag
from events.references import (
    EntryRef,
    Marker,
    Mention,
    PackRef,
    Scalar,
    StateId,
    StateRef,
    StreamRef,
    marker_of,
    markers_of,
    references,
)
from events.registry import EVENT_TYPES, KINDS, encode
from events.sealed import Sealed
from events.unit.cultivation import UnitContactAssigned
from events.unit.evaluation import UnitHouseOpined
from events.words import Word

NO_STREAM: Mapping[str, str] = {
    "CodeClaimed.holder": "the kind of the holder follows from the scope",
    "DecisionDeclined.log": "a log is no stream",
    "ProvinceJoined.log": "a log is no stream",
    "ProvinceBranchFollowed.log": "a log is no stream",
    "RegisterBranched.log": "a log is no stream",
    "RegisterBranched.of": "a log is no stream",
    "RegisterNationRecognised.log": "a log is no stream",
    "UnitReceived.log": "a log is no stream",
    "UnitPersonalDataErased.subject": "the subject of a key of the vault",
    "DestroyedItem.subject": "the subject of a key of the vault",
    "DestroyedItem.streams": "files of any kind, as the register found them",
}
"""Fields of ids that are no stream's, each with the reason."""


def _leaves(model: type[BaseModel]) -> Iterator[tuple[str, Any, Marker | None]]:
    """Every field of an event and its parts that holds plain values: where, their type, the outermost marker."""
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        for marker in field.metadata:
            kind = Annotated[kind, marker]
        yield from _leaves_of(f"{model.__name__}.{name}", kind, None)


def _leaves_of(place: str, kind: Any, marker: Marker | None) -> Iterator[tuple[str, Any, Marker | None]]:
    if get_origin(kind) is Annotated:
        found = [each for each in kind.__metadata__ if isinstance(each, Marker)]
        yield from _leaves_of(place, get_args(kind)[0], found[-1] if found else marker)
    elif get_args(kind):
        for argument in get_args(kind):
            if argument not in (type(None), Ellipsis):
                yield from _leaves_of(place, argument, marker)
    elif issubclass(kind, BaseModel):
        yield from _leaves(kind)
    else:
        yield place, kind, marker


LEAVES = {place: (kind, marker) for event in EVENT_TYPES.values() for place, kind, marker in _leaves(event)}


def test_every_id_says_of_which_kind_of_stream_it_is() -> None:
    ids = {place: marker for place, (kind, marker) in LEAVES.items() if kind is UUID}
    assert {place for place, marker in ids.items() if not isinstance(marker, StreamRef)} == NO_STREAM.keys()
    assert {marker.kind for marker in ids.values() if isinstance(marker, StreamRef)} <= KINDS.keys()


def test_every_plain_value_says_what_it_is() -> None:
    silent = {
        place
        for place, (kind, marker) in LEAVES.items()
        if marker is None
        and place not in NO_STREAM
        and kind is not bool
        and not issubclass(kind, Word | Sealed | PersonTag)
    }
    assert silent == set()


def test_entries_and_kinds_that_are_referred_to_exist() -> None:
    known = {name.rpartition(".")[0] for name in EVENT_TYPES}
    for _, marker in LEAVES.values():
        if isinstance(marker, EntryRef):
            for name in marker.types:
                assert {name} <= known or {name.replace("*", kind, 1) for kind in KINDS} <= known


def test_an_id_of_the_state_is_given_somewhere() -> None:
    markers = [marker for _, marker in LEAVES.values()]
    given = {marker.what for marker in markers if isinstance(marker, StateId)}
    # steps are the kind's own acts, and given by no entry; keys are made by the source itself
    assert {marker.what for marker in markers if isinstance(marker, StateRef)} == given | {"steps", "keys"}


def test_an_entry_reference_takes_its_types_of_every_version() -> None:
    assert EntryRef(("unit.applied",)).takes("unit.applied.v2")
    assert not EntryRef(("unit.applied",)).takes("unit.application-accepted.v1")
    assert EntryRef(("*.act-proposed",)).takes("officer.act-proposed.v1")
    assert not EntryRef(("*.act-proposed",)).takes("officer.act-seconded.v1")
    assert EntryRef().takes("round.opened.v1")


def _at(document: Any, pointer: str) -> Any:
    for escaped in pointer.split("/")[1:]:
        step = escaped.replace("~1", "/").replace("~0", "~")
        document = document[int(step) if isinstance(document, list) else step]
    return document


def test_a_mention_stands_where_its_pointer_says() -> None:
    for name in EVENT_TYPES:
        entry = sample(name)
        document = orjson.loads(encode(entry))["event"]
        for mention in references(entry.event):
            if "/scores/" in mention.pointer:
                assert mention.pointer.endswith(f"/{mention.value}"), name
                continue
            value = _at(document, mention.pointer)
            assert value == (str(mention.value) if isinstance(mention.value, UUID) else mention.value), name


def test_no_reference_is_missed() -> None:
    for name in EVENT_TYPES:
        event = sample(name).event
        found = {(mention.marker, mention.value) for mention in references(event)}
        wanted = {marker for _, _, marker in _leaves(type(event)) if isinstance(marker, StreamRef | PackRef | StateRef)}
        wanted |= {marker for _, _, marker in _leaves(type(event)) if isinstance(marker, EntryRef)}
        assert {marker for marker, _ in found} == wanted, name


def test_parts_lists_maps_and_aliases() -> None:
    evaluated = sample("unit.self-evaluated.v1").event
    mentions = list(references(evaluated))
    assert [mention.pointer for mention in mentions[:2]] == ["/standard_set", "/items/0/standard"]
    scores: Mapping[str, int] = evaluated.survey.scores  # type: ignore[attr-defined]
    assert [mention for mention in mentions if mention.marker == PackRef("indicators")] == [
        Mention(f"/survey/scores/{indicator}", PackRef("indicators"), indicator) for indicator in scores
    ]

    class Inner(Part):
        """A part with an alias."""

        by: Annotated[dict[Line, tuple[OfficerRef, ...]], Marker()]

    class Made(Event):
        """An event of everything."""

        about = About("unit.made.v1", "造", "Made", "record", "造", "Made")
        inner: Inner | None = None
        visitors: tuple[Visitor, ...] = ()
        documents: Documents = ()

    one, two = uuid4(), uuid4()
    made = Made(inner=Inner(by={"a/b~c": (one, two)}))
    assert list(references(made)) == [
        Mention("/inner/by/a~1b~0c/0", StreamRef("officer"), one),
        Mention("/inner/by/a~1b~0c/1", StreamRef("officer"), two),
    ]
    assert list(references(Made())) == []


def test_a_choice_of_types_hides_no_reference() -> None:
    class Unclear(Event):
        """Refers to a unit, or gives its name."""

        about = About("unit.unclear.v1", "不明", "Unclear", "record", "不明", "Unclear")
        unit: UnitRef | Line

    with pytest.raises(TypeError, match="choice"):
        list(references(Unclear(unit="示例")))


def test_the_marker_of_a_field() -> None:
    assert marker_of(UnitContactAssigned, "officer") == StreamRef("officer")
    assert marker_of(UnitContactAssigned, "from_") == Scalar("day")
    assert marker_of(UnitHouseOpined, "opinion") is None
    assert markers_of(EVENT_TYPES["unit.reviewed.v1"])["open_signals"] == StateRef("signals")
    assert marker_of(EVENT_TYPES["unit.signal-recorded.v1"], "amount_fen") == Scalar("money")


def test_days_have_no_reference() -> None:
    event = UnitContactAssigned(officer=uuid4(), from_=date(2024, 5, 20))
    assert [mention.pointer for mention in references(event)] == ["/officer"]
