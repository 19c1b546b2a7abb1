"""Field types shared by events: bounded texts, days, digests, documents."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from events.words import House

_NO_NUL = r"^[^\x00]*$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_NUL)]
"""One line: a name, a number, a channel."""

Prose = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=_NO_NUL)]
"""A reason, findings, a summary."""

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
"""A day in the world; the bounds keep deadlines computable."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256, 64 hexadecimal digits."""

Count = Annotated[int, Field(ge=0, le=10_000_000)]
Fen = Annotated[int, Field(ge=0, le=10**15)]
"""Money in fen (1/100 yuan)."""

Severity = Annotated[int, Field(ge=1, le=4)]
"""1 note, 2 minor, 3 major, 4 grave."""

Score = Annotated[int, Field(ge=0, le=1_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The version of an earlier event of the same stream."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""An id of the policy pack: a title, a standard, an incentive."""

Reference = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x20]+$")]
"""An id given by a system: a signal, a check, a plaque."""


class Part(BaseModel):
    """The base of what events are made of: frozen, strict, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True)


class Document(Part):
    """A document by its digest; its bytes live in the attachment store."""

    sha256: Digest
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]{1,100}$")]
    title: Line
    size: Annotated[int, Field(ge=0, le=10**10)]


Documents = Annotated[tuple[Document, ...], Field(max_length=100)]


class JudgedItem(Part):
    """A standard as judged by visitors or checkers: met or not, and the score given."""

    standard: Slug
    met: bool
    score: Score | None = None
    note: Prose | None = None


class Visitor(Part):
    """Somebody who took part in a site visit or a check, by id and house."""

    officer: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
    house: House
