"""Who is in public before it is decided, and until when may be objected: units to be named, and lists of rounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from events.words import Step
from projections.board import queries as board
from projections.board.rows import Row
from projections.streams import queries as streams
from services.casework.pack import Pack
from services.casework.round.state import ListInPublic, Round
from services.casework.unit.publicity import Period
from services.casework.unit.state import Unit
from services.errors import NotFound
from services.http.context import context
from services.web.render import kept, page

router = APIRouter(include_in_schema=False)

MOST_UNITS: Final = 1_000
MOST_ROUNDS: Final = 200
"""Rounds that are looked at, the last changed first: a list in public was put there days ago."""


@router.get("/publicity")
async def publicity(request: Request) -> Response:
    """Who is about to be named or listed, until when may be objected, and where?"""
    here = context(request)
    found: list[Row] = []
    async with here.pool.connection() as conn:
        for step in (Step.IN_PUBLICITY, Step.OBJECTED):
            found += (await board.units(conn, board.Filter(step=step.value), here.today, None, MOST_UNITS)).rows
        rounds = await streams.streams(conn, streams.Filter(kind="round"), None, MOST_ROUNDS, by_change=True)
    states = await here.states.load([row.unit for row in found] + [row.stream for row in rounds.rows], fresh=False)
    pack = await here.pack_today()
    rows = [
        (
            candidate(row.name, row.code, row.place, title, period, pack),
            f"/publicity/{row.unit}/object?title={title}" if here.today <= period.until else None,
        )
        for period, row, title in sorted(
            _periods(found, states, here.today), key=lambda one: (one[0].until, one[1].name)
        )
    ]
    lists = [
        (listed, shown(round_, in_public, pack), len(in_public.units))
        for listed, round_ in states.items()
        if isinstance(round_, Round) and (in_public := in_public_on(round_, here.today)) is not None
    ]
    columns = pack.public["candidate"].fields
    return kept(
        page(
            request, "publicity.html", public=True, pack=pack, rows=rows, columns=columns, lists=lists, today=here.today
        )
    )


def _periods(found: list[Row], states: dict[UUID, Any], today: date) -> Iterator[tuple[Period, Row, str]]:
    for row in found:
        unit = states.get(row.unit)
        if isinstance(unit, Unit):
            for title, period in unit.publicity.periods.items():
                if period.since <= today:
                    yield period, row, title


def _by_end(one: tuple[Period, Row, str]) -> tuple[date, str]:
    return one[0].until, one[1].name


def candidate(name: str, code: str, place: str, title: str, period: Period, pack: Pack) -> dict[str, Any]:
    """What of a unit in publicity is public."""
    days = (period.since, period.until)
    return pack.public["candidate"].shown({"name": name, "code": code, "place": place, "title": title, "days": days})


# --- the list of a round ----------------------------------------------------------------------------------------------


def in_public_on(round_: Round, day: date) -> ListInPublic | None:
    """The list of a round, if it is in public on that day and not published yet."""
    listed = round_.in_public
    return listed if listed is not None and listed.since <= day and round_.published is None else None


def shown(round_: Round, listed: ListInPublic, pack: Pack) -> dict[str, Any]:
    """What of a list in public is public, beside who stands on it."""
    values = {"list": round_.name, "days": (listed.since, listed.until)}
    return {name: value for name, value in values.items() if name in pack.public["listed"].fields}


async def list_in_public(request: Request, text: str) -> tuple[Round, ListInPublic, list[tuple[UUID, dict[str, Any]]]]:
    """The round of a path whose list is in public, and what of the units on it is public, by their names.

    Raises NotFound.
    """
    here = context(request)
    try:
        round_ = await here.states.current(Round, UUID(text))
    except ValueError:
        round_ = None
    listed = in_public_on(round_, here.today) if round_ is not None else None
    if round_ is None or listed is None:
        raise NotFound(f"list of round {text[:40]} in public")
    pack = await here.pack_today()
    fields = pack.public["listed"].fields
    async with here.pool.connection() as conn:
        rows = await board.by_ids(conn, list(listed.units), here.today)
    told = ({"name": row.name, "code": row.code, "place": row.place} for row in rows)
    units = [{name: value for name, value in one.items() if name in fields} for one in told]
    return round_, listed, list(zip((row.unit for row in rows), units, strict=True))


@router.get("/publicity/lists/{round}")
async def list_page(request: Request, round: str) -> Response:  # noqa: A002 (the word of the path)
    """Who stands on the list of a round that is in public?"""
    here = context(request)
    pack = await here.pack_today()
    round_, listed, units = await list_in_public(request, round)
    return kept(
        page(
            request, "publicity-list.html", public=True, pack=pack, listed=shown(round_, listed, pack), units=units,
            link=f"/publicity/lists/{round_.id}/object" if here.today <= listed.until else None,
        )
    )  # fmt: skip
