"""Person tags: an identity number becomes HMAC-SHA-256 under a key of the register, and is gone (T-02).

The key is made once, kept and wrapped like the data keys, and never destroyed: the same number gives the same
tag for as long as the register lives. Pure, given the key.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from hmac import new
from typing import Any, Final, TypeVar, get_args
from uuid import NAMESPACE_URL, uuid5

from psycopg import AsyncConnection
from pydantic import BaseModel

from events.person import PersonTag
from events.registry import EVENT_TYPES
from services.vault.keys import KeyFile, Slot, aprovision

M = TypeVar("M", bound=BaseModel)

PERSONS: Final = Slot(uuid5(NAMESPACE_URL, "concord:person-tags"), "person-tag")
"""The slot of the register's own key of person tags; it is nobody's personal key, so no erasure reaches it."""

_DOMAIN: Final = b"concord/person/v1\0"


def tag_of(number: str, key: bytes) -> PersonTag:
    """The tag of an identity number in its normalised form (18 characters)."""
    return PersonTag(tag=new(key, _DOMAIN + number.encode(), sha256).hexdigest())


def person_fields(model: BaseModel) -> dict[str, PersonTag]:
    """The fields of an event that say who a person is, by name."""
    names = _person_field_names(type(model))
    return {name: value for name in names if isinstance(value := getattr(model, name), PersonTag)}


@cache
def _person_field_names(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a type that can say who a person is."""
    return tuple(
        name for name, info in model.model_fields.items() if PersonTag in (info.annotation, *get_args(info.annotation))
    )


def needs_tagging(event: BaseModel) -> bool:
    """Whether an identity number stands in the event in clear text."""
    return any(value.is_clear for value in person_fields(event).values())


PERSONAL: Final = frozenset(event for event in EVENT_TYPES.values() if _person_field_names(event))
"""The events that can say who a person is: they are tagged before anything else is done with them."""


def tagged(event: M, key: bytes) -> M:
    """The event with a tag in place of every identity number."""
    clear = {name: value.clear for name, value in person_fields(event).items() if value.clear is not None}
    if not clear:
        return event
    return event.model_copy(update={name: tag_of(number, key) for name, number in clear.items()})


async def atagged(conn: AsyncConnection[Any], kek: KeyFile, event: M) -> M:
    """As `tagged`, with the register's key, made where there is none yet. Raises Unavailable as `aprovision` does."""
    key = (await aprovision(conn, kek, [PERSONS]))[PERSONS].key
    if key is None:
        raise LookupError("the key of person tags was destroyed")
    return tagged(event, key)
