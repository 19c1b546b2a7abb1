"""How the programme goes, over HTTP: duties by month, participation, the trend and its forecast, days at each step."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameters
from pydantic import Field

from projections.governance import forecast
from projections.governance import queries as governance
from services.api.models import Answer, Listed, row_of
from services.errors import Malformed, Problem
from services.http import readers
from services.http.answers import listed, snapshot
from services.http.context import context, reader
from services.http.queries import Day, Fresh, Place

router = APIRouter(prefix="/governance", tags=["governance"])

MOST_DAYS = 1_200
"""Days of one question: three years and some."""


class Over(Fresh):
    """A place (that of the register where none is given), and the days that are looked at, both included; without them
    the last twelve months.
    """

    place: Place | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Among(Fresh):
    """A place, and by what participation is counted."""

    place: Place | None = None
    by: Literal["place", "kind", "ownership", "industry"] = "place"


class Within(Fresh):
    """A place."""

    place: Place | None = None


class Duties(Listed):
    """Duties by place, kind and month."""

    duties: list[row_of("DutiesOfMonth", governance.Duties)]  # type: ignore[valid-type]


class Participants(Listed):
    """Who takes part, by group."""

    participation: list[row_of("Participation", governance.Participation)]  # type: ignore[valid-type]


class CoursePoint(Answer):
    """Units that take part by the end of a month; with low and high where it is a forecast."""

    month: str
    units: int
    low: int | None
    high: int | None


class Course(Listed):
    """Participation month by month, and its forecast with how it was made."""

    trend: list[CoursePoint]
    target: date
    method_zh: str
    method_en: str


class Paces(Listed):
    """Days at each step, by place and office."""

    pace: list[row_of("PaceOfStep", governance.Pace)]  # type: ignore[valid-type]


@router.get("/duties", response_model=Duties)
async def duties(request: Request, asked: Annotated[Over, Parameters()]) -> Response:
    """Duties that fell due, by the places just below, kind and month: met, late, missed, released, owed."""
    who, here = await reader(request), context(request)
    readers.must_list(who, "unit", asked.place)
    since, until = _days(asked, here.today)
    seen, place = readers.visible(who, unit=who.unit), asked.place or here.settings.place
    async with snapshot(request, who, "deadlines", asked.min_position) as (conn, headers):
        found = await governance.duties(conn, place, since, until, here.today, seen)
    return listed(headers, asked, duties=[asdict(one) for one in found])


@router.get("/participation", response_model=Participants)
async def participation(request: Request, asked: Annotated[Among, Parameters()]) -> Response:
    """Units registered, taking part and holding a title today, by place, kind, ownership or industry (policy 一)."""
    who, here = await reader(request), context(request)
    readers.must_list(who, "unit", asked.place)
    seen, place = readers.visible(who, unit=who.unit), asked.place or here.settings.place
    async with snapshot(request, who, "board", asked.min_position) as (conn, headers):
        found = await governance.participation(conn, place, asked.by, here.today, seen)
    return listed(headers, asked, participation=[asdict(one) for one in found])


@router.get("/trend", response_model=Course)
async def trend(request: Request, asked: Annotated[Within, Parameters()]) -> Response:
    """Units that take part, month by month, and the forecast to the end of 2027 with its method (policy 一)."""
    who, here = await reader(request), context(request)
    readers.must_list(who, "unit", asked.place)
    seen, place = readers.visible(who, unit=who.unit), asked.place or here.settings.place
    async with snapshot(request, who, "acts", asked.min_position) as (conn, headers):
        months = await governance.trend(conn, place, seen)
    points = [asdict(point) for point in forecast.course(months, here.today)]
    method = {"method_zh": forecast.METHOD_ZH, "method_en": forecast.METHOD_EN}
    return listed(headers, asked, trend=points, target=forecast.TARGET, **method)


@router.get("/pace", response_model=Paces)
async def pace(request: Request, asked: Annotated[Over, Parameters()]) -> Response:
    """Calendar days from step to step of applications, by the places just below and the level of the office."""
    who, here = await reader(request), context(request)
    readers.must_list(who, "unit", asked.place)
    since, until = _days(asked, here.today)
    seen, place = readers.visible(who, unit=who.unit), asked.place or here.settings.place
    async with snapshot(request, who, "acts", asked.min_position) as (conn, headers):
        found = await governance.pace(conn, place, since, until, seen)
    return listed(headers, asked, pace=[asdict(one) for one in found])


def _days(asked: Over, today: date) -> tuple[date, date]:
    """The days that are looked at. Raises Malformed where they are too many, or in the wrong order."""
    until = asked.to or today
    since = asked.from_ or until - timedelta(days=365)
    if not timedelta() <= until - since <= timedelta(days=MOST_DAYS):
        zh, en = f"起止日期须先后有序，且不超过{MOST_DAYS}天", f"the days come in their order, {MOST_DAYS} at most"
        raise Malformed([Problem("?from", zh, en)])
    return since, until
