"""Media types (RFC 9110 §8.3.1), and what CloudEvents 1.0 makes of them: the mode in which an event was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from services.errors import Problem
from services.strict_json import UnsupportedMediaType

JSON: Final = "application/json"
STRUCTURED: Final = "application/cloudevents+json"

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 (RFC 9110's word)
_PARAMETER = rf'[ \t]*;[ \t]*(?:({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*"))?'
_WHOLE = re.compile(rf"[ \t]*({_TOKEN}/{_TOKEN})((?:{_PARAMETER})*)[ \t]*")
_EACH = re.compile(_PARAMETER)
_CHARSETS = frozenset(("utf-8", "utf8", "us-ascii"))
"""JSON is UTF-8 (RFC 8259 §8.1), and ASCII is part of it."""

_EVENT = "application/cloudevents"
_BATCH = "application/cloudevents-batch"


class Mode(StrEnum):
    """CloudEvents 1.0, Kafka binding §3 and HTTP binding §3: where the attributes stand."""

    BINARY = "binary"
    STRUCTURED = "structured"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type: `name` in lower case, and its parameters by their names in lower case."""

    name: str
    parameters: Mapping[str, str]

    @property
    def is_json(self) -> bool:
        """Whether its bytes are JSON: a subtype `json`, or with the suffix `+json` (RFC 6839)."""
        subtype = self.name.rpartition("/")[2]
        return subtype == "json" or subtype.endswith("+json")


@lru_cache(maxsize=256)
def media_type(text: str) -> MediaType:
    """The media type in a Content-Type. Raises UnsupportedMediaType where it is none."""
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        raise _unsupported(f"不是媒体类型：{text[:60]}", f"no media type: {text[:60]}")
    found = {}
    for name, value in _EACH.findall(whole[2]):
        if name:
            found[name.lower()] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    return MediaType(whole[1].lower(), MappingProxyType(found))


def is_json(content_type: str) -> bool:
    """Whether that says JSON in UTF-8. Raises UnsupportedMediaType for no media type, or JSON in another charset."""
    found = media_type(content_type)
    charset = found.parameters.get("charset", "utf-8").lower()
    if found.is_json and charset not in _CHARSETS:
        raise _unsupported(f"JSON应为UTF-8，而非{charset[:40]}", f"JSON is UTF-8, not {charset[:40]}")
    return found.is_json


def content_mode(content_type: str, attributes: bool) -> Mode:
    """The mode of a message; `attributes` says whether any stand in its headers. Raises UnsupportedMediaType.

    CloudEvents tells it by the media type. Two courtesies: without a type, and as plain JSON without attributes,
    a message is taken as structured.
    """
    if not content_type.strip():
        return Mode.BINARY if attributes else Mode.STRUCTURED
    json, name = is_json(content_type), media_type(content_type).name
    for prefix, mode in ((_BATCH, Mode.BATCH), (_EVENT, Mode.STRUCTURED)):
        if name == prefix or name.startswith(prefix + "+"):
            if not json:
                raise _unsupported(f"只接受JSON格式：{prefix}+json", f"events come in JSON: {prefix}+json")
            return mode
    if not json:
        raise _unsupported(f"应为{JSON}", f"must be {JSON}")
    return Mode.BINARY if attributes else Mode.STRUCTURED


def _unsupported(zh: str, en: str) -> UnsupportedMediaType:
    return UnsupportedMediaType([Problem("/content-type", zh, en)])
