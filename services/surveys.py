"""Surveys of the workers as the register holds them (四(一)9): codes handed out once, answers added up, totals.

A code is known here by its digest alone, and who was given it is known to nobody. An answer adds to the totals and is
kept nowhere; neither its moment nor its day is. What reads the database's disk or its log (WAL) within hours could see
more than what is kept: such access is the operator's, and stands in the security notes.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection

from events.unit.survey import SCALE, IndicatorAnswers, UnitSurveyCounted
from services.errors import ConcordError

Connection = AsyncConnection[Any]

LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The 32 characters of a code: none that is read as another."""

LENGTH: Final = 16
"""Characters of a code, 80 random bits: nobody finds one by trying."""

_HAND_OUT: LiteralString = "SELECT surveys.hand_out(%s, %s, %s, %s, %s)"
_BY_CODE: LiteralString = "SELECT unit, survey, until, used, closed FROM surveys.by_code(%s)"
_ANSWER: LiteralString = "SELECT surveys.answer(%s, %s, %s)"
_PROGRESS: LiteralString = "SELECT handed_out, answered FROM surveys.progress(%s, %s)"
_COUNT: LiteralString = "SELECT answered, totals, codes FROM surveys.count(%s, %s)"


class HandedOut(ConcordError):
    """The codes of a survey were handed out before; they are told once (409)."""

    code = "codes-handed-out"
    status = 409
    zh = "该次调查的调查码已经发放，只显示一次"

    def __str__(self) -> str:
        return "the codes of this survey were handed out before, and are shown once"


@dataclass(frozen=True, slots=True)
class Held:
    """The survey that a code is for."""

    unit: UUID
    survey: int
    until: date
    used: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How many codes were handed out, and how many answered."""

    handed_out: int = 0
    answered: int = 0


async def hand_out(
    conn: Connection, unit: UUID, survey: int, until: date, indicators: int, codes: int
) -> Sequence[str]:
    """New codes of a survey, in clear text this once, in an order that says nothing. Raises HandedOut."""
    fresh = [_code() for _ in range(codes)]
    asked = (unit, survey, until, indicators, [_hash(code) for code in fresh])
    row = await (await conn.execute(_HAND_OUT, asked)).fetchone()
    if row != (True,):
        raise HandedOut
    return fresh


async def by_code(conn: Connection, code: str) -> Held | None:
    """The survey that a code, as somebody typed it, is for."""
    row = await (await conn.execute(_BY_CODE, (_hash(code),))).fetchone()
    return Held(*row) if row is not None else None


async def answer(conn: Connection, code: str, today: date, answers: Sequence[int]) -> bool:
    """Add an answer, from 1 to 5 on each indicator, and use the code up; False where it is used, or too late."""
    row = await (await conn.execute(_ANSWER, (_hash(code), today, list(answers)))).fetchone()
    return row == (True,)


async def progress(conn: Connection, unit: UUID, survey: int) -> Progress:
    """How far a survey has come: numbers alone, while it lasts."""
    row = await (await conn.execute(_PROGRESS, (unit, survey))).fetchone()
    return Progress(*row) if row is not None else Progress()


async def counted(
    conn: Connection, unit: UUID, survey: int, indicators: Sequence[str], fewest: int
) -> UnitSurveyCounted:
    """Close a survey that is over: what is recorded of it. Fewer than `fewest` answers are told by their number."""
    row = await (await conn.execute(_COUNT, (unit, survey))).fetchone()
    answered, totals, codes = row if row is not None else (0, [], "")
    rows = [totals[SCALE * place : SCALE * (place + 1)] for place in range(len(indicators))]
    answers = tuple(
        IndicatorAnswers(indicator=name, answers=tuple(given)) for name, given in zip(indicators, rows, strict=True)
    )
    return UnitSurveyCounted(
        survey_ref=survey,
        answered=answered,
        answers=answers if answered >= fewest else (),
        digest=sha256(codes.encode()).hexdigest(),
    )


def typed(code: str) -> str:
    """A code as it is, however it was typed: spaces, hyphens and small letters aside."""
    return "".join(one for one in code.upper() if one in LETTERS)


def _code() -> str:
    text = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(text[start : start + 4] for start in range(0, LENGTH, 4))


def _hash(code: str) -> bytes:
    return sha256(typed(code).encode()).digest()
