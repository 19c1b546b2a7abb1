"""The human sentence of an event, in Chinese and English, made from its own fields and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from events.envelope import Event
from events.fields import Part
from events.places import PLACES
from events.references import Marker, PackRef, Scalar, StateId, StateRef, StreamRef, markers_of
from events.registry import EVENT_TYPES, KINDS
from events.words import Level, Word, label

Labels = Callable[[str, str], str]
"""(id of the policy pack or of a stream, or URI of a source; language) → what people call it; the identity where nothing
is known.
"""

_PART = re.compile(r"\[([^\]]*)\]|\{(\w+)(#?)\}")
_YES_NO = {(True, True): "是", (False, True): "否", (True, False): "yes", (False, False): "no"}
_OF_A_LOG = 8
"""Digits of a log's id that are said: enough to tell one log from another."""

_DIGEST = re.compile(r"[0-9a-f]{60,64}")
_OF_A_DIGEST = 12
"""Digits of a digest or a person's tag that are said; the entry itself has them all."""

_LEVELS = {level.value: level for level in Level}


def sentence(event: Event, language: str, labels: Labels = lambda word, _: word) -> str:
    """What happened, as one sentence in `zh` or `en`; parts whose fields are empty are left out."""
    text = _render(_parts(event.about.says_zh if language == "zh" else event.about.says_en), event, language, labels)
    return text if language == "zh" else text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a template: plain text, a field (`count`: how many it has), or pieces that need all their fields."""

    text: str = ""
    field: str = ""
    count: bool = False
    optional: tuple[_Part, ...] = ()


@cache
def _parts(template: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    end = 0
    for found in _PART.finditer(template):
        parts.append(_Part(text=template[end : found.start()]))
        optional, name, count = found.groups()
        parts.append(_Part(field=name, count=bool(count)) if name else _Part(optional=_parts(optional)))
        end = found.end()
    parts.append(_Part(text=template[end:]))
    return tuple(part for part in parts if part != _Part())


def _render(parts: tuple[_Part, ...], event: Event, language: str, labels: Labels) -> str:
    markers = markers_of(type(event))
    pieces: list[str] = []
    for part in parts:
        if part.text:
            pieces.append(part.text)
        elif part.field:
            value = getattr(event, part.field)
            pieces.append(
                str(len(value or ())) if part.count else show(value, markers.get(part.field), language, labels)
            )
        elif all(getattr(event, p.field) not in (None, (), "", 0) for p in part.optional if p.field):
            pieces.append(_render(part.optional, event, language, labels))
    return "".join(pieces)


def show(value: Any, marker: Marker | None, language: str, labels: Labels) -> str:
    """A field's value as people read it, by the marker of its type: labels for terms, yuan for fen, places by name.

    Personal data is masked.
    """
    if value is None:
        return "—"
    if isinstance(value, Part):
        return value.caption(language)
    if isinstance(value, Mapping):
        return "、".join(f"{labels(k, language)} {v}" for k, v in value.items())
    if isinstance(value, tuple | list):
        return ("、" if language == "zh" else ", ").join(show(part, marker, language, labels) for part in value)
    if isinstance(value, bool):
        return _YES_NO[value, language == "zh"]
    if isinstance(value, Word):
        return label(value, language)
    return _marked(value, marker, language, labels)


def _marked(value: Any, marker: Marker | None, language: str, labels: Labels) -> str:
    match marker:
        case Scalar("money"):
            return f"{value / 100:,.2f}元" if language == "zh" else f"{value / 100:,.2f} yuan"
        case Scalar("place") if value in PLACES:
            return PLACES[value].zh if language == "zh" else PLACES[value].en
        case Scalar("holder"):
            return _holder(value, language)
        case Scalar("event_type") | StateRef("steps"):
            return _event(value, language)
        case StateId("signals") | StateRef("signals"):
            source, mark, number = str(value).partition("#")
            return number if mark else source.rpartition("/")[2]
        case Scalar("log"):
            return str(value)[:_OF_A_LOG]
        case StreamRef(kind=kind):
            return _called(str(value), (KINDS[kind].zh, f"the {KINDS[kind].en}"), language, labels)
        case Scalar("source" | "uri"):
            return _called(str(value), ("来源系统", "a source system"), language, labels)
        case PackRef() | Scalar("pack_name"):
            return labels(str(value), language)
    return shortened(str(value))


def shortened(text: str) -> str:
    """A digest by its first digits; any other text as it is."""
    return f"{text[:_OF_A_DIGEST]}…" if _DIGEST.fullmatch(text) else text


def _called(value: str, unnamed: tuple[str, str], language: str, labels: Labels) -> str:
    """What people call something that is stored by an id; what it is, where the reader knows no name of it."""
    name = labels(value, language)
    return name if name != value else unnamed[language == "en"]


def _event(type_name: str, language: str) -> str:
    event = EVENT_TYPES.get(type_name)
    if event is None:
        return type_name
    return event.about.zh if language == "zh" else event.about.en


def _holder(value: str, language: str) -> str:
    """Who owes something: the unit itself, or the office of a level in a place (`county:430104`)."""
    level, _, place = value.partition(":")
    if level in _LEVELS and place in PLACES:
        name = PLACES[place].zh if language == "zh" else PLACES[place].en
        return f"{name}（{_LEVELS[level].zh}）" if language == "zh" else f"{name} ({_LEVELS[level].en})"
    if value == "unit":
        return "单位" if language == "zh" else "the unit"
    return value
