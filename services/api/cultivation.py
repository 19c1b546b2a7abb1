"""How cultivation goes: a unit's plans against its self-evaluation (三), and what a round's list led to (五(九))."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query as Parameters
from fastapi import Request, Response

from events.places import PLACES
from events.words import CultivationOutcome, Level
from services.api.models import Answer, row_of
from services.casework.kinds import KINDS
from services.casework.pack import Pack
from services.casework.round.state import Round
from services.casework.unit.cultivated import LedTo, led_to
from services.casework.unit.cultivation_plan import Concluded, Plan, Progress, progress
from services.casework.unit.state import Unit
from services.errors import NotFound
from services.exports import Format, Manifest, digest, written
from services.http import readers
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.queries import Query
from services.http.routing import api_router
from services.http.streams import of_kind
from services.http.units import known_unit

router = api_router("cultivation")


class StandardOfPlan(Answer):
    """A standard of a plan: its points when it was planned and now (null: not self-evaluated), of how many at most."""

    standard: str
    zh: str
    en: str
    most: int
    before: int | None
    now: int | None
    reached: bool


class PlanDocument(Answer):
    """A plan of cultivation; `outcome` is null while it is under way, and it is owed by the day `by`."""

    version: int
    since: date
    by: date
    level: Level | None
    outcome: CultivationOutcome | None
    standards: list[StandardOfPlan]


class CultivationOf(Answer):
    """The plans of a unit, the newest first, and the rounds ahead of which it is cultivated."""

    unit: UUID
    plans: list[PlanDocument]
    rounds: list[UUID]


class ListQuery(Query):
    """With a format the whole list as a file."""

    format: Literal["json", "csv", "xlsx", "ndjson"] = "json"


class CultivatedFor(Answer):
    """Who was cultivated for a round and what it led to, by the day of listing; `counts` of those who may be read."""

    round: UUID
    name: str
    title: str
    counts: dict[str, int]
    units: list[row_of("CultivatedUnit", LedTo)]  # type: ignore[valid-type]


_HEADINGS = ("标识", "单位", "地区", "培育项目", "确定层级", "列入日期", "申报日期", "推荐日期", "命名日期")
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The list, or with `format` as a file",
        "content": {
            form.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for form in Format
        },
    }
}


@router.get("/units/{unit}/cultivation", response_model=CultivationOf)
async def cultivation_of(request: Request, unit: str) -> Response:
    """The plans of a unit, standard by standard measured by its self-evaluation, and what is owed by when."""
    who, here = await reader(request), context(request)
    found = await known_unit(request, unit)
    readers.must_read(who, readers.row_of(found))
    pack, region = (await here.states.packs()).on(here.today), found.cultivation
    plans = [_concluded(one, pack) for one in reversed(region.concluded)]
    if region.plan is not None:
        plans.insert(0, _plan(region.plan, None, progress(found, region.plan, pack), pack))
    return json_response({"unit": found.id, "plans": plans, "rounds": list(region.listed_for)})


@router.get("/rounds/{round}/cultivation", response_model=CultivatedFor, responses=_FILES)
async def cultivated_for(request: Request, round: UUID, asked: Annotated[ListQuery, Parameters()]) -> Response:  # noqa: A002
    """Who was cultivated ahead of a round, and what it led to: applied, nominated in it, named (R-42)."""
    who, here = await reader(request), context(request)
    campaign = of_kind((await here.states.load([round], fresh=True)).get(round), KINDS["round"], round)
    if not isinstance(campaign, Round) or campaign.kind is None:
        raise NotFound(f"round {round}")
    readers.must_list(who, "unit", None)
    position, states = await here.states.snapshot(list(campaign.cultivated))
    units = [
        state for state in states.values() if isinstance(state, Unit) and readers.may_read(who, readers.row_of(state))
    ]
    rows = [asdict(one) for one in (led_to(unit, campaign) for unit in units) if one is not None]
    rows.sort(key=lambda row: (row["listed_on"], row["name"]))
    if asked.format == "json":
        counts = {"listed": len(rows)} | {
            name: sum(row[f"{name}_on"] is not None for row in rows) for name in ("applied", "nominated", "named")
        }
        told = {"round": campaign.id, "name": campaign.name, "title": campaign.title, "counts": counts, "units": rows}
        return json_response(told, headers={"X-Position": str(position)})
    form = Format(asked.format)
    manifest = Manifest("cultivation", {"round": str(round)}, here.today, position, None, len(rows), digest(rows))
    words = {
        "place": {code: place.zh for code, place in PLACES.items()},
        "by": {level.value: level.zh for level in Level},
    }
    headers = {
        "Content-Disposition": f'attachment; filename="cultivation-{round}-{position}.{form.value}"',
        "Cache-Control": "private, no-store",
        "X-Position": str(position),
        "X-Manifest": manifest.document.decode(),
    }
    return Response(written(form, _HEADINGS, rows, words, manifest), headers=headers, media_type=form.media_type)


def _concluded(over: Concluded, pack: Pack) -> dict[str, Any]:
    plan = over.plan
    known = [name for name in plan.standards if name in pack.standards]
    told = [Progress(name, pack.standards[name].score, plan.before.get(name), over.after.get(name)) for name in known]
    return _plan(plan, over.outcome, told, pack)


def _plan(
    plan: Plan, outcome: CultivationOutcome | None, standards: list[Progress] | tuple[Progress, ...], pack: Pack
) -> dict[str, Any]:
    rows = [
        {
            "standard": one.standard, "zh": pack.label(one.standard, "zh"), "en": pack.label(one.standard, "en"),
            "most": one.most, "before": one.before, "now": one.now, "reached": one.reached(pack),
        }
        for one in standards
    ]  # fmt: skip
    return {
        "version": plan.version, "since": plan.since, "by": plan.by, "level": plan.level, "outcome": outcome,
        "standards": rows,
    }  # fmt: skip
