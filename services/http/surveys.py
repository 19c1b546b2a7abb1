"""What routes and pages share of surveys: the one that is meant, and handing its codes out once."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from services import surveys
from services.access.accounts import Account
from services.casework.unit.state import Unit
from services.casework.unit.survey import OpenSurvey
from services.errors import Forbidden, NotFound
from services.http.context import context


def open_survey(unit: Unit, survey: str) -> tuple[int, OpenSurvey]:
    """The survey of that number that is not counted yet. Raises NotFound."""
    version = int(survey) if survey.isascii() and survey.isdigit() and len(survey) < 10 else 0
    found = unit.surveys.open.get(version)
    if found is None:
        raise NotFound(f"an open survey {survey[:20]} of unit {unit.id}")
    return version, found


async def hand_out(request: Request, who: Account, unit: Unit, version: int, survey: OpenSurvey) -> Sequence[str]:
    """The codes of a survey of the unit for which somebody acts, in clear this once.

    Raises Forbidden, and HandedOut the second time.
    """
    if who.unit != unit.id:
        raise Forbidden("the unit itself, or its union, hands out the codes", "调查码由本单位或者本单位工会发放")
    async with context(request).pool.connection() as conn, conn.transaction():
        return await surveys.hand_out(conn, unit.id, version, survey.until, len(survey.indicators), survey.codes)
