"""What a form is filled from and stands in no form: the places, and the tables of the policy pack of a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Query as Parameters
from fastapi import Request, Response

from events.places import PLACES, within
from events.words import Ground, Level, UnitKind
from services.api import models
from services.api.models import Answer, Text
from services.casework.pack import NoSuchPack, Pack, Standard
from services.casework.policy.state import Policy, policy_stream
from services.errors import Unavailable
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.queries import Day, Limit, Place, Query, packs_here
from services.http.queries import Text as Given
from services.http.routing import api_router

router = api_router("catalogue")

MOST = 500


class PlacesQuery(Query):
    """Places `within` another, with `name` in one of their names, after a code."""

    within: Place | None = None
    name: Given | None = None
    after: Place | None = None
    limit: Limit = MOST


@router.get("/places", response_model=models.Places)
async def places(request: Request, asked: Annotated[PlacesQuery, Parameters()]) -> Response:
    """Places by code, a page at a time."""
    await reader(request)
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


# --- the tables of a pack ---------------------------------------------------------------------------------------------


class Row(Answer):
    """A row of a table: `value` is what an act writes."""

    value: str
    zh: str
    en: str


class TitleRow(Row):
    """A title: who may hold it, the steps to it, who evaluates, names and revokes, and for how long (`36m`)."""

    clause: str
    level: Level
    kinds: list[UnitKind]
    steps: list[str]
    evaluated_by: Level
    named_by: Level
    revoked_by: Level
    consent_by: Level | None
    minimum_score: int
    minimum_part: dict[str, int]
    minimum_self_score: int
    requires_title: str | None
    requires_held: str | None
    needs_round: bool
    term: str
    plaque: Text


class ItemRow(Row):
    """A sub-item of a standard, with its highest score; `figure` is the one that its points are computed from."""

    score: int
    figure: str | None


class StandardRow(Row):
    """A standard of a checklist; a `must` is judged met, or the checklist is not passed."""

    clause: str
    must: bool
    front_line: bool
    score: int
    items: list[ItemRow]


class PartRow(Row):
    """A part of a checklist, whose standards together count as `weight` points."""

    weight: int
    standards: list[str]


class StandardSetRow(Row):
    """A checklist with its standards, for units of these kinds.

    `parts` are empty where points are added up; an evaluation departs from what visitors judged by `adjustment` points
    at most, null: as it finds. With a veto no unit is recommended.
    """

    clause: str
    code: str
    version: str
    kinds: list[UnitKind]
    conducted_by: str
    score: int
    adjustment: int | None
    parts: list[PartRow]
    vetoes: list[Row]
    standards: list[StandardRow]


class IncentiveRow(Row):
    """An incentive: by which department on what condition, for which titles, of which place's catalogue, and whether a
    grave signal suspends it.
    """

    clause: str
    area: str
    department: Text
    condition: Text | None
    titles: list[str]
    owner: str
    needs_credit_grade: str | None
    suspended_by_signal: bool


class FloorRow(Answer):
    """The least severity from so many people, such an amount or so many months on; 0: the number does not count."""

    severity: int
    people: int
    amount_fen: int
    months: int
    penalised: bool


class CategoryRow(Row):
    """A category of signals: the ground on which it can cost a title, and the least severities of its facts."""

    clause: str
    ground: Ground | None
    floors: list[FloorRow]


class Table(Answer):
    """A table of the pack in force on a day."""

    pack: str
    on: date


class Titles(Table):
    """The titles that units may hold."""

    titles: list[TitleRow]


class StandardSets(Table):
    """The checklists."""

    standard_sets: list[StandardSetRow]


class Standards(Table):
    """The standards of all checklists."""

    standards: list[StandardRow]


class Indicators(Table):
    """What the workers' survey asks of."""

    indicators: list[Row]


class Incentives(Table):
    """The catalogue of incentives."""

    incentives: list[IncentiveRow]


class Categories(Table):
    """The categories of signals; `floors` hold whatever the category."""

    floors: list[FloorRow]
    categories: list[CategoryRow]


class PackRow(Row):
    """A version of a policy pack that is here; `adopted_from` are the days from which it was adopted to judge."""

    id: str
    version: str
    place: str
    document: str
    digest: models.Digest
    adopted_from: list[date]
    in_force: bool


class PacksHere(Table):
    """The policy packs that are here."""

    packs: list[PackRow]


class TableQuery(Query):
    """The day whose pack is asked; today where none is given."""

    on: Day | None = None


@router.get("/titles", response_model=Titles)
async def titles(request: Request, asked: Annotated[TableQuery, Parameters()]) -> Response:
    """The titles of the pack in force: who may hold them, their steps, who decides, their terms."""
    pack, table = await _of_the_day(request, asked)
    rows = [
        {
            **_row(name, one),
            **one.model_dump(mode="json", exclude={"zh", "en", "term", "requires_held"}),
            "term": str(one.term),
            "requires_held": str(one.requires_held) if one.requires_held is not None else None,
        }
        for name, one in pack.titles.items()
    ]
    return json_response({**table, "titles": rows})


@router.get("/standard-sets", response_model=StandardSets)
async def standard_sets(request: Request, asked: Annotated[TableQuery, Parameters()]) -> Response:
    """The checklists of the pack in force, each with its standards and their items."""
    pack, table = await _of_the_day(request, asked)
    rows = [
        {
            **_row(name, one),
            **one.model_dump(mode="json", exclude={"zh", "en", "standards", "parts", "vetoes"}),
            "score": one.score,
            "vetoes": [_row(key, veto) for key, veto in one.vetoes.items()],
            "parts": [
                {**_row(key, part), "weight": part.weight, "standards": list(part.standards)}
                for key, part in one.parts.items()
            ],
            "standards": list(_standards(one.standards)),
        }
        for name, one in pack.standard_sets.items()
    ]
    return json_response({**table, "standard_sets": rows})


@router.get("/standards", response_model=Standards)
async def standards(request: Request, asked: Annotated[TableQuery, Parameters()]) -> Response:
    """The standards of all checklists of the pack in force."""
    pack, table = await _of_the_day(request, asked)
    every = {name: one for chosen in pack.standard_sets.values() for name, one in chosen.standards.items()}
    return json_response({**table, "standards": list(_standards(every))})


@router.get("/indicators", response_model=Indicators)
async def indicators(request: Request, asked: Annotated[TableQuery, Parameters()]) -> Response:
    """What the workers' survey asks of, by the pack in force."""
    pack, table = await _of_the_day(request, asked)
    return json_response({**table, "indicators": [_row(*one) for one in pack.survey_indicators.items()]})


@router.get("/incentives", response_model=Incentives)
async def incentives(request: Request, asked: Annotated[TableQuery, Parameters()]) -> Response:
    """The catalogue of incentives of the pack in force."""
    pack, table = await _of_the_day(request, asked)
    rows = [
        {**_row(name, one), **one.model_dump(mode="json", exclude={"zh", "en"})}
        for name, one in pack.incentives.items()
    ]
    return json_response({**table, "incentives": rows})


@router.get("/categories", response_model=Categories)
async def categories(request: Request, asked: Annotated[TableQuery, Parameters()]) -> Response:
    """The categories of signals by the pack in force, with the least severities of their facts."""
    pack, table = await _of_the_day(request, asked)
    rows = [
        {"value": name, "zh": name.zh, "en": name.en, **one.model_dump(mode="json")}
        for name, one in pack.categories.items()
    ]
    floors = [floor.model_dump(mode="json") for floor in pack.floors]
    return json_response({**table, "floors": floors, "categories": rows})


@router.get("/packs", response_model=PacksHere)
async def packs(request: Request, asked: Annotated[TableQuery, Parameters()]) -> Response:
    """The policy packs that are here, from which days they were adopted, and which is in force."""
    in_force, table = await _of_the_day(request, asked)
    here = context(request)
    policy = await here.states.current(Policy, policy_stream(here.settings.place))
    adopted = policy.adopted if policy is not None else ()
    rows = [
        {
            **_row(pack.name, pack),
            **pack.model_dump(mode="json", include={"id", "version", "place", "document", "digest"}),
            "adopted_from": [one.from_ for one in adopted if (one.pack, one.pack_version) == (pack.id, pack.version)],
            "in_force": pack.name == in_force.name,
        }
        for pack in packs_here()
    ]
    return json_response({**table, "packs": rows})


async def _of_the_day(request: Request, asked: TableQuery) -> tuple[Pack, dict[str, Any]]:
    """The pack in force on the day that is asked of, and what every table says of it. Raises Unavailable."""
    await reader(request)
    here = context(request)
    day = asked.on or here.today
    try:
        pack = (await here.states.packs(fresh=True)).on(day)
    except NoSuchPack as error:
        raise Unavailable(f"the policy pack of {day} ({error})") from error
    return pack, {"pack": pack.name, "on": day}


def _row(name: str, text: Any) -> dict[str, str]:
    return {"value": name, "zh": text.zh, "en": text.en}


def _standards(table: Mapping[str, Standard]) -> Iterator[dict[str, Any]]:
    for name, one in table.items():
        items = [
            {**_row(key, item), "score": item.score, "figure": item.computed.figure if item.computed else None}
            for key, item in one.items.items()
        ]
        yield {
            **_row(name, one), "clause": one.clause, "must": one.must, "front_line": one.front_line,
            "score": one.score, "items": items,
        }  # fmt: skip
