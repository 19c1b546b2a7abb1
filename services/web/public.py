"""What anybody may look up, without signing in and without a cookie: the roll, a plaque, and revocations announced.

Every page follows from its address alone, and may be kept by caches. What of it anybody may see is the pack's table
(`services/casework/pack_public.py`); templates are given nothing else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from events.characters import escaped
from events.envelope import Entry, Event
from events.places import PLACES
from events.posts import post_in
from events.sentences import sentence
from events.unit.naming import (
    UnitNamed,
    UnitPlaqueIssued,
    UnitPlaqueReportedLost,
    UnitTermExpired,
    UnitTermExtended,
    UnitTitleCarriedIn,
)
from events.unit.revocation import UnitPlaqueRecovered, UnitRevocationAnnounced, UnitRevoked
from events.words import Standing
from projections.acts import queries as acts
from projections.board import queries as board
from projections.board.rows import Row
from projections.search import queries as search
from services.casework.pack import Pack, pack_of
from services.casework.unit.naming.state import standing_on
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.state import Unit
from services.errors import Malformed, Problem
from services.http.answers import json_response
from services.http.context import context
from services.http.queries import Cursor, Place, Spoken, Text, Title, tolerant
from services.web.pages import places_of, turned
from services.web.render import kept, page
from services.web.session import form_of, same_origin

router = APIRouter(include_in_schema=False)

ROWS = 50
MOST_CODES = 1_000
MOST_EXPORTED = 1_000
LONGEST_FORM = 64 * 1024
_TABLE: Final[Mapping[str, str]] = {
    "code": "code", "name": "name", "place": "place", "title": "title", "term_from": "term", "term_until": "term",
}  # fmt: skip
"""The columns of the roll as a table, each with the public field that it belongs to."""

_SCHEMA_ORG: Final[Mapping[str, str]] = {
    "name": "name", "code": "identifier", "title": "award", "place": "areaServed", "term_from": "validFrom",
    "term_until": "validThrough",
}  # fmt: skip
"""The cells of the roll with their words of schema.org."""

_CONTEXT: Final = {
    "@vocab": "https://schema.org/", "itemListElement": {"@container": "@list"},
    "validFrom": {"@type": "Date"}, "validThrough": {"@type": "Date"},
}  # fmt: skip
"""Written out, so that a reader of linked data needs to fetch nothing from elsewhere."""

_OF_THE_TITLE: Final = (
    UnitNamed, UnitTitleCarriedIn, UnitTermExtended, UnitTermExpired, UnitRevoked, UnitRevocationAnnounced,
    UnitPlaqueIssued, UnitPlaqueReportedLost, UnitPlaqueRecovered,
)  # fmt: skip
"""The entries that tell anybody what became of a title."""


# --- the roll ---------------------------------------------------------------------------------------------------------


class RollPage(Spoken):
    """Which units of the roll are shown: `q` is in the name or begins the code; `place` means it and all below."""

    q: Text | None = None
    place: Place | None = None
    title: Title | None = None
    after: Cursor | None = None


def _wanted(asked: RollPage) -> board.Filter:
    return board.Filter(q=asked.q, place=asked.place, title=asked.title, standing=Standing.HELD.value, closed=False)


@router.get("/roll")
async def roll(request: Request) -> Response:
    """Who holds a title today, and until when?"""
    asked, problems = tolerant(RollPage, request)
    here = context(request)
    pack = await here.pack_today()
    async with here.pool.connection() as conn:
        found = await turned(
            lambda after: board.units(conn, _wanted(asked), here.today, after, ROWS), asked.after, problems
        )
    shown = page(
        request,
        "roll.html",
        public=True,
        pack=pack,
        today=here.today,
        columns=pack.public["holder"].fields,
        rows=[shown for row in found.rows for shown in _holdings(row, pack)],
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        asked=asked.in_force,
        problems=problems,
        places=places_of(request),
        titles=list(pack.titles),
        query=request.url.remove_query_params(["after", "lang"]).query,
    )
    return kept(shown)


@router.get("/roll.csv")
async def roll_csv(request: Request) -> Response:
    """The roll as a table: code, name, place, title, from, until, as far as they are public."""
    rows = [_flat(shown, pack) for shown, pack in await _exported(request)]
    text = io.StringIO()
    writer = csv.writer(text)
    pack = await context(request).pack_today()
    writer.writerow(name for name, field in _TABLE.items() if field in pack.public["holder"].fields)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in _TABLE if name in row])
    response = Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="roll.csv"'
    return kept(response)


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, in full width neither, as East Asian locales read it."""
    return f"'{text}" if text[:1] in "=+-@\t\r\n＝＋－＠" else text


@router.get("/roll.jsonld")
async def roll_jsonld(request: Request) -> Response:
    """The roll as linked data (JSON-LD with the words of schema.org)."""
    flat = [_flat(shown, pack) for shown, pack in await _exported(request)]
    items = [
        {"@type": "Organization", **{word: row[name] for name, word in _SCHEMA_ORG.items() if name in row}}
        for row in flat
    ]
    response = json_response({"@context": _CONTEXT, "@type": "ItemList", "itemListElement": items})
    response.headers["Content-Type"] = "application/ld+json"
    return kept(response)


def _holdings(row: Row, pack: Pack) -> list[dict[str, Any]]:
    """The titles that a unit holds, each with what of it is public."""
    return [
        pack.public["holder"].shown(
            {
                "name": row.name, "code": row.code, "place": row.place, "title": title,
                "term": (held["term_from"], held["term_until"]), "carried_in": bool(held.get("carried_in")),
            }
        )
        for title, held in row.titles.items()
        if held["standing"] == Standing.HELD.value
    ]  # fmt: skip


def _flat(shown: Mapping[str, Any], pack: Pack) -> dict[str, str]:
    """A row of the roll in plain cells."""
    cells = dict(shown)
    if "term" in cells:
        cells["term_from"], cells["term_until"] = cells.pop("term")
    if "place" in cells:
        cells["place"] = PLACES[cells["place"]].zh
    if "title" in cells:
        cells["title"] = pack.label(cells["title"], "zh")
    return {name: str(cell) for name, cell in cells.items()}


async def _exported(request: Request) -> list[tuple[dict[str, Any], Pack]]:
    """Every title that is shown; a table with a filter that means nothing is refused, for nobody would see it there."""
    asked, problems = tolerant(RollPage, request)
    if problems:
        raise Malformed(problems)
    here = context(request)
    pack = await here.pack_today()
    async with here.pool.connection() as conn:
        found = await board.units(conn, _wanted(asked), here.today, asked.after, MOST_EXPORTED)
    return [(shown, pack) for row in found.rows for shown in _holdings(row, pack)]


@router.get("/roll/check")
async def check_page(request: Request) -> Response:
    """Where many codes are looked up at once."""
    return kept(page(request, "roll-check.html", public=True, rows=None, text="", most=MOST_CODES))


@router.post("/roll/check")
async def check(request: Request) -> Response:
    """What becomes of up to 1,000 codes: held today or not. Machines may ask too, which send no origin."""
    if "origin" in request.headers or "sec-fetch-site" in request.headers:
        same_origin(request)
    fields = await form_of(request, LONGEST_FORM)
    text = fields.get("codes", [""])[0]
    codes = list(dict.fromkeys(code for line in text.split() for code in line.replace("，", ",").split(",") if code))
    if not codes or len(codes) > MOST_CODES:
        zh = f"请填写1至{MOST_CODES}个代码，现有{len(codes)}个"
        raise Malformed([Problem("/codes", zh, f"between 1 and {MOST_CODES} codes, not {len(codes)}")])
    here = context(request)
    async with here.pool.connection() as conn:
        found = await board.by_codes(conn, codes, here.today)
    pack = await here.pack_today()
    rows = [(code, _holdings(row, pack) if (row := found.get(code)) is not None else []) for code in codes]
    if "json" in request.headers.get("accept", ""):
        return json_response({"on": here.today, "codes": [_checked(code, held) for code, held in rows]})
    return page(
        request, "roll-check.html", public=True, pack=pack, rows=rows, text=text, most=MOST_CODES, today=here.today
    )


def _checked(code: str, held: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a code holds, by title; of whoever holds nothing not even the name is told."""
    terms = {
        one["title"]: dict(zip(("term_from", "term_until"), one["term"], strict=True) if "term" in one else ())
        for one in held
        if "title" in one
    }
    return {"code": code, "name": held[0].get("name") if held else None, "held": terms}


# --- a plaque ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """An entry as anybody is told it."""

    day: Any
    zh: str
    en: str
    post: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Validity:
    """Whether a plaque is valid, and how its title and the plaque itself stand."""

    valid: bool
    standing: str
    state: str


@router.get("/p/{code}")
async def plaque(request: Request, code: str) -> Response:
    """Is this plaque real, and is what it says still so?"""
    here = context(request)
    async with here.pool.connection() as conn:
        given = await search.by_plaque(conn, code) if code.isprintable() else []
    units = await here.states.load(given, fresh=True)
    unit = next((one for one in units.values() if isinstance(one, Unit)), None)
    known = unit.naming.plaques.get(code) if unit is not None else None
    if unit is None or known is None:
        return page(request, "plaque-unknown.html", 404, public=True, code=escaped(code[:60]))
    today = here.today
    standing = standing_on(unit, known.title, today)
    held = unit.naming.held.get(known.title)
    gone = unit.naming.gone.get(known.title)
    term = held or (gone[1] if gone is not None else None)
    valid = standing is Standing.HELD and known.state is PlaqueState.ISSUED
    link = f"{request.url.scheme}://{request.url.netloc}/p/{code}"
    drawn = segno.make(link, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None)
    pack = await here.pack_today()
    public = pack.public["plaque"].shown(
        {
            "name": unit.life.name, "place": unit.life.place, "title": known.title, "plaque": code,
            "validity": Validity(valid, standing.value, known.state.value),
            "term": (term.term_from, term.term_until) if term else None,
            "history": list(_history(unit, known.title, code)),
        }
    )  # fmt: skip
    shown = page(
        request, "plaque.html", public=True, pack=pack, plaque=public, today=today, link=link,
        qr=Markup(drawn),  # noqa: S704 (drawn here, of squares alone)
    )  # fmt: skip
    return kept(shown)


def _history(unit: Unit, title: str, code: str) -> Iterator[PublicEntry]:
    """What became of the title, the newest first; voided entries are left out."""
    for entry in reversed(unit.entries):
        event = entry.event
        about = (getattr(event, "title", None), getattr(event, "plaque", None))
        if entry.version not in unit.voided and isinstance(event, _OF_THE_TITLE) and (title in about or code in about):
            yield _public_entry(entry)


def _public_entry(entry: Entry[Event]) -> PublicEntry:
    pack = pack_of(entry)
    zh, en = (sentence(entry.event, language, pack.label) for language in ("zh", "en"))
    return PublicEntry(entry.day, zh, en, (post_in(entry.actor, "zh"), post_in(entry.actor, "en")))


# --- announcements ----------------------------------------------------------------------------------------------------


@router.get("/announcements")
async def announcements(request: Request) -> Response:
    """Whose title was revoked, as it was announced, the latest first."""
    here = context(request)
    asked, problems = tolerant(RollPage, request)
    pack = await here.pack_today()
    line = pack.public["revocation"]
    wanted = acts.Filter(
        type="unit.revocation-announced.v1", by="effective", since=line.earliest(here.today, pack.calendar)
    )
    async with here.pool.connection() as conn:
        found = await turned(lambda after: acts.acts(conn, wanted, after, ROWS), asked.after, problems)
    rows = [
        line.shown({"name": row.label, "place": row.place, "day": row.effective_on, "announcement": (row.zh, row.en)})
        for row in found.rows
        if not row.voided_by
    ]
    shown = page(
        request, "announcements.html", public=True, pack=pack, columns=line.fields, rows=rows,
        next=str(request.url.include_query_params(after=found.next)) if found.next else None, problems=problems,
    )  # fmt: skip
    return kept(shown)
