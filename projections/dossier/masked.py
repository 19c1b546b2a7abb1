"""The fields of an event as JSON values, with a mask in place of personal data."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from events.envelope import Event
from events.sealed import MASK, Sealed


@cache
def _sealed_fields(event_type: type[Event]) -> frozenset[str]:
    return frozenset(
        name
        for name, info in event_type.model_fields.items()
        if info.annotation is Sealed or Sealed in get_args(info.annotation)
    )


def masked(event: Event) -> dict[str, Any]:
    """The event's own fields, without empty ones, by the names under which they are stored."""
    sealed = _sealed_fields(type(event))
    shown: dict[str, Any] = event.__pydantic_serializer__.to_python(
        event, mode="json", exclude_none=True, by_alias=True, exclude=set(sealed) or None
    )
    return shown | {name: MASK for name in sealed if getattr(event, name) is not None}
