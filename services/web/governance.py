"""The page on which those who answer for the programme see how it goes in a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Depends, Request, Response

from events.registry import EVENT_TYPES
from events.words import Level
from projections.freshness import freshness
from projections.governance import forecast
from projections.governance import queries as governance
from services.http import readers
from services.http.context import context
from services.http.office_load import office_load
from services.http.queries import Place, Spoken, tolerant
from services.web.chart import HEIGHT, WIDTH, chart
from services.web.pages import fresh_document, places_of
from services.web.render import notices, page
from services.web.session import reader_of, to_sign_in

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

_DAYS = 365


class GovernancePage(Spoken):
    """Of which place."""

    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Duties of a place in all months: met in time, late, missed, and the share met in time of those that are over."""

    place: str
    met: int
    late: int
    missed: int

    @property
    def share(self) -> int | None:
        """In percent; None where none is over."""
        over = self.met + self.late + self.missed
        return round(100 * self.met / over) if over else None


@router.get("/governance")
async def governance_page(request: Request) -> Response:
    """Who takes part, where that leads to, what was done in time, who has what in hand, how long each step takes."""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    asked, problems = tolerant(GovernancePage, request)
    readers.must_list(who, "unit", asked.place)
    here = context(request)
    place, today = asked.place or here.settings.place, here.today
    since, seen = today - timedelta(days=_DAYS), readers.visible(who, unit=who.unit)
    async with here.pool.connection() as conn:
        duties = await governance.duties(conn, place, since, today, today, seen)
        taking_part = await governance.participation(conn, place, "place", today, seen)
        by_kind = await governance.participation(conn, place, "kind", today, seen)
        points = forecast.course(await governance.trend(conn, place, seen), today)
        pace = await governance.pace(conn, place, since, today, seen)
        load = await office_load(here, conn, place, seen)
        fresh = await freshness(conn, "board")
    return page(
        request,
        "governance.html",
        pack=await here.pack_today(),
        asked=asked.in_force,
        problems=problems,
        places=places_of(request),
        taking_part=taking_part,
        by_kind=by_kind,
        kept=_kept(duties),
        months=_by_month(duties, today),
        pace=pace,
        load=load,
        level_label=_level,
        step_labels={name: EVENT_TYPES[name].about for name in governance.STEPS},
        chart=chart(points),
        width=WIDTH,
        height=HEIGHT,
        end=points[-1] if points else None,
        method=(forecast.METHOD_ZH, forecast.METHOD_EN),
        fresh=fresh_document(fresh),
    )


def _level(level: str | None) -> str:
    return next((word.zh for word in Level if word.value == level), "—")


def _kept(duties: Iterable[governance.Duties]) -> Sequence[Kept]:
    counted: dict[str, Counter[str]] = {}
    for one in duties:
        counts = counted.setdefault(one.place, Counter())
        counts.update(met=one.met, late=one.late, missed=one.missed)
    return [Kept(place, counts["met"], counts["late"], counts["missed"]) for place, counts in counted.items()]


def _by_month(duties: Iterable[governance.Duties], today: date) -> Sequence[Kept]:
    """The same by month, for all places together, up to this month."""
    moved = (
        governance.Duties(one.month, one.kind, one.month, one.met, one.late, one.missed, one.released, one.owed)
        for one in duties
        if one.month <= f"{today:%Y-%m}"
    )
    return sorted(_kept(moved), key=lambda one: one.place)
