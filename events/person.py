"""One person is one person: the tag that stands for an identity number and never gives it away.

A `PersonTag` is either clear (an identity number just entered) or a tag: an HMAC of the number under
a key of the register, the same for the same person. Writing a clear number as JSON fails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from events.sealed import MASK, ClearTextError

_TAG = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
"""GB 11643: the check digit by the weighted sum modulo 11."""


@dataclass(frozen=True, slots=True, repr=False)
class PersonTag:
    """A person: `clear` is the identity number of 18 characters before tagging, else `tag` is set (64 hex digits)."""

    clear: str | None = None
    tag: str = ""

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    @property
    def is_clear(self) -> bool:
        """Whether the number is here in clear, and so must be tagged before it is stored."""
        return self.clear is not None

    @classmethod
    def parse(cls, value: Any) -> PersonTag:
        """From JSON: a string is an identity number just entered; an object is a stored tag.

        Raises ValueError for anything else, without repeating what was entered.
        """
        if isinstance(value, PersonTag):
            return value
        if isinstance(value, str):
            return cls(clear=identity_number(value))
        if isinstance(value, dict) and value.keys() == {"tag"} and _TAG.fullmatch(str(value["tag"])):
            return cls(tag=str(value["tag"]))
        raise ValueError("expected an identity number, or an object with exactly tag (64 hexadecimal digits)")

    @staticmethod
    def _write(value: PersonTag) -> dict[str, str]:
        if value.clear is not None:
            raise ClearTextError("an identity number must be tagged before it is written")
        return {"tag": value.tag}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._write, when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        stored: dict[str, Any] = {
            "type": "object",
            "title": "Tag",
            "properties": {"tag": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
            "required": ["tag"],
            "additionalProperties": False,
        }
        return {
            "title": "PersonTag",
            "description": "A person: entered as an identity number, stored only as a tag.",
            "anyOf": [{"type": "string", "pattern": "^([0-9]{15}|[0-9]{17}[0-9Xx])$"}, stored],
        }


def identity_number(text: str) -> str:
    """The identity number in the form of GB 11643-1999 (18 characters); one of 15 digits is brought to that form.

    Raises ValueError where the form, the day of birth or the check digit is wrong.
    """
    number = text.strip().upper()
    if _NUMBER.fullmatch(number) is None:
        raise ValueError("an identity number has 15 digits, or 17 digits and a check digit")
    body = f"{number[:6]}19{number[6:]}" if len(number) == 15 else number[:17]
    try:
        date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        raise ValueError("the day of birth in the identity number is no day") from None
    whole = body + _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]
    if len(number) == 18 and whole != number:
        raise ValueError("the check digit of the identity number is wrong")
    return whole
