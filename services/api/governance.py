"""How the programme goes, over HTTP: duties by month, participation, the trend and its forecast, days at each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import Query as Parameters
from fastapi import Request, Response
from pydantic import Field

from events.governance.year_work import YearUnitsCounted
from events.places import at_level, children, within
from events.words import Level
from projections.governance import forecast
from projections.governance import queries as governance
from services.api.models import Answer, Listed, row_of
from services.casework.year.state import Year, year_stream
from services.errors import Malformed, Problem
from services.http import readers
from services.http.answers import listed, snapshot
from services.http.context import context, reader
from services.http.office_load import OfficeLoad, office_load
from services.http.queries import Day, Fresh, Place
from services.http.readers import Reader
from services.http.routing import api_router

router = api_router("governance", "/governance")

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


@dataclass(frozen=True, slots=True)
class Against(governance.Participation):
    """Participation of a group against the units `known` there; None where nobody counted them."""

    known: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose count of units is used: of which place, by whom, as of which day."""

    place: str
    counted_by: str
    on: date


class Duties(Listed):
    """Duties by place, kind and month."""

    duties: list[row_of("DutiesOfMonth", governance.Duties)]  # type: ignore[valid-type]


class Loads(Listed):
    """What offices owe still, by the people to whom they gave it."""

    load: list[row_of("LoadOfOffice", OfficeLoad)]  # type: ignore[valid-type]


class Participants(Listed):
    """Who takes part, by group, against the number of units `known` where somebody counted them; and who did, when."""

    participation: list[row_of("ParticipationOfGroup", Against)]  # type: ignore[valid-type]
    counted: list[row_of("CountOfUnits", Counted)]  # type: ignore[valid-type]


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


@router.get("/load", response_model=Loads)
async def load(request: Request, asked: Annotated[Within, Parameters()]) -> Response:
    """What each office owes still, by the person to whom it gave it, and who of them is away today (T-05): how much,
    past its day, due within 14 days; `unattended` where nobody of the office has it in hand.
    """
    who, here = await reader(request), context(request)
    readers.must_list(who, "unit", asked.place)
    seen, place = readers.visible(who, unit=who.unit), asked.place or here.settings.place
    async with snapshot(request, who, "deadlines", asked.min_position) as (conn, headers):
        found = await office_load(here, conn, place, seen)
    return listed(headers, asked, load=[asdict(row) for row in found])


@router.get("/participation", response_model=Participants)
async def participation(request: Request, asked: Annotated[Among, Parameters()]) -> Response:
    """Units registered, taking part and holding a title today, by place, kind, ownership or industry, against the
    number of units known (`count-units` in a place's year): the last count that each prefecture gave (policy 一).
    """
    who, here = await reader(request), context(request)
    readers.must_list(who, "unit", asked.place)
    seen, place = readers.visible(who, unit=who.unit), asked.place or here.settings.place
    async with snapshot(request, who, "board", asked.min_position) as (conn, headers):
        found = await governance.participation(conn, place, asked.by, here.today, seen)
    counts = await _counts(request, who, place)
    known = _known(counts, place, asked.by)
    told = {one.group: asdict(one) for one in found}
    none = {"registered": 0, "taking_part": 0, "holding": 0}
    rows = [
        {"group": group, **told.get(group, none), "known": known.get(group)}
        for group in [*told, *(known.keys() - told.keys())]
    ]
    counted = [asdict(Counted(of, one.counted_by, one.on)) for of, one in counts.items()]
    return listed(headers, asked, participation=rows, counted=counted)


async def _counts(request: Request, who: Reader, place: str) -> dict[str, YearUnitsCounted]:
    """The last count of this year or the last, by the place that gave it: the place itself, else those just below;
    of places whose units they may read, so that it stands beside numbers of the same units.
    """
    here = context(request)
    prefecture = at_level(place, Level.PREFECTURE)
    scope = readers.scope(who, "unit")
    if scope is None:
        return {}
    among = [prefecture] if prefecture is not None else [place, *children(place)]
    places = [of for of in among if scope.all or any(within(of, theirs) for theirs in scope.places)]
    streams = {(of, year): year_stream(of, year) for of in places for year in (here.today.year, here.today.year - 1)}
    states = await here.states.load(streams.values(), fresh=True)
    found: dict[str, YearUnitsCounted] = {}
    for (of, _), stream in streams.items():
        state = states.get(stream)
        if isinstance(state, Year) and state.known is not None:
            found.setdefault(of, state.known)
    # what the place counted as a whole would count twice what those below it did
    return found if len(found) == 1 else {of: one for of, one in found.items() if of != place or prefecture is not None}


def _known(counts: Mapping[str, YearUnitsCounted], place: str, by: str) -> Mapping[str | None, int]:
    """How many units are known by group; by ownership nobody counts them."""
    found: Counter[str | None] = Counter()
    for one in (row for count in counts.values() for row in count.counted if within(row.place, place)):
        child = next((below for below in children(place) if within(one.place, below)), place)
        group = {"place": child, "kind": one.kind.value, "industry": one.industry}
        if by in group:
            found[group[by]] += one.units
    return found


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
