"""Personal data in events: in clear only on its way in or out, never in what is stored.

A `Sealed` value is either clear (just entered, or just opened for somebody entitled) or an
envelope: AES-256-GCM ciphertext under a key of one (subject, purpose), with a commitment to the
key, so that one ciphertext cannot be opened to two texts. Writing a clear value as JSON fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

MASK = "＊＊＊"
MAX_CLEAR = 2_000
"""Longest personal text taken, in characters."""

_ENVELOPE = ("v", "subject", "kid", "kc", "nonce", "ct")


class ClearTextError(ValueError):
    """Personal data was about to be written in clear."""


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A personal field: `clear` before sealing and after opening, else the envelope's parts (base64url)."""

    clear: str | None = None
    subject: UUID | None = None
    kid: UUID | None = None
    kc: str = ""
    nonce: str = ""
    ct: str = ""

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    @property
    def is_clear(self) -> bool:
        """Whether the text is here in clear, and so must be sealed before it is stored."""
        return self.clear is not None

    @classmethod
    def parse(cls, value: Any) -> Sealed:
        """From JSON: a string is clear text just entered; an object is a stored envelope."""
        if isinstance(value, Sealed):
            return value
        if isinstance(value, str):
            if not 1 <= len(value) <= MAX_CLEAR:
                raise ValueError(f"personal text must have 1 to {MAX_CLEAR} characters")
            if "\x00" in value:
                raise ValueError("personal text must not contain NUL")
            return cls(clear=value)
        if isinstance(value, dict) and value.keys() == set(_ENVELOPE) and value["v"] == 1:
            return cls(
                subject=UUID(str(value["subject"])),
                kid=UUID(str(value["kid"])),
                kc=str(value["kc"]),
                nonce=str(value["nonce"]),
                ct=str(value["ct"]),
            )
        raise ValueError("expected a text, or an envelope with exactly v, subject, kid, kc, nonce, ct")

    @staticmethod
    def _write(value: Sealed) -> dict[str, Any]:
        if value.clear is not None:
            raise ClearTextError("personal data must be sealed before it is written")
        return {
            "v": 1,
            "subject": str(value.subject),
            "kid": str(value.kid),
            "kc": value.kc,
            "nonce": value.nonce,
            "ct": value.ct,
        }

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._write, when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        envelope: dict[str, Any] = {
            "type": "object",
            "title": "Envelope",
            "properties": {name: {"type": "string"} for name in _ENVELOPE} | {"v": {"const": 1}},
            "required": list(_ENVELOPE),
            "additionalProperties": False,
        }
        return {
            "title": "Sealed",
            "description": "Personal data: entered as a text, stored only as an envelope.",
            "anyOf": [{"type": "string", "minLength": 1, "maxLength": MAX_CLEAR}, envelope],
        }


def masked(document: Any) -> Any:
    """A JSON document with the mask in place of every envelope: what pages, logs and exports show."""
    if isinstance(document, dict):
        if document.keys() == set(_ENVELOPE):
            return MASK
        return {name: masked(part) for name, part in document.items()}
    if isinstance(document, list):
        return [masked(part) for part in document]
    return document
