"""The fields of a decision and the shapes of their values, read from the types (`events/references.py`).

Nothing here knows an event or a field by its name. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from events.labels import Label, label_of
from events.person import PersonTag
from events.references import EntryRef, Marker, PackRef, Scalar, StateId, StateRef, StreamRef
from events.sealed import Sealed

DIGESTS: Final = frozenset({"digest", "report", "act_digest", "share", "share_digest", "seed_digest", "pack_digest"})
"""The kinds of a shape whose values are SHA-256 digests."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How a field's values are made: of which kind, once or many times, out of which parts.

    `of` says more of the type: the kind of stream, the types of entries, the table of the pack, the part of the
    state. `keys` is the shape of the keys of a map, whose values this is.
    """

    kind: str
    of: tuple[str, ...] = ()
    marker: Marker | None = None
    words: type[Enum] | None = None
    part: type[BaseModel] | None = None
    many: bool = False
    keys: Shape | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field that somebody fills in: its name in JSON and in Python, what it is called, and its shape."""

    name: str
    attribute: str
    owner: type[BaseModel]
    required: bool
    label: Label
    shape: Shape


@cache
def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    """The fields of an event or a part that somebody fills in, in their order; those that follow from the state not."""
    return tuple(
        Field(info.alias or name, name, model, info.is_required(), label_of(model, name), _shape(_whole(info)))
        for name, info in model.model_fields.items()
        if not (isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("readOnly"))
    )


def _whole(info: FieldInfo) -> Any:
    """The field's type with its markers and bounds, which pydantic keeps apart."""
    kind: Any = info.annotation
    for beside in info.metadata:
        kind = Annotated[kind, beside]
    return kind


def _shape(kind: Any) -> Shape:
    beside: list[Any] = []
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            beside = [*more, *beside]
        elif get_origin(kind) in (Union, UnionType):
            (kind,) = (choice for choice in get_args(kind) if choice is not NoneType)
        else:
            break
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (tuple, list):
        return _with(_shape(arguments[0]), many=True)
    if origin in (dict, Mapping):
        return _with(_shape(arguments[1]), keys=_shape(arguments[0]))
    return _single(kind, beside)


def _with(shape: Shape, *, many: bool = False, keys: Shape | None = None) -> Shape:
    return Shape(
        shape.kind, shape.of, shape.marker, shape.words, shape.part, many or shape.many, keys or shape.keys,
        shape.least, shape.most,
    )  # fmt: skip


def _single(kind: Any, beside: Sequence[Any]) -> Shape:
    marker = next((one for one in reversed(beside) if isinstance(one, Marker)), None)
    name, of = _named(marker)
    bounds = list(_bounds(beside))
    least = next((one.ge for one in bounds if isinstance(one, Ge) and isinstance(one.ge, int)), None)
    most = next((one.le for one in bounds if isinstance(one, Le) and isinstance(one.le, int)), None)
    if name is not None:
        return Shape(name, of, marker, least=least, most=most)
    if isinstance(kind, type):
        if issubclass(kind, Enum):
            return Shape("choice", words=kind)
        if issubclass(kind, bool):
            return Shape("flag")
        if issubclass(kind, BaseModel):
            return Shape("part", part=kind)
        plain = {Sealed: "sealed", PersonTag: "person", UUID: "uuid", int: "count", date: "day"}
        return Shape(plain.get(kind, "line"), least=least, most=most)
    return Shape("line")


def _bounds(beside: Iterable[Any]) -> Iterator[Any]:
    """Markers of bounds, also those that stand inside a `Field(…)`."""
    for one in beside:
        if isinstance(one, FieldInfo):
            yield from one.metadata
        else:
            yield one


def _named(marker: Marker | None) -> tuple[str | None, tuple[str, ...]]:
    match marker:
        case Scalar(kind):
            return str(kind), ()
        case StreamRef(kind=kind):
            return "reference", (kind,)
        case EntryRef(types=types):
            return "entry", types
        case PackRef(table=table):
            return "pack", (table,)
        case StateRef(what=what):
            return "state", (what,)
        case StateId(what=what):
            return "new_id", (what,)
    return None, ()
