"""What a field is beside its form: markers in its type, and the one way to find what an event refers to.

A marker stands in the field's type (`Annotated[UUID, StreamRef("unit")]`). Whatever checks, resolves,
masks, labels, shows or offers a field asks the marker, never the field's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

ScalarKind: TypeAlias = Literal[
    "line", "prose", "json", "day", "year", "place", "digest", "money", "count", "percent", "score", "severity",
    "version", "position", "id", "uri", "source", "code", "holder", "event_type", "media_type", "size", "number", "period",
    "duty", "report", "act_digest", "share", "share_digest", "seed_digest", "pack_name", "pack_version", "pack_digest",
    "subject", "log", "public_key",
]  # fmt: skip
"""How a plain value is read: a line of text, money in fen, the code of a place, the name of an event type …"""


class Marker:
    """The base of what a type says about its values."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Scalar(Marker):
    """A plain value that refers to nothing."""

    kind: ScalarKind


@dataclass(frozen=True, slots=True)
class StateId(Marker):
    """An id given here for the first time; later entries name it by a `StateRef` to the same part of the state."""

    what: str


class _Reference(Marker):
    """The base of markers of values that refer to something."""

    __slots__ = ()

    def schema_extra(self) -> JsonSchemaValue:
        """What the JSON Schema of such a value tells in addition."""
        raise NotImplementedError

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | self.schema_extra()


@dataclass(frozen=True, slots=True)
class StreamRef(_Reference):
    """The id of a stream of a kind; `foreign` where the stream stands in another register (a province's, the nation's).

    The stream has to be open, unless `closed` says that it may be closed, or `new` that it may not exist yet.
    """

    kind: str
    foreign: bool = False
    closed: bool = False
    new: bool = False

    def schema_extra(self) -> JsonSchemaValue:
        return {"x-stream": self.kind} | ({"x-foreign": True} if self.foreign else {})


@dataclass(frozen=True, slots=True)
class EntryRef(_Reference):
    """The version of an earlier entry of the same stream.

    `types` are names of event types without their version (`unit.applied`); `*` stands for the
    stream's own kind (`*.act-proposed`). No types at all: any entry.
    """

    types: tuple[str, ...] = ()

    def takes(self, type_name: str) -> bool:
        """Whether an entry of the type (`unit.applied.v1`) may be referred to."""
        kind, _, rest = type_name.partition(".")
        what = rest.rpartition(".")[0]
        return not self.types or f"{kind}.{what}" in self.types or f"*.{what}" in self.types

    def schema_extra(self) -> JsonSchemaValue:
        return {"x-entry": list(self.types)}


@dataclass(frozen=True, slots=True)
class PackRef(_Reference):
    """An id of a table of the policy pack; `foreign` where it is the pack of another register (a province's)."""

    table: str
    foreign: bool = False

    def schema_extra(self) -> JsonSchemaValue:
        return {"x-pack": self.table} | ({"x-foreign": True} if self.foreign else {})


@dataclass(frozen=True, slots=True)
class StateRef(_Reference):
    """An id given within the stream: a signal, a check, a plaque."""

    what: str

    def schema_extra(self) -> JsonSchemaValue:
        return {"x-state": self.what}


Ref: TypeAlias = StreamRef | EntryRef | PackRef | StateRef


class Mention(NamedTuple):
    """A reference in an event: where (RFC 6901, by the names in JSON), of which sort, and to what.

    The pointer of a key of a map is that of its value.
    """

    pointer: str
    marker: Ref
    value: UUID | int | str


def references(event: BaseModel) -> Iterator[Mention]:
    """Everything the event refers to, in the order of its fields; empty fields are left out."""
    values = event.__dict__
    for name, pointer, marker, within in _plan(type(event)):
        value = values[name]
        if value is None:
            continue
        if marker is not None:
            yield Mention(pointer, marker, value)
        elif within is not None:
            yield from within(value, pointer)


def marker_of(model: type[BaseModel], field: str) -> Marker | None:
    """The marker of a field's values, looked for inside `| None` and lists; None for what has none (a flag, a part)."""
    return markers_of(model).get(field)


@cache
def markers_of(model: type[BaseModel]) -> Mapping[str, Marker]:
    """The marker of every field of the model that has one, by the field's name in Python."""
    found = {name: _marker_within(_type_of(field)) for name, field in model.model_fields.items()}
    return {name: marker for name, marker in found.items() if marker is not None}


_Within: TypeAlias = Callable[[Any, str], Iterator[Mention]]
_Step: TypeAlias = tuple[str, str, Ref | None, _Within | None]


@cache
def _plan(model: type[BaseModel]) -> tuple[_Step, ...]:
    """The fields of a model that can refer to something: name, pointer, and either a marker or how to look inside."""
    steps: list[_Step] = []
    for name, field in model.model_fields.items():
        kind = _filled(_type_of(field))
        marker, within = _reference(kind), _within(kind)
        if marker is not None or within is not None:
            steps.append((name, "/" + _escaped(field.alias or name), marker, within))
    return tuple(steps)


def _within(kind: Any) -> _Within | None:
    """How to find the references inside values of a type; None where there can be none."""
    kind = _filled(kind)
    marker = _reference(kind)
    if marker is not None:
        return lambda value, pointer: iter((Mention(pointer, marker, value),))
    kind = _bare(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (tuple, list):
        return _within_items(arguments[0])
    if origin is dict:
        return _within_map(*arguments)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and _plan(kind):
        return _within_part
    return None


def _within_items(item: Any) -> _Within | None:
    inner = _within(item)
    if inner is None:
        return None

    def walk(values: Any, pointer: str) -> Iterator[Mention]:
        for index, value in enumerate(values):
            yield from inner(value, f"{pointer}/{index}")

    return walk


def _within_map(key: Any, item: Any) -> _Within | None:
    of_key, of_item = _within(key), _within(item)
    if of_key is None and of_item is None:
        return None

    def walk(values: Any, pointer: str) -> Iterator[Mention]:
        for name, value in values.items():
            place = f"{pointer}/{_escaped(str(name))}"
            if of_key is not None:
                yield from of_key(name, place)
            if of_item is not None:
                yield from of_item(value, place)

    return walk


def _within_part(part: Any, pointer: str) -> Iterator[Mention]:
    for mention in references(part):
        yield Mention(pointer + mention.pointer, mention.marker, mention.value)


def _type_of(field: FieldInfo) -> Any:
    """The field's type with its markers, which pydantic keeps apart."""
    kind: Any = field.annotation
    for marker in field.metadata:
        kind = Annotated[kind, marker]
    return kind


def _filled(kind: Any) -> Any:
    """The type without `None`; TypeError for a choice of several, which no reference may hide in."""
    if get_origin(kind) is Annotated and get_origin(get_args(kind)[0]) in (Union, UnionType):
        kind = get_args(kind)[0]
    if get_origin(kind) not in (Union, UnionType):
        return kind
    choices = [choice for choice in get_args(kind) if choice is not NoneType]
    if len(choices) != 1:
        raise TypeError(f"{kind} is a choice of several types")
    return choices[0]


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _marker(kind: Any) -> Marker | None:
    """The outermost marker of a type."""
    if get_origin(kind) is not Annotated:
        return None
    return next((found for found in reversed(kind.__metadata__) if isinstance(found, Marker)), None)


def _reference(kind: Any) -> Ref | None:
    marker = _marker(kind)
    return marker if isinstance(marker, StreamRef | EntryRef | PackRef | StateRef) else None


def _marker_within(kind: Any) -> Marker | None:
    kind = _filled(kind)
    marker = _marker(kind)
    if marker is not None:
        return marker
    kind = _bare(kind)
    return _marker_within(get_args(kind)[-1 if get_origin(kind) is dict else 0]) if get_args(kind) else None


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
