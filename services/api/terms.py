"""Closed sets that are too long to stand in a form: the places, and the tables of the policy pack in force."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from events.places import PLACES, within
from services.api import queries as ask
from services.api.answers import json_response, whole_number
from services.api.context import account, context
from services.errors import NotFound

router = APIRouter(tags=["terms"])

MOST = 500


@router.get("/places")
async def places(request: Request) -> Response:
    """Places by code: `within` another, `name` in either language, a page at a time (`after`, `limit`)."""
    await account(request)
    area, name = ask.place(request, "within"), (ask.text(request, "name") or "").casefold()
    after = ask.text(request, "after", 6) or ""
    limit = whole_number(request, "limit", MOST, 1, MOST) or MOST
    found = [
        {"value": place.code, "zh": place.zh, "en": place.en, "level": place.level, "parent": place.parent}
        for place in PLACES.values()
        if place.code > after
        and (area is None or within(place.code, area))
        and (name in place.zh or name in place.en.casefold())
    ]
    return json_response({"places": found[:limit], "next": found[limit - 1]["value"] if len(found) > limit else None})


@router.get("/pack/{table}")
async def table(request: Request) -> Response:
    """The ids of a table of the pack in force `on` a day: titles, standards, standard_sets, incentives, indicators."""
    await account(request)
    here = context(request)
    name: str = request.path_params["table"]
    pack = (await here.decisions.packs(fresh=True)).on(ask.day(request, "on") or here.today)
    try:
        ids = pack.table(name)
    except KeyError as error:
        raise NotFound(f"table {name[:40]} of the pack") from error
    rows = [{"value": one, "zh": pack.label(one, "zh"), "en": pack.label(one, "en")} for one in ids]
    return json_response({"pack": pack.name, name: rows})
