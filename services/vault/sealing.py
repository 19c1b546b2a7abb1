"""Sealing and opening the personal fields of an entry: pure, given the keys.

A field is sealed under the key of (`subject_of`, purpose), by AES-256-GCM whose associated data is
the place of the field: stream, version, type and path. An entry is sealed when its version is known,
and a ciphertext moved to any other place does not open.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hmac import compare_digest
from typing import Any, Final, get_args
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from events.envelope import Entry, Event
from events.registry import EVENT_TYPES, stream_kind
from events.sealed import Sealed
from services.errors import ConcordError, Malformed, Problem
from services.vault.keys import NONCE_BYTES, Keys, Slot, commitment_of

Path = tuple[str, ...]
"""Where a field stands in its event: names, and indices as digits."""

OFFICER_NAME = ("officer", "name")
"""The one field whose subject is its stream: who erases an officer's name knows only the officer."""


@dataclass(eq=False)
class SealBroken(ConcordError):
    """A stored envelope does not belong where it stands, or was altered (500: a matter for the notary)."""

    place: str
    why: str
    code = "seal-broken"
    status = 500

    def __str__(self) -> str:
        return f"the seal of {self.place} is broken: {self.why}"


@dataclass(eq=False)
class Erased(ConcordError):
    """The key of this (subject, purpose) was destroyed: nothing is ever sealed for it again (409)."""

    subject: UUID
    purpose: str
    code = "erased"
    status = 409

    def __str__(self) -> str:
        return f"{self.purpose} of {self.subject} was erased and cannot be entered again"


@cache
def sealed_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that are, or anywhere hold, personal data; computed once a type."""
    return tuple(name for name, info in model.model_fields.items() if _holds_sealed(info.annotation, ()))


def _holds_sealed(annotation: Any, within: tuple[type, ...]) -> bool:
    if annotation is Sealed:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        deeper = (*within, annotation)
        return annotation not in within and any(
            _holds_sealed(info.annotation, deeper) for info in annotation.model_fields.values()
        )
    return any(_holds_sealed(part, within) for part in get_args(annotation))


SEALED: Final = frozenset(event for event in EVENT_TYPES.values() if sealed_fields(event))
"""The events that can hold personal data."""


def subject_of(entry: Entry[Event], field: str) -> UUID:
    """Whom a field (its path, joined by dots) is about, so that one person is erased without another.

    An officer's name: the officer. A contact, a signer, an objector and whatever else: one an entry, so
    that after an erasure another may be entered.
    """
    if (stream_kind(entry.event.about.type), field) == OFFICER_NAME:
        return entry.stream
    return uuid5(entry.stream, f"{field}:{entry.version}")


def needed(entry: Entry[Event]) -> set[Slot]:
    """The slots whose keys `seal` or `open_entry` needs for this entry."""
    fields = sealed_fields(type(entry.event))
    return {_slot(entry, path, value) for path, value in _found(entry.event, ())} if fields else set()


def seal(entry: Entry[Event], keys: Keys) -> Entry[Event]:
    """The entry with every personal field in an envelope, ready to be stored.

    Raises Erased where a key was destroyed, Malformed where an envelope was entered in place of a
    text, KeyError where a needed key was not provisioned.
    """
    return _changed(entry, lambda path, value: _sealed(entry, path, value, keys))


def open_entry(entry: Entry[Event], keys: Keys) -> Entry[Event]:
    """The entry with its personal fields in clear text; a field whose key was destroyed stays an envelope.

    Raises SealBroken where an envelope was moved, altered, or made with another key.
    """
    return _changed(entry, lambda path, value: _opened(entry, path, value, keys))


def clear_of(entry: Entry[Event]) -> dict[str, str | None]:
    """The personal fields of an opened entry, by their paths (`a/b`); None where the key was destroyed."""
    return {"/".join(at): value.clear for at, value in _found(entry.event, ())}


def _changed(entry: Entry[Event], change: Callable[[Path, Sealed], Sealed]) -> Entry[Event]:
    if not sealed_fields(type(entry.event)):
        return entry
    return entry.model_copy(update={"event": _mapped(entry.event, (), change)})


def _mapped(value: Any, at: Path, change: Callable[[Path, Sealed], Sealed]) -> Any:
    if isinstance(value, Sealed):
        return change(at, value)
    if isinstance(value, BaseModel):
        names = sealed_fields(type(value))
        return value.model_copy(update={name: _mapped(getattr(value, name), (*at, name), change) for name in names})
    if isinstance(value, tuple):
        return tuple(_mapped(item, (*at, str(index)), change) for index, item in enumerate(value))
    if isinstance(value, dict):
        return {name: _mapped(item, (*at, str(name)), change) for name, item in value.items()}
    return value


def _found(value: Any, at: Path) -> Iterator[tuple[Path, Sealed]]:
    if isinstance(value, Sealed):
        yield at, value
    elif isinstance(value, BaseModel):
        for name in sealed_fields(type(value)):
            yield from _found(getattr(value, name), (*at, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _found(item, (*at, str(index)))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _found(item, (*at, str(name)))


def _slot(entry: Entry[Event], at: Path, value: Sealed) -> Slot:
    purpose = ".".join((stream_kind(entry.event.about.type), *(name for name in at if not name.isdigit())))
    return Slot(value.subject or subject_of(entry, ".".join(at)), purpose)


def _place(entry: Entry[Event], at: Path) -> bytes:
    # Without the version of the type: an upcaster lifts what is stored to the newest, and it must
    # still open. A personal field therefore keeps its type's name and its own for ever.
    type_name = entry.event.about.type.rpartition(".")[0]
    text = f"{type_name}\0{'.'.join(at)}"
    return b"concord/sealed/v1\0" + entry.stream.bytes + entry.version.to_bytes(8, "big") + text.encode()


def _sealed(entry: Entry[Event], at: Path, value: Sealed, keys: Keys) -> Sealed:
    if value.clear is None:
        raise Malformed([Problem("/" + "/".join(at), "须填写文字，不能填写密封件", "enter a text, not an envelope")])
    slot = _slot(entry, at, value)
    data_key = keys[slot]
    if data_key.key is None:
        raise Erased(slot.subject, slot.purpose)
    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(data_key.key).encrypt(nonce, value.clear.encode(), _place(entry, at))
    return Sealed(
        subject=slot.subject,
        kid=data_key.kid,
        kc=_text(data_key.commitment),
        nonce=_text(nonce),
        ct=_text(ciphertext),
    )


def _opened(entry: Entry[Event], at: Path, value: Sealed, keys: Keys) -> Sealed:
    if value.clear is not None:
        return value
    place = f"{entry.id}/{'.'.join(at)}"
    data_key = keys.get(_slot(entry, at, value))
    if data_key is None or data_key.kid != value.kid:
        raise SealBroken(place, f"its key {value.kid} is not the key of its subject and purpose")
    if data_key.key is None:
        if value.kc != _text(data_key.commitment):
            raise SealBroken(place, "its key commitment is another key's")
        return value
    return Sealed(clear=_decrypted(place, data_key.key, value, _place(entry, at)))


def _decrypted(place: str, key: bytes, value: Sealed, associated: bytes) -> str:
    try:
        commitment, nonce, ciphertext = (_bytes(part) for part in (value.kc, value.nonce, value.ct))
    except ValueError as broken:
        raise SealBroken(place, "a part of the envelope is not base64url") from broken
    if not compare_digest(commitment, commitment_of(key)):
        raise SealBroken(place, "its key commitment is another key's")
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, associated).decode()
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(place, "it was moved or altered") from broken


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
