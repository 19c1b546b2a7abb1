"""How long each kind of thing is kept, as `retention.toml` writes it: entries, papers, attachments, personal fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator

from events.registry import EVENT_TYPES
from events.sealed import Sealed
from services.casework.calendar import Span
from services.casework.pack_parts import Text

KEPT_ALWAYS: Literal["always"] = "always"

Holds = Literal["entry", "paper", "attachment", "unnamed", "personal"]
"""Entries of the log; bytes of recorded papers; bytes that other entries name; bytes that no entry names; and the
personal fields of entries."""


def _period(text: Any) -> Any:
    return Span.parse(text) if isinstance(text, str) and text != KEPT_ALWAYS else text


class Retention(Text):
    """A line of the table: what is kept, for how long from its day on, and by which clause.

    The day is that of the last entry that names it; of bytes that none names, that of their storing. `fields` are the
    personal fields meant, as `unit.registered/contact`.
    """

    clause: str
    holds: Holds
    fields: tuple[str, ...] = ()
    keeps: Annotated[Literal["always"] | Span, BeforeValidator(_period)]


@cache
def personal_fields() -> frozenset[str]:
    """Every personal field of the vocabulary, as `unit.registered/contact`."""
    return frozenset(
        f"{name.rpartition('.')[0]}/{field}"
        for name, event in EVENT_TYPES.items()
        for field, info in event.model_fields.items()
        if _is_sealed(info.annotation)
    )


def _is_sealed(annotation: Any) -> bool:
    if annotation is Sealed:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_is_sealed(info.annotation) for info in annotation.model_fields.values())
    return any(_is_sealed(part) for part in get_args(annotation))


def problems_of_retention(table: Mapping[str, Retention]) -> Iterator[tuple[str, str]]:
    """What the table leaves without a time, or says twice; and entries that it would let go."""
    found = Counter(line.holds for line in table.values() if line.holds != "personal")
    for holds in ("entry", "paper", "attachment", "unnamed"):
        if found[holds] != 1:
            yield "retention", f"has one line that holds {holds}, not {found[holds]}"
    yield from _problems_of_fields(table)
    for name, line in table.items():
        if line.holds == "entry" and line.keeps != KEPT_ALWAYS:
            yield f"retention.{name}.keeps", "is always: the log loses nothing"
        if bool(line.fields) is not (line.holds == "personal"):
            yield f"retention.{name}.fields", "name personal fields where, and only where, these are held"


def _problems_of_fields(table: Mapping[str, Retention]) -> Iterator[tuple[str, str]]:
    given: Iterable[tuple[str, str]] = [(name, field) for name, line in table.items() for field in line.fields]
    times = Counter(field for _, field in given)
    yield from (
        (f"retention.{name}.fields", f"there is no personal field {field}")
        for name, field in given
        if field not in personal_fields()
    )
    yield from (
        ("retention", f"has the personal field {field} in {times[field]} lines, not in one")
        for field in sorted(personal_fields())
        if times[field] != 1
    )
