"""Closed sets that are too long to stand in a form: the places, and the tables of the policy pack in force."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameters

from events.places import PLACES, within
from services.api import models
from services.api.answers import json_response
from services.api.context import account, context
from services.api.queries import Day, Limit, Place, Query, Text
from services.errors import NotFound

router = APIRouter(tags=["terms"])

MOST = 500


class PlacesQuery(Query):
    """Places `within` another, with `name` in one of their names, after a code."""

    within: Place | None = None
    name: Text | None = None
    after: Place | None = None
    limit: Limit = MOST


@router.get("/places", response_model=models.Places)
async def places(request: Request, asked: Annotated[PlacesQuery, Parameters()]) -> Response:
    """Places by code, a page at a time."""
    await account(request)
    area, name, after, limit = asked.within, (asked.name or "").casefold(), asked.after or "", asked.limit
    found = [
        {"value": place.code, "zh": place.zh, "en": place.en, "level": place.level, "parent": place.parent}
        for place in PLACES.values()
        if place.code > after
        and (area is None or within(place.code, area))
        and (name in place.zh or name in place.en.casefold())
    ]
    next_ = found[limit - 1]["value"] if len(found) > limit else None
    return json_response({"places": found[:limit], "next": next_, "filter": asked.in_force})


class TableQuery(Query):
    """The day whose pack is asked; today where none is given."""

    on: Day | None = None


@router.get("/pack/{table}", response_model=models.Table)
async def table(request: Request, table: str, asked: Annotated[TableQuery, Parameters()]) -> Response:
    """The ids of a table of the pack in force `on` a day: titles, standards, standard_sets, incentives, indicators."""
    await account(request)
    here = context(request)
    pack = (await here.decisions.packs(fresh=True)).on(asked.on or here.today)
    try:
        ids = pack.table(table)
    except KeyError as error:
        raise NotFound(f"table {table[:40]} of the pack") from error
    rows = [{"value": one, "zh": pack.label(one, "zh"), "en": pack.label(one, "en")} for one in ids]
    return json_response({"pack": pack.name, table: rows})
