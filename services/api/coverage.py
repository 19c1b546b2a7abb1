"""How far practices reach in a park, township or industry: from its members, and as it states itself (R-07)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from events.labels import label_of
from events.unit.practices import UnitCoverageStated
from services.api.models import Answer
from services.casework.unit.practices import Coverage, coverage
from services.casework.unit.state import Unit
from services.http import readers
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.routing import api_router
from services.http.units import known_unit

router = api_router("coverage")


class CoverageRow(Answer):
    """One practice: how many of the members of which it is known have it, and what the park or township states.

    Shares are percent with one decimal, null where there is nothing to divide by.
    """

    practice: str
    zh: str
    en: str
    members: int
    known: int
    covered: int
    own: int
    regional: int
    industry: int
    share: float | None
    stated: int | None
    enterprises: int | None
    stated_share: float | None


class CoverageOf(Answer):
    """The coverage of a unit; `as_of` is the day of its own figures, `stations` those that it states."""

    unit: UUID
    as_of: date | None
    stations: int | None
    practices: list[CoverageRow]


@router.get("/units/{unit}/coverage", response_model=CoverageOf)
async def coverage_of(request: Request, unit: str) -> Response:
    """The coverage of a park, township or industry, computed from its members and as stated, side by side."""
    who = await reader(request)
    found = await known_unit(request, unit)
    readers.must_read(who, readers.row_of(found))
    states = await context(request).states.load(found.life.members, fresh=True)
    members = [state for state in states.values() if isinstance(state, Unit)]
    stated = found.practices.coverage
    return json_response(
        {
            "unit": found.id,
            "as_of": stated.as_of if stated is not None else None,
            "stations": stated.stations if stated is not None else None,
            "practices": [_row(one) for one in coverage(found, members)],
        }
    )


def _row(one: Coverage) -> dict[str, Any]:
    label = label_of(UnitCoverageStated, one.practice)
    return {
        "practice": one.practice, "zh": label.zh, "en": label.en, "members": one.members, "known": one.known,
        "covered": one.covered, "own": one.own, "regional": one.regional, "industry": one.industry,
        "share": _percent(one.share), "stated": one.stated, "enterprises": one.enterprises,
        "stated_share": _percent(one.stated_share),
    }  # fmt: skip


def _percent(share: Fraction | None) -> float | None:
    return round(float(100 * share), 1) if share is not None else None
