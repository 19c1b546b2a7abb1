"""The figures of an event: counts, sums, shares and points that somebody typed in, by where they stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

import orjson
from pydantic import BaseModel, Field

from events.envelope import Event
from events.fields import Line, Part
from events.references import Scalar, markers_of

E = TypeVar("E", bound=Event)

FIGURES: Final = frozenset({"count", "money", "percent", "score"})
"""The kinds of plain values that are figures; a severity or the size of a file is none."""

FigureValue = Annotated[int, Field(ge=0, le=10**15), Scalar("count")]
"""A figure of any kind; of money in fen."""


class CorrectedFigure(Part):
    """A figure of an earlier entry, old and new side by side; `field` is its JSON pointer in the event (RFC 6901)."""

    field: Line
    was: FigureValue
    now: FigureValue

    def caption(self, language: str) -> str:  # noqa: ARG002 (figures have one language)
        """Which figure, from what to what."""
        return f"{self.field} {self.was} → {self.now}"


def figures_of(event: BaseModel, *, typed: bool = False) -> dict[str, int]:
    """Every figure of an event by its JSON pointer; with `typed` those alone that somebody entered."""
    return dict(_figures(event, "", typed=typed))


def _figures(model: BaseModel, within: str, *, typed: bool = False) -> Iterator[tuple[str, int]]:
    markers = markers_of(type(model))
    for name, field in type(model).model_fields.items():
        if typed and isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("readOnly"):
            continue
        marker = markers.get(name)
        figure = isinstance(marker, Scalar) and marker.kind in FIGURES
        yield from _in_value(getattr(model, name), f"{within}/{field.alias or name}", figure=figure)


def _in_value(value: Any, pointer: str, *, figure: bool) -> Iterator[tuple[str, int]]:
    if isinstance(value, BaseModel):
        yield from _figures(value, pointer)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _in_value(one, f"{pointer}/{key}", figure=figure)
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _in_value(one, f"{pointer}/{index}", figure=figure)
    elif figure and isinstance(value, int):
        yield pointer, value


def with_figures(event: E, corrected: Iterable[CorrectedFigure]) -> E:
    """The event with these figures in place of the old ones. Raises KeyError where a pointer leads to no figure, and
    pydantic's ValidationError where a figure is beyond its field's bounds.
    """
    known, document = figures_of(event), event.model_dump(mode="json", by_alias=True)
    for figure in corrected:
        if figure.field not in known:
            raise KeyError(figure.field)
        _set(document, figure.field.split("/")[1:], figure.now)
    return type(event).model_validate_json(orjson.dumps(document))


def _set(document: Any, steps: Sequence[str], value: int) -> None:
    for step in steps[:-1]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    last = steps[-1]
    document[int(last) if isinstance(document, list) else last] = value
