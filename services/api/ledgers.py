"""The offices' ledgers over HTTP: a page of rows, or a whole ledger as a file (五(七), annex 10)."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Path, Request, Response
from fastapi import Query as Parameters
from pydantic import Field

from events.words import House, Level, UnitKind
from services import ledgers
from services.api.models import Answer, Paged
from services.errors import Malformed, NotFound, Problem
from services.exports import Format
from services.http import readers
from services.http.answers import json_response, listed, next_page, snapshot
from services.http.context import context, reader
from services.http.queries import Day, Page, Place, Title
from services.http.readers import Reader
from services.http.routing import api_router
from services.ledgers import LEDGERS, Filter, Ledger

router = api_router("ledgers", "/ledgers")

Named = Annotated[str, Path(json_schema_extra={"enum": list(LEDGERS)})]
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A page of rows, or with `format` all of them as a file, with `X-Manifest`",
        "content": {
            form.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for form in Format
        },
    }
}


class LedgerQuery(Page):
    """Which rows: `from` and `to` are days of recording, both included. With a `format` all of them, as a file."""

    place: Place | None = None
    title: Title | None = None
    kind: UnitKind | None = None
    house: House | None = None
    level: Level | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    format: Literal["json", "csv", "xlsx", "ndjson"] = "json"

    @property
    def in_force(self) -> dict[str, Any]:
        """The filters in force; a form is none."""
        return {name: value for name, value in super().in_force.items() if name != "format"}


class LedgerColumn(Answer):
    """A column of a ledger, as people call it."""

    name: str
    zh: str
    en: str


class Described(Answer):
    """A ledger: the clause that asks for it, its filters and its columns."""

    name: str
    zh: str
    en: str
    clause: str
    filters: list[str]
    columns: list[LedgerColumn]


class Ledgers(Answer):
    """Every ledger."""

    ledgers: list[Described]


class LedgerRows(Paged):
    """A page of a ledger, each row by the names of its columns."""

    ledger: str
    rows: list[dict[str, Any]]


@router.get("", response_model=Ledgers)
async def catalogue(request: Request) -> Response:
    """Which ledgers there are, with their columns and the filters that mean something in each."""
    await reader(request)
    told = [
        {
            "name": ledger.name, "zh": ledger.zh, "en": ledger.en, "clause": ledger.clause,
            "filters": sorted(_QUERIED.get(name, name) for name in ledger.filters),
            "columns": [{"name": one.name, "zh": one.zh, "en": one.en} for one in ledger.columns],
        }
        for ledger in LEDGERS.values()
    ]  # fmt: skip
    return json_response({"ledgers": told})


@router.get("/{ledger}", response_model=LedgerRows, responses=FILES)
async def rows(request: Request, ledger: Named, asked: Annotated[LedgerQuery, Parameters()]) -> Response:
    """The rows of a ledger, a page at a time; or with `format` the whole of it as CSV, XLSX or NDJSON.

    A file's manifest stands in `X-Manifest`: ledger, filter, day, position, number of rows, and the SHA-256 of the rows
    as NDJSON, the same in every form.
    """
    found = LEDGERS.get(ledger)
    if found is None:
        raise NotFound(f"the ledger {ledger[:60]}")
    who, here = await reader(request), context(request)
    readers.must_list(who, "unit", asked.place)
    wanted = _wanted(found, who, asked)

    said = partial(readers.sentences, who)

    async with snapshot(request, who, found.view, asked.min_position) as (conn, headers):
        if asked.format == "json":
            page = await ledgers.page(conn, found, wanted, here.today, asked.after, asked.limit, said)
            return listed(
                headers | next_page(request, page.next), asked, ledger=found.name, rows=page.rows, next=page.next
            )
        if asked.after is not None:
            raise Malformed([Problem("?after", "导出为全部，不分页", "a file holds all rows, and is not turned")])
        whole = await ledgers.whole(conn, found, wanted, here.today, said)
        pack = (await here.states.packs()).on(here.today)
    form = Format(asked.format)
    position, as_of = int(headers["X-Position"]), headers["X-As-Of"] or None
    # thousands of rows take a second: others are answered meanwhile
    manifest, data = await asyncio.to_thread(
        ledgers.exported, found, form, whole, pack, asked.in_force, here.today, position, as_of
    )
    name = f"{found.name}-{asked.place or here.settings.place}-{position}.{form.value}"
    headers = headers | {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Manifest": manifest.document.decode(),
    }
    return Response(data, headers=headers, media_type=form.media_type)


_QUERIED = {"since": "from", "until": "to"}


def _wanted(ledger: Ledger, who: Reader, asked: LedgerQuery) -> Filter:
    """As the ledger is asked for somebody. Raises Malformed for a filter that means nothing in it."""
    given: dict[str, Any] = {
        "place": asked.place, "title": asked.title, "kind": asked.kind, "house": asked.house, "level": asked.level,
        "since": asked.from_, "until": asked.to,
    }  # fmt: skip
    idle = [
        _QUERIED.get(name, name) for name, value in given.items() if value is not None and name not in ledger.filters
    ]
    if idle:
        zh, en = f"{ledger.zh}没有这一筛选条件", f"the ledger {ledger.name} has no such filter"
        raise Malformed([Problem(f"?{name}", zh, en) for name in idle])
    return Filter(**given, seen=readers.visible(who, unit=who.unit))
